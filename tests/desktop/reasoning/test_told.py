"""Facts that a student has no words for: they are told nobody, and counted; without any other there is nothing to reason from."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from desktop.reasoning.work import FactsAsked, asked_of, explain_facts_in_steps, reason_in_steps
from engine.application import Application
from engine.cancellation import CancelToken
from engine.checking import CheckOptions
from engine.errors import InputError
from engine.explain.facts_reasoner import ReasonerLabels
from engine.explain.facts_told import told_facts
from engine.interactions.exposure import Exposure
from engine.reasoning.labelling import Labeller
from engine.reasoning.pair_facts import PairFacts, pair_facts
from tests.engine.explain.test_methods import ended
from tests.engine.reasoning.scripted import Script, with_reasoner

LIST = "simvastatin 40 mg po; clarithromycin 500 mg po"
NO_WORDS = "The student has no words for what is known of simvastatin and clarithromycin: there is nothing to reason from."


def facts_of(application: Application) -> PairFacts:
    pair = [Exposure(row, row, name, name, route="oral") for row, name in enumerate(("simvastatin", "clarithromycin"))]
    return pair_facts(application.store, pair[0], pair[1])


def every_kind(application: Application) -> set[str]:
    """All words but those of routes."""
    return {fact.codes[0] for fact in facts_of(application).facts if fact.row is not None}


def asked(application: Application) -> tuple[Application, FactsAsked]:
    report = application.check(LIST, options=CheckOptions(with_alternatives=False))
    return application, FactsAsked(asked_of(report, report.interactions[0], None), False, "severity", "occlusion", "quick")


@pytest.fixture
def wordless(application: Application) -> Application:
    return with_reasoner(application, Script(), adds={}, unknown=every_kind(application))


def test_without_a_word_for_any_row_nothing_is_labelled(wordless: Application) -> None:
    facts = facts_of(wordless)
    # A route is still told, and says nothing of how they act.
    assert "<route>" in wordless.students.reasoner().tokens
    for source in (Labeller(wordless.students.labeller()), ReasonerLabels(wordless.students.reasoner())):
        with pytest.raises(InputError) as caught:
            source.told(facts)
        assert caught.value.sentence == NO_WORDS
    with pytest.raises(InputError, match="has no words"):
        Labeller(wordless.students.labeller()).said_of(facts)


def test_without_a_word_nothing_is_written_or_explained(wordless: Application) -> None:
    application, request = asked(wordless)
    for steps in (
        reason_in_steps(application, request.asked, CancelToken()),
        explain_facts_in_steps(application, request, CancelToken()),
    ):
        with pytest.raises(InputError) as caught:
            ended(steps)
        assert caught.value.sentence == NO_WORDS


@pytest.mark.parametrize("unknown", [("prodrug",), ("tag", "figure")])
def test_only_what_was_told_is_listed_and_explained(application: Application, unknown: Collection[str]) -> None:
    made, request = asked(with_reasoner(application, Script(), unknown=unknown))
    facts = facts_of(application)
    silent = [fact for fact in facts.facts if fact.codes[0] in unknown]
    untold = {fact.text for fact in told_facts(application.store, replace(facts, facts=tuple(silent)))}
    reasoned = ended(reason_in_steps(made, request.asked, CancelToken()))
    assert len(reasoned.told) == len(facts.facts) - len(silent)
    assert untold.isdisjoint(fact.text for fact in reasoned.told)
    noun = "facts were" if len(silent) > 1 else "fact was"
    assert reasoned.generated.remark == f"{len(silent)} {noun} not told to the student."
    explained = ended(explain_facts_in_steps(made, request, CancelToken()))
    assert len(explained.words) == len(reasoned.told)
    assert not any(word.endswith(text) for word in explained.words for text in untold)

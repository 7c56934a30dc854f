"""The reasoner's label by its log-probabilities, with facts left out; its process follows a script."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.application import Application
from engine.cancellation import CancelledError, CancelToken
from engine.checking import CheckOptions
from engine.explain.explaining import explain_in_steps
from engine.explain.facts_answer import FactsAnswer
from engine.explain.facts_reasoner import ReasonerLabels
from engine.explain.facts_told import told_facts
from engine.reasoning.pair_facts import PairFacts, pair_facts
from engine.students.opening import ReasonerStudent
from tests.engine.explain.test_methods import ended
from tests.engine.reasoning.scripted import Script, with_reasoner

LIST = "simvastatin 40 mg po\nclarithromycin 500 mg"


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def student(application: Application, script: Script) -> ReasonerStudent:
    return with_reasoner(application, script).students.reasoner()


@pytest.fixture
def facts(application: Application) -> PairFacts:
    first, second = application.checker.recognise(LIST, CheckOptions()).exposures
    return pair_facts(application.store, first, second)


def test_each_part_has_its_classes_and_they_sum_to_one(student: ReasonerStudent, facts: PairFacts) -> None:
    source = ReasonerLabels(student)
    for part, likeliest in (("severity", "contraindicated"), ("direction", "A_increase"), ("mechanism", "pk.metabolism")):
        chosen = next(known for known in ("severity", "direction", "mechanism") if known == part)
        (row,) = source.probabilities([facts], chosen)
        labels = source.labels(chosen)
        assert len(row) == len(labels)
        assert row.sum() == pytest.approx(1)
        assert labels[int(row.argmax())] == likeliest
        # What follows the severity holds if there is an interaction, of which the severity is sure to 98 %.
        assert row.max() == pytest.approx(0.91 if part == "severity" else 0.91 * (1 - 0.09 / 4), abs=1e-5)


def test_no_facts_at_all_are_answered_too(student: ReasonerStudent, facts: PairFacts) -> None:
    source = ReasonerLabels(student)
    empty = replace(facts, facts=())
    severity = source.probabilities([empty], "severity")[0]
    assert source.labels("severity")[int(severity.argmax())] == "none"
    # Where there is no interaction, nothing else may be said, and it is as likely as that.
    direction = source.probabilities([empty], "direction")[0]
    assert dict(zip(source.labels("direction"), direction.tolist(), strict=True))["none"] == pytest.approx(severity.max())
    assert direction.sum() == pytest.approx(severity.max())


def test_the_temperature_softens(student: ReasonerStudent, facts: PairFacts) -> None:
    temperatures = {**student.manifest.temperatures, "severity": 3.0}
    soft = replace(student, manifest=student.manifest.model_copy(update={"temperatures": temperatures}))
    sharp_row, soft_row = (ReasonerLabels(one).probabilities([facts], "severity")[0] for one in (student, soft))
    assert soft_row.max() < sharp_row.max()
    assert soft_row.sum() == pytest.approx(1)


def test_the_facts_in_which_the_two_meet_are_found(application: Application, student: ReasonerStudent, facts: PairFacts) -> None:
    # The way by CYP3A4 alone: beside another way, leaving out one fact of this one would change nothing.
    ways = ("B", "inhibitor", "CYP3A4"), ("A", "substrate", "CYP3A4")
    kept = [fact for fact in facts.facts if (fact.side, *fact.codes[:2]) in ways or fact.codes[0] == "figure"]
    alone = replace(facts, facts=tuple(kept))
    texts = tuple(fact.text for fact in told_facts(application.store, alone))
    answer = FactsAnswer(ReasonerLabels(student), "severity", alone, texts)
    made = ended(explain_in_steps(answer, "occlusion", "contraindicated", "quick"))
    moving = {(fact.side, *fact.codes[:2]) for fact, weight in zip(kept, made.weights, strict=True) if weight > 0.5}
    assert moving == set(ways)
    assert len(kept) > len(ways)


def test_a_cancel_ends_the_question(student: ReasonerStudent, script: Script, facts: PairFacts) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        ReasonerLabels(student).probabilities([facts], "severity", token.check)
    assert script.written == 0

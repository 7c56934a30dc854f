"""Facts of a pair as the features of an explanation: what is told, what is left out, which facts come out on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.application import Application
from engine.cancellation import CancelledError, CancelToken
from engine.checking import CheckOptions
from engine.errors import InputError, ResourceError
from engine.explain.explaining import explain_in_steps
from engine.explain.facts_answer import FactsAnswer
from engine.explain.facts_told import told_facts
from engine.prescriptions.patient import Patient
from engine.reasoning.language import AXES, Axis
from engine.reasoning.pair_facts import PairFact, PairFacts, pair_facts
from engine.report import Fact, Interaction
from tests.engine.explain.test_methods import ended

TEXT = "simvastatin 40 mg po nocte\nclarithromycin 500 mg bd"
SEVERITIES = ("contraindicated", "none")


class CountingSource:
    """Says "contraindicated" the surer, the more of the facts of these sides and codes it is told."""

    def __init__(self, adds: dict[tuple[str, ...], float]) -> None:
        self._adds = adds
        self.asked: list[PairFacts] = []

    def labels(self, part: Axis) -> tuple[str, ...]:
        assert part == "severity"
        return SEVERITIES

    def told(self, facts: PairFacts) -> PairFacts:
        return facts

    def probabilities(self, several: Sequence[PairFacts], part: Axis, check: Callable[[], None] | None) -> NDArray[np.float32]:
        rows = []
        for facts in several:
            if check is not None:
                check()
            self.asked.append(facts)
            value = 0.05 + sum(self._adds.get((fact.side, *fact.codes), 0.0) for fact in facts.facts)
            rows.append((value, 1 - value))
        return np.array(rows, dtype=np.float32)


@pytest.fixture
def facts(application: Application) -> PairFacts:
    first, second = application.checker.recognise(TEXT, CheckOptions()).exposures
    return pair_facts(application.store, first, second, Patient(age_years=80))


@pytest.fixture
def finding(application: Application) -> Interaction:
    return application.check(TEXT).interactions[0]


def texts(application: Application, facts: PairFacts) -> tuple[str, ...]:
    return tuple(fact.text for fact in told_facts(application.store, facts))


def test_told_facts_are_worded_and_keep_the_numbers_of_the_finding(
    application: Application, facts: PairFacts, finding: Interaction
) -> None:
    told = told_facts(application.store, facts, finding.facts)
    assert len(told) == len(facts.facts)
    assert [one.text for one in told][:2] == ["Simvastatin is taken by this route: oral", "The patient: elderly"]
    assert [(one.id, one.source) for one in told][:2] == [("", "")] * 2
    known = {fact.id: fact for fact in finding.facts}
    shared = [one for one in told if one.id in known]
    assert any("strong inhibitor of CYP3A4" in one.text for one in shared)
    for one in shared:
        assert one.text.casefold() == known[one.id].text.casefold()
        assert (one.source, one.locator, one.basis) == (
            known[one.id].source,
            known[one.id].locator,
            known[one.id].basis,
        )
    new = [one.id for one in told if one.id and one.id not in known]
    assert new == [f"F{number}" for number in range(len(known) + 1, len(known) + 1 + len(new))]


def test_numbers_of_other_facts_are_never_taken_twice(application: Application, facts: PairFacts) -> None:
    first = told_facts(application.store, facts)[2]
    other = Fact(id="F1", key="rules/x", text="another", source="ansm-2019", locator="p1", basis="file")
    told = told_facts(application.store, facts, (other,))
    assert first.id == "F1"
    assert told[2].id == "F2"
    ids = [one.id for one in told if one.id]
    assert len(set(ids)) == len(ids)


def test_what_is_left_out_is_not_told_and_the_rest_is_numbered_anew(application: Application, facts: PairFacts) -> None:
    source = CountingSource({})
    answer = FactsAnswer(source, "severity", facts, texts(application, facts))
    mask = np.ones((1, len(facts.facts)), dtype=np.bool_)
    mask[0, 1:4] = False
    assert answer.predict_proba(mask).shape == (1, 2)
    (told,) = source.asked
    assert [fact.codes for fact in told.facts] == [fact.codes for fact in (facts.facts[0], *facts.facts[4:])]
    assert [fact.id for fact in told.facts] == [f"F{number}" for number in range(1, len(told.facts) + 1)]
    assert (told.first, told.second) == (facts.first, facts.second)


def test_spans_are_those_of_the_text(application: Application, facts: PairFacts) -> None:
    answer = FactsAnswer(CountingSource({}), "severity", facts, texts(application, facts))
    assert tuple(answer.text[start:end] for start, end in answer.spans) == answer.words


@pytest.mark.parametrize("method", ["lime", "shapley", "occlusion"])
def test_the_facts_that_carry_the_label_come_out_on_top(application: Application, facts: PairFacts, method: str) -> None:
    heavy, light = ("B", "inhibitor", "CYP3A4", "strong"), ("A", "substrate", "CYP3A4", "sensitive")
    # Below the two, three more that differ: of weights that are all zero, rounding would decide which is the third.
    small = {(fact.side, *fact.codes): share for fact, share in zip(facts.facts[-3:], (0.06, 0.04, 0.02), strict=True)}
    source = CountingSource({heavy: 0.4, light: 0.2, **small})
    answer = FactsAnswer(source, "severity", facts, texts(application, facts))
    chosen = next(known for known in ("lime", "shapley", "occlusion") if known == method)
    made = ended(explain_in_steps(answer, chosen, "contraindicated", "quick"))
    assert made.stable, made.remark
    assert made.probability == pytest.approx(0.77)
    order = sorted(range(len(made.words)), key=lambda place: -made.weights[place])
    assert [(facts.facts[place].side, *facts.facts[place].codes) for place in order[:2]] == [heavy, light]
    assert made.weights[order[0]] == pytest.approx(0.4, abs=0.02)
    assert made.trust.comprehensiveness > 2 * made.trust.random_comprehensiveness


def test_nothing_to_reason_from_is_said(application: Application, facts: PairFacts) -> None:
    empty = replace(facts, facts=(PairFact("F1", "A", ("route", "oral")),))
    with pytest.raises(InputError, match="no fact is known"):
        FactsAnswer(CountingSource({}), "severity", empty, ("Route",))


def test_a_cancel_is_heard_between_two_answers(application: Application, facts: PairFacts) -> None:
    token, source = CancelToken(), CountingSource({})
    answer = FactsAnswer(source, "severity", facts, texts(application, facts), token.check)
    steps = explain_in_steps(answer, "lime", "contraindicated", "quick")
    next(steps)
    asked = len(source.asked)
    token.cancel()
    with pytest.raises(CancelledError):
        next(steps)
    assert len(source.asked) == asked


def test_attention_is_refused_in_a_sentence(application: Application, facts: PairFacts) -> None:
    answer = FactsAnswer(CountingSource({}), "severity", facts, texts(application, facts))
    with pytest.raises(ResourceError, match="Attention is not shown for facts"):
        answer.attention()
    assert AXES == ("severity", "direction", "mechanism")

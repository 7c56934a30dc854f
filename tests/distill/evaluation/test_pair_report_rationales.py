"""Changed facts and guessed labels: what is dropped, turned or exchanged is that and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import NO_LABEL, PairRecord
from distill.evaluation.answer_rows import WrittenAnswer
from distill.evaluation.labels import LabelAnswer
from distill.evaluation.pair_report_following import (
    as_many_others,
    cited,
    exchanged,
    followed,
    label_of,
    shuffled,
    turned_roles,
    without_facts,
)
from distill.evaluation.pair_report_simulating import codes_of_steps, simulated
from distill.evaluation.reasoner import AskedPair
from distill.teachers.findings import findings_of
from engine.application import Application
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.language import Answer, Label, prompt_of, write_answer
from engine.reasoning.pair_facts import PairFacts

PAIRS = (
    *(("clarithromycin", "simvastatin"), ("fluconazole", "warfarin"), ("simvastatin", "rifampicin")),
    *(("amiodarone", "sotalol"), ("itraconazole", "midazolam"), ("quinidine", "digoxin")),
)


@pytest.fixture(scope="module")
def store(application: Application) -> KnowledgeStore:
    return application.store


@pytest.fixture(scope="module")
def told(store: KnowledgeStore) -> list[PairFacts]:
    inputs = PairInputs(store)
    return [inputs.facts(PairRecord("+".join(pair), *pair, NO_LABEL)) for pair in PAIRS]


class Rules:
    """A labeller that follows the facts: the first finding is its label."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store

    def answer(self, facts: PairFacts) -> Answer:
        """Label and steps."""
        found = findings_of(self._store, facts)
        if not found:
            return Answer(NO_LABEL, ())
        step = found[0].step()
        label = Label("moderate", "both", step.kind)
        if step.object == "A":
            label = Label("major", "A_increase" if step.change == "increase" else "A_decrease", step.kind)
        if step.object == "B":
            label = Label("major", "B_increase" if step.change == "increase" else "B_decrease", step.kind)
        return Answer(label, (step,))

    def labels(self, several: Sequence[PairFacts]) -> list[Label]:
        """As a student is asked."""
        return [self.answer(facts).label for facts in several]

    def asked(self, facts: PairFacts) -> AskedPair:
        """The same as a student writes it."""
        answer = self.answer(facts)
        labels = tuple({answer.label.on(axis): 0.0} for axis in ("severity", "direction", "mechanism"))
        return AskedPair(answer.label, facts, Patient(), WrittenAnswer(write_answer(answer), labels))


def test_facts_are_dropped_reordered_turned_and_exchanged(store: KnowledgeStore, told: list[PairFacts]) -> None:
    facts = told[0]
    numbers = cited(Rules(store).asked(facts))
    assert numbers
    fewer = without_facts(facts, numbers)
    assert len(fewer.facts) == len(facts.facts) - len(numbers)
    assert [fact.id for fact in fewer.facts] == [f"F{number}" for number in range(1, len(fewer.facts) + 1)]
    others = as_many_others(facts, numbers)
    assert len(others) == len(numbers)
    assert not others & numbers
    assert others == as_many_others(facts, numbers)
    assert {fact.codes for fact in shuffled(facts).facts} == {fact.codes for fact in facts.facts}
    assert prompt_of(shuffled(facts)) != prompt_of(facts)
    turned = turned_roles(facts, numbers)
    changed = [(old.codes, new.codes) for old, new in zip(facts.facts, turned.facts, strict=True) if old != new]
    assert changed
    assert all((old[0], new[0]) == ("inhibitor", "inducer") and old[1:] == new[1:] for old, new in changed)


def test_exchanged_facts_are_those_of_the_pair_the_other_way_round(store: KnowledgeStore, told: list[PairFacts]) -> None:
    inputs = PairInputs(store)
    for pair, facts in zip(PAIRS, told, strict=True):
        if facts.left_out == 0:
            other = inputs.facts(PairRecord("+".join(pair), *pair, NO_LABEL), swap=True)
            assert prompt_of(exchanged(facts)) == prompt_of(other)
            assert exchanged(facts).first.substance == pair[1]


def test_one_that_follows_the_facts_is_seen_to_follow(store: KnowledgeStore, told: list[PairFacts]) -> None:
    rules = Rules(store)
    found = followed([rules.asked(facts) for facts in told], rules.labels)
    assert found.dropped.pairs == found.dropped_others.pairs >= 4
    assert found.dropped.hits > found.dropped_others.hits
    assert found.turned.pairs >= 3
    assert found.turned.value == 1.0
    assert found.exchanged.value == 1.0


def test_one_that_always_says_the_same_follows_nothing(store: KnowledgeStore, told: list[PairFacts]) -> None:
    rules = Rules(store)
    same = Label("major", "B_increase", "pk.metabolism")
    found = followed([rules.asked(facts) for facts in told], lambda several: [same] * len(several))
    assert (found.dropped.hits, found.turned.hits, found.exchanged.hits) == (0, 0, 0)
    assert found.shuffled.value == 1.0
    assert followed([], rules.labels).dropped.value is None


def test_the_likeliest_parts_make_the_label() -> None:
    shares = LabelAnswer(NO_LABEL, {"major": 0.6, "none": 0.4}, {"both": 1.0}, {"pd.additive": 0.7, "unknown": 0.3})
    assert label_of(shares) == Label("major", "both", "pd.additive")


def test_steps_that_go_with_the_label_tell_it(store: KnowledgeStore, told: list[PairFacts]) -> None:
    pytest.importorskip("sklearn")
    rules = Rules(store)
    asked = [rules.asked(facts) for facts in told] * 6
    severity, direction, *_rest = simulated(asked)
    assert (severity.among, severity.axis, severity.pairs) == ("all pairs", "severity", 36)
    assert severity.told == direction.told == 1.0
    assert direction.nothing < 0.7
    # Without steps nothing is told that the most frequent label does not say.
    silent = [replace(one, written=WrittenAnswer((*one.written.tokens[:3], "<end>"), one.written.labels)) for one in asked]
    alone = simulated(silent)
    assert {part.among for part in alone} == {"all pairs"}
    assert all(part.told == part.nothing for part in alone)
    assert simulated(asked[:5]) == ()


def test_codes_of_steps_hold_no_fact(store: KnowledgeStore, told: list[PairFacts]) -> None:
    steps = Rules(store).answer(told[0]).steps
    codes = codes_of_steps(steps)
    assert f"{steps[0].kind}/{steps[0].via}" in codes
    assert not any(number in "/".join(codes).split("/") for number in steps[0].facts)

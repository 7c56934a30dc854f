"""More pairs out of the same knowledge: labels and steps stay right, held-out medicines stay out, a seed gives the same again."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from distill.corpora.pair_inputs import PairInputs, swapped
from distill.corpora.pair_labels import exposure_of
from distill.corpora.pairs import PairCorpus, PairRecord
from distill.rationales.augmentation import (
    drawn_pairs,
    moved,
    same_roles,
    stand_ins,
    told_by_rules,
    turned_round,
    with_fewer_facts,
)
from distill.rationales.writing import AnswerWriter, Told
from engine.knowledge.records import EnzymeRole, PdTag
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.generated import StepChecker
from engine.reasoning.language import Label
from engine.reasoning.pair_facts import DrugFacts, drug_facts


@pytest.fixture(scope="module")
def writer(store: KnowledgeStore) -> AnswerWriter:
    return AnswerWriter(store)


@pytest.fixture(scope="module")
def documented(corpus: PairCorpus) -> list[PairRecord]:
    return [record for record in corpus.splits["train"] if record.documented]


@pytest.fixture(scope="module")
def drugs(store: KnowledgeStore, corpus: PairCorpus) -> list[DrugFacts]:
    return [drug_facts(store, exposure_of(store, one)) for one in corpus.division.substances("seen")]


def told(record: PairRecord) -> Told:
    return Told(record.label, record.managements, record.effects)


def test_a_pair_the_other_way_round_has_its_facts_and_steps_on_the_other_sides(
    store: KnowledgeStore, documented: list[PairRecord], inputs: PairInputs, writer: AnswerWriter
) -> None:
    steps = 0
    for record in documented:
        facts = inputs.facts(record)
        turned = turned_round(facts)
        assert turned.facts == inputs.facts(record, swap=True).facts or facts.left_out
        assert turned_round(turned).facts == facts.facts
        checker = StepChecker(store, turned, Patient())
        for answer in writer.answers(facts, told(record), 2, record.id):
            other = moved(answer, facts, turned, swap=True)
            assert other.label == swapped(answer.label)
            assert len(other.steps) == len(answer.steps)
            assert moved(other, turned, facts, swap=True) == answer
            for step, before in zip(other.steps, answer.steps, strict=True):
                steps += 1
                assert checker.status(step) == "supported"
                assert {step.object, before.object} in ({"A", "B"}, {None})
    assert steps > 100


def test_facts_that_no_step_cites_are_dropped_and_the_steps_hold(
    store: KnowledgeStore, documented: list[PairRecord], inputs: PairInputs, writer: AnswerWriter
) -> None:
    dropped = 0
    for record in documented:
        facts = inputs.facts(record)
        answers = writer.answers(facts, told(record), 2, record.id)
        fewer = with_fewer_facts(facts, answers, 0.5, Random(record.id))
        dropped += len(facts.facts) - len(fewer.facts)
        assert fewer.left_out - facts.left_out == len(facts.facts) - len(fewer.facts)
        assert [fact.id for fact in fewer.facts] == [f"F{number}" for number in range(1, len(fewer.facts) + 1)]
        checker = StepChecker(store, fewer, Patient())
        for answer in answers:
            kept = moved(answer, facts, fewer)
            assert kept.label == answer.label
            assert [replace(step, facts=()) for step in kept.steps] == [replace(step, facts=()) for step in answer.steps]
            assert all(checker.status(step) == "supported" for step in kept.steps)
    assert dropped > 500


def test_a_step_whose_fact_is_gone_goes_too(documented: list[PairRecord], inputs: PairInputs, writer: AnswerWriter) -> None:
    for record in documented:
        facts = inputs.facts(record)
        answer = writer.answers(facts, told(record), 1, "s")[0]
        if answer.steps:
            cited = answer.steps[0].facts[0]
            without = replace(facts, facts=tuple(fact for fact in facts.facts if fact.id != cited))
            assert all(cited not in step.facts for step in moved(answer, facts, without).steps)
            assert len(moved(answer, facts, without).steps) < len(answer.steps)
            return
    pytest.fail("no pair has a step")


def test_medicines_of_the_same_roles_stand_in_for_each_other_but_never_held_out_ones(
    corpus: PairCorpus, documented: list[PairRecord], drugs: list[DrugFacts], store: KnowledgeStore
) -> None:
    groups = same_roles(drugs)
    for group in groups:
        roles = [roles_and_tags(drug_facts(store, exposure_of(store, one))) for one in group]
        assert all(one == roles[0] for one in roles)
    # Two medicines of the test side are given as interchangeable with one that is seen: nothing may come of it.
    held_out = corpus.division.substances("test")
    seen = documented[0].first
    assert not list(stand_ins(documented[:20], [[seen, *held_out]], corpus))
    known = {record.id for split in corpus.splits.values() for record in split}
    free = corpus.division.substances("seen")
    made = list(stand_ins(documented, [free], corpus, 2))
    assert made
    for record in made:
        assert record.id not in known
        assert record.documented
        assert {corpus.division.parts[record.first], corpus.division.parts[record.second]} == {"seen"}
        assert record.first != record.second
    assert len({record.id for record in made}) == len(made)
    assert not list(stand_ins([replace(one, label=Label("none", "none", "none")) for one in documented], [free], corpus))


def roles_and_tags(drug: DrugFacts) -> set[tuple[str, str, str | None]]:
    roles = {(row.target, row.role, row.strength) for row in drug.rows if isinstance(row, EnzymeRole)}
    return roles | {("tag", row.tag, row.grade) for row in drug.rows if isinstance(row, PdTag)}


@pytest.mark.parametrize("strengths", [False, True])
def test_pairs_drawn_at_random_are_labelled_by_the_rules_alone(
    strengths: bool, store: KnowledgeStore, corpus: PairCorpus, drugs: list[DrugFacts], writer: AnswerWriter
) -> None:
    taken = {record.id for split in corpus.splits.values() for record in split}
    made = list(drawn_pairs(store, drugs, taken, 60, "seed", strengths=strengths))
    assert made == list(drawn_pairs(store, drugs, taken, 60, "seed", strengths=strengths))
    assert len({pair.id for pair in made}) == len(made) > 30
    assert not taken & {pair.id for pair in made}
    for pair in made:
        assert pair.told == told_by_rules(store, pair.facts)
        assert pair.told.label.severity in ("major", "moderate", "minor")
        answer = writer.answers(pair.facts, pair.told, 1, "s")[0]
        assert answer.steps
        assert pair.told.label.mechanism in {step.kind for step in answer.steps}
        checker = StepChecker(store, pair.facts, Patient())
        assert all(checker.status(step) == "supported" for step in answer.steps)
    real = Counter(
        fact.row == row
        for pair in made
        for fact in pair.facts.facts
        if fact.row is not None and fact.side != "patient"
        for row in drug_facts(store, pair.facts.exposure(fact.side)).rows
        if row[:3] == fact.row[:3] and type(row) is type(fact.row)
    )
    assert (real[False] > 0) == strengths


def test_nothing_is_drawn_where_there_is_nothing(store: KnowledgeStore, drugs: list[DrugFacts]) -> None:
    assert not list(drawn_pairs(store, drugs[:1], (), 5, "seed"))
    bare = [replace(drug, rows=()) for drug in drugs[:3]]
    assert not list(drawn_pairs(store, bare, (), 5, "seed"))

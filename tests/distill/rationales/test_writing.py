"""Rationales from knowledge: every step is supported by the facts it cites, the label stays, variants differ and say the same."""

from collections import Counter

import pytest

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairCorpus
from distill.rationales.writing import AnswerWriter, Told
from engine.interactions.exposure import Exposure
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.generated import StepChecker
from engine.reasoning.grammar import automaton_of, choices_of
from engine.reasoning.language import Answer, Direction, Label, ReasonedStep, vocabulary, write_answer
from engine.reasoning.pair_facts import PairFacts, pair_facts


@pytest.fixture(scope="module")
def writer(store: KnowledgeStore) -> AnswerWriter:
    return AnswerWriter(store)


def pair(store: KnowledgeStore, first: str, second: str) -> PairFacts:
    return pair_facts(store, Exposure(0, 0, first, first), Exposure(1, 1, second, second))


def codes(facts: PairFacts, step: ReasonedStep) -> list[tuple[str, ...]]:
    return [(facts.fact(number).side, *facts.fact(number).codes) for number in step.facts]


def test_an_inhibitor_with_a_sensitive_substrate_is_told_as_a_pharmacist_would(
    store: KnowledgeStore, writer: AnswerWriter
) -> None:
    facts = pair(store, "clarithromycin", "simvastatin")
    told = Told(Label("contraindicated", "B_increase", "pk.metabolism"), ("avoid", "washout_days"), ("myopathy",))
    (answer, *_others) = writer.answers(facts, told, 1, "seed")
    assert answer.label == told.label
    assert answer.managements == ("avoid", "washout")
    kinetic = next(step for step in answer.steps if step.via == "CYP3A4")
    assert (kinetic.kind, kinetic.role, kinetic.object, kinetic.change) == ("pk.metabolism", "inhibition", "B", "increase")
    assert ("A", "inhibitor", "CYP3A4", "strong") in codes(facts, kinetic)
    assert ("B", "substrate", "CYP3A4", "sensitive") in codes(facts, kinetic)
    net = answer.steps[-1]
    assert (net.kind, net.via, net.object, net.change) == ("net_effect", "object_toxicity", "B", "increase")


def test_a_prodrug_loses_its_effect_when_its_activation_is_blocked(store: KnowledgeStore, writer: AnswerWriter) -> None:
    facts = pair(store, "fluconazole", "clopidogrel")
    told = Told(Label("moderate", "B_decrease", "pk.metabolism"))
    for answer in writer.answers(facts, told, 4, "seed"):
        (step,) = (one for one in answer.steps if one.via == "CYP2C19")
        assert (step.object, step.role, step.change) == ("B", "inhibition", "decrease")
        assert [code for code in codes(facts, step) if code[1] == "prodrug"]


def test_without_hints_the_label_chooses_neither_the_first_step_nor_the_conclusion(store: KnowledgeStore) -> None:
    facts = pair(store, "carbamazepine", "clarithromycin")
    ways: tuple[Direction, ...] = ("A_increase", "B_decrease")
    led: dict[bool, list[tuple[str, ...]]] = {True: [], False: []}
    for hints in led:
        for way in ways:
            told = Told(Label("major", way, "pk.metabolism"), ("avoid",))
            for answer in AnswerWriter(store, hints=hints).answers(facts, told, 3, "seed"):
                assert (answer.label, answer.managements) == (told.label, ("avoid",))
                led[hints].append((way, f"{answer.steps[0].object}_{answer.steps[0].change}"))
                assert f"{answer.steps[-1].object}_{answer.steps[-1].change}" == led[hints][-1][1]
    assert set(led[True]) == {("A_increase", "A_increase"), ("B_decrease", "B_decrease")}
    assert set(led[False]) == {("A_increase", "A_increase"), ("B_decrease", "A_increase")}


def test_without_hints_the_outcome_does_not_choose_either(store: KnowledgeStore) -> None:
    for first, second in (("fluoxetine", "tramadol"), ("amiodarone", "warfarin"), ("phenelzine", "tramadol")):
        facts = pair(store, first, second)
        plain = AnswerWriter(store, hints=False).answers(facts, Told(Label("major", "none", "unknown")), 1, "seed")
        for code in ("bleeding", "serotonin_syndrome", "seizures"):
            told = Told(Label("major", "none", "unknown"), effects=(code,))
            assert AnswerWriter(store, hints=False).answers(facts, told, 1, "seed") == plain


def test_no_interaction_has_neither_steps_nor_actions(store: KnowledgeStore, writer: AnswerWriter) -> None:
    facts = pair(store, "clarithromycin", "simvastatin")
    assert writer.answers(facts, Told(Label("none", "none", "none"), ("avoid",)), 3, "seed") == [
        Answer(Label("none", "none", "none"), ())
    ]


def test_a_label_that_no_fact_explains_has_no_step(store: KnowledgeStore, writer: AnswerWriter) -> None:
    skin = pair_facts(store, Exposure(0, 0, "simvastatin", "simvastatin", route="topical"), Exposure(1, 1, "x", "x", "topical"))
    (answer,) = writer.answers(skin, Told(Label("major", "none", "unknown"), ("monitor_ecg",)), 3, "seed")
    assert answer == Answer(Label("major", "none", "unknown"), (), ("monitor_ecg",))


def test_an_action_of_no_source_is_the_usual_one_of_inferred_findings(store: KnowledgeStore, writer: AnswerWriter) -> None:
    (answer,) = writer.answers(pair(store, "clarithromycin", "simvastatin"), Told(Label("major", "none", "unknown")), 1, "seed")
    assert answer.managements == ("clinical_monitoring", "check_product_information")


def test_every_step_of_thousands_of_pairs_is_supported_and_can_be_written(
    store: KnowledgeStore, corpus: PairCorpus, inputs: PairInputs, writer: AnswerWriter
) -> None:
    known = vocabulary(store)
    statuses: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    records = [record for split in corpus.splits.values() for record in split if record.documented]
    for number, record in enumerate(records):
        facts = inputs.facts(record)
        told = Told(record.label, record.managements, record.effects)
        answers = writer.answers(facts, told, 3, record.id)
        assert answers == writer.answers(facts, told, 3, record.id)
        assert len(set(answers)) == len(answers) <= 3
        assert {(one.label, one.managements) for one in answers} == {(record.label, answers[0].managements)}
        checker = StepChecker(store, facts, Patient())
        statuses.update(checker.status(step) for answer in answers for step in answer.steps)
        kinds.update(step.kind for answer in answers for step in answer.steps)
        for answer in answers:
            order = [step.kind for step in answer.steps]
            assert order == sorted(order, key=lambda kind: ("pk" not in kind, "pd" not in kind))
        if number % 20 == 0 and answers[0].steps:
            moves = automaton_of(choices_of(facts, known)).moves
            state = 0
            for piece in write_answer(answers[-1]):
                state = moves[state][piece]
    assert len(records) > 300
    assert set(statuses) == {"supported"}, statuses
    assert {"pk.metabolism", "pd.additive", "net_effect"} <= set(kinds)


def test_variants_differ_in_order_facts_or_the_weaker_step_alone(
    store: KnowledgeStore, corpus: PairCorpus, inputs: PairInputs, writer: AnswerWriter
) -> None:
    several = 0
    for record in corpus.splits["train"]:
        first, *others = writer.answers(
            inputs.facts(record), Told(record.label, record.managements, record.effects), 4, record.id
        )
        said = {(step.kind, step.via, step.role, step.object, step.change) for step in first.steps if step.kind != "net_effect"}
        for other in others:
            several += 1
            told = {(step.kind, step.via, step.role, step.object, step.change): step for step in other.steps}
            assert {what for what in told if what[0] != "net_effect"} <= said
            assert [step for step in other.steps if step.kind != "net_effect"]
    assert several > 20

"""A reasoner's answers: what is written under the automaton, and how its labels and steps are counted.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

import math
from dataclasses import replace

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import NO_LABEL, PairRecord
from distill.evaluation.answer_rows import AnswerRow, WrittenAnswer, label_last
from distill.evaluation.reasoner import (
    NEUTRAL,
    AskedPair,
    answers_of,
    asked_pairs,
    fitted_temperatures,
    reasoner_label_figures,
    step_counts,
)
from distill.evaluation.reasoner_decoding import TorchWriting
from distill.training.reasoner_model import Reasoner, new_reasoner
from distill.training.reasoner_settings import Shape
from distill.training.reasoner_tokens import domain_ids, reasoner_tokenizer
from engine.application import Application
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.grammar import automaton_of, choices_of
from engine.reasoning.language import Answer, Label, ReasonedStep, read_answer, vocabulary, write_answer

SHAPE = Shape(hidden=64, feed_forward=64, layers=2, heads=2)
MAJOR = Label("major", "B_increase", "pk.metabolism")
PAIRS = (("clarithromycin", "simvastatin"), ("fluconazole", "warfarin"), ("rifampicin", "simvastatin"), ("amiodarone", "digoxin"))


@pytest.fixture(scope="module")
def store(application: Application) -> KnowledgeStore:
    return application.store


@pytest.fixture(scope="module")
def records() -> list[PairRecord]:
    return [PairRecord("+".join(pair), *pair, MAJOR) for pair in PAIRS]


@pytest.fixture(scope="module")
def reasoner(store: KnowledgeStore) -> Reasoner:
    torch.manual_seed(3)
    torch.set_num_threads(1)
    return new_reasoner(SHAPE, reasoner_tokenizer(vocabulary(store)), 0.0)


def test_even_an_untrained_one_writes_whole_answers_alike_alone_and_together(
    store: KnowledgeStore, records: list[PairRecord], reasoner: Reasoner
) -> None:
    writing = TorchWriting(reasoner, reasoner_tokenizer(vocabulary(store)))
    inputs = PairInputs(store)
    together = asked_pairs(writing, records, inputs)
    for record, one in zip(records, together, strict=True):
        assert one.answer is not None
        assert write_answer(one.answer) == one.written.tokens
        assert asked_pairs(writing, [record], inputs)[0].written.tokens == one.written.tokens
        for labels in one.written.labels:
            assert sum(map(math.exp, labels.values())) == pytest.approx(1.0)
    short = TorchWriting(reasoner, reasoner_tokenizer(vocabulary(store)), label_alone=True)
    alone = asked_pairs(short, records, inputs)
    assert [one.written.tokens for one in alone] == [one.written.tokens[:3] for one in together]


def test_a_label_can_be_written_last_and_is_read_first(
    store: KnowledgeStore, records: list[PairRecord], reasoner: Reasoner
) -> None:
    writing = TorchWriting(reasoner, reasoner_tokenizer(vocabulary(store)), label_first=False)
    for one in asked_pairs(writing, records, PairInputs(store)):
        assert one.written.tokens[0].startswith("<severity:")
        assert len(one.written.labels) == 3


def test_with_the_label_last_every_answer_still_has_one(store: KnowledgeStore, records: list[PairRecord]) -> None:
    known = vocabulary(store)
    automaton, begin = label_last(automaton_of(choices_of(PairInputs(store).facts(records[0]), known)))
    assert not any(piece.startswith("<severity:") for piece in automaton.moves[begin] if piece == "<end>")
    # Whatever is written, the end is reached through the three tokens of the label alone.
    waiting, seen = [(begin, 0)], {(begin, 0)}
    while waiting:
        state, labels = waiting.pop()
        assert state != automaton.final or labels == 3
        for piece, after in automaton.moves[state].items():
            named = piece.startswith(("<severity:", "<direction:", "<mechanism:"))
            step = (after, labels + named)
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    assert (automaton.final, 3) in seen


def test_what_is_forced_needs_no_logits(store: KnowledgeStore, records: list[PairRecord]) -> None:
    known = vocabulary(store)
    ids = domain_ids(reasoner_tokenizer(known))
    row = AnswerRow(PairInputs(store).facts(records[0]), ids)
    favoured = torch.zeros(max(ids.values()) + 1)
    favoured[ids["<severity:none>"]] = 5.0
    row.choose(favoured.numpy())
    while not row.over:
        assert row.forced
        row.choose(None)
    answer = row.answer()
    assert read_answer(answer.tokens) == Answer(NO_LABEL, ())
    assert answer.labels[1] == {"none": 0.0}
    assert answer.labels[0]["none"] == pytest.approx(5.0 - math.log(math.exp(5.0) + 4.0))


def asked(store: KnowledgeStore, record: PairRecord, steps: tuple[ReasonedStep, ...], sure: float = 0.9) -> AskedPair:
    """A pair with an answer that says "major", and nothing else than these steps."""
    rest = math.log((1 - sure) / 4)
    severity = dict.fromkeys(("contraindicated", "moderate", "minor", "none"), rest) | {"major": math.log(sure)}
    written = WrittenAnswer(
        write_answer(Answer(MAJOR, steps)), (severity, {"B_increase": 0.0, "none": -30.0}, {"pk.metabolism": 0.0})
    )
    return AskedPair(record.label, PairInputs(store).facts(record), Patient(), written)


def asked_with(pair: AskedPair, step: ReasonedStep) -> WrittenAnswer:
    return replace(pair.written, tokens=write_answer(Answer(MAJOR, (step,))))


def cited(one: AskedPair, target: str, acting: str, affected: str) -> tuple[str, ...]:
    """What A does at a target, and what becomes of B there."""
    bearing = (("A", acting), ("B", affected))
    return tuple(fact.id for fact in one.facts.facts if fact.codes[1:2] == (target,) and (fact.side, fact.codes[0]) in bearing)


def metabolism(one: AskedPair, change: str) -> ReasonedStep:
    """The step of CYP3A4 with the facts that bear on it."""
    bearing = (("A", "inhibitor"), ("B", "substrate"))
    roles = [fact for fact in one.facts.facts if fact.row is not None and fact.codes[1] == "CYP3A4"]
    cited = tuple(fact.id for fact in roles if (fact.side, fact.codes[0]) in bearing)
    return ReasonedStep("pk.metabolism", "CYP3A4", cited, "inhibition", "B", change)


def test_steps_are_counted_by_verdict_and_direction(store: KnowledgeStore, records: list[PairRecord]) -> None:
    plain = asked(store, records[0], ())
    right, wrong = metabolism(plain, "increase"), metabolism(plain, "decrease")
    counts = step_counts([asked(store, records[0], (right,)), asked(store, records[0], (wrong,)), plain], store)
    assert counts.verdicts["supported"] == 1
    assert (counts.directed, counts.wrong_direction, counts.with_steps, counts.answers) == (2, 1, 2, 3)
    assert counts.figures()["wrong_direction"] == 0.5
    cut = AskedPair(MAJOR, plain.facts, Patient(), WrittenAnswer(plain.written.tokens[:-1], plain.written.labels))
    assert step_counts([cut], store).unfinished == 1


def test_wrong_directions_are_counted_by_what_the_facts_lead_to(store: KnowledgeStore) -> None:
    prodrug = asked(store, PairRecord("1", "paroxetine", "codeine", MAJOR), ())
    quiet = ReasonedStep(
        "pk.metabolism", "CYP2D6", cited(prodrug, "CYP2D6", "inhibitor", "substrate"), "inhibition", "B", "increase"
    )
    statin = asked(store, PairRecord("2", "clarithromycin", "simvastatin", MAJOR), ())
    lost = ReasonedStep("net_effect", "object_efficacy_loss", metabolism(statin, "").facts, None, "B", "decrease")
    azole = asked(store, PairRecord("3", "letermovir", "voriconazole", MAJOR), ())
    induced = ReasonedStep(
        "pk.metabolism", "CYP3A4", cited(azole, "CYP3A4", "inhibitor", "substrate"), "induction", "B", "decrease"
    )
    also = ReasonedStep("pk.metabolism", "CYP2C19", cited(azole, "CYP2C19", "inducer", "substrate"), "induction", "B", "decrease")
    # None of them is right with the other change alone; the last one is right, though another enzyme speaks against it.
    for pair, step, wrong in ((prodrug, quiet, 1), (statin, lost, 1), (azole, induced, 1), (azole, also, 0)):
        counts = step_counts([replace(pair, written=asked_with(pair, step))], store)
        assert (counts.directed, counts.wrong_direction) == (1, wrong)
        assert counts.verdicts == ({"contradicted": 1} if wrong else {"supported": 1})


def test_labels_are_measured_before_and_after_the_temperature(store: KnowledgeStore, records: list[PairRecord]) -> None:
    nothing = PairRecord("x+y", *PAIRS[0], NO_LABEL)
    pairs = [asked(store, record, (), 0.99) for record in (*records[:3], nothing)]
    met = [one for pair in PAIRS for one in pair]
    temperatures = fitted_temperatures({0: pairs * 5}, met)
    # Right three times in four and sure each time: its probabilities must be softened.
    assert temperatures.of("severity", PAIRS[0]) > 1.5
    # Nothing was asked about medicines that it never met, which are told with no more certainty; the one mechanism is certain.
    assert temperatures.of("severity", ("x", "y")) == temperatures.of("severity", ("x", PAIRS[0][0]))
    assert temperatures.of("severity", ("x", "y")) == temperatures.of("severity", PAIRS[0])
    assert temperatures.known["mechanism"] == 1.0
    figures = reasoner_label_figures(pairs, temperatures)
    assert figures["severity_accuracy"] == 0.75
    assert figures["severity_ece"] < figures["severity_ece_before"]
    assert figures["direction_accuracy_directed"] == 1.0
    plain = answers_of(pairs, NEUTRAL)[0]
    assert plain.severity["major"] == pytest.approx(0.99)
    # What the rest of the label is holds if there is an interaction at all.
    nothing_share = plain.severity["none"]
    assert nothing_share == pytest.approx(0.01 / 4)
    assert plain.direction["B_increase"] == pytest.approx(1 - nothing_share)
    assert plain.mechanism == pytest.approx({"pk.metabolism": 1 - nothing_share, "none": nothing_share})


def test_an_answer_of_no_interaction_tells_how_likely_that_is_and_no_more(
    store: KnowledgeStore, records: list[PairRecord]
) -> None:
    severity = {"none": math.log(0.6), "major": math.log(0.4)}
    written = WrittenAnswer(write_answer(Answer(NO_LABEL, ())), (severity, {"none": 0.0}, {"none": 0.0}))
    one = AskedPair(MAJOR, PairInputs(store).facts(records[0]), Patient(), written)
    (answer,) = answers_of([one], NEUTRAL)
    assert answer.direction == answer.mechanism == pytest.approx({"none": 0.6})
    # Of what follows a severity nothing can be fitted from it, but how often an overlooked interaction has no direction.
    told = fitted_temperatures({0: [one, replace(one, truth=replace(MAJOR, direction="none"))]}, ())
    assert (told.known["direction"], told.undirected) == (1.0, 0.5)
    assert fitted_temperatures({0: [replace(one, truth=NO_LABEL)]}, ()).undirected == 0.0


def test_an_answer_of_no_interaction_has_a_temperature_of_its_own(store: KnowledgeStore, records: list[PairRecord]) -> None:
    # Right each time where it writes an interaction, every second time where it writes none.
    (found,) = [asked(store, record, (), 0.9) for record in records[:1]]
    severity = {"none": math.log(0.9), "major": math.log(0.1)}
    none = replace(found, written=WrittenAnswer(write_answer(Answer(NO_LABEL, ())), (severity, {"none": 0.0}, {"none": 0.0})))
    told = fitted_temperatures({0: [found] * 30 + [none] * 15 + [replace(none, truth=NO_LABEL)] * 15}, ())
    assert told.known["severity"] < 1.0 < 3.0 < told.known["none"]
    both = answers_of([found, none], told)
    assert both[0].severity["major"] > 0.95
    assert both[1].severity["none"] == pytest.approx(0.5, abs=0.1)


def test_pairs_of_medicines_that_were_never_met_have_temperatures_of_their_own(
    store: KnowledgeStore, records: list[PairRecord]
) -> None:
    nothing = PairRecord("x+y", *PAIRS[0], NO_LABEL)
    sure = [asked(store, record, (), 0.9) for record in (*records * 3, nothing)] * 2
    unsure = [asked(store, record, (), 0.9) for record in (*records[:2], nothing, nothing)] * 5
    told = fitted_temperatures({0: sure, 2: unsure}, PAIRS[0])
    known, one, both = (told.of("severity", pair) for pair in (PAIRS[0], (PAIRS[0][0], "x"), ("x", "y")))
    assert known == one < both

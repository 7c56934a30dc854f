"""Quality control: wrong steps go, unusable answers go, the reasons are counted, and what is right passes untouched."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import cast

import pytest

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairCorpus
from distill.rationales.quality import FAULTS, Control, goes, leaks, writable
from distill.rationales.writing import AnswerWriter, Told
from engine.interactions.exposure import Exposure
from engine.knowledge.records import AucChange, Provenance
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.grammar import automaton_of, choices_of
from engine.reasoning.language import Answer, Label, ReasonedStep, prompt_of, vocabulary, write_answer
from engine.reasoning.pair_facts import PairFacts, Row, pair_facts

LABEL = Label("contraindicated", "B_increase", "pk.metabolism")


@pytest.fixture(scope="module")
def facts(store: KnowledgeStore) -> PairFacts:
    return pair_facts(store, Exposure(0, 0, "clarithromycin", "clarithromycin"), Exposure(1, 1, "simvastatin", "simvastatin"))


@pytest.fixture(scope="module")
def right(store: KnowledgeStore, facts: PairFacts) -> Answer:
    return AnswerWriter(store).answers(facts, Told(LABEL, ("avoid",)), 1, "seed")[0]


def control(store: KnowledgeStore) -> Control:
    return Control(store)


def test_what_is_right_passes_untouched(store: KnowledgeStore, facts: PairFacts, right: Answer) -> None:
    checks = control(store)
    bare = Answer(LABEL, (), ("avoid",))
    assert checks.passed(facts, [right, bare]) == [right, bare]
    assert not checks.faults
    assert checks.seen == {"answers": 2, "steps": len(right.steps)}


def test_wrong_steps_are_taken_out_and_counted(store: KnowledgeStore, facts: PairFacts, right: Answer) -> None:
    (kinetic,) = (step for step in right.steps if step.via == "CYP3A4")
    bad = {
        "contradicted": replace(kinetic, change="decrease"),
        "unsupported": replace(kinetic, facts=kinetic.facts[:1]),
        "repeated_step": kinetic,
    }
    for fault, step in bad.items():
        checks = control(store)
        assert checks.passed(facts, [replace(right, steps=(kinetic, step))])[0].steps == (kinetic,)
        # The same change twice is seen as a repetition first.
        assert checks.faults == {fault if fault == "repeated_step" else "repeated_step": 1}
        alone = control(store)
        kept = alone.passed(facts, [replace(right, steps=(step,))])[0].steps
        assert (kept == ()) == (fault != "repeated_step")
        assert alone.faults == ({} if fault == "repeated_step" else {fault: 1})


def test_a_true_step_against_the_label_is_taken_out_with_its_conclusion(
    store: KnowledgeStore, facts: PairFacts, right: Answer
) -> None:
    checks = control(store)
    (kept,) = checks.passed(facts, [replace(right, label=replace(LABEL, direction="B_decrease"))])
    assert not [step for step in kept.steps if step.object == "B"]
    assert checks.faults["against_label"] >= 1
    assert not [step for step in kept.steps if step.kind == "net_effect"]


def test_the_direction_scorer_looks_at_the_same_medicine() -> None:
    step = ReasonedStep("pk.metabolism", "CYP3A4", ("F1",), "inhibition", "B", "increase")
    assert goes(step, "B_increase") == "agreeing"
    assert goes(step, "B_decrease") == "against"
    assert goes(step, "A_decrease") == goes(step, "none") == goes(step, "both") == "beside"
    assert goes(ReasonedStep("pd.additive", "bleeding", ("F1", "F2")), "B_increase") == "beside"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda answer: replace(answer, managements=("avoid",) * 5), "unwritable"),
        (lambda answer: replace(answer, managements=("washout_days",)), "unwritable"),
        (lambda answer: replace(answer, label=Label("none", "none", "none")), "unwritable"),
        (lambda answer: replace(answer, label=replace(LABEL, mechanism="none")), "unwritable"),
    ],
)
def test_an_answer_that_cannot_be_written_is_not_used(
    change: Callable[[Answer], Answer], fault: str, store: KnowledgeStore, facts: PairFacts, right: Answer
) -> None:
    checks = control(store)
    assert checks.passed(facts, [change(right)]) == []
    assert checks.faults[fault] == 1


def test_answers_that_are_too_long_or_said_before_are_not_used(store: KnowledgeStore, facts: PairFacts, right: Answer) -> None:
    short = Control(store, most_tokens=len(prompt_of(facts)) + 5)
    assert short.passed(facts, [right]) == []
    assert short.faults == {"too_long": 1}
    checks = control(store)
    assert checks.passed(facts, [right, right]) == [right]
    assert checks.faults == {"repeated_answer": 1}
    assert {*short.faults, *checks.faults} <= set(FAULTS)


def test_a_prompt_that_tells_more_than_mechanism_facts_leaks(store: KnowledgeStore, facts: PairFacts, right: Answer) -> None:
    assert not leaks(facts, prompt_of(facts))
    assert leaks(facts, (*prompt_of(facts), "<severity:major>"))
    assert leaks(facts, (*prompt_of(facts), "<simvastatin>"))
    observed = AucChange("simvastatin", "clarithromycin", 10.0, None, Provenance("x", "y", "file"))
    told = replace(facts, facts=(*facts.facts, replace(facts.facts[0], id="F30", row=cast(Row, observed))))
    assert leaks(told, prompt_of(told))
    checks = control(store)
    assert checks.passed(told, [right]) == []
    assert checks.faults["leak"] == 1


def test_no_prompt_of_the_corpus_leaks(corpus: PairCorpus, inputs: PairInputs) -> None:
    for record in corpus.splits["train"][::7]:
        facts = inputs.facts(record)
        assert not leaks(facts, prompt_of(facts))


def test_writable_says_what_the_automaton_says(store: KnowledgeStore, corpus: PairCorpus, inputs: PairInputs) -> None:
    """Answers of one pair, also mangled, against the automaton of another: some fit and some do not."""
    writer, known, draw = AnswerWriter(store), vocabulary(store), Random(5)
    said = [
        (record, inputs.facts(record), writer.answers(inputs.facts(record), Told(record.label, record.managements), 2, "s"))
        for record in corpus.splits["train"]
        if record.documented
    ]
    with_steps = [one for one in said if one[2][0].steps][:25]
    verdicts: Counter[bool] = Counter()
    for _record, facts, answers in with_steps:
        choices = choices_of(facts, known)
        automaton = automaton_of(choices)
        others = [one[2][0] for one in draw.sample(with_steps, 6)]
        mangled = [replace(one, steps=tuple(draw.sample(one.steps, len(one.steps)))) for one in answers]
        doubled = [replace(one, steps=one.steps * 2) for one in answers]
        for answer in (*answers, *others, *mangled, *doubled):
            accepted = accepts(automaton.moves, automaton.final, write_answer(answer))
            assert writable(answer, choices) == accepted, answer
            verdicts[accepted] += 1
    assert min(verdicts[True], verdicts[False]) > 20


def accepts(moves: list[dict[str, int]], final: int, pieces: tuple[str, ...]) -> bool:
    state = 0
    for piece in pieces:
        if piece not in moves[state]:
            return False
        state = moves[state][piece]
    return state == final

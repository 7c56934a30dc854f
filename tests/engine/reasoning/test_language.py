"""The compact language: prompts are made of known tokens, answers are read as they were written, nothing else is read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.interactions.exposure import ROUTES, Exposure
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.language import (
    ANSWER,
    BEGIN,
    BOTH,
    CHANGES,
    DIRECTIONS,
    END,
    MODIFICATIONS,
    Answer,
    AnswerReader,
    Label,
    ReasonedStep,
    StepKind,
    fact_tokens,
    prompt_of,
    read_answer,
    told_facts,
    vocabulary,
    write_answer,
)
from engine.reasoning.pair_facts import PairFact, PairFacts, Side, pair_facts
from engine.report import SEVERITY_ORDER

KINETIC: tuple[StepKind, ...] = ("pk.metabolism", "pk.transport", "pk.absorption")
SIDES = st.sampled_from(("A", "B"))
NUMBERS = st.lists(st.integers(1, 31), min_size=1, max_size=5, unique=True).map(
    lambda found: tuple(f"F{number}" for number in sorted(found))
)
CODES = st.sampled_from(("CYP3A4", "OATP1B1/1B3", "chelation", "qt_prolongation"))
STEPS = st.one_of(
    st.builds(
        ReasonedStep, st.sampled_from(KINETIC), CODES, NUMBERS, st.sampled_from(MODIFICATIONS), SIDES, st.sampled_from(CHANGES)
    ),
    st.builds(ReasonedStep, st.just("pd.additive"), CODES, NUMBERS),
    st.builds(ReasonedStep, st.just("net_effect"), CODES, NUMBERS),
    st.builds(ReasonedStep, st.just("net_effect"), CODES, NUMBERS, st.none(), SIDES, st.sampled_from(CHANGES)),
)
LABELS = st.builds(
    Label, st.sampled_from(SEVERITY_ORDER), st.sampled_from(DIRECTIONS), st.sampled_from(("pk.metabolism", "unknown", "none"))
)
ANSWERS = st.builds(
    Answer, LABELS, st.lists(STEPS, max_size=6).map(tuple), st.lists(st.sampled_from(("avoid", "washout")), max_size=4).map(tuple)
)
PEOPLE = Patient(age_years=90, pregnant=True, egfr_ml_min=10.0, child_pugh="B")


@pytest.fixture(scope="module")
def store(application: Application) -> KnowledgeStore:
    return application.store


@pytest.fixture(scope="module")
def known(store: KnowledgeStore) -> frozenset[str]:
    return frozenset(vocabulary(store))


@pytest.fixture(scope="module")
def substances(store: KnowledgeStore) -> tuple[str, ...]:
    return tuple(sorted(row.id for row in store.all_substances() if store.covers(row.id)))


@given(answer=ANSWERS)
def test_an_answer_is_read_as_it_was_written(answer: Answer) -> None:
    assert read_answer(write_answer(answer)) == answer


@given(answer=ANSWERS)
def test_a_step_comes_out_with_the_token_that_begins_the_next_part(answer: Answer) -> None:
    reader = AnswerReader()
    came: list[ReasonedStep] = []
    for piece in write_answer(answer):
        done = reader.take(piece)
        came += done
        assert not done or piece == END or piece.startswith("<step:")
        if not reader.finished:
            with pytest.raises(ValueError, match="not ended"):
                reader.managements()
    assert tuple(came) == answer.steps
    assert reader.finished
    with pytest.raises(ValueError, match="more than an answer"):
        reader.take(END)


@given(answer=ANSWERS, data=st.data())
def test_an_answer_cut_off_is_not_read(answer: Answer, data: st.DataObject) -> None:
    written = write_answer(answer)
    with pytest.raises(ValueError, match=r"."):
        read_answer(written[: data.draw(st.integers(0, len(written) - 1))])


@given(pieces=st.lists(st.sampled_from(write_answer(Answer(Label("major", "both", "unknown"), (), ("avoid",)))) | st.text()))
def test_other_tokens_are_refused_or_make_a_whole_answer(pieces: list[str]) -> None:
    try:
        answer = read_answer(pieces)
    except ValueError:
        return
    assert write_answer(answer) == tuple(pieces)


@pytest.mark.parametrize(
    "step",
    [
        "<step:pk.metabolism> <CYP3A4> <inhibition> <A> <F1>",
        "<step:pk.metabolism> <CYP3A4> <inhibition> <together> <F1>",
        "<step:pk.metabolism> <CYP3A4> <inhibition> <A> <increase>",
        "<step:pk.metabolism> <CYP3A4> <inhibition> <F1> <A> <increase>",
        "<step:pk.metabolism> <CYP3A4> <increase> <A> <inhibition> <F1>",
        "<step:net_effect> <together> <bleeding> <F1>",
        "<step:net_effect> <A> <effect:bleeding> <F1>",
        "<step:severity> <major> <F1>",
    ],
)
def test_a_step_with_parts_of_another_kind_is_refused(step: str) -> None:
    written = ("<severity:major>", "<direction:none>", "<mechanism:unknown>", *step.split(), END)
    with pytest.raises(ValueError, match=r"step|known|expected"):
        read_answer(written)


def test_a_kinetic_step_without_an_object_cannot_be_written() -> None:
    label = Label("major", "none", "unknown")
    with pytest.raises(ValueError, match="an object and a change"):
        write_answer(Answer(label, (ReasonedStep("pk.metabolism", "CYP3A4", ("F1",), "inhibition"),)))


@given(data=st.data())
def test_every_token_of_a_prompt_is_in_the_vocabulary(
    data: st.DataObject, store: KnowledgeStore, substances: tuple[str, ...], known: frozenset[str]
) -> None:
    routes = st.sampled_from((None, *sorted(ROUTES)))
    first, second = (
        Exposure(side, side, data.draw(st.sampled_from(substances)), "name", route=data.draw(routes)) for side in range(2)
    )
    prompt = prompt_of(pair_facts(store, first, second, data.draw(st.sampled_from((None, PEOPLE)))))
    assert set(prompt) <= known
    assert prompt[0] == BEGIN
    assert prompt[-1] == ANSWER
    assert prompt.count(BEGIN) == prompt.count(ANSWER) == 1


def told(*facts: tuple[Side, str]) -> str:
    """The prompt of such facts, each given as its side and codes."""
    exposures = (Exposure(0, 0, "a", "a"), Exposure(1, 1, "b", "b"))
    numbered = (PairFact(f"F{number}", side, tuple(codes.split())) for number, (side, codes) in enumerate(facts, start=1))
    return " ".join(piece[1:-1] for piece in prompt_of(PairFacts(*exposures, tuple(numbered))))


def test_facts_in_which_the_two_meet_stand_together_next_to_the_answer() -> None:
    inhibitor, substrate = "inhibitor CYP3A4 strong", "substrate CYP3A4 major"
    bleeding, pressure = "tag bleeding weak", "tag fall weak"
    prompt = told(("A", inhibitor), ("A", bleeding), ("B", substrate), ("B", pressure))
    assert prompt == f"pair F2 A {bleeding} F4 B {pressure} F1 A {inhibitor} F3 B {substrate} both answer"


@pytest.mark.parametrize("process", ["chelation", "binding"])
def test_the_two_ends_of_a_process_of_absorption_meet(process: str) -> None:
    ends = (f"property absorption_{process}=object", f"property absorption_{process}=precipitant")
    assert told(("A", ends[0]), ("B", ends[1])) == f"pair F1 A {ends[0]} F2 B {ends[1]} both answer"


@pytest.mark.parametrize("codes", ["figure fe high", "property narrow_therapeutic_index=yes", "route oral", "prodrug CYP3A4"])
def test_facts_of_one_medicine_alone_never_meet(codes: str) -> None:
    assert told(("A", codes), ("B", codes)) == f"pair F1 A {codes} F2 B {codes} answer"


def test_one_medicine_s_facts_on_a_topic_stand_together_without_a_mark() -> None:
    substrate, inhibitor, tag = "substrate CYP3A4 major", "inhibitor CYP3A4 weak", "tag bleeding weak"
    assert told(("A", substrate), ("A", tag), ("A", inhibitor)) == f"pair F1 A {substrate} F3 A {inhibitor} F2 A {tag} answer"


@given(data=st.data())
def test_a_prompt_tells_every_fact_once_whatever_its_order(
    data: st.DataObject, store: KnowledgeStore, substances: tuple[str, ...]
) -> None:
    first, second = (Exposure(side, side, data.draw(st.sampled_from(substances)), "name", route="oral") for side in range(2))
    facts = pair_facts(store, first, second, PEOPLE)
    prompt = prompt_of(facts)
    assert sorted(told_facts(prompt)) == sorted(fact_tokens(fact)[1:] for fact in facts.facts)
    assert len(prompt) - prompt.count(BOTH) == 2 + sum(len(fact_tokens(fact)) for fact in facts.facts)


def test_every_medicine_s_own_facts_are_in_the_vocabulary(store: KnowledgeStore, known: frozenset[str]) -> None:
    unknown = {
        piece
        for row in store.all_substances()
        for piece in prompt_of(pair_facts(store, Exposure(0, 0, row.id, row.name), Exposure(1, 1, row.id, row.name)))
        if piece not in known
    }
    assert not unknown


def test_the_vocabulary_holds_each_token_once_and_no_name_of_a_medicine(store: KnowledgeStore) -> None:
    tokens = vocabulary(store)
    assert len(tokens) == len(set(tokens))
    assert tokens == vocabulary(store)
    assert all(re.fullmatch(r"<[^<>\s]+>", one) for one in tokens)
    names = {f"<{row.id}>" for row in store.all_substances()} | {f"<{row.name}>" for row in store.all_substances()}
    assert not names & set(tokens)


def test_no_label_stands_in_a_prompt(store: KnowledgeStore) -> None:
    answers = ("<severity:", "<direction:", "<mechanism:", "<effect:", "<do:", "<step:")
    for row in store.all_substances():
        exposure = Exposure(0, 0, row.id, row.name)
        assert not [one for one in prompt_of(pair_facts(store, exposure, exposure, PEOPLE)) if one.startswith(answers)]

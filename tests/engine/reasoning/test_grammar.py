"""The automaton: every walk to its end is an answer about this pair's facts; the answers that should be written can be."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.interactions.exposure import Exposure
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.grammar import AnswerAutomaton, automaton_of, choices_of
from engine.reasoning.language import (
    DIRECTIONS,
    END,
    Answer,
    Label,
    ReasonedStep,
    label_tokens,
    read_answer,
    token,
    vocabulary,
    write_answer,
)
from engine.reasoning.pair_facts import PairFacts, pair_facts
from engine.report import SEVERITY_ORDER


@pytest.fixture(scope="module")
def store(application: Application) -> KnowledgeStore:
    return application.store


@pytest.fixture(scope="module")
def known(store: KnowledgeStore) -> tuple[str, ...]:
    return vocabulary(store)


@pytest.fixture(scope="module")
def substances(store: KnowledgeStore) -> tuple[str, ...]:
    return tuple(sorted(row.id for row in store.all_substances() if store.covers(row.id)))


def pair(store: KnowledgeStore, first: str, second: str) -> PairFacts:
    return pair_facts(store, Exposure(0, 0, first, first), Exposure(1, 1, second, second))


def walk(automaton: AnswerAutomaton, generator: random.Random, stay: float) -> list[str]:
    """A walk at random from the start to the end; `stay`: how unwilling it is to end where it may."""
    state, pieces = 0, []
    while state != automaton.final:
        ways = sorted(automaton.moves[state])
        if END in ways and len(ways) > 1 and generator.random() < stay:
            ways.remove(END)
        pieces.append(generator.choice(ways))
        state = automaton.moves[state][pieces[-1]]
    return pieces


def accepts(automaton: AnswerAutomaton, pieces: tuple[str, ...]) -> bool:
    state = 0
    for piece in pieces:
        if piece not in automaton.moves[state]:
            return False
        state = automaton.moves[state][piece]
    return state == automaton.final


@given(data=st.data(), generator=st.randoms(use_true_random=False), stay=st.sampled_from((0.0, 0.5, 0.95)))
def test_every_walk_is_read_back_and_cites_facts_of_the_pair(
    data: st.DataObject,
    generator: random.Random,
    stay: float,
    store: KnowledgeStore,
    known: tuple[str, ...],
    substances: tuple[str, ...],
) -> None:
    facts = pair(store, *(data.draw(st.sampled_from(substances)) for _side in range(2)))
    automaton = automaton_of(choices_of(facts, known))
    for _again in range(5):
        pieces = walk(automaton, generator, stay)
        answer = read_answer(pieces)
        assert write_answer(answer) == tuple(pieces)
        assert set(pieces) <= set(known)
        rows = [fact.id for fact in facts.facts if fact.row is not None]
        for step in answer.steps:
            places = [rows.index(number) for number in step.facts]
            assert places == sorted(set(places))
        if answer.label.severity == "none":
            assert answer == Answer(Label("none", "none", "none"), ())
        assert len(answer.steps) <= 6
        assert len(answer.managements) <= 4


def test_a_step_names_only_targets_and_tags_of_the_pair(store: KnowledgeStore, known: tuple[str, ...]) -> None:
    facts = pair(store, "clarithromycin", "simvastatin")
    generator = random.Random(3)
    automaton = automaton_of(choices_of(facts, known))
    written = {piece for _again in range(300) for piece in walk(automaton, generator, 0.9)}
    targets = {token(fact.codes[1]) for fact in facts.facts if fact.codes[0] in ("inhibitor", "inducer", "substrate")}
    every = {token(row.target) for row in store.enzyme_roles.all()}
    assert written & every == targets
    assert "<CYP3A4>" in written
    # Only tags that both have; simvastatin does not prolong the QT interval.
    assert not written & {token(tag) for tag in store.tags} - {
        token(fact.codes[1]) for fact in facts.facts if fact.codes[0] == "tag" and fact.side == "B"
    }


def test_each_state_but_the_end_leads_on_and_the_end_is_reached_from_each(
    store: KnowledgeStore, known: tuple[str, ...], substances: tuple[str, ...]
) -> None:
    for first, second in zip(substances[::40], substances[7::40], strict=False):
        automaton = automaton_of(choices_of(pair(store, first, second), known))
        assert automaton.moves[automaton.final] == {}
        ending = {automaton.final}
        while more := {
            state for state, moves in enumerate(automaton.moves) if state not in ending and ending & set(moves.values())
        }:
            ending |= more
        assert ending == set(range(len(automaton.moves)))


def test_the_label_is_watched_in_three_states(store: KnowledgeStore, known: tuple[str, ...]) -> None:
    automaton = automaton_of(choices_of(pair(store, "clarithromycin", "simvastatin"), known))
    severity, direction, mechanism = automaton.watched
    assert severity == 0
    assert set(automaton.moves[severity]) == {token(f"severity:{level}") for level in SEVERITY_ORDER}
    assert set(automaton.moves[direction]) == {token(f"direction:{one}") for one in DIRECTIONS}
    kinds = {token(f"mechanism:{kind}") for kind in store.mechanism_words}
    assert set(automaton.moves[mechanism]) == kinds
    pieces = label_tokens(Label("none", "none", "none"))
    state = 0
    for place, piece in enumerate(pieces):
        # Where there is no interaction, direction and mechanism follow by themselves.
        assert (len(automaton.moves[state]) == 1) == (place > 0)
        state = automaton.moves[state][piece]
    assert set(automaton.moves[state]) == {END}


def test_the_answer_that_should_be_written_can_be(store: KnowledgeStore, known: tuple[str, ...]) -> None:
    facts = pair(store, "clarithromycin", "simvastatin")
    (inhibitor,) = (fact.id for fact in facts.facts if fact.side == "A" and fact.codes[:2] == ("inhibitor", "CYP3A4"))
    (substrate,) = (fact.id for fact in facts.facts if fact.side == "B" and fact.codes[:2] == ("substrate", "CYP3A4"))
    steps = (
        ReasonedStep("pk.metabolism", "CYP3A4", (inhibitor, substrate), "inhibition", "B", "increase"),
        ReasonedStep("net_effect", "object_toxicity", (inhibitor, substrate), None, "B", "increase"),
    )
    automaton = automaton_of(choices_of(facts, known))
    label = Label("contraindicated", "B_increase", "pk.metabolism")
    assert accepts(automaton, write_answer(Answer(label, steps, ("avoid", "use_alternative"))))
    assert accepts(automaton, write_answer(Answer(label, ())))
    assert not accepts(automaton, write_answer(Answer(label, steps[::-1])))
    assert not accepts(automaton, write_answer(Answer(label, (steps[0],) * 7)))
    assert not accepts(automaton, write_answer(Answer(label, steps, ("avoid",) * 5)))
    foreign = ReasonedStep("pk.metabolism", "CYP2D6", (inhibitor,), "inhibition", "B", "increase")
    assert not accepts(automaton, write_answer(Answer(label, (foreign,))))
    missing = ReasonedStep("pk.metabolism", "CYP3A4", ("F31",), "inhibition", "B", "increase")
    assert not accepts(automaton, write_answer(Answer(label, (missing,))))


def test_without_a_fact_there_is_a_label_and_no_step(store: KnowledgeStore, known: tuple[str, ...]) -> None:
    skin = Exposure(0, 0, "simvastatin", "simvastatin", route="topical")
    facts = pair_facts(store, skin, skin)
    assert not facts
    generator = random.Random(5)
    automaton = automaton_of(choices_of(facts, known))
    assert all(not read_answer(walk(automaton, generator, 0.9)).steps for _again in range(100))


def test_a_student_that_lacks_words_is_not_asked_for_them(store: KnowledgeStore, known: tuple[str, ...]) -> None:
    """A student made before a target or an action was added to the knowledge."""
    facts = pair(store, "clarithromycin", "simvastatin")
    fewer = tuple(one for one in known if one != "<CYP3A4>" and not one.startswith("<do:"))
    generator = random.Random(9)
    automaton = automaton_of(choices_of(facts, fewer))
    for _again in range(100):
        assert set(walk(automaton, generator, 0.9)) <= set(fewer)


def test_a_label_that_is_given_is_written_and_reasoned_from(store: KnowledgeStore) -> None:
    facts = pair(store, "clarithromycin", "simvastatin")
    label = Label("major", "B_increase", "pk.metabolism")
    automaton = automaton_of(choices_of(facts, vocabulary(store), label))
    state = 0
    for piece in label_tokens(label):
        assert automaton.moves[state] == {piece: automaton.moves[state][piece]}
        state = automaton.moves[state][piece]
    free = automaton_of(choices_of(facts, vocabulary(store)))
    assert "<step:pk.metabolism>" in automaton.moves[state]
    assert len(automaton.watched) == len(free.watched) == 3
    nothing = automaton_of(choices_of(facts, vocabulary(store), Label("none", "none", "none")))
    assert sum(len(moves) for moves in nothing.moves) == 4

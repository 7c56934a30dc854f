"""An automaton that could hang, end nowhere or allow nothing is refused before anything is decoded with it."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.students.automaton import Json, ReceivedAutomaton, TokenAutomaton

CHOICE: list[dict[int, int]] = [{5: 1, 6: 1, 7: 2}, {8: 2}, {9: 0, 10: 3}, {}]


def test_goes_through_json() -> None:
    automaton = TokenAutomaton(CHOICE, frozenset({3}), frozenset({0}))
    form: Json = json.loads(json.dumps(automaton.to_json()))
    back = ReceivedAutomaton(form)
    assert [back.moves(state) for state in range(4)] == CHOICE == [automaton.moves(state) for state in range(4)]
    assert (back.final, back.watched) == (automaton.final, automaton.watched)
    assert automaton.largest_token == 10


def test_words_stand_for_their_ids() -> None:
    words: list[dict[str, int]] = [{"a": 1, "b": 1}, {"c": 2}, {}]
    automaton = TokenAutomaton.of_words(words, {"a": 5, "b": 9, "c": 7}, frozenset({2}), frozenset({0}))
    assert [automaton.moves(state) for state in range(3)] == [{5: 1, 9: 1}, {7: 2}, {}]
    assert (automaton.final, automaton.watched, automaton.largest_token) == (frozenset({2}), frozenset({0}), 9)
    with pytest.raises(KeyError):
        TokenAutomaton.of_words(words, {"a": 5}, frozenset({2}), frozenset())
    with pytest.raises(ValueError, match="state 1 is final and goes on"):
        TokenAutomaton.of_words(words, {"a": 5, "b": 9, "c": 7}, frozenset({1, 2}), frozenset())


@pytest.mark.parametrize(
    ("transitions", "final", "watched", "said"),
    [
        ([], set(), set(), "does not exist"),
        ([{1: 1}, {}], {2}, set(), "does not exist"),
        ([{1: 1}, {}], {1}, {-1}, "does not exist"),
        ([{1: 2}, {}], {1}, set(), "leads to one that does not exist"),
        ([{1: -1}, {}], {1}, set(), "leads to one that does not exist"),
        ([{-1: 1}, {}], {1}, set(), "negative token"),
        ([{1: 1}, {}, {1: 1}], {1}, set(), "state 2 cannot be reached"),
        ([{1: 1}, {}], set(), set(), "state 1 is final and goes on, or is not and allows no token"),
        ([{1: 1}, {2: 0}], {1}, set(), "state 1 is final and goes on"),
        ([{1: 1, 2: 2}, {}, {3: 2}], {1}, set(), "state 2 never leads to a final one"),
        ([{1: 0}], set(), set(), "state 0 never leads to a final one"),
        ([{1: 1}, {}], {1}, {1}, "a final state is watched"),
    ],
)
def test_refused(transitions: list[dict[int, int]], final: set[int], watched: set[int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TokenAutomaton(transitions, frozenset(final), frozenset(watched))


_LEAVES = st.none() | st.booleans() | st.integers(-3, 6) | st.text(max_size=2)
_FORMS = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=12)

_ROWS = st.binary(max_size=16).map(lambda content: b64encode(content).decode()) | _FORMS
_AUTOMATA = st.fixed_dictionaries({"tokens": _ROWS, "after": _ROWS, "ends": _ROWS, "final": _FORMS, "watched": _FORMS})


@given(_AUTOMATA | _FORMS)
def test_any_other_form_is_a_value_error(form: Json) -> None:
    try:
        moves = ReceivedAutomaton(form).moves(0)
    except ValueError:
        return
    assert all(type(number) is int for pair in moves.items() for number in pair)

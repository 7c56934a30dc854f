"""What may be written: an automaton over token ids that the worker follows, so that no other answer can come out.

Generation starts in state 0 and ends on reaching a final state. In each other state some tokens are allowed, each leading to a
next state; where one alone is allowed it is *forced*: nothing is computed to choose it. In a *watched* state the probabilities of
all allowed tokens are told, not only that of the token taken.
"""

from __future__ import annotations

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
# Whole numbers of four bytes.
_NUMBERS = "i"


@dataclass(frozen=True, slots=True)
class _Rows:
    """The moves of all states in one row of numbers each: tokens, the states after them, and where in both each state ends."""

    tokens: array[int]
    after: array[int]
    ends: array[int]

    def moves(self, state: int) -> dict[int, int]:
        place = self._place(state)
        return dict(zip(self.tokens[place], self.after[place], strict=True))

    def states_after(self) -> list[set[int]]:
        """Of each state, those that come next."""
        return [set(self.after[self._place(state)]) for state in range(len(self.ends))]

    def _place(self, state: int) -> slice:
        return slice(self.ends[state - 1] if state else 0, self.ends[state])


class TokenAutomaton:
    """Allowed tokens and the states after them, of each state; none of final states alone."""

    def __init__(
        self, transitions: Sequence[Mapping[int, int]], final: frozenset[int], watched: frozenset[int] = frozenset()
    ) -> None:
        """Raises ValueError: a state cannot be reached, leads nowhere or never to a final one, a final one goes on, or a number
        is off."""
        self._take([token for moves in transitions for token in moves], transitions, final, watched)

    @classmethod
    def of_words(
        cls, transitions: Sequence[Mapping[str, int]], ids: Mapping[str, int], final: frozenset[int], watched: frozenset[int]
    ) -> TokenAutomaton:
        """One whose tokens are given by their words, with the ids of these.

        Raises:
            KeyError: a word has no id.
            ValueError: as where tokens are given.
        """
        automaton = cls.__new__(cls)
        automaton._take([ids[word] for moves in transitions for word in moves], transitions, final, watched)
        return automaton

    def _take(
        self,
        tokens: list[int],
        transitions: Sequence[Mapping[int, int]] | Sequence[Mapping[str, int]],
        final: frozenset[int],
        watched: frozenset[int],
    ) -> None:
        after = [state for moves in transitions for state in moves.values()]
        ends = accumulate(map(len, transitions))
        self._rows = _Rows(array(_NUMBERS, tokens), array(_NUMBERS, after), array(_NUMBERS, ends))
        self.final, self.watched = final, watched
        states = len(transitions)
        if not states or any(not 0 <= state < states for state in final | watched):
            raise ValueError("a final or watched state does not exist")
        if final & watched:
            raise ValueError("a final state is watched")
        if odd := final ^ {state for state, moves in enumerate(transitions) if not moves}:
            raise ValueError(f"state {min(odd)} is final and goes on, or is not and allows no token")
        if min(tokens, default=0) < 0:
            raise ValueError("a state allows a negative token id")
        if after and not 0 <= min(after) <= max(after) < states:
            raise ValueError("a state leads to one that does not exist")
        _check_ways(self._rows.states_after(), final)
        self.largest_token = max(tokens, default=0)

    def moves(self, state: int) -> Mapping[int, int]:
        """The tokens allowed in a state, and the states after them."""
        return self._rows.moves(state)

    def to_json(self) -> Json:
        """As a message holds it. An answer's automaton has some thousand tokens: lists of lists would take longer to write and to
        read than the answer's tokens take to choose."""
        rows = {"tokens": self._rows.tokens, "after": self._rows.after, "ends": self._rows.ends}
        numbers: dict[str, Json] = {name: b64encode(row.tobytes()).decode("ascii") for name, row in rows.items()}
        return {**numbers, "final": [*self.final], "watched": [*self.watched]}


class ReceivedAutomaton:
    """An automaton as a message brought it: sound where it was sent, and each state is made when it is first entered, since an
    answer enters few of them."""

    def __init__(self, form: Json) -> None:
        """Raises ValueError: the form is of no automaton."""
        if not isinstance(form, dict) or set(form) != {"tokens", "after", "ends", "final", "watched"}:
            raise ValueError("not an automaton")
        self._rows = _Rows(*(_row(form[name]) for name in ("tokens", "after", "ends")))
        self.final = frozenset(_integers(form["final"]))
        self.watched = frozenset(_integers(form["watched"]))
        self._known: dict[int, dict[int, int]] = {}

    def moves(self, state: int) -> Mapping[int, int]:
        """The tokens allowed in a state, and the states after them.

        Raises:
            ValueError: there is no such state.
        """
        if state not in self._known:
            if not 0 <= state < len(self._rows.ends):
                raise ValueError("not a state")
            self._known[state] = self._rows.moves(state)
        return self._known[state]


def _row(form: Json) -> array[int]:
    if not isinstance(form, str):
        raise ValueError("not a row of numbers")
    row = array(_NUMBERS)
    row.frombytes(b64decode(form, validate=True))
    return row


def _integers(form: Json) -> list[int]:
    if not isinstance(form, list):
        raise ValueError("not a list")
    found = [one for one in form if type(one) is int]
    if len(found) < len(form):
        raise ValueError("not a list of integers")
    return found


def _check_ways(after: Sequence[set[int]], final: frozenset[int]) -> None:
    """Each state is reached from the first and leads to a final one, or it is a ValueError."""
    before: list[set[int]] = [set() for _ in after]
    for state, following in enumerate(after):
        for one in following:
            before[one].add(state)
    reached = _spread({0}, after)
    if len(reached) < len(after):
        raise ValueError(f"state {min(set(range(len(after))) - reached)} cannot be reached")
    ending = _spread(final, before)
    if len(ending) < len(after):
        raise ValueError(f"state {min(set(range(len(after))) - ending)} never leads to a final one")


def _spread(start: Iterable[int], neighbours: Sequence[set[int]]) -> set[int]:
    """All that can be reached from `start`."""
    reached, waiting = set(start), list(start)
    while waiting:
        fresh = neighbours[waiting.pop()] - reached
        reached |= fresh
        waiting += fresh
    return reached

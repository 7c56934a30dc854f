"""What may be written: an automaton over token ids that the worker follows, so that no other answer can come out.

Generation starts in state 0 and ends on reaching a final state. In each other state some tokens are allowed, each leading to a
next state; where one alone is allowed it is *forced*: nothing is computed to choose it. In a *watched* state the probabilities of
all allowed tokens are told, not only that of the token taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class TokenAutomaton:
    """`transitions`: of each state, the allowed token ids and the states after them; empty for final states alone.

    Raises:
        ValueError: a state cannot be reached, leads nowhere or never to a final one, a final one goes on, or a number is off.
    """

    transitions: Sequence[Mapping[int, int]]
    final: frozenset[int]
    watched: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        states = len(self.transitions)
        if not states or any(not 0 <= state < states for state in self.final | self.watched):
            raise ValueError("a final or watched state does not exist")
        before: list[set[int]] = [set() for _ in range(states)]
        for state, moves in enumerate(self.transitions):
            if bool(moves) == (state in self.final):
                raise ValueError(f"state {state} is final and goes on, or is not and allows no token")
            if moves and min(moves) < 0:
                raise ValueError(f"state {state} allows a negative token id")
            for after in set(moves.values()):
                if not 0 <= after < states:
                    raise ValueError(f"state {state} leads to one that does not exist")
                before[after].add(state)
        if self.final & self.watched:
            raise ValueError("a final state is watched")
        reached = _spread({0}, [set(moves.values()) for moves in self.transitions])
        if len(reached) < states:
            raise ValueError(f"state {min(set(range(states)) - reached)} cannot be reached")
        ending = _spread(self.final, before)
        if len(ending) < states:
            raise ValueError(f"state {min(set(range(states)) - ending)} never leads to a final one")

    @property
    def largest_token(self) -> int:
        """The largest token id in it."""
        return max(max(moves) for moves in self.transitions if moves)

    def moves(self, state: int) -> Mapping[int, int]:
        """The tokens allowed in a state, and the states after them."""
        return self.transitions[state]

    def to_json(self) -> Json:
        """As a message holds it: of each state, its tokens and the states after them."""
        states: list[Json] = [[[*moves], [*moves.values()]] for moves in self.transitions]
        return {"states": states, "final": [*self.final], "watched": [*self.watched]}


class ReceivedAutomaton:
    """An automaton as a message brought it: sound where it was sent, and each state is made when it is first entered, since an
    answer enters few of them."""

    def __init__(self, form: Json) -> None:
        """Raises ValueError: the form is of no automaton."""
        if not isinstance(form, dict) or set(form) != {"states", "final", "watched"}:
            raise ValueError("not an automaton")
        self._states = _list(form["states"])
        self.final = frozenset(_integers(form["final"]))
        self.watched = frozenset(_integers(form["watched"]))
        self._known: dict[int, dict[int, int]] = {}

    def moves(self, state: int) -> Mapping[int, int]:
        """The tokens allowed in a state, and the states after them.

        Raises:
            ValueError: the state is of no known form, or there is none.
        """
        if state not in self._known:
            if not 0 <= state < len(self._states) or len(parts := _list(self._states[state])) != 2:
                raise ValueError("not a state")
            self._known[state] = dict(zip(_integers(parts[0]), _integers(parts[1]), strict=True))
        return self._known[state]


def _list(form: Json) -> list[Json]:
    if not isinstance(form, list):
        raise ValueError("not a list")
    return form


def _integers(form: Json) -> list[int]:
    found = [one for one in _list(form) if type(one) is int]
    if len(found) < len(_list(form)):
        raise ValueError("not a list of integers")
    return found


def _spread(start: Iterable[int], neighbours: Sequence[set[int]]) -> set[int]:
    """All that can be reached from `start`."""
    reached, waiting = set(start), list(start)
    while waiting:
        for state in neighbours[waiting.pop()] - reached:
            reached.add(state)
            waiting.append(state)
    return reached

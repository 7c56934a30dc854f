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

    def to_json(self) -> Json:
        """As a message holds it: of each state, the states after it with the tokens that lead there."""
        states: list[Json] = []
        for moves in self.transitions:
            tokens: dict[int, list[Json]] = {}
            for token, after in moves.items():
                tokens.setdefault(after, []).append(token)
            states.append([[after, found] for after, found in tokens.items()])
        return {"states": states, "final": list(self.final), "watched": list(self.watched)}


def automaton_from_json(form: Json) -> TokenAutomaton:
    """The automaton of a message.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(form, dict) or set(form) != {"states", "final", "watched"}:
        raise ValueError("not an automaton")
    transitions = [
        {token: after for after, tokens in map(_pair, _list(moves)) for token in tokens} for moves in _list(form["states"])
    ]
    return TokenAutomaton(transitions, frozenset(_integers(form["final"])), frozenset(_integers(form["watched"])))


def _pair(form: Json) -> tuple[int, list[int]]:
    parts = _list(form)
    if len(parts) != 2 or not isinstance(parts[0], int):
        raise ValueError("not a state with its tokens")
    return parts[0], _integers(parts[1])


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

"""What goes into the labeller: the facts of pairs as ids of their codes. Training and asking make their rows here.

After its facts a pair may have a row for each two facts, one of A and one of B, that are about the same target, tag or process:
both facts in one row, so that the labeller need not find out that they meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.reasoning.pair_facts import topic_of

# Codes of a fact: its side, its kind, what it is about, and how strong that is.
CODES_A_FACT: Literal[4] = 4
CODES_A_MEETING: Literal[8] = 8
# No code has this id.
PADDING = 0
INPUT, OUTPUT = "facts", "logits"
FIRST_SIDE, SECOND_SIDE = "<A>", "<B>"


def code_ids(tokens: Sequence[str]) -> dict[str, int]:
    """Ids of codes: their places, after that of padding."""
    return {piece: place + PADDING + 1 for place, piece in enumerate(tokens)}


def meetings(told: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Places of each two facts, one of A and one of B, that are about the same. `told`: facts as tokens, the side first."""
    at: dict[str, tuple[list[int], list[int]]] = {}
    for place, fact in enumerate(told):
        topic = topic_of([piece.strip("<>") for piece in fact[1:]])
        if topic is not None and fact[0] in (FIRST_SIDE, SECOND_SIDE):
            at.setdefault(topic, ([], []))[fact[0] == SECOND_SIDE].append(place)
    return [(first, second) for firsts, seconds in at.values() for first in firsts for second in seconds]


def rows_of(facts: Sequence[Sequence[int]], met: Iterable[tuple[int, int]] = ()) -> list[list[int]]:
    """Rows of a pair: one for each fact, then one for each meeting, its second fact after the room of the first."""
    rows = [list(fact) for fact in facts]
    for first, second in met:
        room = [PADDING] * (CODES_A_FACT - len(facts[first]))
        rows.append([*facts[first], *room, *facts[second]])
    return rows


def fact_array(pairs: Sequence[Sequence[Sequence[int]]], codes_a_row: int = CODES_A_FACT) -> NDArray[np.int64]:
    """Rows of several pairs, padded: (pairs, rows, `codes_a_row`); at least one place for a row."""
    found = np.full((len(pairs), max([1, *map(len, pairs)]), codes_a_row), PADDING, dtype=np.int64)
    for place, rows in enumerate(pairs):
        for number, row in enumerate(rows):
            found[place, number, : len(row)] = row
    return found

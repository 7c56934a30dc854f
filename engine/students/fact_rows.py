"""What goes into the labeller: the facts of pairs as ids of their codes. Training and asking make their rows here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Codes of a fact: its side, its kind, what it is about, and how strong that is.
CODES_A_FACT = 4
# No code has this id.
PADDING = 0
INPUT, OUTPUT = "facts", "logits"


def code_ids(tokens: Sequence[str]) -> dict[str, int]:
    """Ids of codes: their places, after that of padding."""
    return {piece: place + PADDING + 1 for place, piece in enumerate(tokens)}


def fact_array(rows: Sequence[Sequence[Sequence[int]]]) -> NDArray[np.int64]:
    """Facts of several pairs, padded: (pairs, facts, `CODES_A_FACT`); at least one place for a fact."""
    found = np.full((len(rows), max([1, *map(len, rows)]), CODES_A_FACT), PADDING, dtype=np.int64)
    for place, row in enumerate(rows):
        for number, fact in enumerate(row):
            found[place, number, : len(fact)] = fact
    return found

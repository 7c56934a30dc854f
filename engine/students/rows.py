"""What goes into the reader and what comes out: one row is a sentence, or several, with any number of pairs asked at once.

A pair is asked by two marker tokens at the end of the row. They stand at the positions of the names they mark, see the whole
text and each other, and nothing in the text sees them: so the text is read once for all of its pairs, and an answer never
depends on which other pairs are asked. (While a student learns, the text may see them: then they are of its group.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Groups of tokens: the text, and padding; a pair's two markers have a positive number of their own.
TEXT_GROUP = 0
PADDING_GROUP = -1


@dataclass(frozen=True, slots=True)
class AskedPair:
    """Places of tokens in a row: the two markers, and the first token of each of the two names."""

    first_marker: int
    second_marker: int
    first_token: int
    second_token: int


@dataclass(frozen=True, slots=True)
class Row:
    """One input of the reader.

    `ids`: token ids from [CLS] to [SEP], then the markers. `positions`: position of each token (left-out words leave a gap; a
    marker has that of its name's first token). `groups`: `TEXT_GROUP`, or the number of the marker's pair from 1.
    """

    ids: tuple[int, ...]
    positions: tuple[int, ...]
    groups: tuple[int, ...]
    pairs: tuple[AskedPair, ...] = ()


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """Logits of one row, float32: `names` (tokens of the row, classes of all name heads), `relations` (pairs, classes of all
    relation heads); `attention` (layers, tokens, tokens), mean over heads, only where it was asked for. The manifest says which
    classes belong to which head."""

    names: NDArray[np.float32]
    relations: NDArray[np.float32]
    attention: NDArray[np.float32] | None = None

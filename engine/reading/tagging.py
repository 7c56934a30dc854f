"""Names as the student tags them: windows of a sentence in, tagged stretches with calibrated probabilities out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.students.encoding import NO_WORD, EncodedText, make_row, windows
from engine.students.manifest import Head
from engine.students.probabilities import calibrated
from engine.students.rows import Row

OUTSIDE = "O"
# Words that two windows share are read in the one where more of the text around them stands.
_OVERLAP = 4


@dataclass(frozen=True, slots=True)
class Tagged:
    """A stretch of words that a names head tags. `probability`: mean over its words of the calibrated probability of the tag."""

    start: int
    end: int
    head: str
    kind: str
    probability: float


@dataclass(frozen=True, slots=True)
class TextRows:
    """A sentence as rows without pairs: one, or several windows that overlap."""

    encoded: EncodedText
    spans: tuple[tuple[int, int], ...]
    ranges: tuple[range, ...]
    rows: tuple[Row, ...]


def text_rows(encoded: EncodedText, max_tokens: int) -> TextRows:
    """Rows that hold every word of a sentence."""
    ranges = tuple(windows(encoded, max_tokens, max_tokens // _OVERLAP))
    return TextRows(encoded, encoded.word_spans, ranges, tuple(make_row(encoded, window) for window in ranges))


def tagged(rows: TextRows, answers: Sequence[NDArray[np.float32]], heads: Sequence[Head]) -> list[Tagged]:
    """Stretches that the names heads tag; `answers` are the logits of the names, one for each row."""
    places = _word_places(rows)
    if not places:
        return []
    logits = np.stack([answers[row][place] for row, place in places])
    found: list[Tagged] = []
    for head in heads:
        shares = calibrated(logits, head)
        best = shares.argmax(axis=-1)
        # Most sentences hold no name of most kinds.
        if best.any():
            found += _stretches(rows.spans, best.tolist(), shares.max(axis=-1).tolist(), head)
    return found


def _word_places(rows: TextRows) -> list[tuple[int, int]]:
    """For each word (row, place in it) of its first token, in the row that shows most of what stands around."""
    words = rows.encoded.words
    if len(rows.ranges) == 1:
        firsts: list[tuple[int, int]] = []
        for number, token in enumerate(rows.ranges[0], start=1):
            if words[token] == len(firsts):
                firsts.append((0, number))
        return firsts
    best: dict[int, tuple[int, int, int]] = {}
    first_token: dict[int, int] = {}
    for token, word in enumerate(words):
        if word != NO_WORD:
            first_token.setdefault(word, token)
    for row, window in enumerate(rows.ranges):
        for word, token in first_token.items():
            if token in window:
                room = min(token - window.start, window.stop - token)
                if word not in best or room > best[word][0]:
                    best[word] = (room, row, token - window.start + 1)
    return [best[word][1:] for word in sorted(best)]


def _stretches(spans: Sequence[tuple[int, int]], tags: Sequence[int], sure: Sequence[float], head: Head) -> list[Tagged]:
    return [
        Tagged(spans[first][0], spans[last - 1][1], head.name, kind, float(sum(sure[first:last]) / (last - first)))
        for kind, first, last in stretches([head.labels[tag] for tag in tags])
    ]


def stretches(labels: Sequence[str]) -> list[tuple[str, int, int]]:
    """(kind, first word, one past the last) of each name that the labels of words make. B- begins a name, and so does I- where no
    name of its kind stands before it. Reading and measuring both ask here."""
    found: list[tuple[str, int, int]] = []
    before = OUTSIDE
    for word, label in enumerate(labels):
        if label != OUTSIDE:
            kind = label[2:]
            if label.startswith("I-") and before[2:] == kind:
                found[-1] = (kind, found[-1][1], word + 1)
            else:
                found.append((kind, word, word + 1))
        before = label
    return found

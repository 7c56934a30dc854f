"""The words of an explanation by weight: sorted, as shares of the heaviest, and what two explanations have in common.

Imports nothing heavy: the window reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.explain.model import Explanation

TOP_WORDS = 5
# Below this share of the heaviest word, a word is not coloured: everything coloured would say nothing.
LEAST_SHARE = 0.1
# Speaks for the class; speaks against it. Text stays black on both grounds.
FOR_COLOUR = (230, 140, 30)
AGAINST_COLOUR = (80, 145, 225)
_LEAST_INK, _MOST_INK = 0.2, 0.85
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class WordWeight:
    """A word with its place in the explanation, its weight, and that as a share (−1 to 1) of the heaviest word's size."""

    place: int
    word: str
    weight: float
    share: float


def word_weights(explanation: Explanation) -> tuple[WordWeight, ...]:
    """Every word in the order of the sentence; the two names have no weight."""
    heaviest = max((abs(weight) for weight in explanation.weights), default=0.0)
    rows = zip(explanation.words, explanation.weights, explanation.fixed, strict=True)
    found = []
    for place, (word, weight, fixed) in enumerate(rows):
        own = 0.0 if fixed else weight
        found.append(WordWeight(place, word, own, own / heaviest if heaviest > 0 else 0.0))
    return tuple(found)


def ranked(explanation: Explanation) -> tuple[WordWeight, ...]:
    """Words that have a weight, the heaviest first; of two equal ones the first in the sentence."""
    return tuple(sorted((one for one in word_weights(explanation) if one.weight), key=lambda one: (-abs(one.weight), one.place)))


def shared_top(one: Explanation, other: Explanation, count: int = TOP_WORDS) -> tuple[str, ...]:
    """Words that are among the heaviest of both, in the order of the first. The same word elsewhere is another one."""
    places = {one.spans[word.place] for word in ranked(one)[:count]} & {other.spans[word.place] for word in ranked(other)[:count]}
    return tuple(word.word for word in ranked(one)[:count] if one.spans[word.place] in places)


def ground_of(share: float, base: Colour) -> Colour | None:
    """The ground of a word on a page of colour `base`; None where the word is not coloured."""
    if abs(share) < LEAST_SHARE:
        return None
    ink = _LEAST_INK + (_MOST_INK - _LEAST_INK) * min(1.0, abs(share))
    full = FOR_COLOUR if share > 0 else AGAINST_COLOUR
    red, green, blue = (round(low + (high - low) * ink) for low, high in zip(base, full, strict=True))
    return red, green, blue

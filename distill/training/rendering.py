"""How a pair of names is put before an encoder: its sentence with the two marked, or replaced, in its text.

The marks are words that the base vocabulary keeps unused, so no embedding is added. Which rendering works best is measured, not
assumed; `raw` shows the pair not at all and is there to be measured against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from distill.corpora.model import Pair, Sentence

Rendering = Literal["markers", "placeholders", "raw"]
RENDERINGS: tuple[Rendering, ...] = ("markers", "placeholders", "raw")
# Words of the base vocabulary that stand in no text: start and end of the first and the second name; each blinded name.
FIRST, FIRST_END, SECOND, SECOND_END = "[unused1]", "[unused2]", "[unused3]", "[unused4]"
FIRST_NAME, SECOND_NAME, OTHER_NAME = "[unused5]", "[unused6]", "[unused7]"
MARKS = (FIRST, FIRST_END, SECOND, SECOND_END, FIRST_NAME, SECOND_NAME, OTHER_NAME)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text for the tokenizer; the two names are found in it by these words, which stand once each (empty for `raw`)."""

    text: str
    first_word: str
    second_word: str


def render_pair(sentence: Sentence, pair: Pair, rendering: Rendering) -> Rendered:
    """The sentence with one pair brought out. Of a discontinuous name the first stretch stands for all.

    Raises:
        KeyError: the pair names a mention that the sentence does not have.
    """
    first, second = sentence.mention(pair.first).spans[0], sentence.mention(pair.second).spans[0]
    if rendering == "raw":
        return Rendered(sentence.text, "", "")
    if rendering == "markers":
        return Rendered(_marked(sentence.text, first, second), FIRST, SECOND)
    return Rendered(_blinded(sentence, first, second), FIRST_NAME, SECOND_NAME)


def _marked(text: str, first: tuple[int, int], second: tuple[int, int]) -> str:
    # At one place an end comes before a start, and of two starts the longer stretch goes outside.
    insertions = sorted(
        [
            (first[0], 1, -first[1], FIRST),
            (first[1], 0, -first[0], FIRST_END),
            (second[0], 1, -second[1], SECOND),
            (second[1], 0, -second[0], SECOND_END),
        ]
    )
    parts, last = [], 0
    for place, _order, _length, mark in insertions:
        parts.append(f"{text[last:place]} {mark} ")
        last = place
    return "".join((*parts, text[last:]))


def _blinded(sentence: Sentence, first: tuple[int, int], second: tuple[int, int]) -> str:
    """Each name replaced by a word: the two of the pair by their own, all others by one; what lies inside another is left out."""
    stretches = {mention.spans[0]: OTHER_NAME for mention in sentence.mentions}
    stretches |= {first: FIRST_NAME, second: SECOND_NAME}
    # The pair goes first: a name that overlaps one of the two gives way.
    ranked = sorted(stretches, key=lambda span: (span not in (first, second), span[0] - span[1], span))
    kept: list[tuple[int, int]] = []
    for span in ranked:
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    parts, last = [], 0
    for start, end in sorted(kept):
        parts.append(f"{sentence.text[last:start]} {stretches[start, end]} ")
        last = end
    text = "".join((*parts, sentence.text[last:]))
    # Where the two lie in each other only one was replaced; the other stands beside it, so that both are there.
    for span, word in ((first, FIRST_NAME), (second, SECOND_NAME)):
        if span not in kept:
            text = f"{text} {word}"
    return text

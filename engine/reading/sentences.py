"""Sentences of a biomedical abstract. Nothing is lost: what lies between two sentences is white space."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge

# A text without any full stop would otherwise be one sentence of any length.
LONGEST_SENTENCE = 4000
_LONGEST_BRACKET = 400
# White space before the number of a list, and the number.
_LONGEST_ITEM = 40
_OPENING, _CLOSING = "([", ")]"
_STOP = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|\Z)|(?<=[a-z]{3})\.(?=[A-Z][a-z]{2})")
# An empty line, a heading ("METHODS:") or an item of a list begins a new sentence, whatever stood before.
_NEW_LINE = re.compile(r"\n(?=[^\S\n]*(?:\n|[A-Z][A-Z /&,-]{2,40}:|\d{1,2}[.)]\s|[-•*]\s))")
_LAST_WORD = re.compile(r"[\w.\-/]*\Z")
_LETTERS_WITH_STOPS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_STARTER = re.compile(r"\s*[\"'“‘(\[]*([^\W\d_])([^\W\d_]?)")
_BEGINS_WITH_FIGURE = re.compile(r"\s*[<>=≤≥±+~(\[-]*\d")
# "vitamin C." ends a sentence, "by J." does not.
_BEFORE_AN_INITIAL = re.compile(r"(?:^|[\s(])([a-z][a-z-]+)\s+[^\W\d_]\Z")
_JOINING = frozenset({"and", "by", "with", "from", "of", "to", "see", "de", "van", "von"})
_NEVER, _EITHER, _NUMBER = "inside", "either", "number"


@dataclass(frozen=True, slots=True)
class SentenceSplitter:
    """Finds the sentences of a text. `abbreviations`: words with a full stop, and where they stand: "inside" a sentence, at
    its end or inside ("either"), or inside before a "number" alone."""

    abbreviations: Mapping[str, str]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Half-open offsets of each sentence, in order, without white space at its ends."""
        start = 0
        for cut in self._cuts(text):
            yield from _trimmed(text, start, cut)
            start = cut
        yield from _trimmed(text, start, len(text))

    def _cuts(self, text: str) -> Iterator[int]:
        brackets = _bracketed(text)
        inside = last = 0
        for match in merge(_STOP.finditer(text), _NEW_LINE.finditer(text), key=re.Match.start):
            start, end = match.span()
            if text[start] != "\n":
                while inside < len(brackets) and brackets[inside][1] <= start:
                    inside += 1
                # "(… .05. See Fig. 2)" goes on; "[Done.] Next" does not.
                if inside < len(brackets) and brackets[inside][0] < start and end <= brackets[inside][1]:
                    continue
                if text[start] == "." and (_goes_on(text, end) or not self._ends(text, last, start, end)):
                    continue
            yield end
            last = end

    def _ends(self, text: str, last: int, start: int, end: int) -> bool:
        """Whether the full stop at `start` ends the sentence that began at `last`, rather than an abbreviation or a number."""
        before = text[max(0, start - 40) : start]
        found = _LAST_WORD.search(before)
        word = found.group() if found is not None else ""
        if word.isdigit():
            item = len(word) < 3 and start - last < _LONGEST_ITEM and not text[last : start - len(word)].strip()
            return not item and not (len(word) == 1 and _BEGINS_WITH_FIGURE.match(text, end))
        known = self.abbreviations.get(word.casefold())
        if known is None and word.casefold() == "al" and before[: -len(word)].rstrip().casefold().endswith("et"):
            known = _NEVER
        if known is None and _LETTERS_WITH_STOPS.search(word):
            known = _EITHER
        if known == _NEVER:
            return False
        if known == _NUMBER:
            return not _BEGINS_WITH_FIGURE.match(text, end)
        if known == _EITHER:
            return _begins_a_word(text, end)
        if len(word) == 1 and word.isupper():
            ordinary = _BEFORE_AN_INITIAL.search(before)
            return ordinary is not None and ordinary.group(1) not in _JOINING
        return True


def _goes_on(text: str, end: int) -> bool:
    """Whether a small letter follows: then the stop was one of an abbreviation that nobody listed."""
    starter = _STARTER.match(text, end)
    return starter is not None and starter.group(1).islower() and starter.group(2).islower()


def _begins_a_word(text: str, end: int) -> bool:
    """Whether a capitalised word follows ("The", not "USA")."""
    starter = _STARTER.match(text, end)
    return starter is None or (starter.group(1).isupper() and (starter.group(2).islower() or starter.group(1) == "A"))


def _bracketed(text: str) -> list[tuple[int, int]]:
    """Outer brackets that close within a reasonable stretch: stops inside them end nothing."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in re.finditer(r"[()\[\]]|\n[^\S\n]*\n", text):
        sign = match.group()
        if sign in _OPENING:
            opened.append(match.start())
        elif sign not in _CLOSING:
            opened.clear()
        elif opened:
            begin = opened.pop()
            if match.start() - begin <= _LONGEST_BRACKET:
                while found and found[-1][0] > begin:
                    found.pop()
                found.append((begin, match.start()))
    return found


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        cut = start + LONGEST_SENTENCE if cut < 0 else cut
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end

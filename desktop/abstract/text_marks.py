"""Where the names and the unread parts of a reading stand in the editor, without widgets.

The engine counts characters as Python does; Qt counts UTF-16 units. They differ after each character beyond U+FFFF.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.abstract.choice import ChosenRelation
    from engine.reading.model import Entity, Reading, ReadSentence

_LAST_SINGLE = "\uffff"


class Offsets:
    """Places of a text in UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._wide = () if text.isascii() else tuple(place for place, letter in enumerate(text) if letter > _LAST_SINGLE)

    def utf16(self, place: int) -> int:
        """The place of a character (from 0) in UTF-16 units."""
        return place + bisect_left(self._wide, place)


@dataclass(frozen=True, slots=True)
class NameMark:
    """A name: half-open, in UTF-16 units of the text; `sentence` and `number` are its places in the reading."""

    start: int
    end: int
    sentence: int
    number: int
    entity: Entity


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the text, half-open, in UTF-16 units, and what is said of it."""

    start: int
    end: int
    words: str = ""


class TextMarks:
    """The marks of one reading, in the order of the text."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._offsets = Offsets(reading.text)
        self.names = tuple(sorted(self._names(), key=lambda mark: (mark.start, -mark.end)))
        self._starts = [mark.start for mark in self.names]
        self._longest = max((mark.end - mark.start for mark in self.names), default=0)
        self.unread = tuple(
            self._stretch(sentence, 0, len(sentence.text), sentence.unread)
            for sentence in reading.sentences
            if sentence.unread is not None
        )

    def _names(self) -> Iterator[NameMark]:
        for place, sentence in enumerate(self._reading.sentences):
            for number, entity in enumerate(sentence.entities):
                where = self._stretch(sentence, entity.start, entity.end)
                yield NameMark(where.start, where.end, place, number, entity)

    def _stretch(self, sentence: ReadSentence, start: int, end: int, words: str = "") -> Stretch:
        return Stretch(self._offsets.utf16(sentence.start + start), self._offsets.utf16(sentence.start + end), words)

    def names_between(self, first: int, last: int) -> Sequence[NameMark]:
        """Names that lie at least in part between two places of the text."""
        begin = bisect_left(self._starts, first - self._longest)
        end = bisect_right(self._starts, last)
        return [mark for mark in self.names[begin:end] if mark.end > first]

    def names_at(self, place: int) -> Sequence[NameMark]:
        """Names that hold a place of the text, its end included, the shortest first."""
        found = [mark for mark in self.names_between(place - 1, place) if mark.start <= place <= mark.end]
        return sorted(found, key=lambda mark: mark.end - mark.start)

    def sentence(self, chosen: ChosenRelation) -> Stretch:
        """The sentence of a relation."""
        sentence = self._reading.sentences[chosen[0]]
        return self._stretch(sentence, 0, len(sentence.text))

    def pair(self, chosen: ChosenRelation) -> tuple[Stretch, Stretch]:
        """The two names of a relation."""
        sentence = self._reading.sentences[chosen[0]]
        relation = sentence.relations[chosen[1]]
        one, other = (sentence.entities[place] for place in (relation.first, relation.second))
        return self._stretch(sentence, one.start, one.end), self._stretch(sentence, other.start, other.end)

    def relations_of(self, mark: NameMark) -> Sequence[ChosenRelation]:
        """The relations that a name stands in, those that are said with enough certainty first."""
        relations = self._reading.sentences[mark.sentence].relations
        places = [number for number, each in enumerate(relations) if mark.number in (each.first, each.second)]
        return [(mark.sentence, number) for number in sorted(places, key=lambda number: relations[number].abstained)]

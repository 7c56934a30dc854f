"""Short forms that a text defines itself: after "methotrexate (MTX)", MTX is methotrexate in this text, and in no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.reading.model import Entity
from engine.reading.name_index import FoundName, KnownName, known_name

_BRACKETED = re.compile(r"\s*[(\[]\s*([^\W_][\w+-]{1,9})\s*[)\],;]")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_PHRASE = 120
# Words of a name that its short form leaves out.
_PASSED = frozenset({"of", "and", "the", "for", "in", "on", "to", "with", "a"})
_CAPITALS = 2


class Definitions:
    """Short forms of one text. A form that is defined in two ways means nothing from then on."""

    def __init__(self) -> None:
        self._meanings: dict[str, KnownName | None] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, text: str, entities: Iterable[Entity]) -> bool:
        """Take the definitions that stand behind names that are resolved, or are groups, and those of other things. Whether
        there was anything new."""
        new = False
        for entity in entities:
            bracket = _BRACKETED.match(text, entity.end)
            if bracket is None or not (entity.substance_ids or entity.kind == "group"):
                continue
            short = bracket.group(1)
            if not abbreviates(short, entity.text):
                continue
            if short not in self._meanings:
                self._meanings[short] = known_name(short, entity.kind, entity.meant, cased=True)
                new = True
            else:
                before = self._meanings[short]
                if before is not None and before.substances != entity.meant:
                    self._meanings[short] = None
                    new = True
        for bracket in _BRACKETED.finditer(text):
            short = bracket.group(1)
            if short not in self._meanings and _initials(
                short, text[max(0, bracket.start() - _LONGEST_PHRASE) : bracket.start()]
            ):
                # "American Society of Anesthesiologists (ASA)": no medicine, in this text.
                self._meanings[short] = None
                new = True
        if new:
            shorts = sorted((short for short, meaning in self._meanings.items() if meaning is not None), key=len, reverse=True)
            self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, shorts))})(?!\w)") if shorts else None
        return new

    def find(self, text: str) -> Iterator[FoundName]:
        """Short forms that stand in a text, as they were defined."""
        if self._pattern is not None:
            for match in self._pattern.finditer(text):
                meaning = self._meanings[match.group()]
                if meaning is not None:
                    yield FoundName(match.start(), match.end(), meaning, doubtful=False)

    def knows(self, short: str) -> bool:
        """Whether the text defines this form, in one way or in several."""
        return short in self._meanings

    def meaning(self, short: str) -> KnownName | None:
        """What the text defines it as; None where it does not, or not in one way."""
        return self._meanings.get(short)


def abbreviates(short: str, name: str) -> bool:
    """Whether a form can be short for a name: capitals, its letters in the order of the name, beginning with the same one."""
    if sum(sign.isupper() for sign in short) < _CAPITALS:
        return False
    letters = [sign for sign in short.casefold() if sign.isalnum()]
    if short.endswith("s") and len(letters) > _CAPITALS:
        letters.pop()
    rest = iter(name.casefold())
    return name[:1].casefold() == letters[0] and all(letter in rest for letter in letters)


def _initials(short: str, before: str) -> bool:
    """Whether the words before a bracket begin with the letters of the form in it."""
    letters = [sign for sign in short.casefold() if sign.isalpha()]
    words = [word.casefold() for word in _WORD.findall(before)]
    full = [word[0] for word in words if word not in _PASSED]
    return len(letters) > 1 and letters in (full[-len(letters) :], [word[0] for word in words[-len(letters) :]])

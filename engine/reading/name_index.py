"""Names of the knowledge in running text: whole words, any case, the longest first, and no guessing of spelling.

Running text is not a prescription: "lead", "time" or "insulin" in it need not be medicines. Such names, abbreviations, and brands
without a capital are found as *doubtful*: they count only where the student, or the text itself, agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from engine.knowledge.records import NameRow
from engine.knowledge.resolve import normal_form

PROTEIN, GROUP = "protein", "group"
# The signs that `normal_form` keeps.
_WORD = re.compile(r"(?:[^\W_]|[%+])+")
# Between the words of one name: nothing but space, or one of these.
_JOINTS = frozenset(["", "-", "\u2010", "\u2011", "\u2013", "/", "'", "\u2019"])
# What follows makes another thing of a name: an insulin receptor is no insulin.
_OTHER_THINGS = frozenset(
    [
        "like",
        "receptor",
        "receptors",
        "deficiency",
        "deficient",
        "resistance",
        "resistant",
        "sensitivity",
        "binding",
        "converting",
        "channel",
        "channels",
        "transporter",
        "transporters",
        "kinase",
        "synthase",
        "reductase",
        "dehydrogenase",
        "oxidase",
        "deaminase",
        "esterase",
        "transferase",
        "antibody",
        "antibodies",
        "agonist",
        "agonists",
        "antagonist",
        "antagonists",
        "blocker",
        "blockers",
        "analogue",
        "analogues",
        "analog",
        "analogs",
        "precursor",
        "precursors",
        "metabolism",
        "synthesis",
        "secretion",
        "release",
    ]
)
# Two letters are anybody's: NS is also "not significant".
SHORTEST_NAME = 3
# As short as this, a name is also somebody's initials or a unit.
_SHORT = 4
_SHORT_PROTEIN = 5
# "St. John's wort"
_SAINT = "st"


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name that can stand in a text. `cased`: as it must be written, if it matches only so. `doubtful`: needs agreement."""

    name: str
    words: tuple[str, ...]
    joints: tuple[str, ...]
    kind: str
    substances: tuple[str, ...]
    cased: bool = False
    capital: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name at its place in a text."""

    start: int
    end: int
    known: KnownName
    doubtful: bool


class NameIndex:
    """Finds names of the knowledge, and of proteins, in running text. Immutable; safe to share between threads."""

    def __init__(self, names: Iterable[KnownName]) -> None:
        self._by_words: dict[tuple[str, ...], KnownName] = {}
        self._by_first: dict[str, list[KnownName]] = {}
        for name in names:
            if name.words and name.words not in self._by_words:
                self._by_words[name.words] = name
                self._by_first.setdefault(name.words[0], []).append(name)
        for beginning in self._by_first.values():
            beginning.sort(key=lambda one: -len(one.words))

    def find(self, text: str) -> Iterator[FoundName]:
        """Names in a text, in order, none within another."""
        spans = [match.span() for match in _WORD.finditer(text)]
        words = [folded(text[start:end]) for start, end in spans]
        place, last = 0, len(words)
        while place < last:
            for known in self._by_first.get(words[place], ()):
                after = place + len(known.words)
                if tuple(words[place:after]) == known.words and _joined(text, spans[place:after], known):
                    start, end = spans[place][0], spans[after - 1][1]
                    if known.cased and text[start:end] != known.name:
                        continue
                    changed = after < last and words[after] in _OTHER_THINGS and _close(text[end : spans[after][0]])
                    lowered = known.capital and not text[start].isupper()
                    yield FoundName(start, end, known, known.doubtful or changed or lowered)
                    place = after - 1
                    break
            place += 1

    def named(self, text: str) -> KnownName | None:
        """The name that is written so, apart from case and punctuation; abbreviations only as they are written."""
        known = self._by_words.get(tuple(folded(match.group()) for match in _WORD.finditer(text)))
        return None if known is None or (known.cased and known.name != text) else known


@lru_cache(maxsize=8192)
def _folded_rare(word: str) -> str:
    return normal_form(word)


def folded(word: str) -> str:
    """The normal form of one word; plain words take the short way."""
    return word.lower() if word.isascii() else _folded_rare(word)


def _close(gap: str) -> bool:
    return gap in ("-", "\u2010", "\u2011") or gap.isspace()


def _joined(text: str, spans: list[tuple[int, int]], known: KnownName) -> bool:
    """Whether the words stand as one name: "aspirin, caffeine" in a list is not the combination of the two."""
    for (left, right), own in zip(pairwise(spans), known.joints, strict=True):
        gap = text[left[1] : right[0]].strip()
        if gap not in _JOINTS and gap != own and not (gap == "." and folded(text[slice(*left)]) == _SAINT):
            return False
    return True


def known_name(name: str, kind: str, substances: tuple[str, ...], **traits: bool) -> KnownName:
    """A name taken apart into its words."""
    matches = list(_WORD.finditer(name))
    joints = tuple(name[left.end() : right.start()].strip() for left, right in pairwise(matches))
    return KnownName(name, tuple(folded(match.group()) for match in matches), joints, kind, substances, **traits)


def medicine_name(row: NameRow, doubtful_forms: frozenset[str], kinds: Mapping[str, str]) -> KnownName:
    """A name of the knowledge. `doubtful_forms`: normal forms of names that are also other words; `kinds`: of substances."""
    short = len(row.name) <= _SHORT and row.name.upper() == row.name
    cased = row.kind == "abbreviation" or short
    single = len(row.substances) == 1 and " " not in row.name
    everyday = single and kinds.get(row.substances[0]) in ("food", "habit", "supplement")
    return known_name(
        row.name,
        "brand" if row.kind == "brand" else "drug",
        row.substances,
        cased=cased,
        capital=row.kind == "brand",
        doubtful=cased or everyday or normal_form(row.name) in doubtful_forms,
    )


def group_name(name: str, members: tuple[str, ...]) -> Iterator[KnownName]:
    """A name of a group of medicines, and its plural. They count only where the student sees a name as well, since they are also
    words of other things: "opioid withdrawal"."""
    for form in (name,) if name.endswith("s") else (name, f"{name}s"):
        yield known_name(form, GROUP, members, cased=name.isupper(), doubtful=True)


def protein_name(name: str) -> KnownName:
    """A name of an enzyme or transporter."""
    return known_name(name, PROTEIN, (), cased=len(name) <= _SHORT_PROTEIN)

"""What the readers of both ANSM editions share: errors, repairs, text normalisation and the mirror merge.

The thesaurus states most interactions twice, once under each partner. `group_mirrors` brings the halves
together; `Difference` says where they disagree. Nothing here knows a file format.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Level = Literal["CI", "ASDEC", "PE", "APEC"]
LEVELS: tuple[Level, ...] = ("CI", "ASDEC", "PE", "APEC")
"""The regulator's levels, highest first.

Contraindication, not recommended, precaution for use, take into account.
"""

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'"})


class AnsmError(ValueError):
    """A file of the thesaurus that cannot be read faithfully; names the file and the line."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}")
        self.path = path
        self.line = line


@dataclass(frozen=True)
class Repair:
    """One irregularity of a source file and what was done about it."""

    line: int
    what: str


@dataclass(frozen=True)
class Difference:
    """The halves of one rule disagree: `kind` is 'level', 'text', 'split', 'repeated' or 'no mirror'."""

    rule: str
    kind: str
    entries: tuple[int, ...]
    what: str


def strip_accents(text: str) -> str:
    """The text with every combining mark removed; ligatures become two letters."""
    plain = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


def name_key(name: str) -> str:
    """A name for comparing.

    No case, accents, punctuation, spacing or plural s ('SELS DE FER ' → 'sel de fer').
    """
    plain = strip_accents(name.translate(_APOSTROPHES)).casefold()
    words = re.findall(r"[a-z0-9]+", plain)
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def text_key(text: str) -> str:
    """A sentence for comparing.

    Letters and digits only, lower case, without accents; comparison signs are kept.
    """
    plain = strip_accents(text).casefold()
    return "".join(re.findall(r"[a-z0-9<>=+%]+", plain))


def join_lines(lines: Iterable[str]) -> str:
    """Lines of a wrapped paragraph as one string.

    A word cut at its own hyphen is closed up ('anti-' + 'inflammatoire').
    """
    text = ""
    for line in lines:
        if not line.strip():
            continue
        closed = re.search(r"\w-$", text) is not None
        text = text + line if closed else f"{text.rstrip()} {line}" if text else line
        text = re.sub(r"[ \t\xa0]+", " ", text)
    return text.strip()


def split_members(text: str) -> tuple[str, ...]:
    """The names of a list '(a, b (c), d)'.

    Split at commas outside inner brackets. An unclosed list is read to its end.
    """
    inner = text.strip()
    inner = inner.removeprefix("(")
    if inner.endswith(")") and inner.count(")") > inner.count("("):
        inner = inner[:-1]
    names: list[str] = []
    depth, start = 0, 0
    for position, character in enumerate(inner):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth <= 0 and inner[position + 1 : position + 2] in (" ", ""):
            names.append(inner[start:position])
            start = position + 1
    names.append(inner[start:])
    return tuple(name.strip() for name in names if name.strip())


def group_mirrors(pairs: Sequence[tuple[str, str]]) -> list[tuple[int, ...]]:
    """Indices of entries that state the same unordered pair of keys, in order of first appearance."""
    groups: dict[frozenset[str], list[int]] = {}
    for index, pair in enumerate(pairs):
        groups.setdefault(frozenset(pair), []).append(index)
    return [tuple(group) for group in groups.values()]


def distinct_texts(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that differ by more than spacing, case, accents and punctuation, each as first met."""
    kept: dict[str, str] = {}
    for text in texts:
        kept.setdefault(text_key(text), text)
    return tuple(kept.values())

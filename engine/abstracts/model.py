"""An abstract as it was opened, before anything is read in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

MAX_TEXT_CHARACTERS = 2_000_000
"""Of one abstract; a PubMed abstract has 1,500."""
TOO_LONG = f"The text is longer than {MAX_TEXT_CHARACTERS:,} characters; open or paste a part of it."

# Called between records, pages and files; raises `CancelledError` where the work should stop.
Check = Callable[[], None]

_PMID = re.compile(
    r"(?:.*pubmed(?:\.ncbi\.nlm\.nih\.gov)?/|pmid\s*[:\-]?\s*)?0*([1-9][0-9]{0,8})(?:\.[0-9]{1,2})?/?", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_MAX_PMID_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Abstract:
    """One abstract, or the place in a file where one could not be read.

    `text` may hold line breaks between its parts. `source`: name of the file, in a folder its path below it, "" for pasted text.
    `place`: its record in the file, counted from 1; 0 for what concerns the file as a whole. `remark`: sentences on what was left
    out or is unsure, "" where there is nothing to say; where neither title nor text is given, it says why.
    """

    text: str
    title: str = ""
    pmid: str | None = None
    year: int | None = None
    journal: str | None = None
    source: str = ""
    place: int = 0
    remark: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether this holds no text to be read, only a sentence on why."""
        return not self.title and not self.text

    @property
    def whole(self) -> str:
        """Title and text as they are read, with a blank line between."""
        return "\n\n".join(part for part in (self.title, self.text) if part)


def normalised_pmid(text: str) -> str | None:
    """The number of a PubMed record without zeros in front or a version behind; None where the text is no such number.

    Takes "12345678", "PMID: 12345678", "12345678.2" and an address of PubMed.
    """
    if len(text) > _MAX_PMID_CHARACTERS:
        return None
    found = _PMID.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return None if found is None else found.group(1)


def year_of(date: str) -> int | None:
    """The first year in a date such as "2019 Jan-Feb"."""
    found = _YEAR.search(date)
    return None if found is None else int(found.group())

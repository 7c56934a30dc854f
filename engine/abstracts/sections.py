"""Which part of an article is its abstract, where headings leave no doubt."""

from __future__ import annotations

import re

SECTION_ONLY = "Only the part under the heading “Abstract” is read."
WHOLE_TEXT = "No heading says where the abstract begins and ends: the whole text is read."

_FEWEST, _MOST = 150, 8_000
_SHORTEST_HEADING = 10
_GAP = r"[^\S\n]*"
_HEADING = re.compile(
    rf"^{_GAP}(?:abstract|summary|a b s t r a c t){_GAP}(?:[:.—–-]{_GAP}|\n+)",
    re.IGNORECASE | re.MULTILINE,
)
# A heading by itself, or a word that goes on in its line.
_ALONE = "introduction|references|abbreviations"
_GOING_ON = (
    r"©|copyright\b|doi\s*:|pmid\s*:|mesh terms\b|similar articles\b"
    r"|full text links?\b|conflicts? of interest\b|correspond(?:ence|ing author)|received\s*:"
)
_END = re.compile(
    rf"^{_GAP}(?:(?:\d{{1,2}}\.?|I\.)[^\S\n]+)?(?:key[ -]?words?{_GAP}(?:[:.—–-]|$)|(?:{_ALONE}){_GAP}[:.]?{_GAP}$|{_GOING_ON})",
    re.IGNORECASE | re.MULTILINE,
)


def is_heading(line: str) -> bool:
    """Whether a line begins or ends an abstract; a word of a sentence that was broken over lines does not."""
    known = _HEADING.match(f"{line}\n") is not None or _END.match(line) is not None
    return known and (not line[:1].islower() or ":" in line[:_SHORTEST_HEADING])


def abstract_section(text: str) -> str | None:
    """The text between the one heading "Abstract" and the heading that follows it; None where that is not clear."""
    begins = [found.end() for found in _HEADING.finditer(text)]
    if len(begins) != 1:
        return None
    end = _END.search(text, begins[0])
    section = text[begins[0] : end.start()].strip() if end is not None else ""
    return section if _FEWEST <= len(section) <= _MOST else None

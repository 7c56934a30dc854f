"""PubMed's own format of tagged lines (.nbib, also called MEDLINE): many records, each beginning with its PMID."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.abstracts.model import MAX_TEXT_CHARACTERS, TOO_LONG, Abstract, normalised_pmid, year_of
from engine.abstracts.tidying import on_one_line, tidied
from engine.records.content import OTHER_ENCODING

LONGEST_LINE_BYTES = 4 * MAX_TEXT_CHARACTERS
NO_ABSTRACT = "The record has no abstract; only its title is read."
NOTHING = "The record has neither title nor abstract."
STRANGE_PMID = "The record's PMID is not a number of PubMed."
RETRACTED = "PubMed says that this article was retracted: do not rely on it."
RETRACTED_TYPE = "Retracted Publication"

_TAGGED = re.compile(r"([A-Z][A-Z0-9]{1,3}) *- ?(.*)", re.DOTALL)
_PMID_LINE = re.compile(r"^PMID *- *\d", re.MULTILINE)
_BOTH = (re.compile(r"^TI *- ", re.MULTILINE), re.compile(r"^AB *- ", re.MULTILINE))
_OTHER_FORMAT = re.compile(r"^TY  - ", re.MULTILINE)
_KEPT = frozenset({"PMID", "TI", "BTI", "AB", "DP", "JT", "TA"})
# Of these a record has one: a second begins the next record where the line with its PMID is missing.
_ONCE = frozenset({"PMID", "TI", "AB"})


def is_medline(sample: str) -> bool:
    """Whether a file that begins like this is of tagged lines."""
    if _OTHER_FORMAT.search(sample) is not None:
        return False
    return _PMID_LINE.search(sample) is not None or all(one.search(sample) is not None for one in _BOTH)


def abstracts_of_medline(lines: Iterable[bytes]) -> Iterator[Abstract]:
    """The records of a file, in order, one at a time; a record that cannot be read is a fault and the next goes on."""
    record, place, before = _Record(), 0, False
    for line in lines:
        text, remark = _decoded(line)
        found = None if text.startswith("   ") else _TAGGED.match(text)
        tag = None if found is None else found.group(1)
        if tag in _ONCE and tag in record.fields:
            place += 1
            yield record.abstract(place)
            record = _Record()
        if found is not None:
            record.begin(found.group(1), found.group(2))
        elif not record.begun:
            before = before or bool(text.strip())
            continue
        elif text.strip():
            record.go_on(text)
        if remark:
            record.remarks[remark] = None
        if before:
            record.remarks["The file's text before the first record is left out."] = None
            before = False
    if record.begun:
        yield record.abstract(place + 1)


@dataclass(slots=True)
class _Record:
    """What was read of a record so far."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    remarks: dict[str, None] = field(default_factory=dict)
    begun: bool = False
    _open: list[str] | None = None
    _characters: int = 0
    _fault: str | None = None

    def begin(self, tag: str, value: str) -> None:
        """A field; of several with one name the first is kept, but for the kinds of the publication."""
        self.begun = True
        self._open = None
        if tag == "PT" and value.strip() == RETRACTED_TYPE:
            self.remarks[RETRACTED] = None
        if tag in _KEPT and tag not in self.fields:
            self._open = self.fields[tag] = []
            self._add(value)

    def go_on(self, text: str) -> None:
        """A line that goes on with the field above it."""
        if self._open is not None and not text.startswith(" "):
            self.remarks["A line without an indent is taken as part of the field above it."] = None
        self._add(text)

    def _add(self, text: str) -> None:
        if self._open is None or self._fault is not None:
            return
        self._characters += len(text)
        if "\0" in text:
            self._fault = "The record holds zero bytes, which no text does."
        elif self._characters > MAX_TEXT_CHARACTERS:
            self._fault = TOO_LONG
        else:
            self._open.append(text.strip())

    def abstract(self, place: int) -> Abstract:
        """The record as it is shown."""
        number = self._value("PMID")
        pmid = normalised_pmid(number)
        remarks = list(self.remarks)
        if number and pmid is None:
            remarks.append(STRANGE_PMID)
        if self._fault is not None:
            return Abstract("", pmid=pmid, place=place, remark=self._fault)
        title, text = on_one_line(self._value("TI") or self._value("BTI")), tidied(self._value("AB"))
        if not text:
            remarks.append(NO_ABSTRACT if title else NOTHING)
        return Abstract(
            text=text,
            title=title,
            pmid=pmid,
            year=year_of(self._value("DP")),
            journal=on_one_line(self._value("JT") or self._value("TA")) or None,
            place=place,
            remark=" ".join(remarks),
        )

    def _value(self, tag: str) -> str:
        return " ".join(self.fields.get(tag, ())).strip()


def _decoded(line: bytes) -> tuple[str, str]:
    """(a line as text, a sentence where it is not UTF-8): files put together from several hold several encodings."""
    try:
        return line.removeprefix(b"\xef\xbb\xbf").decode("utf-8"), ""
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace"), OTHER_ENCODING

"""PubMed's XML, a record at a time: memory does not grow with the file, and no entity is ever followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.abstracts.medline import NO_ABSTRACT, NOTHING, RETRACTED, RETRACTED_TYPE, STRANGE_PMID
from engine.abstracts.model import MAX_TEXT_CHARACTERS, TOO_LONG, Abstract, normalised_pmid, year_of
from engine.abstracts.streams import ByteStream
from engine.abstracts.tidying import on_one_line, raised, tidied
from engine.errors import InputError

if TYPE_CHECKING:
    from defusedxml.ElementTree import DefusedXMLParser

ENTITIES = "The XML declares entities of its own, which PubMed's files never do; it is not read."
NOT_PUBMED = "The XML holds no records of PubMed."

_PIECE_BYTES = 64_000
# Between two tags, comments or stretches of text: a longer one is none of PubMed's, and reading it takes ever longer.
_LONGEST_SILENCE = 32
_DEEPEST = 100
_RECORDS = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation", "BookDocument"})
# Where a record's parts stand, as the last names of the path to them: other records are named inside a record too.
_PLACES = {
    ("MedlineCitation", "PMID"): "pmid",
    ("BookDocument", "PMID"): "pmid",
    ("Article", "ArticleTitle"): "title",
    ("BookDocument", "ArticleTitle"): "title",
    ("Article", "VernacularTitle"): "other title",
    ("Book", "BookTitle"): "book",
    ("Journal", "Title"): "journal",
    ("Journal", "ISOAbbreviation"): "short journal",
    ("PubDate", "Year"): "year",
    ("PubDate", "MedlineDate"): "year",
    ("ArticleDate", "Year"): "online year",
    ("Abstract", "AbstractText"): "abstract",
    ("PublicationTypeList", "PublicationType"): "type",
}
_LABEL = re.compile(r"[^\W_].{0,98}")


def abstracts_of_xml(stream: ByteStream) -> Iterator[Abstract]:
    """The records of a file, in order, as they are met.

    Raises:
        InputError: the file declares entities, is damaged from here on, or holds no record of PubMed.
    """
    place = 0
    for found in _fed(_Records(), stream):
        place += 1
        yield found.abstract(place)
    if not place:
        raise InputError(NOT_PUBMED)


def _fed(reader: _Records, stream: ByteStream) -> Iterator[_Record]:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError

    parser = _parser(reader)
    silent = 0
    try:
        while piece := stream.read(_PIECE_BYTES):
            events = reader.events
            parser.feed(piece)
            silent = silent + 1 if reader.events == events else 0
            if silent > _LONGEST_SILENCE:
                raise InputError("The XML is damaged: one of its tags or comments does not end.")
            yield from reader.taken()
        parser.close()
    except DefusedXmlException as error:
        yield from reader.taken()
        raise InputError(ENTITIES) from error
    except (ParseError, ValueError, LookupError) as error:
        yield from reader.taken()
        raise InputError("The XML is damaged or cut short.") from error
    except InputError:
        yield from reader.taken()
        raise
    yield from reader.taken()


def _parser(reader: _Records) -> DefusedXMLParser:
    from html.entities import name2codepoint

    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=reader, forbid_entities=True, forbid_external=True)
    # PubMed's own description of its format declares these; it is not fetched.
    parser.entity.update({name: chr(code) for name, code in name2codepoint.items()})
    return parser


@dataclass(slots=True)
class _Record:
    """The parts of a record as they are met."""

    parts: dict[str, list[str]] = field(default_factory=dict)
    characters: int = 0

    def abstract(self, place: int) -> Abstract:
        """The record as it is shown."""
        number = self._first("pmid")
        pmid = normalised_pmid(number)
        if self.characters > MAX_TEXT_CHARACTERS:
            return Abstract("", pmid=pmid, place=place, remark=TOO_LONG)
        title = on_one_line(self._first("title") or self._first("other title") or self._first("book"))
        text = tidied("\n\n".join(self.parts.get("abstract", ())))
        remarks = [STRANGE_PMID] if number and pmid is None else []
        if RETRACTED_TYPE in self.parts.get("type", ()):
            remarks.append(RETRACTED)
        if not text:
            remarks.append(NO_ABSTRACT if title else NOTHING)
        return Abstract(
            text=text,
            title=title,
            pmid=pmid,
            year=year_of(self._first("year")) or year_of(self._first("online year")),
            journal=on_one_line(self._first("journal") or self._first("short journal") or self._first("book")) or None,
            place=place,
            remark=" ".join(remarks),
        )

    def _first(self, part: str) -> str:
        return next((value for value in self.parts.get(part, ()) if value.strip()), "")


class _Records:
    """What the parser calls; keeps the record that is being read and those that were not yet taken."""

    def __init__(self) -> None:
        self.events = 0
        self._path: list[str] = []
        self._record: _Record | None = None
        self._begun_at = 0
        self._part: str | None = None
        self._part_at = 0
        self._label = ""
        self._text: list[str] = []
        self._raised_from: list[int] = []
        self._done: list[_Record] = []

    def taken(self) -> list[_Record]:
        """The records that ended since the last time."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        self.events += 1
        self._path.append(tag)
        depth = len(self._path)
        if depth > _DEEPEST:
            raise InputError("The XML is nested too deep.")
        if self._record is None:
            if tag in _RECORDS:
                self._record, self._begun_at = _Record(), depth
        elif self._part is None:
            self._part = _PLACES.get((self._path[-2], tag))
            self._part_at, self._label = depth, attributes.get("Label", "").strip()
        elif tag == "sup":
            self._raised_from.append(len(self._text))

    def data(self, text: str) -> None:
        """A stretch of text."""
        self.events += 1
        if self._part is None or self._record is None:
            return
        self._record.characters += len(text)
        if self._record.characters <= MAX_TEXT_CHARACTERS:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """A tag closes."""
        self.events += 1
        depth = len(self._path)
        if self._part is not None and tag == "sup" and self._raised_from:
            begin = self._raised_from.pop()
            self._text[begin:] = [raised("".join(self._text[begin:]))]
        if self._part is not None and depth == self._part_at:
            self._keep_part()
        if self._record is not None and depth == self._begun_at:
            self._done.append(self._record)
            self._record = None
        self._path.pop()

    def comment(self, _text: str) -> None:
        """A comment, which only shows that the file goes on."""
        self.events += 1

    def pi(self, _target: str, _data: str) -> None:
        """An instruction to programs, which only shows that the file goes on."""
        self.events += 1

    def close(self) -> None:
        """The file ended."""

    def _keep_part(self) -> None:
        text = " ".join("".join(self._text).split())
        if self._part is not None and self._record is not None:
            if self._part == "abstract" and text and _LABEL.fullmatch(self._label) and self._label != "UNLABELLED":
                text = f"{self._label}: {text}"
            self._record.parts.setdefault(self._part, []).append(text)
        self._part = None
        self._text.clear()
        self._raised_from.clear()

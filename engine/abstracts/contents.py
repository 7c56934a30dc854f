"""What a file or a pasted text is, told by what it holds rather than by its name, and the abstracts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader, BytesIO
from itertools import islice

from engine.abstracts.medline import LONGEST_LINE_BYTES, abstracts_of_medline, is_medline
from engine.abstracts.model import Abstract, Check
from engine.abstracts.sections import SECTION_ONLY, WHOLE_TEXT, abstract_section
from engine.abstracts.streams import ByteStream, split_lines
from engine.abstracts.tidying import bounded_text, on_one_line, tidied
from engine.abstracts.web import is_html, is_page, text_of_html, title_of_html
from engine.errors import InputError
from engine.records.content import text_of_bytes
from engine.records.reading import sayable

EMPTY_FILE = "The file is empty."
EMPTY_TEXT = "There is no text to read."
SEVERAL = "This text holds several records, which are read as one; save them from PubMed in PubMed format to keep them apart."

_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PDF = b"%PDF-"
_OTHERS = (
    (b"PK\x03\x04", "The file is a document, a workbook or an archive; save its text as PDF or as text and open that."),
    (b"\xd0\xcf\x11\xe0", "The file is an older document or workbook; save its text as PDF or as text and open that."),
    (b"{\\rtf", "The file is a formatted document (RTF); save it as PDF or as text and open that."),
)
_XML = re.compile(r"<(?:\?xml\b|!DOCTYPE\b|!--|[A-Za-z][\w:.\-]*(?:\s[^<>]{0,500})?/?>)")
_XML_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]{0,500}\?>")
_NUMBER_LINE = re.compile(r"^PMID:[^\S\n]*\d", re.MULTILINE)


def abstracts_of_stream(stream: ByteStream, name: str, check: Check | None) -> Iterator[Abstract]:
    """The abstracts of a file, in order, without a source; its name only tells a damaged PDF from text.

    Raises:
        InputError: there is nothing that can be read, here or from here on.
    """
    sample = stream.beginning()
    for beginning, sentence in _OTHERS:
        if sample.startswith(beginning):
            raise InputError(sentence)
    wide = sample[:2] in _WIDE_MARKS
    start = sample.decode("utf-16" if wide else "utf-8-sig", "replace").lstrip()
    if _PDF in sample[:1_024] or (sample and name.lower().endswith(".pdf")):
        yield _of_pdf(stream.everything(), check)
    elif _is_xml(start):
        from engine.abstracts.pubmed_xml import abstracts_of_xml

        yield from abstracts_of_xml(stream)
    elif is_medline(start) and not wide:
        yield from abstracts_of_medline(stream.lines(LONGEST_LINE_BYTES))
    else:
        text, remarks = text_of_bytes(stream.everything())
        if is_medline(start):
            yield from abstracts_of_medline(split_lines(text.encode("utf-8", "replace")))
        else:
            abstract = abstract_of_text(bounded_text(text), EMPTY_FILE)
            yield replace(abstract, remark=" ".join(filter(None, (abstract.remark, *remarks))))


def abstract_of_text(text: str, empty: str) -> Abstract:
    """A whole text as one abstract; where it is one record of PubMed, as that.

    Raises:
        InputError: it holds no words (`empty` is the sentence), or is damaged XML.
    """
    text = sayable(text)
    records = list(islice(_records_of(text), 2))
    if len(records) == 1 and not records[0].is_fault:
        return records[0]
    remarks = [SEVERAL] if len(records) > 1 or len(_NUMBER_LINE.findall(text)) > 1 else []
    title = ""
    if is_html(text):
        page, title = is_page(text), on_one_line(title_of_html(text))
        text, left_out = text_of_html(text)
        remarks += left_out
        if page:
            text, title, remark = _section_of(text, title)
            remarks.append(remark)
    text = tidied(text)
    if not text.strip():
        raise InputError(empty)
    return Abstract(text, title, place=1, remark=" ".join(remarks))


def _records_of(text: str) -> Iterator[Abstract]:
    beginning = text.lstrip()[:2_000]
    if _is_xml(beginning) and "<Pubmed" in beginning:
        from engine.abstracts.pubmed_xml import abstracts_of_xml

        # What the text once was encoded in is no longer true.
        content = _XML_DECLARATION.sub("", text, count=1).strip().encode()
        yield from abstracts_of_xml(ByteStream(BufferedReader(BytesIO(content)), None))
    elif is_medline(text):
        yield from abstracts_of_medline(split_lines(text.encode()))


def _is_xml(beginning: str) -> bool:
    return _XML.match(beginning) is not None and not is_html(beginning)


def _of_pdf(content: bytes, check: Check | None) -> Abstract:
    from engine.abstracts.paragraphs import paragraphs_of_pages
    from engine.abstracts.pdf import text_of_pdf

    pdf = text_of_pdf(content, check)
    text, title, remark = _section_of(bounded_text(paragraphs_of_pages(pdf.pages)), on_one_line(pdf.title))
    return Abstract(text, title, place=1, remark=" ".join((*pdf.remarks, remark)))


def _section_of(text: str, title: str) -> tuple[str, str, str]:
    """(abstract, title, what is read): where the whole text is read, the title stands in it already."""
    section = abstract_section(text)
    return (text, "", WHOLE_TEXT) if section is None else (section, title, SECTION_ONLY)

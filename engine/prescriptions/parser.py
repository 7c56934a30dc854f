"""The way in: a prescription's text to its items. A pure function of the text and the vocabulary; linear in the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.errors import InputError
from engine.prescriptions.cleaning import Fragment, fragments, matching_form, without_controls, without_marker
from engine.prescriptions.items import parse_line, read_line
from engine.prescriptions.model import ParsedItem, ParsedPrescription
from engine.prescriptions.person import is_about_person, medicines_begin
from engine.prescriptions.phrases import is_struck_out
from engine.prescriptions.runs import Line
from engine.prescriptions.scan import Scan
from engine.prescriptions.sig import is_dosing
from engine.prescriptions.terms import SigTerms

MAX_CHARACTERS = 2_000_000
MAX_ITEMS = 500
MAX_LINES = 5_000
MAX_LINE_CHARACTERS = 2_000
_MAX_CONTINUATIONS = 8


@dataclass(slots=True)
class _Pending:
    """An item whose directions may go on in the fragments that follow."""

    pieces: list[Fragment]
    body: str
    reading: Line
    remark: str = ""

    def text(self) -> str:
        """The item as written."""
        written = self.pieces[0].text
        for before, piece in zip(self.pieces, self.pieces[1:], strict=False):
            written += (";" if piece.line_number == before.line_number else "\n") + piece.text
        return written


@dataclass(slots=True)
class _Collected:
    items: list[ParsedItem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    medicines: int = 0

    def add(self, item: ParsedItem) -> None:
        self.items.append(item)
        self.medicines += max(1, len(item.parts)) if item.parts_kind in ("list", "separate") else 1
        if self.medicines > MAX_ITEMS:
            raise InputError(f"The prescription names more than {MAX_ITEMS} medicines; at most {MAX_ITEMS} are checked.")


def parse_prescription(text: str, terms: SigTerms) -> ParsedPrescription:
    """Read a prescription: lines are separated by newlines or semicolons, directions may follow on lines of their own.

    Raises InputError for a text of more than 2,000,000 characters, 5,000 lines or 500 medicines, and for nothing else.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"The text is longer than {MAX_CHARACTERS:,} characters.")
    cleaned, had_controls = without_controls(text)
    collected = _Collected()
    pending: _Pending | None = None
    for count, fragment in enumerate(fragments(cleaned), 1):
        if count > MAX_LINES:
            raise InputError(f"The text has more than {MAX_LINES:,} lines.")
        if len(fragment.text) > MAX_LINE_CHARACTERS:
            _flush(pending, collected, terms)
            pending = None
            collected.add(_too_long(fragment))
            continue
        pending = _take(fragment, pending, collected, terms)
    _flush(pending, collected, terms)
    notes = ("Control characters in the text were read as spaces.",) if had_controls else ()
    return ParsedPrescription(tuple(collected.items), _empty_reason(collected), tuple(collected.ignored), notes)


def _take(fragment: Fragment, pending: _Pending | None, collected: _Collected, terms: SigTerms) -> _Pending | None:
    """Make the fragment an item of its own, a continuation of the one before, or an ignored line."""
    body = without_marker(matching_form(fragment.text))
    reading = _read(body, terms)
    remark = ""
    if reading is not None and is_about_person(reading.scan):
        begin = medicines_begin(reading)
        cut = reading.scan.tokens[begin].start if begin else len(reading.scan.text)
        remark, body = reading.scan.text[:cut].strip(), reading.scan.text[cut:]
        reading = _read(body, terms) if begin else None
    if reading is not None:
        behind = _without_heading(body, reading)
        if behind != body:
            body, reading = behind, _read(behind, terms)
    if reading is not None and reading.runs:
        _flush(pending, collected, terms)
        return _Pending([fragment], body, reading, remark)
    # A dose that was struck out is no direction of the line before.
    struck_out = reading is not None and is_struck_out(reading.scan)
    if pending is not None and reading is not None and not struck_out and _continues(reading, fragment, pending):
        pending.pieces.append(fragment)
        pending.body += " " + body
        return pending
    _flush(pending, collected, terms)
    collected.ignored.append(fragment.text)
    return None


def _read(body: str, terms: SigTerms) -> Line | None:
    return read_line(body, terms) if any(sign.isalnum() for sign in body) else None


def _continues(reading: Line, fragment: Fragment, pending: _Pending) -> bool:
    """Directions without a name belong to the item of the line before, or of the same line before a semicolon."""
    if len(pending.pieces) > _MAX_CONTINUATIONS or fragment.line_number - pending.pieces[-1].line_number > 1:
        return False
    if sum(len(piece.text) for piece in pending.pieces) + len(fragment.text) > MAX_LINE_CHARACTERS:
        return False
    # Across lines a bare "12" or "tablet" is no direction; behind a semicolon it is the rest of the line.
    same_line = fragment.line_number == pending.pieces[-1].line_number
    return same_line or any(is_dosing(e) or e.kind == "route" for e in reading.elements)


def _flush(pending: _Pending | None, collected: _Collected, terms: SigTerms) -> None:
    if pending is None:
        return
    reading = pending.reading if len(pending.pieces) == 1 else read_line(pending.body, terms)
    collected.add(parse_line(reading, pending.pieces[0].line_number, pending.text(), pending.remark))


def _too_long(fragment: Fragment) -> ParsedItem:
    sentence = f"The line has {len(fragment.text):,} characters; lines of more than {MAX_LINE_CHARACTERS:,} are not read."
    return ParsedItem(line_number=fragment.line_number, line=fragment.text, problem=sentence)


def _empty_reason(collected: _Collected) -> str | None:
    if collected.items:
        return None
    return "No line of the text names a medicine." if collected.ignored else "The text is empty."


def _without_heading(body: str, reading: Line) -> str:
    """The line behind a heading such as "Medications:"; the line itself where there is none."""
    scan = reading.scan
    heads = {n for e in reading.elements if e.kind == "heading" for n in range(e.start, e.end)}
    if 0 not in heads and not _leads_to(scan, heads):
        return body
    colon = next((n for n, token in enumerate(scan.tokens) if token.text == ":"), None)
    if colon is None or any(run.start < colon for run in reading.runs):
        return body
    return scan.text[scan.tokens[colon].end :].strip()


def _leads_to(scan: Scan, heads: set[int]) -> bool:
    """Whether a heading's word stands before the first colon."""
    colon = next((n for n, token in enumerate(scan.tokens) if token.text == ":"), len(scan.tokens))
    return any(n < colon for n in heads)

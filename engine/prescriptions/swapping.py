"""Putting another medicine's name in the place of one in the text of a list. Where the place is not certain, it is refused.

The dose of the old medicine says nothing about the new one, so the new line has none: a person must decide it.
"""

from __future__ import annotations

import re

from engine.errors import InputError
from engine.knowledge.misspelt import span_of
from engine.prescriptions.cleaning import NEWLINES, SEMICOLONS, without_marker
from engine.report import Drug, Report

_BY_HAND = "Change it by hand."
NOT_FOUND = f"The medicine could not be found exactly in its line, so nothing was replaced. {_BY_HAND}"
SEVERAL_LINES = f"The medicine is written over several lines, and its directions would stay behind. {_BY_HAND}"
COMBINATION = f"The line is a combination of several ingredients; one of them cannot be replaced alone. {_BY_HAND}"
SEVERAL_MEDICINES = f"The line names more than this one medicine, and the others would be lost. {_BY_HAND}"
WORDS_BEFORE = f"What stands before the medicine's name may or may not belong to it. {_BY_HAND}"
# A heading or a sentence before the name ("Allergy: penicillin. …"), but no short form of a word ("Tab. …").
_LEAD = re.compile(r".*(?::|\w{5}\.)\s+", re.DOTALL)
# As the reader of prescriptions understands them; a test reads each back.
ROUTE_WORDS: dict[str, str] = {
    "oral": "oral",
    "iv": "IV",
    "im": "IM",
    "sc": "SC",
    "inhaled": "inhaled",
    "nasal": "nasal",
    "ophthalmic": "ophthalmic",
    "otic": "otic",
    "topical": "topical",
    "transdermal": "transdermal",
    "rectal": "rectal",
    "vaginal": "vaginal",
    "buccal": "buccal",
    "intrathecal": "intrathecal",
}


def swap_obstacle(report: Report, row: int) -> str | None:
    """A sentence on why the medicine in this row cannot be replaced alone; None where it can."""
    drug = report.drugs[row]
    beside = [
        other
        for place, other in enumerate(report.drugs)
        if place != row and (other.line_number, other.line) == (drug.line_number, drug.line)
    ]
    if beside:
        # A combination is one name for several substances.
        whole = all(other.matched_name == drug.matched_name and other.substance != drug.substance for other in beside)
        return COMBINATION if whole else SEVERAL_MEDICINES
    unread = [one for one in report.not_checked if (one.line_number, one.line) == (drug.line_number, drug.line)]
    if any(not one.reason.startswith(f"{drug.name}: ") for one in unread):
        return SEVERAL_MEDICINES
    return None


def replaced_line(text: str, drug: Drug, new_name: str) -> str:
    """The line of the medicine with the new name in its place, without a dose; the route stays if it is written.

    Other medicines of the line, behind or before a semicolon, stay as they are, and so does what stands before the name: a
    bullet or number, a heading, a sentence ("Allergy: penicillin. …").

    Raises:
        InputError: the medicine's part of the line cannot be found exactly once, goes on in the next line, or has a heading
            or sentence before the name that may belong to it.
    """
    if "\n" in drug.line:
        raise InputError(SEVERAL_LINES)
    line = line_of(text, drug.line_number)
    start, end = _place(line, drug.line)
    part = line[start:end]
    kept = part[: len(part) - len(without_marker(part))]
    kept += _lead(part[len(kept) :], drug.matched_name)
    route = f" {ROUTE_WORDS[drug.route]}" if drug.route else ""
    return f"{line[:start]}{kept}{new_name}{route}{line[end:]}"


def _lead(part: str, name: str) -> str:
    """Headings and sentences before the name, which say nothing about it alone."""
    span = span_of(part, name)
    found = _LEAD.match(part[: span[0]]) if span is not None else None
    if span is None or found is None:
        return ""
    lead = found.group()
    # "Allergy: none, X" without its middle would be an allergy to the new medicine, and a figure may be the old one's dose.
    if found.end() < span[0] or any(sign.isdigit() for sign in lead):
        raise InputError(WORDS_BEFORE)
    return lead


def line_of(text: str, line_number: int) -> str:
    """A line of the text by its number (1-based), as the reader of prescriptions counts.

    Raises:
        InputError: there is no such line.
    """
    lines = NEWLINES.split(text)
    if not 1 <= line_number <= len(lines):
        raise InputError(NOT_FOUND)
    return lines[line_number - 1]


def replaced_text(text: str, line_number: int, new_line: str) -> str:
    """The text with one line (1-based) replaced; every other character stays.

    Raises:
        InputError: there is no such line.
    """
    start = 0
    for number, end in enumerate([*(found.start() for found in NEWLINES.finditer(text)), len(text)], 1):
        if number == line_number:
            return text[:start] + new_line + text[end:]
        start = end + (2 if text[end : end + 2] == "\r\n" else 1)
    raise InputError(NOT_FOUND)


def _place(line: str, part: str) -> tuple[int, int]:
    """Where the part stands in the line: a run of whole pieces between semicolons, without the blanks around it."""
    edges = [0]
    for found in SEMICOLONS.finditer(line):
        edges += [found.start(), found.end()]
    edges.append(len(line))
    pieces = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        written = line[start:end]
        begin = start + len(written) - len(written.lstrip())
        pieces.append((written.strip(), begin, start + len(written.rstrip())))
    filled = [piece for piece in pieces if piece[0]]
    wanted = [trimmed for each in SEMICOLONS.split(part) if (trimmed := each.strip())]
    count = len(wanted)
    runs = [filled[place : place + count] for place in range(len(filled) - count + 1)]
    matching = [run for run in runs if count and [piece[0] for piece in run] == wanted]
    if len(matching) != 1:
        raise InputError(NOT_FOUND)
    return matching[0][0][1], matching[0][-1][2]

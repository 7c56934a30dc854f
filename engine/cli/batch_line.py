"""One line of what a batch writes, and which lines of a list a report has recognised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from engine.prescriptions.recognise import NOT_COVERED, NOT_TAKEN
from engine.report import Drug, Frozen, NotChecked, Report


class BatchLine(Frozen):
    """One list with its report, or with the sentence that says why there is none.

    `file` is the name of the file that the list comes from, `list` its title there, empty where the file holds one list.
    `remarks` are sentences on what the file held and the list does not.
    """

    format: Literal[1] = 1
    list: str
    file: str
    remarks: tuple[str, ...] = ()
    report: Report | None = None
    error: str | None = None


def lines_recognised(drugs: Sequence[Drug], not_checked: Sequence[NotChecked]) -> tuple[frozenset[int], frozenset[int]]:
    """Numbers of the lines that name medicines: (every name on the line was recognised, some name was not)."""
    unknown = {row.line_number for row in not_checked if row.line_number is not None and not _is_known(row)}
    named = {drug.line_number for drug in drugs}
    named |= {row.line_number for row in not_checked if row.line_number is not None}
    return frozenset(named - unknown), frozenset(unknown)


def _is_known(row: NotChecked) -> bool:
    """Whether the row is about a medicine that was recognised and could not be checked for another reason."""
    return row.reason.endswith((NOT_COVERED, NOT_TAKEN))

"""Medication lists of a file or of a pipe, for the command line."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from engine.cancellation import Progress
from engine.errors import InputError
from engine.records.codes import CodeLookup
from engine.records.model import MedicationList
from engine.records.opening import lists_of_text, open_lists

# A number of thousands of digits is an error to Python and not only large.
_MOST_DIGITS = 9


def read_lists(path: Path, lookup: CodeLookup | None = None) -> tuple[MedicationList, ...]:
    """Every list of a file; `lookup` names medicines of which it gives only a code.

    Raises:
        InputError: the file cannot be read, or holds nothing that can be read as a list.
    """
    return _done(open_lists(path, lookup))


def _done(steps: Generator[Progress, None, tuple[MedicationList, ...]]) -> tuple[MedicationList, ...]:
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            lists: tuple[MedicationList, ...] = finished.value
            return lists


def read_list(path: Path, wanted: str | None, lookup: CodeLookup | None = None) -> MedicationList:
    """The one list of a file, or the one of that title or number (from 1).

    Raises:
        InputError: as :func:`read_lists`; or the file holds several lists and none is named, or none of that title or number.
    """
    return _one_of(read_lists(path, lookup), wanted)


def list_of_input(text: str, wanted: str | None, lookup: CodeLookup | None = None) -> MedicationList:
    """The same for the text of a pipe, which may be FHIR, a saved list or a table as well as a file may.

    Raises:
        InputError: as :func:`read_list`.
    """
    return _one_of(_done(lists_of_text(text, lookup)), wanted)


def _one_of(lists: tuple[MedicationList, ...], wanted: str | None) -> MedicationList:
    if wanted is None:
        if len(lists) == 1:
            return lists[0]
        raise InputError(
            f"The file holds {len(lists)} lists: name one by title or number with --list, or check all with --batch."
        )
    titled = [one for one in lists if one.title == wanted]
    if len(titled) == 1:
        return titled[0]
    if wanted.isascii() and wanted.isdecimal() and len(wanted) <= _MOST_DIGITS and 1 <= int(wanted) <= len(lists):
        return lists[int(wanted) - 1]
    what = "several lists" if titled else "no list"
    raise InputError(f"The file holds {what} of that title or number; its lists are numbered from 1 to {len(lists)}.")

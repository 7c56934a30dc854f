"""Tables of medicines (comma, semicolon, tab or bar between the cells): one list for each person, one line for each row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Generator
from dataclasses import dataclass, field

from engine.cancellation import Progress
from engine.errors import InputError
from engine.records.columns import TIMES_A_DAY, Role, is_stopped, is_taken, plain, role_of
from engine.records.mimic import is_mimic, mimic_lists
from engine.records.model import MedicationList

_DELIMITERS = (",", ";", "\t", "|")
_MAX_ROWS = 200_000
_MAX_COLUMNS = 300
_ROWS_A_STEP = 500
_MOST_NAMED = 10
_LONGEST_NAMED = 60
# The order in which a line is written.
_WRITTEN: tuple[Role, ...] = (
    *("drug", "strength", "dose", "form", "route"),
    *("frequency", "as needed", "directions", "duration"),
)
_SEPARATOR_LINE = re.compile(r"\Asep=.\s*\n\s*", re.IGNORECASE)
_CUTTING = str.maketrans({";": ",", "\uff1b": ","})
_NO_DRUG = "No column of the table is headed as the names of medicines; give one the heading “drug”."
_DAMAGED = "The table is damaged: a quotation mark or a cell has no end."


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was written: headings, and rows of cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def table_of(text: str, *, surely: bool) -> Table | None:
    """The table that a text is, or None where it reads like plain lines; `surely` where the file's name says that it is one.

    Raises:
        InputError: it is a table without a column of medicines, damaged or too large.
    """
    # A spreadsheet may say in a line of its own what it writes between the cells.
    text = _SEPARATOR_LINE.sub("", text.lstrip())
    head = next(iter(text.splitlines()), "")
    delimiter = max(_DELIMITERS, key=lambda sign: (_known(head, sign), head.count(sign)))
    roles = [role_of(cell)[0] for cell in _cells(head, delimiter)]
    if not is_mimic(_cells(head, delimiter)) and "drug" not in roles:
        if surely or sum(role is not None for role in roles) > 1:
            raise InputError(_NO_DRUG)
        return None
    if not surely and sum(role is not None for role in roles) < 2 and not is_mimic(_cells(head, delimiter)):
        # "Medication, as of 12 January" heads plain lines, whose commas part nothing.
        return None
    return _read(text, delimiter)


def _cells(head: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([head], delimiter=delimiter), [])
    except csv.Error:
        return []


def _known(head: str, delimiter: str) -> int:
    return sum(role_of(cell)[0] is not None for cell in _cells(head, delimiter))


def _read(text: str, delimiter: str) -> Table:
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(tuple(row))
            if len(rows) > _MAX_ROWS + 1:
                raise InputError(f"The table has more than {_MAX_ROWS:,} rows.")
    except csv.Error as error:
        raise InputError(_DAMAGED) from error
    if len(rows[0]) > _MAX_COLUMNS:
        raise InputError(f"The table has more than {_MAX_COLUMNS} columns.")
    return Table(rows[0], tuple(rows[1:]))


def lists_of_table(table: Table) -> Generator[Progress, None, tuple[MedicationList, ...]]:
    """One list for each person or admission that the table tells apart, in the order of the table.

    Raises:
        InputError: two columns claim to hold the names of medicines.
    """
    if is_mimic(table.header):
        return (yield from mimic_lists(table.header, table.rows))
    columns = _Columns.of(table.header)
    found: dict[tuple[str, ...], _Person] = {}
    for number, row in enumerate(table.rows, 2):
        if number % _ROWS_A_STEP == 0:
            yield Progress(number, len(table.rows))
        if any(cell.strip() for cell in row):
            cells = [" ".join(cell.translate(_CUTTING).split()) for cell in row]
            cells += [""] * (len(table.header) - len(cells))
            key = tuple(cells[place] for place in columns.places("person"))
            found.setdefault(key, _Person()).take(cells, columns, number)
    several = len(found) > 1
    return tuple(person.list(_title(key) if several else "", columns) for key, person in found.items())


def _title(key: tuple[str, ...]) -> str:
    return " · ".join(filter(None, key)) or "Without a number or name"


@dataclass(frozen=True, slots=True)
class _Columns:
    header: tuple[str, ...]
    roles: tuple[Role | None, ...]
    units: tuple[str, ...]

    @classmethod
    def of(cls, header: tuple[str, ...]) -> _Columns:
        told = [role_of(heading) for heading in header]
        columns = cls(header, tuple(role for role, _unit in told), tuple(unit for _role, unit in told))
        if len(columns.places("drug")) == 1:
            return columns
        # "drug" beside "name": the plainer heading holds, and the other may be the patient's own name.
        best = [n for n, heading in enumerate(header) if plain(heading) in {"drug", "medicine", "medication"}]
        if len(best) != 1:
            raise InputError("More than one column of the table is headed as the names of medicines; keep one.")
        roles = tuple(None if role == "drug" and n != best[0] else role for n, role in enumerate(columns.roles))
        return cls(header, roles, columns.units)

    def places(self, role: Role) -> list[int]:
        return [n for n, one in enumerate(self.roles) if one == role]

    def unread(self) -> list[str]:
        names = (" ".join(h.split()) for h, role in zip(self.header, self.roles, strict=True) if role is None)
        return [name[:_LONGEST_NAMED] for name in names if name]


@dataclass(slots=True)
class _Person:
    lines: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)
    ragged: list[str] = field(default_factory=list)

    def take(self, cells: list[str], columns: _Columns, number: int) -> None:
        if any(cells[len(columns.header) :]):
            # One comma too many: nobody can tell which cell belongs where.
            self.ragged.append(str(number))
            return
        name = cells[columns.places("drug")[0]]
        if not name:
            self.nameless.append(str(number))
            return
        said = [is_taken(cells[place]) for place in columns.places("status")]
        stopped = [is_stopped(cells[place]) for place in columns.places("stopped")]
        if False in said or True in stopped:
            self.left_out.append(name[:_LONGEST_NAMED])
            return
        if None in said or None in stopped:
            self.unclear.append(name[:_LONGEST_NAMED])
        self.lines.append(_line(cells, columns))

    def list(self, title: str, columns: _Columns) -> MedicationList:
        named = (
            ("Left out, because the table says that they are not taken: {}.", self.left_out),
            ("The table does not say clearly whether these are taken; they are in the list: {}.", self.unclear),
            ("Rows without a medicine's name are left out: {}.", self.nameless),
            ("Rows with more cells than the headings are left out: {}.", self.ragged),
            ("Columns that are not read: {}.", columns.unread()),
        )
        remarks = tuple(sentence.format(some(names)) for sentence, names in named if names)
        return MedicationList(title=title, text="\n".join(self.lines), remarks=remarks)


def some(names: list[str]) -> str:
    """The first names of many, and how many more there are."""
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _line(cells: list[str], columns: _Columns) -> str:
    units = " ".join(filter(None, (cells[place] for place in columns.places("unit"))))
    pieces = []
    for role in _WRITTEN:
        for place in columns.places(role):
            cell = cells[place]
            if role == "as needed":
                cell = "as needed" if is_taken(cell) and cell else "" if is_taken(cell) is False else cell
            if role in ("dose", "strength") and cell and _is_figure(cell):
                unit = columns.units[place] or (units if role == "dose" or not columns.places("dose") else "")
                cell = f"{cell} {unit}".strip()
            if role == "frequency" and columns.units[place] == TIMES_A_DAY and cell.isdecimal():
                cell = f"{cell} {TIMES_A_DAY}"
            pieces.append(cell)
    return " ".join(filter(None, pieces))


def _is_figure(cell: str) -> bool:
    return all(sign.isdigit() or sign in ".,-–/ " for sign in cell)

"""MIMIC-style prescription tables: one list for each hospital admission, one line for each different order.

The columns are those of PRESCRIPTIONS of MIMIC-III and of prescriptions of MIMIC-IV. Nothing is invented: a line repeats the
cells of its order, and whatever is no line of the list is named in a remark.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.cancellation import Progress
from engine.errors import InputError
from engine.records.model import MedicationList

_NEEDED = frozenset({"hadm_id", "drug", "dose_val_rx", "dose_unit_rx", "route"})
# Written behind name and strength, in this order; a column that the table lacks is left out.
_DOSED = ("dose_val_rx", "dose_unit_rx", "form_val_disp", "form_unit_disp", "route")
_NAMES = ("drug", "drug_name_poe", "drug_name_generic")
_ROWS_A_STEP = 500
# What the pharmacy sends a preparation in stands in the table as an order of its own. A name of these words alone is no
# medicine; read as a line it would pass for directions of the line before.
_CONTAINERS = frozenset({"amp", "ampul", "ampule", "ampoule", "bag", "bottle", "sol", "soln", "solution", "syringe", "vial"})
_BESIDE_CONTAINERS = frozenset({"chemo", "epidural", "glass", "iv", "room", "send"})
# These end a line or cut it in two where text is read.
_CUTTING = re.compile(r" *[;\uff1b] *")
_ALL_ORDERS = "These are all orders of the stay, not those of one day: some findings may be on medicines not given together."


def is_mimic(header: Sequence[str]) -> bool:
    """Whether a table with these columns holds orders of hospital admissions as MIMIC has them."""
    return set(_columns(header)) >= _NEEDED


def mimic_lists(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Generator[Progress, None, tuple[MedicationList, ...]]:
    """One list for each admission, in the order of the table.

    Yields while it reads (the total is unknown); returns the lists.

    Raises:
        InputError: a row has more or fewer cells than the header.
    """
    columns = _columns(header)
    stays: dict[str, _Stay] = {}
    for number, row in enumerate(rows, 1):
        if number % _ROWS_A_STEP == 0:
            yield Progress(number, 0)
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            raise InputError(f"Row {number} below the header has {len(row)} cells, where the header has {len(columns)}.")
        order = {name: " ".join(cell.split()) for name, cell in zip(columns, row, strict=True)}
        stay = stays.setdefault(order["hadm_id"], _Stay())
        stay.take(order)
    return tuple(_list_of(name, stay) for name, stay in stays.items())


def _columns(header: Sequence[str]) -> list[str]:
    return [name.lstrip("\ufeff").strip().casefold() for name in header]


@dataclass(slots=True)
class _Stay:
    """The orders of one admission: each different line with the number of orders that say it, and what is no line."""

    lines: dict[str, str] = field(default_factory=dict)
    orders: int = 0
    containers: Counter[str] = field(default_factory=Counter)
    mixed: int = 0
    nameless: list[str] = field(default_factory=list)

    def take(self, order: Mapping[str, str]) -> None:
        """Add one order."""
        line = order_line(order)
        if not _name(order):
            self.nameless.append(line)
            return
        if _is_container(_name(order)):
            self.containers[_name(order)] += 1
            return
        # "PredniSONE" and "Prednisone" are one order; the first spelling stays.
        key = line.casefold()
        if key not in self.lines:
            self.lines[key] = line
            self.mixed += order.get("drug_type", "MAIN").upper() != "MAIN"
        self.orders += 1


def order_line(order: Mapping[str, str]) -> str:
    """The cells of an order (by column in lower case) as one line of a list.

    The strength often begins with the last word of the name ("… DS", "DS Tablet"): it is written once.
    """
    name, strength = _name(order), order.get("prod_strength", "")
    first, _, behind = strength.partition(" ")
    if name and first.casefold() == name.split()[-1].casefold():
        strength = behind
    cells = (name, strength, *(order.get(column, "") for column in _DOSED))
    return _CUTTING.sub(", ", " ".join(cell for cell in cells if cell)).strip()


def _name(order: Mapping[str, str]) -> str:
    return next((order[column] for column in _NAMES if order.get(column)), "")


def _is_container(drug: str) -> bool:
    """Whether the words name a container alone: "Syringe (Chemo)", but not "Syringe (0.9% Sodium Chloride)"."""
    words = set(re.findall(r"\w+", drug.casefold()))
    return bool(words & _CONTAINERS) and words <= _CONTAINERS | _BESIDE_CONTAINERS


def _list_of(admission: str, stay: _Stay) -> MedicationList:
    title = f"Admission {admission}" if admission else "Orders without an admission"
    return MedicationList(title=title, text="\n".join(stay.lines.values()), remarks=tuple(_remarks(stay)))


def _remarks(stay: _Stay) -> list[str]:
    remarks = [_ALL_ORDERS]
    if stay.orders > len(stay.lines):
        remarks.append(f"{stay.orders} orders are written as {len(stay.lines)} lines: orders that say the same are one line.")
    if stay.mixed:
        remarks.append(f"Fluids and additives of infusions are lines of their own: {stay.mixed}.")
    if stay.containers:
        named = ", ".join(f"{count} × {name}" for name, count in stay.containers.items())
        remarks.append(f"Containers that were ordered, not medicines: {named}.")
    if stay.nameless:
        remarks.append(f"Orders that name no medicine: {'; '.join(line or 'an empty one' for line in stay.nameless)}.")
    return remarks

"""The pairs of a report as a table, without widgets: what is known of each two rows, and why nothing is said of others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.prescription.choice import Choice, row_keys

if TYPE_CHECKING:
    from engine.report import Drug, Duplicate, Interaction, NotChecked, Report


def _said(text: str) -> str:
    return QCoreApplication.translate("MatrixPairs", text)


class CellKind(Enum):
    """What is known of two rows."""

    SELF = "a row with itself"
    FOUND = "a finding"
    NONE_FOUND = "checked, none found"
    NOT_CHECKED = "not checked"
    SAME_PRODUCT = "ingredients of one product"
    SAME_INGREDIENT = "one ingredient on two lines"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row and column: an ingredient of the list, or a line that was not read as a medicine.

    `place` is that in the report's `drugs`, None for such a line; `key` stays the same while other lines change; `reason` says
    why nothing is checked, empty where it is.
    """

    title: str
    key: str
    place: int | None
    product: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: findings worst first, and duplicates that name both."""

    kind: CellKind
    findings: tuple[Interaction, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()


def row_titles(drugs: Sequence[Drug]) -> list[str]:
    """Names of all rows, with the line where a name stands more than once."""
    twice = {name for name, count in Counter(drug.name for drug in drugs).items() if count > 1}
    titled = _said("{0} (line {1})")
    return [titled.format(drug.name, drug.line_number) if drug.name in twice else drug.name for drug in drugs]


class PairTable:
    """Every two rows of a report. Findings are sorted in once; a cell is worked out when it is asked for."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._found: defaultdict[frozenset[int], list[Interaction]] = defaultdict(list)
        for finding in report.interactions:
            # Worst first, as they stand in the report.
            self._found[frozenset(finding.rows)].append(finding)
        self._with_findings = frozenset().union(*self._found)
        self.entries = tuple(_entries(report))
        self._entry_of_key = {entry.key: number for number, entry in enumerate(self.entries)}

    def has_finding(self, entry: Entry) -> bool:
        """Whether any pair of this row has a finding."""
        return entry.place in self._with_findings

    def rows_of(self, choice: Choice) -> tuple[Entry, Entry] | None:
        """The two rows that a choice of a pair means; None for any other choice and for a pair that is gone."""
        numbers = [self._entry_of_key[key] for key in choice.key if key in self._entry_of_key]
        if choice.kind != "pair" or len(numbers) != 2:
            return None
        first, second = sorted(numbers)
        return self.entries[first], self.entries[second]

    def cell(self, one: Entry, other: Entry) -> Cell:
        """What is known of two rows."""
        if one.key == other.key:
            return Cell(CellKind.SELF)
        if one.place is None or other.place is None:
            return Cell(CellKind.NOT_CHECKED)
        first, second = self.report.drugs[one.place], self.report.drugs[other.place]
        duplicates = tuple(self._duplicates(first, second))
        findings = self._found.get(frozenset((one.place, other.place)))
        if findings:
            return Cell(CellKind.FOUND, tuple(findings), duplicates)
        if first.substance == second.substance:
            return Cell(CellKind.SAME_INGREDIENT, (), duplicates)
        if one.product == other.product:
            return Cell(CellKind.SAME_PRODUCT, (), duplicates)
        kind = CellKind.NOT_CHECKED if one.reason or other.reason else CellKind.NONE_FOUND
        return Cell(kind, (), duplicates)

    def _duplicates(self, first: Drug, second: Drug) -> list[Duplicate]:
        same = first.substance == second.substance
        found = []
        for duplicate in self.report.duplicates:
            if duplicate.kind == "same ingredient":
                named = same and duplicate.subgroup == first.name
            else:
                named = not same and {first.name, second.name} <= set(duplicate.drugs)
            if named:
                found.append(duplicate)
        return found


def _entries(report: Report) -> list[Entry]:
    """All rows in the order of the list, unread lines among them; remarks without a line come last."""
    from engine.prescriptions.recognise import NOT_COVERED, NOT_TAKEN

    uncovered = {(row.line, row.line_number, row.reason) for row in report.not_checked if row.reason.endswith(NOT_COVERED)}
    products, keys, titles = _products(report.drugs), row_keys(report.drugs), row_titles(report.drugs)
    earlier: Counter[str] = Counter()
    rows: list[tuple[float, Entry]] = []
    for place, drug in enumerate(report.drugs):
        reason = NOT_COVERED if (drug.line, drug.line_number, f"{drug.name}: {NOT_COVERED}") in uncovered else ""
        rows.append((drug.line_number, Entry(titles[place], keys[place], place, products[place], reason)))
    unread = (missing for missing in report.not_checked if not missing.reason.endswith((NOT_COVERED, NOT_TAKEN)))
    rows.extend(_unread(missing, earlier) for missing in unread)
    return [entry for _line, entry in sorted(rows, key=lambda row: row[0])]


def _unread(missing: NotChecked, earlier: Counter[str]) -> tuple[float, Entry]:
    # No substance's id holds a line break, so that a line can never pass for a medicine.
    key = f"\n{missing.line}"
    earlier[key] += 1
    entry = Entry(missing.line, f"{key}#{earlier[key]}", None, -1, missing.reason)
    return (float("inf") if missing.line_number is None else missing.line_number), entry


def _products(drugs: tuple[Drug, ...]) -> list[int]:
    """The number of the product that each row belongs to: ingredients of a combination stand together under one matched name."""
    numbers: list[int] = []
    seen: set[str] = set()
    before: tuple[int, str, str] | None = None
    for drug in drugs:
        now = (drug.line_number, drug.line, drug.matched_name)
        # The same ingredient again is a second product, even if the line names it in the same words.
        if now != before or drug.substance in seen:
            seen = set()
            numbers.append(numbers[-1] + 1 if numbers else 0)
        else:
            numbers.append(numbers[-1])
        seen.add(drug.substance)
        before = now
    return numbers

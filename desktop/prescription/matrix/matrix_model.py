"""The matrix as a Qt model: nothing is worked out before a cell is asked for, so that 500 medicines open at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.prescription.matrix.grid import LOOK_ROLE, CellLook
from desktop.prescription.matrix.pairs import Cell, CellKind, Entry, PairTable
from desktop.prescription.matrix.words import (
    INFERRED_MARK,
    NOT_CHECKED_LOOK,
    NOT_CHECKED_SIGN,
    SAME_INGREDIENT_SIGN,
    SAME_PRODUCT_SIGN,
    cell_words,
)
from desktop.widgets.severity import LOOKS

if TYPE_CHECKING:
    from engine.report import Report

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_NOWHERE = QModelIndex()
_SPOKEN = frozenset({_ROLE.ToolTipRole, _ROLE.AccessibleTextRole})


def look_of(cell: Cell) -> CellLook:
    """How a cell is drawn."""
    if cell.kind is CellKind.FOUND:
        worst = cell.findings[0]
        look = LOOKS[worst.severity]
        sign = look.shape if worst.documented else look.shape + INFERRED_MARK
        return CellLook(sign, look.text, look.background, dashed=not worst.documented)
    if cell.kind is CellKind.NONE_FOUND:
        look = LOOKS["none"]
        return CellLook(look.shape, look.text, look.background)
    if cell.kind is CellKind.NOT_CHECKED:
        return CellLook(NOT_CHECKED_SIGN, NOT_CHECKED_LOOK.text, NOT_CHECKED_LOOK.background)
    signs = {CellKind.SAME_PRODUCT: SAME_PRODUCT_SIGN, CellKind.SAME_INGREDIENT: SAME_INGREDIENT_SIGN}
    return CellLook(signs.get(cell.kind, ""))


class MatrixModel(QAbstractTableModel):
    """Rows and columns are the medicines and unread lines of one report; each pair stands in both halves."""

    def __init__(self) -> None:
        super().__init__()
        self.table: PairTable | None = None
        self.entries: tuple[Entry, ...] = ()
        self._only_found = False

    @property
    def hidden(self) -> tuple[Entry, ...]:
        """Rows that the filter leaves out."""
        if self.table is None:
            return ()
        shown = {entry.key for entry in self.entries}
        return tuple(entry for entry in self.table.entries if entry.key not in shown)

    def show_report(self, report: Report | None, *, only_found: bool) -> None:
        """Show another report, or the same with another filter. `only_found` leaves out rows without any finding."""
        self.beginResetModel()
        if report is None:
            self.table = None
        elif self.table is None or self.table.report is not report:
            self.table = PairTable(report)
        self._only_found = only_found
        table = self.table
        every = table.entries if table is not None else ()
        self.entries = tuple(entry for entry in every if not only_found or (table is not None and table.has_finding(entry)))
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Number of rows."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """As many columns as rows."""
        return self.rowCount(parent)

    def cell(self, index: Index) -> Cell | None:
        """What is known of the two rows of a cell; None outside the table."""
        if self.table is None or not index.isValid():
            return None
        return self.table.cell(self.entries[index.row()], self.entries[index.column()])

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """The sign of a cell, its look, or the cell in words."""
        cell = self.cell(index)
        if cell is None:
            return None
        if role == LOOK_ROLE:
            return look_of(cell)
        if role == _ROLE.DisplayRole:
            return look_of(cell).sign
        if role in _SPOKEN:
            return cell_words(cell, self.entries[index.row()], self.entries[index.column()])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> object:
        """A title; what was not checked carries the sign."""
        if not 0 <= section < len(self.entries):
            return None
        entry = self.entries[section]
        if role == _ROLE.DisplayRole:
            return f"{NOT_CHECKED_SIGN} {entry.title}" if entry.reason else entry.title
        if role in _SPOKEN:
            return f"{entry.title}: {entry.reason}" if entry.reason else entry.title
        return None

    def place_of(self, one: Entry, other: Entry) -> QModelIndex:
        """The cell of two rows; invalid where one of them is not shown."""
        numbers = {entry.key: number for number, entry in enumerate(self.entries)}
        if one.key not in numbers or other.key not in numbers:
            return QModelIndex()
        return self.index(numbers[one.key], numbers[other.key])

"""The table of relations: a row each, all of the same height; a click or the arrow keys choose."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHeaderView, QTreeView

from desktop.abstract.choice import ChosenRelation
from desktop.abstract.relations_paint import PAD, Index, RelationDelegate
from desktop.abstract.relations_rows import RelationRow, Sort

_BAR_PIXELS = 5
# Average letters that a column takes at most; the last takes what is left, and at least so many. The sentence is no column: it
# stands in full beside the table, and would leave none of them its room.
_LETTERS = (18, 18, 20, 13, 19)
# The words of so many rows decide on the widths.
_MEASURED_ROWS = 200
_SORTS = (Sort.FIRST, Sort.SECOND, Sort.KIND, Sort.PROBABILITY, Sort.KNOWLEDGE)
_ROOT = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RelationsModel(QAbstractTableModel):
    """Rows as they are arranged."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[RelationRow] = ()

    def show_rows(self, rows: Sequence[RelationRow]) -> None:
        """Take other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def titles(self) -> tuple[str, ...]:
        """Titles of the columns."""
        return (
            self.tr("First"),
            self.tr("Second"),
            self.tr("Stated"),
            self.tr("Probability"),
            self.tr("Knowledge"),
        )

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows; none below a row."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(_LETTERS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text of a cell; the tip, and a screen reader in the first cell, get the whole row with its sentence."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return row.spoken
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return (row.first, row.second, row.kind, row.probability_words, row.knowledge)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.spoken
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Title of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles()[section]
        return int(_LEFT) if role == Qt.ItemDataRole.TextAlignmentRole else None


class RelationsTable(QTreeView):
    """`chosen` tells the place of a row that a person went to, `sort_asked` the order of a title that was clicked."""

    chosen = Signal(object)
    sort_asked = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._own_change = False
        self._sizing = False
        self._sized_by_hand = False
        self._rows = RelationsModel(self)
        self.setModel(self._rows)
        self.setAccessibleName(name)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setItemsExpandable(False)
        # Thousands of rows are laid out at once only where one height is known for all.
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setAlternatingRowColors(False)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(RelationDelegate(self, self.row_at))
        header = self.header()
        header.setSectionsClickable(True)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(_LEFT)
        header.setSectionsMovable(False)
        header.sectionClicked.connect(lambda section: self.sort_asked.emit(_SORTS[section]))
        header.sectionResized.connect(self._note_own_widths)
        self.selectionModel().currentRowChanged.connect(self._went)
        self._size_columns()

    def _note_own_widths(self, section: int, _before: int, _now: int) -> None:
        # The last one follows the width of the table by itself.
        if not self._sizing and section != len(_LETTERS) - 1:
            self._sized_by_hand = True

    def _size_columns(self) -> None:
        bold = QFont(self.font())
        bold.setBold(True)
        header, metrics = self.header(), QFontMetrics(bold)
        rows = range(min(len(self._rows.rows), _MEASURED_ROWS))
        self._sizing = True
        for section, letters in enumerate(_LETTERS):
            title = header.fontMetrics().horizontalAdvance(self._rows.titles()[section]) + 6 * PAD
            words = {str(self._rows.index(row, section).data()) for row in rows}
            most = letters * metrics.averageCharWidth()
            # A column whose words wrap has its full width, since its badge or second line needs it.
            wanted = max((metrics.horizontalAdvance(each) for each in words), default=most)
            header.resizeSection(section, max(min(wanted + PAD, most) + 2 * PAD, title))
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
        self._sizing = False
        # Less than a row would be no table.
        row, bar = self.sizeHintForRow(0), self.horizontalScrollBar().sizeHint().height()
        row = max(row, 2 * self.fontMetrics().lineSpacing() + 2 * PAD)
        self.setMinimumHeight(header.sizeHint().height() + row + bar + 2 * self.frameWidth())

    def row_at(self, index: Index) -> RelationRow | None:
        """The row of an index."""
        return self._rows.rows[index.row()] if 0 <= index.row() < len(self._rows.rows) else None

    def rows(self) -> Sequence[RelationRow]:
        """The rows as they are shown."""
        return self._rows.rows

    def show_rows(self, rows: Sequence[RelationRow], chosen: ChosenRelation | None) -> None:
        """Show other rows; the chosen one stays chosen where it is among them."""
        if list(rows) != list(self._rows.rows):
            self._own_change = True
            self._rows.show_rows(rows)
            self._own_change = False
            if not self._sized_by_hand:
                self._size_columns()
        self.go_to(chosen)

    def go_to(self, chosen: ChosenRelation | None) -> bool:
        """Make the row of a relation the current one; whether there is one."""
        number = next((at for at, row in enumerate(self._rows.rows) if row.place == chosen), None)
        self._own_change = True
        if number is None:
            self.selectionModel().clear()
        elif self.currentIndex().row() != number:
            self.setCurrentIndex(self._rows.index(number, 0))
        self._own_change = False
        return number is not None

    def _went(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self.row_at(current)
        if row is not None and not self._own_change:
            self.chosen.emit(row.place)

    def changeEvent(self, event: QEvent) -> None:
        """Other letters need other columns."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_rows"):
            self._size_columns()
            self.scheduleDelayedItemsLayout()

"""A table of rows that a person walks through with the keyboard: Enter opens, the current row is told, titles sort."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSplitter, QTableView, QWidget

from desktop.abstracts.paged import PagedModel

_PAD = 6
_OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
# How the height is shared between a table and the few lines below it.
_TABLE_AND_WORDS = (400, 100)


def give_most(stack: QWidget) -> None:
    """Give most of a stack's height to its table; a person can move the border."""
    parts = stack.findChild(QSplitter)
    assert isinstance(parts, QSplitter)
    parts.setSizes(_TABLE_AND_WORDS)


class RowsView(QTableView):
    """Shows a paged model. `moved` tells that another row is current, `decided` that a person opens the current one."""

    moved = Signal()
    decided = Signal()

    def __init__(self, model: PagedModel, name: str) -> None:
        super().__init__()
        self._paged = model
        self._sorting = "", False
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.sectionClicked.connect(self._title_clicked)
        self.verticalHeader().hide()
        # All rows are as tall as a line: Qt need ask none of them.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(lambda _index: self.decided.emit())
        self._fit()

    @property
    def current_row(self) -> int:
        """Place of the current row; -1 where there is none."""
        return self.currentIndex().row()

    def show_sorting(self, key: str, *, descending: bool) -> None:
        """Show at a title by what the rows are sorted."""
        self._sorting = key, descending
        number = next((n for n, column in enumerate(self._paged.columns) if column.sort and column.sort == key), -1)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(number, order)

    def place(self) -> tuple[int | None, int]:
        """The key of the current row, and how far it was scrolled; for :meth:`go_back_to`."""
        row = self.current_row
        return (self._paged.keys[row] if 0 <= row < len(self._paged.keys) else None), self.verticalScrollBar().value()

    def go_back_to(self, key: int | None, scrolled: int) -> None:
        """After new rows: what a person was at stays current where it still is, without telling."""
        keys = self._paged.keys
        try:
            row = keys.index(key) if key is not None else -1
        except ValueError:
            row = -1
        if row >= 0:
            self.selectionModel().blockSignals(True)
            self.selectRow(row)
            self.selectionModel().blockSignals(False)
        self.verticalScrollBar().setValue(scrolled)

    def _title_clicked(self, section: int) -> None:
        column = self._paged.columns[section]
        if not column.sort:
            # Qt has moved its sign there.
            self.show_sorting(self._sorting[0], descending=self._sorting[1])
            return
        key, descending = self._sorting
        # Where figures are sorted a person looks for the highest.
        descending = not descending if key == column.sort else column.number
        self._paged.sort_asked.emit(column.sort, bool(descending and column.high))

    def currentChanged(self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex) -> None:
        """Tell."""
        super().currentChanged(current, previous)
        self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; Home and End go to the first and the last row."""
        rows = self._paged.rowCount()
        if event.key() in _OPENING_KEYS and self.currentIndex().isValid():
            self.decided.emit()
            return
        if event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and rows:
            self.selectRow(0 if event.key() == Qt.Key.Key_Home else rows - 1)
            return
        super().keyPressEvent(event)

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        self.verticalHeader().setDefaultSectionSize(metrics.height() + _PAD)
        header = self.horizontalHeader()
        used = 0
        for number, column in enumerate(self._paged.columns):
            title = metrics.horizontalAdvance(column.title) + 4 * _PAD
            width = max(title, column.letters * metrics.averageCharWidth() + 2 * _PAD)
            if column.letters:
                used += width
                header.resizeSection(number, width)
            else:
                rest = self.viewport().width() - used
                header.resizeSection(number, max(rest, 40 * metrics.averageCharWidth()))

    def changeEvent(self, event: QEvent) -> None:
        """Another font needs other widths."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The last column takes what is left."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

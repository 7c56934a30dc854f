"""A table of signs with frozen headers: upright column titles, cells drawn from a look, a current cell that can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

LOOK_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_PAD = 4
# A title may take this share of the view, so that cells are left; the rest is elided and said by tool tip and screen reader.
_MOST_OF_WIDTH = 0.42
_MOST_OF_HEIGHT = 0.4
# So much of a column's title can always be read, so that enzymes do not all read "CYP…".
_LEAST_TITLE = "CYP2C19"


@dataclass(frozen=True, slots=True)
class CellLook:
    """How a cell is drawn: its sign (lines separated by line breaks), and colours as #rrggbb or those of the view."""

    sign: str
    text: str | None = None
    background: str | None = None
    dashed: bool = False


class UprightHeader(QHeaderView):
    """Column titles that are read from below to above."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(True)
        self.setSectionsClickable(False)

    def sizeHint(self) -> QSize:
        """As tall as it was set; Qt's own answer asks for hundreds of titles each time."""
        return QSize(0, self.minimumHeight())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Draw one title."""
        model = self.model()
        chosen = self.selectionModel() is not None and self.selectionModel().currentIndex().column() == logicalIndex
        role = QPalette.ColorRole.Highlight if chosen else QPalette.ColorRole.Button
        text_role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.ButtonText
        painter.save()
        painter.fillRect(rect, self.palette().color(role))
        painter.setPen(self.palette().color(text_role))
        length = rect.height() - 2 * _PAD
        title = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) or "")
        painter.translate(rect.left(), rect.bottom() - _PAD)
        painter.rotate(-90)
        shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, length)
        place = QRect(0, 0, length, rect.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


class RowHeader(QHeaderView):
    """Row titles, elided where they are too long."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        """As wide as it was set."""
        return QSize(self.minimumWidth(), 0)


class SignDelegate(QStyledItemDelegate):
    """Draws a cell from its look."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Fill, sign, dashed frame, and the frame of the current cell."""
        look = index.data(LOOK_ROLE)
        if not isinstance(look, CellLook):
            return
        rect: QRect = option.rect
        palette = self._view.palette()
        pen = QColor(look.text) if look.text else palette.color(QPalette.ColorRole.Text)
        behind = QColor(look.background) if look.background else palette.color(QPalette.ColorRole.Base)
        painter.save()
        painter.setFont(self._view.font())
        # Signs are no text of a language: "S•••" must not become "•••S" where text runs the other way.
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.fillRect(rect, behind)
        painter.setPen(pen)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, look.sign)
        if look.dashed:
            painter.setPen(QPen(pen, 1, Qt.PenStyle.DashLine))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        if index == self._view.currentIndex():
            # Two frames, so that one of them stands out from whatever is behind.
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Base), 1))
            painter.drawRect(rect.adjusted(2, 2, -3, -3))
        painter.restore()


class GridView(QTableView):
    """A table of signs; `decided` when a cell is clicked or confirmed with Enter, `moved` when another one is current."""

    decided = Signal(QModelIndex)
    moved = Signal(QModelIndex)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setHorizontalHeader(UprightHeader(self))
        self.setVerticalHeader(RowHeader(self))
        self.setItemDelegate(SignDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.verticalHeader(), self.horizontalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(1)
        self.clicked.connect(self.decided)
        self._cell_text = "■i"
        self._cell_lines = 1
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._widest = self._tallest = 0

    def set_titles(self, rows: Iterable[str], columns: Iterable[str], widest_cell: str, lines: int = 1) -> None:
        """The titles that the headers must hold, the widest text of a cell, and its number of lines."""
        self._rows, self._columns = tuple(rows), tuple(columns)
        self._cell_text, self._cell_lines = widest_cell, lines
        self._measure()
        self.fit()

    def _measure(self) -> None:
        advance = self.fontMetrics().horizontalAdvance
        self._widest = max(map(advance, self._rows), default=0) + 4 * _PAD
        self._tallest = max(map(advance, self._columns), default=0) + 4 * _PAD

    def fit(self) -> None:
        """Sizes from the font: cells, and headers as wide as their titles while cells are left."""
        metrics = self.fontMetrics()
        side = metrics.height() + 2 * _PAD
        across = max(side, metrics.horizontalAdvance(self._cell_text) + 2 * _PAD)
        self.horizontalHeader().setDefaultSectionSize(across)
        self.verticalHeader().setDefaultSectionSize(max(side, self._cell_lines * metrics.lineSpacing() + 2 * _PAD))
        self.verticalHeader().setFixedWidth(max(side, min(self._widest, int(self.width() * _MOST_OF_WIDTH))))
        most = max(int(self.height() * _MOST_OF_HEIGHT), metrics.horizontalAdvance(_LEAST_TITLE) + 4 * _PAD)
        self.horizontalHeader().setFixedHeight(max(side, min(self._tallest, most)))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell, and draw the headers anew, which show where the current cell is."""
        super().currentChanged(current, previous)
        self.horizontalHeader().viewport().update()
        self.verticalHeader().viewport().update()
        self.moved.emit(current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space decide for the current cell."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self.currentIndex().isValid():
            self.decided.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another font needs other sizes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The headers' share of the view."""
        super().resizeEvent(event)
        self.fit()

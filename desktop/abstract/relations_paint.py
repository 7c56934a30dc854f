"""How a row of the table of relations is drawn: two lines a cell, the probability as text and bar, the severity's badge."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from desktop.abstract.relations_rows import RelationRow
from desktop.widgets.wrapped import breakable, row_pen

Index = QModelIndex | QPersistentModelIndex
PAD = 4
PROBABILITY, KNOWLEDGE = 3, 4
_LINES = 2
_BAR_PIXELS = 5


def two_lines(text: str, font: QFont, width: int) -> list[str]:
    """The text wrapped to `width` pixels, at most two lines; what does not fit is cut with an ellipsis at the end."""
    metrics = QFontMetrics(font)
    layout = QTextLayout(breakable(text, metrics, width) if text else "", font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[str] = []
    while len(lines) < _LINES:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        start, whole = line.textStart(), layout.text()
        last = len(lines) == _LINES - 1
        part = whole[start:] if last else whole[start : start + line.textLength()]
        lines.append(metrics.elidedText(part.strip(), Qt.TextElideMode.ElideRight, width) if last else part.strip())
    layout.endLayout()
    return lines


class RelationDelegate(QStyledItemDelegate):
    """Draws the cells of the rows that `row_at` gives."""

    def __init__(self, view: QTreeView, row_at: Callable[[Index], RelationRow | None]) -> None:
        super().__init__(view)
        self._view = view
        self._row_at = row_at

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is as tall as two lines and, in its own cell, a bar below one."""
        return QSize(40, _LINES * self._view.fontMetrics().lineSpacing() + 2 * PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        row = self._row_at(index)
        if row is None:
            return
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        self._view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, self._view)
        painter.save()
        font = QFont(self._view.font())
        # Unsure rows look unsure as a whole; in words it stands with the probability.
        font.setItalic(row.abstained)
        font.setBold(index.column() <= 1)
        painter.setFont(font)
        pen = row_pen(self._view, option)
        painter.setPen(pen)
        box = QRect(option.rect).adjusted(PAD, PAD, -PAD, -PAD)
        if index.column() == PROBABILITY:
            self._paint_probability(painter, option, box, row, pen)
        elif index.column() == KNOWLEDGE:
            self._paint_knowledge(painter, option, box, row, font)
        else:
            self._paint_text(painter, box, str(index.data()), font)
        painter.restore()

    def _paint_text(self, painter: QPainter, box: QRect, text: str, font: QFont) -> None:
        spacing = QFontMetrics(font).lineSpacing()
        side = QStyle.visualAlignment(self._view.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        for number, line in enumerate(two_lines(text, font, box.width())):
            painter.drawText(QRect(box.left(), box.top() + number * spacing, box.width(), spacing), side, line)

    def _paint_probability(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, row: RelationRow, pen: QColor
    ) -> None:
        self._paint_text(painter, box, row.probability_words, painter.font())
        if len(two_lines(row.probability_words, painter.font(), box.width())) > 1:
            # No room for a bar too; the words say all of it.
            return
        frame = QRect(box.left(), box.bottom() - 2 * _BAR_PIXELS, box.width() - 1, _BAR_PIXELS)
        filled = QRect(frame.left(), frame.top(), round(frame.width() * row.probability), frame.height())
        painter.drawRect(frame)
        painter.fillRect(QStyle.visualRect(self._view.layoutDirection(), frame, filled), pen)

    def _paint_knowledge(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, row: RelationRow, font: QFont
    ) -> None:
        wide = painter.fontMetrics().horizontalAdvance("■") + 2 * PAD
        if row.badge is not None:
            badge = QRect(box.left(), box.top(), wide, painter.fontMetrics().height())
            badge = QStyle.visualRect(self._view.layoutDirection(), box, badge)
            pen = painter.pen()
            if row.badge.background is not None:
                painter.fillRect(badge, QColor(row.badge.background))
                painter.setPen(QColor(row.badge.text))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, row.badge.sign)
            painter.setPen(pen)
        rest = QRect(box.left() + wide + PAD, box.top(), box.width() - wide - PAD, box.height())
        self._paint_text(painter, QStyle.visualRect(self._view.layoutDirection(), box, rest), row.knowledge, font)

"""The strip beside the editor: a sign for each line, and the handle by which a line is dragged to another place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from desktop.prescription.list.signs import BADGES

_PAD = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """What the gutter shows beside a line: the line as it was checked, a sign (or nothing), and what it says."""

    text: str
    sign: str
    says: str


class Marked(Protocol):
    """What a gutter stands beside: visible lines with their place, and their marks. Lines are counted from 0."""

    def visible_lines(self) -> Iterator[tuple[int, QRect]]:
        """Number and place of each line that can be seen; places as tall as the first row of a wrapped line."""

    def mark_of(self, line: int) -> Mark:
        """The mark of a line."""

    def gap_at(self, y: int) -> int:
        """The line before which something dropped at this height would stand."""

    def show_drop(self, before: int | None) -> None:
        """Show where the dragged line would stand; None hides it."""

    def drop(self, line: int, before: int) -> None:
        """Move a line to stand before another."""


class Gutter(QWidget):
    """Signs beside the lines of an editor; a line is dragged by its sign."""

    def __init__(self, parent: QWidget, marked: Marked) -> None:
        super().__init__(parent)
        self._marked = marked
        self._dragged: int | None = None
        self._pressed_at = QPoint()
        self._moving = False
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(self.tr("Signs of the lines"))

    def needed_width(self) -> int:
        """Pixels that the widest sign needs."""
        return max(self.fontMetrics().horizontalAdvance(sign) for sign in BADGES) + 4 * _PAD

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the signs that can be seen."""
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(event.rect(), palette.color(QPalette.ColorRole.AlternateBase))
        bold = QFont(self.font())
        bold.setBold(True)
        painter.setFont(bold)
        for line, place in self._marked.visible_lines():
            mark = self._marked.mark_of(line)
            if not mark.sign:
                continue
            box = QRect(_PAD, place.top(), self.width() - 2 * _PAD, place.height())
            badge = BADGES[mark.sign]
            if badge.background is not None:
                painter.fillRect(box, QColor(badge.background))
            painter.setPen(QColor(badge.text) if badge.text is not None else palette.color(QPalette.ColorRole.Text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.sign)
            if self._moving and line == self._dragged:
                painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _line_at(self, y: int) -> int | None:
        for line, place in self._marked.visible_lines():
            if place.top() <= y <= place.bottom():
                return line
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a line by its sign."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = self._line_at(event.position().toPoint().y())
            self._pressed_at = event.position().toPoint()
            self._moving = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show where the line would stand."""
        here = event.position().toPoint()
        far = (here - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        if self._dragged is not None and (self._moving or far):
            self._moving = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._marked.show_drop(self._marked.gap_at(here.y()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put the line there."""
        dragged, moving = self._dragged, self._moving
        self.let_go()
        if dragged is not None and moving and event.button() == Qt.MouseButton.LeftButton:
            self._marked.drop(dragged, self._marked.gap_at(event.position().toPoint().y()))

    def let_go(self) -> bool:
        """End a drag without moving anything; whether there was one."""
        was_moving, self._dragged, self._moving = self._moving, None, False
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._marked.show_drop(None)
        self.update()
        return was_moving

    def event(self, event: QEvent) -> bool:
        """Say what a sign means where the mouse rests."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            line = self._line_at(event.pos().y())
            says = self._marked.mark_of(line).says if line is not None else ""
            QToolTip.showText(event.globalPos(), says, self)
            return True
        return super().event(event)

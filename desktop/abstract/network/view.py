"""The picture of a network: it scrolls, zooms and fits, and its edges are walked with the arrow keys or clicked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from desktop.abstract.network.looks import edge_title, edge_words, node_words
from desktop.abstract.network.painting import NetworkPainter, Picture

_LEAST_SCALE, _MOST_SCALE = 0.1, 4.0
# A picture of three names is not blown up to fill the place.
_MOST_FITTED = 1.3
_STEP = 1.25
_NEXT = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_BEFORE = (Qt.Key.Key_Left, Qt.Key.Key_Up)


class NetworkView(QAbstractScrollArea):
    """Shows a picture. `walked` carries the number of the edge that a person goes to.

    Until somebody zooms, the picture fills the place as long as its letters stay at least as large as all others; what does not
    fit then scrolls.
    """

    walked = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.viewport().setAutoFillBackground(True)
        self.picture: Picture | None = None
        self.current: int | None = None
        self._hovered: int | None = None
        self._scale = 1.0
        self._fits = True

    @property
    def scale_now(self) -> float:
        """Pixels on screen for one of the picture."""
        return self._scale

    def show_picture(self, picture: Picture | None) -> None:
        """Show another picture; no edge is current."""
        self.picture, self.current, self._hovered = picture, None, None
        self._fit_again()

    def go_to(self, number: int | None) -> None:
        """Make an edge the current one and bring it into view."""
        if number == self.current:
            return
        self.current = number
        self._see_current()
        self.viewport().update()

    def zoom(self, factor: float) -> None:
        """Enlarge the picture, or make it smaller, around what is in the middle."""
        self._fits = False
        self._set_scale(self._scale * factor)

    def zoom_in(self) -> None:
        """One step larger."""
        self.zoom(_STEP)

    def zoom_out(self) -> None:
        """One step smaller."""
        self.zoom(1 / _STEP)

    def whole(self) -> None:
        """All of the picture, however small its letters become."""
        self._fits = False
        self._set_scale(min(self._whole_scale(), _MOST_FITTED))

    def readable(self) -> None:
        """As it was before anybody zoomed."""
        self._fits = True
        self._fit_again()

    def _whole_scale(self) -> float:
        if self.picture is None or not self.picture.places.size[0]:
            return 1.0
        # The place without scroll bars, since the whole needs none.
        place = self.maximumViewportSize()
        width, height = self.picture.places.size
        return min(place.width() / width, place.height() / height)

    def _fit_again(self) -> None:
        if self._fits:
            self._set_scale(max(1.0, min(self._whole_scale(), _MOST_FITTED)))
            self._see_current()
        else:
            self._set_bars()
        self.viewport().update()

    def _set_scale(self, scale: float) -> None:
        middle = self._to_picture(QPointF(self.viewport().rect().center()))
        self._scale = min(_MOST_SCALE, max(_LEAST_SCALE, scale))
        self._set_bars()
        self._centre(middle)
        self.viewport().update()

    def _set_bars(self) -> None:
        width, height = self.picture.places.size if self.picture is not None else (0.0, 0.0)
        place = self.maximumViewportSize()
        across, down = width * self._scale, height * self._scale
        # Each bar takes room from the other way.
        thick = self.verticalScrollBar().sizeHint().width()
        tall = down > place.height() or (across > place.width() and down > place.height() - thick)
        wide = across > place.width() or (tall and across > place.width() - thick)
        seen_width = place.width() - (thick if tall else 0)
        seen_height = place.height() - (thick if wide else 0)
        for bar, need, seen in ((self.horizontalScrollBar(), across, seen_width), (self.verticalScrollBar(), down, seen_height)):
            bar.setPageStep(max(1, seen))
            bar.setSingleStep(max(1, seen // 10))
            bar.setRange(0, max(0, int(need - seen + 0.999)))

    def corner(self) -> QPointF:
        """Where the picture's (0, 0) is drawn: in the middle where all of it fits."""
        width, height = self.picture.places.size if self.picture is not None else (0.0, 0.0)
        left = max(0.0, (self.viewport().width() - width * self._scale) / 2)
        top = max(0.0, (self.viewport().height() - height * self._scale) / 2)
        return QPointF(left - self._scrolled_across(), top - self.verticalScrollBar().value())

    def _scrolled_across(self) -> int:
        bar = self.horizontalScrollBar()
        # Qt turns the bar round where text runs the other way; the picture stays as it is.
        return bar.maximum() - bar.value() if self.isRightToLeft() else bar.value()

    def _scroll_across(self, value: int) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(bar.maximum() - value if self.isRightToLeft() else value)

    def _to_picture(self, point: QPointF) -> QPointF:
        return (point - self.corner()) / self._scale

    def _centre(self, point: QPointF) -> None:
        self._scroll_across(int(point.x() * self._scale - self.viewport().width() / 2))
        self.verticalScrollBar().setValue(int(point.y() * self._scale - self.viewport().height() / 2))

    def _see_current(self) -> None:
        if self.picture is None or self.current is None:
            return
        box = self.picture.tag_box(self.current)
        corner = self.corner()
        shown = QRectF(box.topLeft() * self._scale + corner, box.size() * self._scale)
        if not QRectF(self.viewport().rect()).contains(shown):
            self._centre(box.center())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what can be seen."""
        if self.picture is None:
            return
        painter = QPainter(self.viewport())
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        seen = QRectF(self._to_picture(QPointF(event.rect().topLeft())), self._to_picture(QPointF(event.rect().bottomRight())))
        painter.translate(self.corner())
        painter.scale(self._scale, self._scale)
        drawn = NetworkPainter(self.picture, self.palette(), self.font())
        drawn.paint(painter, seen, self.current, self._hovered, focused=self.hasFocus())
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk through the edges, Home and End go to the first and last, + and − zoom, 0 goes back."""
        count = len(self.picture.data.edges) if self.picture is not None else 0
        key, here = event.key(), self.current
        # Ctrl with an arrow is left for scrolling.
        walks = count and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if walks and key in _NEXT:
            self._walk(0 if here is None else min(count - 1, here + 1))
        elif walks and key in _BEFORE:
            self._walk(count - 1 if here is None else max(0, here - 1))
        elif walks and key == Qt.Key.Key_Home:
            self._walk(0)
        elif walks and key == Qt.Key.Key_End:
            self._walk(count - 1)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.readable()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _walk(self, number: int) -> None:
        self.go_to(number)
        self.walked.emit(number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on an edge goes to it; one on a node goes to its likeliest edge, and again to the next."""
        if self.picture is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        point = self._to_picture(event.position())
        node = self.picture.node_at(point)
        if node is not None:
            edges = self.picture.edges_of(node)
            if edges:
                place = edges.index(self.current) + 1 if self.current in edges else 0
                self._walk(edges[place % len(edges)])
            return
        edge = self.picture.edge_at(point)
        if edge is not None:
            self._walk(edge)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The edge under the pointer stands out."""
        hovered = self.picture.edge_at(self._to_picture(event.position())) if self.picture is not None else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """A tool tip says what lies under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            said = self.said_at(event.pos())
            QToolTip.showText(event.globalPos(), said, self) if said else QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def said_at(self, place: QPoint) -> str:
        """What lies at a place of the viewport, in words; empty where nothing does."""
        if self.picture is None:
            return ""
        point, data = self._to_picture(QPointF(place)), self.picture.data
        node = self.picture.node_at(point)
        if node is not None:
            return f"{data.nodes[node].name} ({node_words(data.nodes[node].kind)})"
        edge = self.picture.edge_at(point)
        return f"{edge_title(data, data.edges[edge])}: {edge_words(data, data.edges[edge])}" if edge is not None else ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel zoom; the wheel alone scrolls."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(_STEP ** (event.angleDelta().y() / 120))
            event.accept()
            return
        super().wheelEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The current edge gets its frame."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The current edge loses its frame."""
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another place: fit again, unless somebody zoomed."""
        super().resizeEvent(event)
        self._fit_again()

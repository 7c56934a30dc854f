"""Draws a laid-out network, and tells what lies at a point of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPalette, QPen, QPolygonF

from desktop.abstract.network.data import NetworkData
from desktop.abstract.network.layout import Arranged, Wanted, on_curve
from desktop.abstract.network.looks import edge_colour, edge_pen, edge_tags

_PAD = 6.0
_ROUND = 9.0
_LEAST_ARROW = 7.0
# How near to a line a click must be, in pixels of the picture.
_REACH = 12.0
_CURVE_STEPS = 24
_ROLE = QPalette.ColorRole


@dataclass(frozen=True, slots=True)
class Picture:
    """A network with its tags, sizes and places, in pixels of the picture at scale 1."""

    data: NetworkData
    tags: tuple[str, ...]
    wanted: Wanted
    places: Arranged

    def node_box(self, number: int) -> QRectF:
        """The box of a node."""
        return _box(self.places.centres[number], self.wanted.sizes[number])

    def tag_box(self, number: int) -> QRectF:
        """The box of the word on an edge."""
        return _box(self.places.labels[number], self.wanted.labels[number])

    def ends(self, number: int) -> tuple[QPointF, QPointF, QPointF]:
        """Start, control point and end of an edge's curve, from centre to centre."""
        first, second = self.wanted.ends[number]
        centres = self.places.centres
        return QPointF(*centres[first]), QPointF(*self.places.bends[number]), QPointF(*centres[second])

    def curve(self, number: int) -> QPainterPath:
        """The line of an edge; one of a node with itself is a loop."""
        start, bend, end = self.ends(number)
        path = QPainterPath(start)
        if start == end:
            aside = abs(start.y() - bend.y()) * 0.6
            path.cubicTo(QPointF(start.x() - aside, bend.y()), QPointF(start.x() + aside, bend.y()), end)
        else:
            path.quadTo(bend, end)
        return path

    def edge_at(self, point: QPointF) -> int | None:
        """The edge at a point, words before lines."""
        for number in range(len(self.data.edges)):
            if self.tag_box(number).contains(point):
                return number
        stroker = QPainterPathStroker()
        stroker.setWidth(_REACH)
        for number in range(len(self.data.edges)):
            curve = self.curve(number)
            near = curve.boundingRect().adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(point)
            if near and stroker.createStroke(curve).contains(point):
                return number
        return None

    def node_at(self, point: QPointF) -> int | None:
        """The node at a point."""
        return next((number for number in range(len(self.data.nodes)) if self.node_box(number).contains(point)), None)

    def edges_of(self, node: int) -> list[int]:
        """The edges of a node, the likeliest first."""
        mine = [number for number, ends in enumerate(self.wanted.ends) if node in ends]
        return sorted(mine, key=lambda number: (-self.data.edges[number].probability, number))


def _box(centre: tuple[float, float], size: tuple[float, float]) -> QRectF:
    return QRectF(centre[0] - size[0] / 2, centre[1] - size[1] / 2, size[0], size[1])


def measured(data: NetworkData, font: QFont, widest: float, aspect: float) -> tuple[Wanted, tuple[str, ...]]:
    """Sizes of the boxes in this font, names at most `widest` pixels wide, and the words on the edges; `aspect` of the place."""
    metrics = QFontMetricsF(font)
    tags = edge_tags(data)
    number_of = {node.key: number for number, node in enumerate(data.nodes)}
    tall = metrics.height()
    sizes = tuple((min(widest, metrics.horizontalAdvance(node.name)) + 2 * _PAD + 2, tall + _PAD) for node in data.nodes)
    labels = tuple((metrics.horizontalAdvance(tag) + 6.0, tall + 2.0) for tag in tags)
    ends = tuple((number_of[edge.first], number_of[edge.second]) for edge in data.edges)
    return Wanted(sizes, ends, labels, aspect), tags


class NetworkPainter:
    """Draws one picture with a palette and a font; `chosen` and `hovered` are numbers of edges."""

    def __init__(self, picture: Picture, palette: QPalette, font: QFont) -> None:
        self._picture = picture
        self._palette = palette
        self._font = font

    def paint(self, painter: QPainter, seen: QRectF, chosen: int | None, hovered: int | None, *, focused: bool) -> None:
        """Draw what can be seen (in the picture's pixels)."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        edges = range(len(self._picture.data.edges))
        for number in edges:
            if number != chosen:
                self._line(painter, number, seen, strong=number == hovered)
        if chosen is not None:
            self._line(painter, chosen, seen, strong=True)
        for number in edges:
            if number != chosen:
                self._tag(painter, number, seen, chosen=False, focused=False)
        # Where there is no room for both, a name can be read and the list has the word.
        for number in range(len(self._picture.data.nodes)):
            self._node(painter, number, seen, chosen)
        if chosen is not None:
            self._tag(painter, chosen, seen, chosen=True, focused=focused)

    def _line(self, painter: QPainter, number: int, seen: QRectF, *, strong: bool) -> None:
        picture, edge = self._picture, self._picture.data.edges[number]
        curve = picture.curve(number)
        if not curve.boundingRect().adjusted(-8, -8, 8, 8).intersects(seen):
            return
        pen = edge_pen(edge, self._palette)
        if strong:
            pen.setWidthF(pen.widthF() + 2.5)
        painter.strokePath(curve, pen)
        if edge.changes is not None:
            self._arrow(painter, number, pen)

    def _arrow(self, painter: QPainter, number: int, pen: QPen) -> None:
        """A head where the line meets the box of the one that changes."""
        picture = self._picture
        edge, (first, second) = picture.data.edges[number], picture.wanted.ends[number]
        if first == second:
            return
        start, bend, end = picture.ends(number)
        target = second
        if edge.changes == picture.data.nodes[first].key:
            start, end, target = end, start, first
        box = picture.node_box(target)
        points = [
            QPointF(*on_curve((start.x(), start.y()), (bend.x(), bend.y()), (end.x(), end.y()), step / _CURVE_STEPS))
            for step in range(_CURVE_STEPS + 1)
        ]
        outside = [point for point in points if not box.contains(point)]
        if len(outside) < 2:
            return
        # Between the last point outside and the first inside, the border is found by halving.
        low, high = (len(outside) - 1) / _CURVE_STEPS, len(outside) / _CURVE_STEPS
        tip = outside[-1]
        for _ in range(8):
            middle = (low + high) / 2
            there = QPointF(*on_curve((start.x(), start.y()), (bend.x(), bend.y()), (end.x(), end.y()), middle))
            low, high = (low, middle) if box.contains(there) else (middle, high)
            tip = there
        before = outside[-2]
        turn = math.atan2(tip.y() - before.y(), tip.x() - before.x())
        # Wider than its line, or it could not be seen.
        long = _LEAST_ARROW + 2.5 * pen.widthF()
        wings = [QPointF(tip.x() - long * math.cos(turn + side), tip.y() - long * math.sin(turn + side)) for side in (-0.5, 0.5)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        painter.drawPolygon(QPolygonF([tip, *wings]))

    def _node(self, painter: QPainter, number: int, seen: QRectF, chosen: int | None) -> None:
        picture, palette = self._picture, self._palette
        box = picture.node_box(number)
        if not box.intersects(seen):
            return
        node = picture.data.nodes[number]
        mine = chosen is not None and number in picture.wanted.ends[chosen]
        ground, ink = (_ROLE.Highlight, _ROLE.HighlightedText) if mine else (_ROLE.Button, _ROLE.ButtonText)
        style = Qt.PenStyle.SolidLine if node.known else Qt.PenStyle.DotLine
        painter.setPen(QPen(palette.color(_ROLE.Text), 2.0 if mine else 1.0, style))
        painter.setBrush(palette.color(ground))
        corner = _ROUND if node.kind == "medicine" else 0.0
        painter.drawRoundedRect(box, corner, corner)
        painter.setPen(palette.color(ink))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(node.name, Qt.TextElideMode.ElideMiddle, int(box.width() - 2 * _PAD) + 1)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)

    def _tag(self, painter: QPainter, number: int, seen: QRectF, *, chosen: bool, focused: bool) -> None:
        picture, palette = self._picture, self._palette
        box = picture.tag_box(number)
        if not box.intersects(seen):
            return
        edge = picture.data.edges[number]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(_ROLE.Highlight if chosen else _ROLE.Base))
        painter.drawRect(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if chosen and focused:
            painter.setPen(QPen(palette.color(_ROLE.Text), 2))
            painter.drawRect(box.adjusted(-2, -2, 2, 2))
        painter.setPen(palette.color(_ROLE.HighlightedText) if chosen else edge_colour(edge, palette))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, picture.tags[number])

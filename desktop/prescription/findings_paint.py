"""How a row of the findings is measured and drawn: the severity's colours and shape, a title, text, fainter remarks."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from desktop.prescription.findings_rows import Group, Row
from desktop.widgets.contrast import legible
from desktop.widgets.wrapped import breakable

_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_PAD = 4
_TALLEST = 100_000
_LEAST_WIDTH = 40
# How much of the text's colour remarks have: fainter than the text, and far above the least contrast.
_FAINT = 0.72
_OPEN, _CLOSED = "▾", "▸"
Index = QModelIndex | QPersistentModelIndex


class Measure:
    """Pixels that rows and headings need at one width and font."""

    def __init__(self, font: QFont, width: int) -> None:
        bold = QFont(font)
        bold.setBold(True)
        self.font, self.bold, self.width = font, bold, width
        self.metrics, self.bold_metrics = QFontMetrics(font), QFontMetrics(bold)
        self.badge = self.metrics.horizontalAdvance("■") + 3 * _PAD
        self._text_width = max(_LEAST_WIDTH, width - self.badge - 3 * _PAD)
        self._heading_width = max(_LEAST_WIDTH, width - self.badge - 2 * _PAD)
        self._box = QRect(0, 0, self._text_width, _TALLEST)
        # Thousands of rows share some hundred texts.
        self._known: dict[str, tuple[str, int]] = {"": ("", 0)}

    def pieces(self, row: Row) -> tuple[tuple[str, int], tuple[str, int], tuple[str, int]]:
        """(text as it is drawn, height) of title, text and remarks."""
        title = breakable(row.title, self.bold_metrics, self._text_width)
        height = self.bold_metrics.boundingRect(self._box, _WRAP, title).height()
        return (title, height), self._piece(row.text), self._piece(row.remarks)

    def _piece(self, text: str) -> tuple[str, int]:
        known = self._known.get(text)
        if known is None:
            drawn = "\n".join(breakable(line, self.metrics, self._text_width) for line in text.split("\n"))
            known = self._known[text] = (drawn, self.metrics.boundingRect(self._box, _WRAP, drawn).height())
        return known

    def row(self, row: Row) -> QSize:
        """Size of a row."""
        return QSize(_LEAST_WIDTH, sum(height for _text, height in self.pieces(row)) + 2 * _PAD + 1)

    def heading(self, title: str) -> QSize:
        """Size of a heading."""
        box = QRect(0, 0, self._heading_width, _TALLEST)
        return QSize(_LEAST_WIDTH, self.bold_metrics.boundingRect(box, _WRAP, title).height() + 2 * _PAD)

    def text_box(self, rect: QRect) -> QRect:
        """Where a row's text goes, left to right."""
        return QRect(rect.left() + self.badge + _PAD, rect.top() + _PAD, self._text_width, rect.height())


class Painter(QStyledItemDelegate):
    """Draws what `part_of` says of an index. Sizes stand in the items, so that measuring needs no call into Python."""

    def __init__(self, tree: QTreeView) -> None:
        super().__init__(tree)
        self._tree = tree

    def paint_part(
        self, painter: QPainter, option: QStyleOptionViewItem, part: Row | Group, measure: Measure, opened: bool
    ) -> None:
        """Draw one row or heading."""
        painter.save()
        painter.setLayoutDirection(option.direction)
        if isinstance(part, Group):
            self._heading(painter, option, part, measure, opened)
        else:
            self._row(painter, option, part, measure)
        painter.restore()

    def _heading(self, painter: QPainter, option: QStyleOptionViewItem, group: Group, measure: Measure, opened: bool) -> None:
        palette = self._tree.palette()
        rect: QRect = option.rect
        filled = group.look is not None and group.filled
        if group.look is not None and filled:
            background, text = QColor(group.look.background), QColor(group.look.text)
        else:
            background, text = palette.color(QPalette.ColorRole.Button), palette.color(QPalette.ColorRole.ButtonText)
        painter.fillRect(rect, background)
        if group.look is not None and not filled:
            self._strip(painter, option, QColor(group.look.background))
        painter.setPen(text)
        painter.setFont(measure.bold)
        inner = rect.adjusted(_PAD, _PAD, -_PAD, 0)
        title = QRect(inner.left() + measure.badge, inner.top(), inner.width() - measure.badge, inner.height())
        arrow = QRect(inner.left(), inner.top(), measure.badge, measure.bold_metrics.height())
        painter.drawText(self._mirrored(option, arrow), Qt.AlignmentFlag.AlignCenter, _OPEN if opened else _CLOSED)
        painter.drawText(self._mirrored(option, title), _WRAP, group.title)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def _strip(self, painter: QPainter, option: QStyleOptionViewItem, colour: QColor) -> None:
        rect: QRect = option.rect
        painter.fillRect(self._mirrored(option, QRect(rect.left(), rect.top(), _PAD, rect.height())), colour)

    def _mirrored(self, option: QStyleOptionViewItem, part: QRect) -> QRect:
        return QStyle.visualRect(option.direction, option.rect, part)

    def _row(self, painter: QPainter, option: QStyleOptionViewItem, row: Row, measure: Measure) -> None:
        palette = self._tree.palette()
        rect: QRect = option.rect
        active = bool(option.state & QStyle.StateFlag.State_Active)
        group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.Highlight if selected else QPalette.ColorRole.Base
        background = palette.color(group, role)
        pen = palette.color(group, QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        faint = QColor(pen)
        faint.setAlphaF(1.0 if selected else _FAINT)
        painter.fillRect(rect, background)
        painter.fillRect(
            QRect(rect.left(), rect.bottom(), rect.width(), 1), palette.color(group, QPalette.ColorRole.AlternateBase)
        )
        badge = QRect(rect.left() + 2 * _PAD, rect.top() + _PAD, measure.badge - 2 * _PAD, measure.metrics.height())
        painter.setFont(measure.font)
        if row.badge.background is not None:
            self._strip(painter, option, QColor(row.badge.background))
            painter.fillRect(self._mirrored(option, badge), QColor(row.badge.background))
        painter.setPen(QColor(row.badge.text) if row.badge.text else legible(pen, background))
        painter.drawText(self._mirrored(option, badge), Qt.AlignmentFlag.AlignCenter, row.badge.sign)
        box = measure.text_box(rect)
        fonts = (measure.bold, measure.font, measure.font)
        pens = (legible(pen, background), legible(pen, background), legible(faint, background))
        for (text, height), font, colour in zip(measure.pieces(row), fonts, pens, strict=True):
            painter.setFont(font)
            painter.setPen(colour)
            painter.drawText(self._mirrored(option, QRect(box.left(), box.top(), box.width(), height)), _WRAP, text)
            box.translate(0, height)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(legible(pen, background))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

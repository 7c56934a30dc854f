"""A tree of headings and rows that wrap: a bold title with text below it and a badge before it, so that nothing is cut off."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.widgets.badge import Badge
from desktop.widgets.contrast import legible
from desktop.widgets.wrapped_label import MAY_BREAK

ENTRY_ROLE = Qt.ItemDataRole.UserRole
PAYLOAD_ROLE = Qt.ItemDataRole.UserRole + 1
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_PAD = 4
_TALLEST = 100_000
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """What is drawn of one item. A heading has a title alone; `badge` then gives it its colours."""

    title: str
    text: str = ""
    badge: Badge | None = None
    heading: bool = False

    @property
    def spoken(self) -> str:
        """The whole item in one line, as a screen reader reads it."""
        if self.heading:
            return self.title
        return f"{self.badge.sign + ' ' if self.badge else ''}{self.title} — {self.text}"


def row_pen(view: QWidget, option: QStyleOptionViewItem) -> QColor:
    """Text colour on what the style draws behind a row of a view."""
    palette = view.palette()
    active = bool(option.state & QStyle.StateFlag.State_Active)
    group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
    if option.state & QStyle.StateFlag.State_Selected:
        chosen = palette.color(group, QPalette.ColorRole.HighlightedText)
        return legible(chosen, palette.color(group, QPalette.ColorRole.Highlight))
    return palette.color(group, QPalette.ColorRole.Text)


def breakable(text: str, metrics: QFontMetrics, width: int) -> str:
    """The text with places to break (zero-width spaces) in words that are wider than `width` pixels."""
    words = text.split(" ")
    # Two average letters a letter is more than any word needs, and measuring each word of thousands of rows takes long.
    if max(map(len, words)) * 2 * metrics.averageCharWidth() <= width:
        return text
    if all(metrics.horizontalAdvance(word) <= width for word in words):
        return text
    return " ".join(word if metrics.horizontalAdvance(word) <= width else MAY_BREAK.join(word) for word in words)


class WrappedDelegate(QStyledItemDelegate):
    """Draws entries, and measures them at the width that the view has."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def _bold(self) -> QFont:
        bold = QFont(self._tree.font())
        bold.setBold(True)
        return bold

    def _badge_width(self, entry: Entry) -> int:
        return 0 if entry.heading else self._tree.fontMetrics().horizontalAdvance("■") + 3 * _PAD

    def _text_width(self, index: Index, entry: Entry) -> int:
        depth = 1 if self._tree.rootIsDecorated() else 0
        depth += 1 if index.parent().isValid() else 0
        width = self._tree.viewport().width() - depth * self._tree.indentation() - 2 * _PAD
        return max(40, width - self._badge_width(entry))

    def texts(self, index: Index) -> tuple[str, str]:
        """Title and text as they are drawn at the present width."""
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return "", ""
        width = self._text_width(index, entry)
        title = breakable(entry.title, QFontMetrics(self._bold()), width)
        return title, breakable(entry.text, self._tree.fontMetrics(), width)

    def heights(self, index: Index) -> tuple[int, int]:
        """Pixels that title and text need at the present width."""
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return 0, 0
        box = QRect(0, 0, self._text_width(index, entry), _TALLEST)
        title, text = self.texts(index)
        title_height = QFontMetrics(self._bold()).boundingRect(box, _WRAP, title).height()
        return title_height, self._tree.fontMetrics().boundingRect(box, _WRAP, text).height() if text else 0

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As tall as the wrapped text."""
        title, text = self.heights(index)
        return QSize(40, title + text + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one item."""
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return
        painter.save()
        if entry.heading:
            self._paint_heading(painter, option, entry)
        else:
            self._paint_entry(painter, option, index, entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry) -> None:
        palette = self._tree.palette()
        rect: QRect = option.rect
        coloured = entry.badge is not None and entry.badge.background is not None
        background = QColor(entry.badge.background) if entry.badge and coloured else palette.color(QPalette.ColorRole.Button)
        text = QColor(entry.badge.text) if entry.badge and coloured else palette.color(QPalette.ColorRole.ButtonText)
        painter.fillRect(rect, background)
        painter.setPen(text)
        painter.setFont(self._bold())
        painter.drawText(rect.adjusted(_PAD, _PAD, -_PAD, 0), _WRAP, entry.title)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def _paint_entry(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, entry: Entry) -> None:
        blank = QStyleOptionViewItem(option)
        self.initStyleOption(blank, index)
        blank.text = ""
        self._tree.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, blank, painter, self._tree)
        pen = row_pen(self._tree, option)
        title, text = self.texts(index)
        title_height, text_height = self.heights(index)
        left, top, width = option.rect.left() + _PAD, option.rect.top() + _PAD, self._text_width(index, entry)
        painter.setFont(self._tree.font())
        painter.setPen(pen)
        if entry.badge is not None:
            box = self._placed(option, QRect(left, top, self._badge_width(entry) - _PAD, self._tree.fontMetrics().height()))
            if entry.badge.background is not None:
                painter.fillRect(box, QColor(entry.badge.background))
                painter.setPen(QColor(entry.badge.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, entry.badge.sign)
            painter.setPen(pen)
        left += self._badge_width(entry)
        painter.drawText(self._placed(option, QRect(left, top + title_height, width, text_height)), _WRAP, text)
        painter.setFont(self._bold())
        painter.drawText(self._placed(option, QRect(left, top, width, title_height)), _WRAP, title)

    def _placed(self, option: QStyleOptionViewItem, box: QRect) -> QRect:
        """Where a box of a row lies in the direction of the layout."""
        return QStyle.visualRect(self._tree.layoutDirection(), option.rect, box)


class WrappedTree(QTreeWidget):
    """A tree of entries; each item carries its entry and what it stands for."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setColumnCount(1)
        self.setHeaderHidden(True)
        self.setIndentation(self.fontMetrics().horizontalAdvance("m") + 6)
        self.setVerticalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        # Always there, so that its coming and going does not change the width that the wrapping depends on.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(WrappedDelegate(self))
        self.setAccessibleName(name)

    def item_for(self, entry: Entry, payload: object) -> QTreeWidgetItem:
        """An item that draws `entry`; a heading can be opened and closed, not chosen."""
        item = QTreeWidgetItem([entry.spoken])
        item.setData(0, ENTRY_ROLE, entry)
        item.setData(0, PAYLOAD_ROLE, payload)
        if entry.heading:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        return item

    def payload_of(self, item: QTreeWidgetItem | None) -> object:
        """What an item stands for; None without an item."""
        return item.data(0, PAYLOAD_ROLE) if item is not None else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new width wraps anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

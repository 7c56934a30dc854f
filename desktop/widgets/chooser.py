"""A file with several things in it asks which one: a filter, a list that the keyboard moves in, and what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.widgets.wrapped import breakable

_WIDTH_LETTERS = 60
_HEIGHT_LINES = 24
_PAD, _TALLEST = 4, 100_000
_LIST_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class _WholeTitles(QStyledItemDelegate):
    """Rows as tall as their titles are at the width that the list has."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def _width(self) -> int:
        return self._view.viewport().width() - 4 * _PAD

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """The title with places to break in words that are wider than the list."""
        super().initStyleOption(option, index)
        option.text = breakable(option.text, option.fontMetrics, self._width())

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As wide as the list, and as tall as the title needs."""
        text = breakable(str(index.data()), option.fontMetrics, self._width())
        needed = option.fontMetrics.boundingRect(QRect(0, 0, self._width(), _TALLEST), Qt.TextFlag.TextWordWrap, text)
        return QSize(self._view.viewport().width(), needed.height() + _PAD)


@dataclass(frozen=True, slots=True)
class ChooserWords:
    """What a chooser says: `count` takes how many are shown (0) and how many there are (1)."""

    window: str
    heading: str
    filter: str
    list: str
    count: str


class Chooser(QDialog):
    """Asks for one of several titles; `chosen` carries its place."""

    chosen = Signal(int)

    def __init__(self, titles: Sequence[str], words: ChooserWords, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(words.window)
        self._words = words
        self._total = len(titles)
        self._source = QStringListModel(list(titles), self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self._source)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(words.filter)
        self.filter.setPlaceholderText(self.tr("Part of a title"))
        self.filter.installEventFilter(self)
        self.list = QListView()
        self.list.setAccessibleName(words.list)
        # A long name takes several lines; none of it is cut off.
        self.list.setItemDelegate(_WholeTitles(self.list))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setModel(self._shown)
        self.count = QLabel()
        self.count.setWordWrap(True)
        buttons = QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        self.buttons = QDialogButtonBox(buttons)
        self._lay_out()
        self.filter.textChanged.connect(self._narrow)
        self.list.activated.connect(lambda _index: self.accept())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._narrow("")
        self.filter.setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        heading = QLabel(self._words.heading)
        heading.setWordWrap(True)
        heading.setBuddy(self.filter)
        for part in (heading, self.filter, self.list, self.count, self.buttons):
            column.addWidget(part, 1 if part is self.list else 0)
        metrics = self.fontMetrics()
        self.resize(metrics.averageCharWidth() * _WIDTH_LETTERS, metrics.lineSpacing() * _HEIGHT_LINES)

    def _narrow(self, letters: str) -> None:
        self._shown.setFilterFixedString(letters)
        shown = self._shown.rowCount()
        self.count.setText(self._words.count.format(shown, self._total))
        self.buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(shown > 0)
        if shown and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._shown.index(0, 0))

    def titles(self) -> list[str]:
        """What is shown, from the first to the last."""
        return [str(self._shown.index(row, 0).data()) for row in range(self._shown.rowCount())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down in the filter move in the list: no key more to get there."""
        pressed = watched is self.filter and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in _LIST_KEYS:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def accept(self) -> None:
        """Hand over what is chosen; without it the dialog stays."""
        index: QModelIndex = self._shown.mapToSource(self.list.currentIndex())
        if index.isValid():
            super().accept()
            self.chosen.emit(index.row())

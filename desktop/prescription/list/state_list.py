"""The list below the editor: one row a line, those that need a person first. Rows are changed in place.

Sizes of rows are measured once a width and font, and long lists come in portions, so that no frame is long.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStyleOptionViewItem, QTreeWidget, QTreeWidgetItem

from desktop.prescription.list.signs import BADGES
from desktop.prescription.list.states import LineState
from desktop.widgets.wrapped import ENTRY_ROLE, Entry, Index, WrappedDelegate, WrappedTree

_PORTION = 40
_MOST_SIZES = 4000
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Measured(WrappedDelegate):
    """Remembers how tall each entry is at the present width and font."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._sizes: dict[Entry, QSize] = {}
        self._measured_for: tuple[int, str] = (0, "")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As tall as the wrapped text."""
        now = (self._tree.viewport().width(), self._tree.font().key())
        if now != self._measured_for or len(self._sizes) > _MOST_SIZES:
            self._sizes.clear()
            self._measured_for = now
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return super().sizeHint(option, index)
        known = self._sizes.get(entry)
        if known is None:
            known = self._sizes[entry] = super().sizeHint(option, index)
        return known


class StateList(WrappedTree):
    """Rows of line states. The asked signals follow Enter (or a double click) and F2 (or Alt+Enter) on a row."""

    confirm_asked = Signal()
    correct_asked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setRootIsDecorated(False)
        self.setItemDelegate(_Measured(self))
        self._wanted: list[tuple[Entry, LineState | None]] = []
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.setInterval(0)
        self._more.timeout.connect(self._show_more)
        self.itemDoubleClicked.connect(lambda _item, _column: self.confirm_asked.emit())

    def show_states(self, states: tuple[LineState, ...]) -> None:
        """Show these; rows that stay the same are left alone."""
        before, self._wanted = self._wanted, self._rows(states)
        surplus = self.topLevelItemCount() - len(self._wanted)
        if surplus > 0:
            self.model().removeRows(len(self._wanted), surplus)
        self._more.stop()
        for number in range(self.topLevelItemCount()):
            # To ask Qt what each of hundreds of rows shows would take longer than everything else.
            if before[number][0] != self._wanted[number][0]:
                self._update(number)
        self._show_more()

    @property
    def complete(self) -> bool:
        """Whether all rows are there; a long list comes in portions."""
        return self.topLevelItemCount() == len(self._wanted)

    def chosen(self) -> LineState | None:
        """The state in the selected row."""
        items = self.selectedItems()
        return self.state_of(items[0]) if items else None

    def state_of(self, item: QTreeWidgetItem | None) -> LineState | None:
        """The state that a row stands for; None for a heading."""
        payload = self.payload_of(item)
        return payload if isinstance(payload, LineState) else None

    def payload_of(self, item: QTreeWidgetItem | None) -> object:
        """The state by the place of the row: a new line changes the states of all rows after it, and nothing that they show."""
        return self._wanted[self.indexOfTopLevelItem(item)][1] if item is not None else None

    def choose(self, number: int | None) -> None:
        """Select the first row of a line (as numbered in the report, from 1), or none."""
        present = self.chosen()
        if present is not None and present.line_number == number:
            return
        place = next((n for n, (_, state) in enumerate(self._wanted) if state is not None and state.line_number == number), None)
        item = self.topLevelItem(place) if number is not None and place is not None else None
        if item is None:
            self.clearSelection()
        else:
            self.setCurrentItem(item)

    def _rows(self, states: tuple[LineState, ...]) -> list[tuple[Entry, LineState | None]]:
        rows: list[tuple[Entry, LineState | None]] = []
        for needs_you in (True, False):
            part = [state for state in states if state.needs_you is needs_you]
            if part:
                rows.append((Entry(self._heading(len(part), needs_you), heading=True), None))
                rows += [(Entry(state.line, state.text, BADGES[state.sign]), state) for state in part]
        return rows

    def _heading(self, count: int, needs_you: bool) -> str:
        if needs_you:
            return self.tr("1 line needs you") if count == 1 else self.tr("{0} lines need you").format(count)
        return self.tr("1 line recognised") if count == 1 else self.tr("{0} lines recognised").format(count)

    def _update(self, number: int) -> None:
        item = self.topLevelItem(number)
        entry, _state = self._wanted[number]
        if item is None:
            return
        heading = Qt.ItemFlag.ItemIsEnabled
        item.setFlags(heading if entry.heading else heading | Qt.ItemFlag.ItemIsSelectable)
        item.setData(0, ENTRY_ROLE, entry)
        item.setText(0, entry.spoken)

    def _show_more(self) -> None:
        begin = self.topLevelItemCount()
        portion = self._wanted[begin : begin + _PORTION]
        if portion:
            self.addTopLevelItems([self.item_for(entry, state) for entry, state in portion])
        if not self.complete:
            self._more.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter agrees, F2 corrects."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_F2 or (alt and event.key() in _ENTER):
            self.correct_asked.emit()
        elif event.key() in _ENTER:
            self.confirm_asked.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Rows that are missing still come."""
        super().showEvent(event)
        if not self.complete:
            self._more.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing waits behind a list that is gone."""
        self._more.stop()
        super().hideEvent(event)

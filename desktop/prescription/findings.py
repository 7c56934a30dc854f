"""The findings tree: groups with headings, worst first, then what concerns the list as a whole."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTreeWidgetItem

from desktop.prescription.rows import Group, Row
from desktop.widgets.wrapped import WrappedTree


class FindingsTree(WrappedTree):
    """Groups of rows; says which row is chosen, and keeps the choice while the list changes."""

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.currentItemChanged.connect(lambda now, _before: self.chosen.emit(self.row_of(now)))

    def row_of(self, item: QTreeWidgetItem | None) -> Row | None:
        """The row of an item; None for a heading."""
        payload = self.payload_of(item)
        return payload if isinstance(payload, Row) else None

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        """Replace everything; the row that was chosen stays so if it is still there, else the first is chosen."""
        before = self.row_of(self.currentItem())
        self.blockSignals(True)
        self.clear()
        chosen: QTreeWidgetItem | None = None
        first: QTreeWidgetItem | None = None
        tops = []
        for group in groups:
            heading = self.item_for(group.entry, None)
            for row in group.rows:
                item = self.item_for(row.entry, row)
                heading.addChild(item)
                first = first or item
                if before is not None and chosen is None and row.key == before.key:
                    chosen = item
            tops.append(heading)
        self.addTopLevelItems(tops)
        self.expandAll()
        current = chosen or first
        if current is not None:
            self.setCurrentItem(current)
        self.blockSignals(False)
        self.chosen.emit(self.row_of(self.currentItem()))

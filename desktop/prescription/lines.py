"""The list below the editor: what each line was taken for, or why it was not checked."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTreeWidgetItem

from desktop.prescription.view_model import LineStatus
from desktop.widgets.wrapped import Badge, Entry, WrappedTree

# Text on background; not the colours of a severity.
BADGES = {
    "✗": Badge("✗", "#ffffff", "#3d3d3d"),
    "?": Badge("?", "#ffffff", "#1f4e8c"),
    "✓": Badge("✓"),
}


class LinesList(WrappedTree):
    """One item a line. `name_activated` carries a name that a person confirms with Enter or a double click."""

    name_activated = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setRootIsDecorated(False)
        self.itemActivated.connect(self._activated)

    def show_lines(self, rows: tuple[LineStatus, ...]) -> None:
        """Replace all; the first that waits for confirmation is selected, so that its button is at hand."""
        self.clear()
        items = []
        waiting: QTreeWidgetItem | None = None
        for row in rows:
            entry = Entry(row.line, f"{row.state}: {row.detail}", BADGES[row.sign])
            item = self.item_for(entry, row)
            items.append(item)
            if row.confirmable is not None and waiting is None:
                waiting = item
        self.addTopLevelItems(items)
        if waiting is not None:
            self.setCurrentItem(waiting)

    def selected_name(self) -> str | None:
        """The name that waits for confirmation in the selected item."""
        items = self.selectedItems()
        return self._name_of(items[0]) if items else None

    def _name_of(self, item: QTreeWidgetItem) -> str | None:
        row = self.payload_of(item)
        return row.confirmable if isinstance(row, LineStatus) else None

    def _activated(self, item: QTreeWidgetItem) -> None:
        name = self._name_of(item)
        if name is not None:
            self.name_activated.emit(name)

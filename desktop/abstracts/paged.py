"""A table model of any length: it holds the keys of all rows, and the rows themselves only where somebody looks.

The view asks for the cells that it draws. What is missing is told once a turn of the event loop and comes from the background;
until then a cell says that it is being fetched. A new list of keys keeps the rows that are known, so that nothing flickers
while a run grows.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from desktop.abstracts.columns import Column
from engine.reading.batch_model import AnyRow

Index = QModelIndex | QPersistentModelIndex
# A page is what is fetched around a row that is missing; some screens of rows are kept.
PAGE_ROWS = 100
KEPT_ROWS = 2_000
_FETCHING = "…"


class PagedModel(QAbstractTableModel):
    """`wanted` asks for the rows of some keys; `sort_asked` tells a click on a title (key of the column, whether descending).

    `volatile` is for rows that change while their key stays, such as counts: they are fetched anew after each new list of keys.
    """

    wanted = Signal(object)
    sort_asked = Signal(str, bool)

    def __init__(self, columns: Sequence[Column], *, volatile: bool = False) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._volatile = volatile
        self._keys: Sequence[int] = array("q")
        self._rows: OrderedDict[int, AnyRow] = OrderedDict()
        self._old: set[int] = set()
        self._missing: dict[int, None] = {}
        self._asked: frozenset[int] = frozenset()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._ask)

    @property
    def keys(self) -> Sequence[int]:
        """The keys of all rows, in the order that is shown."""
        return self._keys

    @property
    def fetching(self) -> bool:
        """Whether rows that somebody looks at are still to come."""
        return bool(self._missing or self._asked)

    @property
    def held(self) -> int:
        """Rows that are held in memory."""
        return len(self._rows)

    def show_keys(self, keys: Sequence[int]) -> None:
        """Take a new list of rows."""
        self.beginResetModel()
        self._keys = keys
        self._missing.clear()
        self._asked = frozenset()
        if self._volatile:
            self._old = set(self._rows)
        self.endResetModel()

    def forget(self) -> None:
        """Another run comes: keys mean other rows there."""
        self._soon.stop()
        self._rows.clear()
        self._old.clear()
        self.show_keys(array("q"))

    def take_rows(self, rows: Mapping[int, AnyRow]) -> None:
        """Rows that were asked for have come."""
        self._asked = frozenset()
        for key, row in rows.items():
            self._rows[key] = row
            self._rows.move_to_end(key)
            self._old.discard(key)
        while len(self._rows) > KEPT_ROWS:
            self._rows.popitem(last=False)
        if self._keys:
            # Only what the view draws is asked for again, however long the table is.
            last = self.index(len(self._keys) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def stop(self) -> None:
        """Nothing is asked for behind a page that is gone."""
        self._soon.stop()
        self._missing.clear()
        self._asked = frozenset()

    def row(self, number: int) -> AnyRow | None:
        """A row by its place; None while it is being fetched."""
        if not 0 <= number < len(self._keys):
            return None
        key = self._keys[number]
        found = self._rows.get(key)
        if found is None or key in self._old:
            self._want(number)
        return found

    def _want(self, number: int) -> None:
        if self._keys[number] in self._asked:
            return
        page = number // PAGE_ROWS
        self._missing.pop(page, None)
        self._missing[page] = None
        if not self._asked and not self._soon.isActive():
            self._soon.start()

    def _ask(self) -> None:
        if not self._missing or self._asked:
            return
        # Whoever scrolls far wants the page where the scrolling ends: of many only the latest few are fetched.
        pages = list(self._missing)[-3:]
        self._missing.clear()
        keys = [key for page in pages for key in self._keys[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]]
        keys = [key for key in keys if key not in self._rows or key in self._old]
        if keys:
            self._asked = frozenset(keys)
            self.wanted.emit(keys)

    def rowCount(self, parent: Index | None = None) -> int:
        """All rows, known or not."""
        return 0 if parent is not None and parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index | None = None) -> int:
        """As many as were given."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text of a cell; where it is cut off, the tool tip has all of it."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignTrailing if column.number else Qt.AlignmentFlag.AlignLeading
            return side | Qt.AlignmentFlag.AlignVCenter
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            row = self.row(index.row())
            return column.text(row) if row is not None else _FETCHING
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Titles of the columns, numbers of the rows."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.columns[section].title if orientation is Qt.Orientation.Horizontal else section + 1

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """A person clicked on a title: the run's file sorts, not the model."""
        key = self.columns[column].sort if 0 <= column < len(self.columns) else ""
        if key:
            self.sort_asked.emit(key, order is Qt.SortOrder.DescendingOrder)

"""The list of findings: a tree of headings and wrapping rows that takes thousands of rows and changes only what is new.

Qt asks for the size of every row at each change. The sizes therefore stand in the items, measured once, in short turns where
there are many: Qt reads them without Python, which would wait for a check that runs meanwhile.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QResizeEvent, QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyleOptionViewItem, QTreeView

from desktop.prescription.choice import Choice
from desktop.prescription.findings_paint import Index, Measure, Painter
from desktop.prescription.findings_rows import Group, Row
from desktop.prescription.findings_slices import Slices

_STRIDE = 20
# Of work that takes some millionths of a second each.
_LIGHT_STRIDE = 200


class _Delegate(Painter):
    """Draws what the list holds."""

    def __init__(self, tree: FindingsList) -> None:
        super().__init__(tree)
        self._list = tree

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one item."""
        part = self._list.part_at(index)
        if part is not None:
            opened = isinstance(part, Group) and self._list.isExpanded(self._list.model().index(index.row(), 0))
            self.paint_part(painter, option, part, self._list.measure(), opened)


class FindingsList(QTreeView):
    """Shows groups of rows. `chosen` tells the choice of a row that a person went to."""

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._groups: list[Group] = []
        self._items: dict[str, QStandardItem] = {}
        self._places: dict[Choice, tuple[str, int]] = {}
        self._measure: Measure | None = None
        self._closed: set[str] = set()
        self._own_change = False
        self._model = QStandardItemModel(self)
        self._resizing = Slices(self)
        self.setModel(self._model)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        # Always there, so that its coming and going does not change the width that the wrapping depends on.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.selectionModel().currentChanged.connect(self._went)
        self.clicked.connect(self._clicked)
        self.collapsed.connect(self._remember_closed)
        self.expanded.connect(self._remember_opened)

    @property
    def settled(self) -> bool:
        """Whether every row has its size; one that nobody can see waits for that until it is shown, and is waited for by no one:
        an empty list is hidden, often before the width that it was last given was worked with."""
        return not (self._resizing.pending and self.isVisible())

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is shown."""
        return tuple(self._groups)

    def measure(self) -> Measure:
        """Measures at the present width and font."""
        width = self.viewport().width()
        if self._measure is None or self._measure.width != width:
            self._measure = Measure(self.font(), width)
        return self._measure

    def part_at(self, index: Index) -> Row | Group | None:
        """The row or heading of an index."""
        parent = index.parent()
        if not index.isValid():
            return None
        if not parent.isValid():
            return self._groups[index.row()] if index.row() < len(self._groups) else None
        rows = self._groups[parent.row()].rows
        return rows[index.row()] if index.row() < len(rows) else None

    def place_of(self, choice: Choice | None) -> QModelIndex | None:
        """Where a choice is shown."""
        place = self._places.get(choice) if choice is not None else None
        return self._model.index(place[1], 0, self._items[place[0]].index()) if place is not None else None

    def first_choice(self) -> Choice | None:
        """The first row's choice; None in an empty list."""
        return next((group.rows[0].choice for group in self._groups if group.rows), None)

    def go_to(self, choice: Choice | None, *, opening: bool = True) -> bool:
        """Make a choice the current row and show it, without telling; whether it is in the list at all.

        Without `opening`, a row under a heading that a person has closed is left there.
        """
        place = self.place_of(choice)
        if place is not None and not opening and not self.isExpanded(place.parent()):
            return True
        self._own_change = True
        if place is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif place != self.currentIndex():
            self.setExpanded(place.parent(), True)
            self.selectionModel().setCurrentIndex(place, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(place)
        self._own_change = False
        return place is not None

    def show_groups(self, groups: Sequence[Group]) -> Iterator[None]:
        """Take new groups: rows are made in steps, then all that changed changes at once.

        What stays keeps its item, its place on the screen and whether it is open.
        """
        changes: dict[str, _Change] = {}
        places: dict[Choice, tuple[str, int]] = {}
        measure = self.measure()
        count = 0
        for group in groups:
            before = next((one.rows for one in self._groups if one.key == group.key), ())
            change = changes[group.key] = yield from _change(before, group.rows)
            for place, row in enumerate(group.rows):
                places.setdefault(row.choice, (group.key, place))
                if place % _LIGHT_STRIDE == 0:
                    yield
            for place in change.added:
                row = group.rows[place]
                change.items.append(_item(row.spoken, measure.row(row)))
                count += 1
                if count % _STRIDE == 0:
                    yield
        yield
        self._apply(groups, changes, measure)
        self._places = places
        if self._resizing.pending or measure is not self.measure():
            self._measure_all()

    def _apply(self, groups: Sequence[Group], changes: dict[str, _Change], measure: Measure) -> None:
        anchor, height = self._anchor()
        self._own_change = True
        self.setUpdatesEnabled(False)
        keys = {group.key for group in groups}
        for number in reversed(range(len(self._groups))):
            if self._groups[number].key not in keys:
                del self._items[self._groups[number].key]
                self._model.removeRow(number)
        self._groups = list(groups)
        for number, group in enumerate(groups):
            heading = self._items.get(group.key)
            if heading is None:
                heading = _item(group.title, measure.heading(group.title))
                heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self._items[group.key] = heading
                heading.appendRows(changes[group.key].items)
                self._model.insertRow(number, heading)
                self.setExpanded(heading.index(), group.key not in self._closed)
                continue
            if heading.text() != group.title:
                heading.setText(group.title)
                heading.setSizeHint(measure.heading(group.title))
            changes[group.key].apply(heading)
        self.executeDelayedItemsLayout()
        if anchor.isValid():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(anchor).top() - height)
        self.setUpdatesEnabled(True)
        self._own_change = False

    def _anchor(self) -> tuple[QPersistentModelIndex, int]:
        """The first row that can be seen, and where; so that what a person reads stays where it is."""
        index = self.indexAt(QPoint(self.viewport().width() // 2, 1)) if self.verticalScrollBar().value() else QModelIndex()
        return QPersistentModelIndex(index), self.visualRect(index).top()

    def _measure_all(self) -> None:
        self._resizing.start(self._measure_in_steps())

    def _measure_in_steps(self) -> Iterator[None]:
        measure = self.measure()
        count = 0
        self._model.blockSignals(True)
        for group in self._groups:
            heading = self._items[group.key]
            heading.setSizeHint(measure.heading(group.title))
            for place, row in enumerate(group.rows):
                heading.child(place).setSizeHint(measure.row(row))
                count += 1
                if count % _STRIDE == 0:
                    self._model.blockSignals(False)
                    yield
                    self._model.blockSignals(True)
        self._model.blockSignals(False)
        self.scheduleDelayedItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new width wraps anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._measure_all()

    def changeEvent(self, event: QEvent) -> None:
        """A new font is measured anew."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure = None
            self._measure_all()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing works behind a list that is gone."""
        self._resizing.pause()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What waited goes on."""
        super().showEvent(event)
        self._resizing.resume()

    def _went(self, now: QModelIndex) -> None:
        part = self.part_at(now)
        if not self._own_change and isinstance(part, Row):
            self.chosen.emit(part.choice)

    def _clicked(self, index: QModelIndex) -> None:
        if isinstance(self.part_at(index), Group):
            self.setExpanded(index, not self.isExpanded(index))

    def _remember_closed(self, index: QModelIndex) -> None:
        self._closed.add(self._groups[index.row()].key)

    def _remember_opened(self, index: QModelIndex) -> None:
        self._closed.discard(self._groups[index.row()].key)


def _item(spoken: str, size: object) -> QStandardItem:
    item = QStandardItem(spoken)
    item.setData(size, Qt.ItemDataRole.SizeHintRole)
    return item


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of the rows of one group: places that are taken out, places that are put in, and the items for these."""

    removed: list[int]
    added: list[int]
    items: list[QStandardItem] = field(default_factory=list)

    def apply(self, heading: QStandardItem) -> None:
        """Take out from the end, put in from the beginning; neighbours together."""
        for first, count in reversed(_runs(self.removed)):
            heading.removeRows(first, count)
        used = 0
        for first, count in _runs(self.added):
            heading.insertRows(first, self.items[used : used + count])
            used += count


def _change(before: Sequence[Row], after: Sequence[Row]) -> Generator[None, None, _Change]:
    """The change from some rows to others, found in steps."""
    places: dict[Row, int] = {}
    for place, row in enumerate(before):
        places[row] = place
        if place % _LIGHT_STRIDE == 0:
            yield
    stays: list[int] = []
    added: list[int] = []
    for place, row in enumerate(after):
        known = places.get(row)
        if known is None:
            added.append(place)
        elif stays and known <= stays[-1]:
            # Nothing is moved: a group whose order changed is made anew.
            return _Change(list(range(len(before))), list(range(len(after))))
        else:
            stays.append(known)
        if place % _LIGHT_STRIDE == 0:
            yield
    kept = frozenset(stays)
    return _Change([place for place in range(len(before)) if place not in kept], added)


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """(first, how many) of each run of neighbours in ascending places."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == sum(runs[-1]):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs

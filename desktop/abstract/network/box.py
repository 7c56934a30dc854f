"""A network with its buttons and, below, the same as a list: for those who read it, and for those who hear it."""

from __future__ import annotations

from collections.abc import Generator, Hashable

from PySide6.QtCore import QEvent, QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTreeWidgetItem, QVBoxLayout, QWidget

from desktop.abstract.network.data import NetworkData
from desktop.abstract.network.layout import Arranged, Wanted, arranged
from desktop.abstract.network.looks import edge_title, edge_words, legend, node_words
from desktop.abstract.network.painting import Picture, measured
from desktop.abstract.network.view import NetworkView
from desktop.prescription.matrix.states import Latest, Stack, plain_label
from desktop.tasks import TaskRunner, Work
from desktop.widgets.badge import Badge
from desktop.widgets.wrapped import Entry, WrappedTree
from engine.cancellation import Progress

# A longer name is elided in its box; the list has all of it.
_WIDEST_NAME = "dihydropyridine derivatives"


class NetworkBox(QWidget):
    """Shows a :class:`NetworkData`. `chosen` carries the key of the edge that a person goes to.

    The places are worked out in the background; `busy` until they are shown.
    """

    chosen = Signal(object)

    def __init__(self, tasks: TaskRunner, name: str) -> None:
        super().__init__()
        self._latest: Latest[Arranged] = Latest(tasks)
        self._data: NetworkData | None = None
        self._key: Hashable | None = None
        self._said = ""
        self._items: dict[Hashable, QTreeWidgetItem] = {}
        self.state = plain_label()
        self.view = NetworkView(name)
        self.list = WrappedTree(self.tr("{0}, as a list").format(name))
        self.list.setRootIsDecorated(False)
        self.larger = self._button(self.tr("+"), self.tr("Enlarge the picture"))
        self.smaller = self._button(self.tr("−"), self.tr("Make the picture smaller"))
        self.fit = self._button(self.tr("&Whole"), self.tr("Show the whole network"))
        self.buttons = QWidget()
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.larger, self.smaller, self.fit):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Stack((self.state, self.buttons), self.view, self.list))
        self.setFocusProxy(self.view)
        self.larger.clicked.connect(self.view.zoom_in)
        self.smaller.clicked.connect(self.view.zoom_out)
        self.fit.clicked.connect(self.view.whole)
        self.view.walked.connect(self._walked)
        self.list.currentItemChanged.connect(lambda item, _before: self._listed(item))
        # What is under way when the box goes has nobody to show it to.
        self.destroyed.connect(self._latest.drop)
        self._tell()

    @property
    def busy(self) -> bool:
        """Whether the places are still being worked out."""
        return self._latest.busy

    @property
    def data(self) -> NetworkData | None:
        """What is shown, or will be once it is laid out."""
        return self._data

    def say(self, words: str) -> None:
        """What the page is at; empty where there is nothing to say."""
        self._said = words
        self._tell()

    def show_network(self, data: NetworkData | None) -> None:
        """Show a network; the same again changes nothing. An edge that stays stays chosen."""
        if data == self._data:
            return
        self._data = data
        self._fill_list()
        self._arrange()

    def choose(self, key: Hashable | None) -> None:
        """Make the edge with this key the current one; none where there is no such edge."""
        self._key = key
        self._show_choice()

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _arrange(self) -> None:
        data = self._data
        if data is None or not data.nodes:
            self._latest.drop()
            self.view.show_picture(None)
            self._tell()
            return
        widest = float(self.view.fontMetrics().horizontalAdvance(_WIDEST_NAME))
        place = self.view.maximumViewportSize()
        wanted, tags = measured(data, self.view.font(), widest, place.width() / max(1, place.height()))
        self._latest.start(_laid_out(wanted), lambda places: self._arranged(Picture(data, tags, wanted, places)), self._fault)
        self._tell()

    def _arranged(self, picture: Picture) -> None:
        self.view.show_picture(picture)
        self._tell()
        self._show_choice()

    def _fault(self, sentence: str) -> None:
        self.view.show_picture(None)
        self._tell(self.tr("⚠ The network was not drawn: {0}").format(sentence))

    def _tell(self, fault: str = "") -> None:
        data = self._data
        parts = [self._said, fault]
        if not fault and self._latest.busy:
            parts.append(self.tr("Drawing the network…"))
        elif not fault and data is not None and data.nodes:
            unsure = sum(edge.unsure for edge in data.edges)
            said = self.tr("Names: {0}. Lines: {1}, {2} of them unsure.")
            parts.append(said.format(len(data.nodes), len(data.edges), unsure))
        elif not fault and data is not None:
            parts.append(self.tr("No name to draw."))
        self.state.setText(" ".join(part for part in parts if part))
        self.state.setVisible(bool(self.state.text()))
        drawn = data is not None and bool(data.nodes)
        self.buttons.setEnabled(drawn)

    def _fill_list(self) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        self._items = {}
        data = self._data or NetworkData((), ())
        for edge in data.edges:
            badge = Badge("?") if edge.unsure else Badge("–")
            item = self.list.item_for(Entry(edge_title(data, edge), edge_words(data, edge), badge), edge.key)
            self._items[edge.key] = item
            self.list.addTopLevelItem(item)
        if data.nodes:
            self._add_notes(data)
        self.list.expandAll()
        self.list.blockSignals(False)

    def _add_notes(self, data: NetworkData) -> None:
        """Names without a line, and how to read the picture: nothing that can be chosen."""
        joined = {end for edge in data.edges for end in (edge.first, edge.second)}
        alone = [f"{node.name} ({node_words(node.kind)})" for node in data.nodes if node.key not in joined]
        notes = [Entry(self.tr("How to read the picture"), legend(data))]
        if alone:
            notes.insert(0, Entry(self.tr("Names without a line"), ", ".join(alone)))
        for note in notes:
            self.list.addTopLevelItem(self.list.item_for(note, None))

    def _walked(self, number: int) -> None:
        if self.view.picture is not None:
            self._decide(self.view.picture.data.edges[number].key)

    def _listed(self, item: QTreeWidgetItem | None) -> None:
        key = self.list.payload_of(item)
        if key is not None and isinstance(key, Hashable):
            self._decide(key)

    def _decide(self, key: Hashable) -> None:
        if key != self._key:
            self._key = key
            self._show_choice()
            self.chosen.emit(key)

    def _show_choice(self) -> None:
        picture = self.view.picture
        edges = picture.data.edges if picture is not None else ()
        number = next((place for place, edge in enumerate(edges) if edge.key == self._key), None)
        self.view.go_to(number)
        said = ""
        if picture is not None and number is not None:
            said = f"{edge_title(picture.data, edges[number])}: {edge_words(picture.data, edges[number])}"
        self.view.setAccessibleDescription(said)
        self._follow_in_list()

    def _follow_in_list(self) -> None:
        item = self._items.get(self._key) if self._key is not None else None
        here = self.list.currentItem()
        if item is here:
            return
        self.list.blockSignals(True)
        if item is not None:
            self.list.setCurrentItem(item)
            self.list.scrollToItem(item)
        elif self.list.payload_of(here) is not None:
            self.list.setCurrentIndex(QModelIndex())
        self.list.blockSignals(False)

    def changeEvent(self, event: QEvent) -> None:
        """Other letters need other boxes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._data is not None:
            self._arrange()


def _laid_out(wanted: Wanted) -> Work[Arranged]:
    def work() -> Generator[Progress, None, Arranged]:
        yield Progress(0, 0)
        return arranged(wanted)

    return work

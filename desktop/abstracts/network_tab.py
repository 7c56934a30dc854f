"""The network of the pairs that most abstracts state. How many are left out is said: a picture of thousands shows nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from desktop.abstract.network.box import NetworkBox
from desktop.abstract.network.data import NetworkData, NetworkEdge, NetworkNode
from desktop.abstracts.runs import RunReader
from desktop.abstracts.states import empty_text
from desktop.abstracts.view_model import ManyAbstractsModel
from desktop.abstracts.words import counted, counted_classes, state_words
from desktop.abstracts.work import most_frequent
from desktop.prescription.filters_bar import Chooser
from desktop.prescription.matrix.states import Latest
from desktop.widgets.following import FollowingPanel
from engine.reading.batch_model import PairRow

# More lines lie over each other on a screen.
MOST_PAIRS = (20, 40, 80)
_DRAW_EVERY_S = 10.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("NetworkTab", text)


@dataclass(frozen=True, slots=True)
class PairKey:
    """What the network tells of a chosen line."""

    first: str
    second: str


def network_of_pairs(pairs: Sequence[PairRow], total: int) -> NetworkData:
    """Names as nodes, pairs as edges, as wide as their share of the commonest; `total` counts the pairs of the run."""
    most = max((pair.abstracts for pair in pairs), default=1)
    nodes: dict[str, NetworkNode] = {}
    edges = []
    for pair in pairs:
        for name in (pair.first, pair.second):
            nodes.setdefault(name.casefold(), NetworkNode(name.casefold(), name))
        task, _, label = (pair.labels[0][0] if pair.labels else "ddi:int").partition(":")
        said = _tr("{0}, {1} ({2}); knowledge: {3}").format(
            counted(pair.abstracts, _tr("1 abstract"), _tr("{0} abstracts")),
            counted(pair.relations, _tr("1 statement"), _tr("{0} statements")),
            counted_classes(pair.labels),
            state_words(pair.knowledge),
        )
        if pair.unsure == pair.relations:
            said = _tr("{0}; all of them unsure").format(said)
        edges.append(
            NetworkEdge(
                PairKey(pair.first, pair.second),
                pair.first.casefold(),
                pair.second.casefold(),
                task,
                label,
                pair.abstracts / most,
                unsure=pair.unsure == pair.relations,
                words=said,
                tag=f"{pair.abstracts:,}",
            )
        )
    left = total - len(pairs)
    left_out = counted(left, _tr("1 rarer pair is not drawn."), _tr("{0} rarer pairs are not drawn.")) if left > 0 else ""
    lines = _tr(
        "A line joins two names of which abstracts state something; the figure on it counts these abstracts, and the line is the "
        "wider, the more they are. Its colour is that of the commonest statement."
    )
    return NetworkData(tuple(nodes.values()), tuple(edges), left_out, lines)


class NetworkTab(FollowingPanel):
    """The most frequent pairs as a picture and a list. `pair_asked` carries the names of the chosen line on Enter."""

    pair_asked = Signal(str, str)

    def __init__(self, model: ManyAbstractsModel) -> None:
        super().__init__(model.rows, model.rows)
        self.model = model
        self._reader: RunReader | None = None
        self._again = False
        self._drawn_s = 0.0
        self._latest: Latest[tuple[list[PairRow], int]] = Latest(model.tasks)
        self._chosen: PairKey | None = None
        self.count = Chooser(self.tr("How many pairs are drawn"))
        self.count.fill({number: self.tr("The {0} most frequent pairs").format(number) for number in MOST_PAIRS}, MOST_PAIRS[1])
        self.show_rows = QPushButton(self.tr("Show i&ts statements"))
        self.show_rows.setEnabled(False)
        self.box = NetworkBox(model.tasks, self.tr("Network of the most frequent pairs"))
        place = self.box.buttons.layout()
        assert place is not None
        for part in (self.count, self.show_rows):
            place.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.count.activated.connect(lambda _number: self._find())
        self.show_rows.clicked.connect(self._ask)
        self.box.chosen.connect(self._choose)
        model.changed.connect(self._tell_state)
        self._tell_state()

    @property
    def settled(self) -> bool:
        """Whether everything that can be seen is there."""
        return self.fresh and not (self._latest.busy or self.box.busy)

    def refresh(self) -> None:
        """Show the pairs that the run has now."""
        if self.model.reader is not self._reader:
            self._reader = self.model.reader
            self._latest.drop()
            self._again = False
            self.box.show_network(None)
        # A picture that moves each second cannot be looked at; when the reading ends it is drawn in any case.
        drawn = self.box.data is not None and bool(self.box.data.edges)
        if not (self.model.reading and drawn and time.monotonic() - self._drawn_s < _DRAW_EVERY_S):
            self._find()

    def _find(self) -> None:
        if self._reader is None:
            return
        if self._latest.busy:
            self._again = True
            return
        count = int(str(self.count.currentData()))
        self._latest.start(most_frequent(self._reader, count), self._show_pairs, self.model.meet_fault)

    def _show_pairs(self, found: tuple[list[PairRow], int]) -> None:
        self._drawn_s = time.monotonic()
        self.box.show_network(network_of_pairs(*found))
        self._tell_state()
        if self._again:
            self._again = False
            self._find()

    def _choose(self, key: object) -> None:
        self._chosen = key if isinstance(key, PairKey) else None
        self.show_rows.setEnabled(self._chosen is not None)

    def _ask(self) -> None:
        if self._chosen is not None:
            self.pair_asked.emit(self._chosen.first, self._chosen.second)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on a line of the picture or of the list shows its statements."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._chosen is not None:
            self._ask()
            return
        super().keyPressEvent(event)

    def _tell_state(self) -> None:
        data = self.box.data
        said = empty_text(self.model) or (data.left_out if data is not None else "")
        if not said and data is not None and not data.edges:
            said = self.tr("No statement on two medicines was found. That is no proof that there is none.")
        self.box.say(said)

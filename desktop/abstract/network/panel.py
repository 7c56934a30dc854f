"""The network of the abstract page: its medicines and what the sentences state of them, in step with the choice."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from desktop.abstract.choice import RelationSelection, of_medicines
from desktop.abstract.network.box import NetworkBox
from desktop.abstract.network.of_reading import network_of
from desktop.abstract.panel import AbstractPanel
from desktop.abstract.view_model import AbstractViewModel, ReadingPhase
from desktop.prescription.filters_bar import Chooser


class NetworkPanel(AbstractPanel):
    """Draws the reading as a network; choosing a line chooses its relation."""

    def __init__(self, model: AbstractViewModel, selection: RelationSelection) -> None:
        super().__init__(model, selection)
        self.box = NetworkBox(model.tasks, self.tr("Network of medicines"))
        self.lines = Chooser(self.tr("Which lines are drawn"))
        self.lines.fill({True: self.tr("two medicines"), False: self.tr("all lines")}, True)
        self.lines.activated.connect(lambda _number: self._draw())
        place = self.box.buttons.layout()
        assert place is not None
        place.addWidget(self.lines)
        column = QVBoxLayout(self)
        column.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.chosen.connect(self._choose)

    @property
    def fresh(self) -> bool:
        """Whether the present reading is drawn."""
        return super().fresh and not self.box.busy

    def refresh(self) -> None:
        """Show the reading, or say why there is none."""
        self._draw()

    def follow_choice(self) -> None:
        """Show which relation is chosen."""
        self.box.choose(self.selection.chosen)
        self.box.say(self._state())

    def _draw(self) -> None:
        reading = self.model.reading
        sentences = reading.sentences if reading is not None else ()
        kinds = {of_medicines(relation) for sentence in sentences for relation in sentence.relations}
        # Where only one sort of line is there, there is nothing to choose, and all of it is drawn.
        self.lines.setVisible(len(kinds) == 2)
        only = len(kinds) == 2 and bool(self.lines.currentData())
        self.box.show_network(network_of(reading, medicines_only=only) if reading is not None else None)
        self.box.choose(self.selection.chosen)
        self.box.say(self._state())

    def _hidden(self) -> str:
        """What is not drawn, so that nobody takes the picture for all that was read."""
        data, chosen = self.box.data, self.selection.chosen
        if data is None or not data.left_out:
            return ""
        if chosen is not None and chosen not in {edge.key for edge in data.edges}:
            return self.tr("{0} The chosen relation is one of them.").format(data.left_out)
        return data.left_out

    def _choose(self, key: object) -> None:
        if isinstance(key, tuple) and len(key) == 2:
            self.selection.select((key[0], key[1]))

    def _state(self) -> str:
        older = self.model.reading is not None
        words = {
            ReadingPhase.OPENING: self.tr("Opening the knowledge…"),
            ReadingPhase.UNUSABLE: self.tr("⚠ Nothing was read: {0}").format(self.model.fault),
            ReadingPhase.FAULT: self.tr("⚠ Nothing was read: {0}").format(self.model.fault),
            ReadingPhase.EMPTY: self.tr("Nothing to show yet: there is no text."),
            ReadingPhase.WAITING: self.tr("The text has changed: this belongs to the text before.") if older else "",
            ReadingPhase.READING: self.tr("Reading… Until then, this belongs to the text before.")
            if older
            else self.tr("Reading…"),
            ReadingPhase.STOPPED: self.tr("The reading was stopped: this text is not read."),
        }.get(self.model.phase, "")
        return " ".join(filter(None, (words, self._hidden())))

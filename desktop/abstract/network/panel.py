"""The network of the abstract page: its medicines and what the sentences state of them, in step with the choice."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from desktop.abstract.choice import RelationSelection
from desktop.abstract.network.box import NetworkBox
from desktop.abstract.network.of_reading import network_of
from desktop.abstract.panel import AbstractPanel
from desktop.abstract.view_model import AbstractViewModel, ReadingPhase


class NetworkPanel(AbstractPanel):
    """Draws the reading as a network; choosing a line chooses its relation."""

    def __init__(self, model: AbstractViewModel, selection: RelationSelection) -> None:
        super().__init__(model, selection)
        self.box = NetworkBox(model.tasks, self.tr("Network of medicines"))
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
        reading = self.model.reading
        self.box.show_network(network_of(reading) if reading is not None else None)
        self.box.say(self._state())

    def follow_choice(self) -> None:
        """Show which relation is chosen."""
        self.box.choose(self.selection.chosen)

    def _choose(self, key: object) -> None:
        if isinstance(key, tuple) and len(key) == 2:
            self.selection.select((key[0], key[1]))

    def _state(self) -> str:
        older = self.model.reading is not None
        return {
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

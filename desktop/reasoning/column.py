"""The detail above, the student below: the student takes room only once there is something of it to read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter

from desktop.prescription.detail.panel import DetailPanel
from desktop.reasoning.panel import ReasoningPanel

# Share of the height once the student has written something; and what its head may take before that, at most.
_STUDENT = 0.55
_MOST_HEAD = 0.4


class DetailColumn(QSplitter):
    """Two parts, one above the other. Once a person has moved the border, it stays where it was put."""

    def __init__(self, detail: DetailPanel, student: ReasoningPanel) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._detail, self._student = detail, student
        self._open = False
        self._moved = False
        for part in (detail, student):
            self.addWidget(part)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.splitterMoved.connect(self._remember)
        student.room_wanted.connect(self._make_room)

    def _remember(self) -> None:
        self._moved = True

    def _make_room(self, wanted: bool) -> None:
        opening = wanted and not self._open
        self._open = wanted
        self._share()
        if opening:
            # What knowledge says step by step shall stand beside what the student says.
            self._detail.show_reasoning()

    def _share(self) -> None:
        if self._moved or self.height() <= 0:
            return
        whole = self.height()
        wanted = round(_STUDENT * whole) if self._open else min(self._student.head_height, round(_MOST_HEAD * whole))
        self.setSizes([whole - wanted, wanted])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size is shared anew."""
        super().resizeEvent(event)
        self._share()

    def changeEvent(self, event: QEvent) -> None:
        """Other letters need another head."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._share()

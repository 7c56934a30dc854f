"""The detail above, the student below: the student takes room only once there is something of it to read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from desktop.reasoning.panel import ReasoningPanel

# Shares of the height once the student has written something; and what its head may take before that, at most.
_DETAIL, _STUDENT = 5, 6
_MOST_HEAD = 0.4


class DetailColumn(QSplitter):
    """Two parts, one above the other. Once a person has moved the border, it stays where it was put."""

    def __init__(self, detail: QWidget, student: ReasoningPanel) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._student = student
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
        if wanted != self._open:
            self._open = wanted
        self._share()

    def _share(self) -> None:
        if self._moved or self.height() <= 0:
            return
        if self._open:
            self.setSizes([_DETAIL, _STUDENT])
            return
        head = min(self._student.head_height, round(_MOST_HEAD * self.height()))
        self.setSizes([self.height() - head, head])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size is shared anew."""
        super().resizeEvent(event)
        self._share()

    def changeEvent(self, event: QEvent) -> None:
        """Other letters need another head."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._share()

"""Lets go of thousands of things bit by bit: to free a large report, or its rows, at once would stop the window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, QTimer

from desktop.prescription.findings_slices import Slices

# By then the other parts of the page have taken the new report, and what is let go here is really freed.
_DELAY_MS = 500
_STRIDE = 50


class Leaving(QObject):
    """What is left of what was shown before."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left: list[object] = []
        self._slices = Slices(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_DELAY_MS)
        self._later.timeout.connect(self._begin)

    def take(self, parts: Iterable[object]) -> None:
        """Hold these until it is their turn to go."""
        self._left.extend(parts)
        if self._left:
            self._later.start()

    def drop(self) -> None:
        """Let go of everything at once: nobody looks."""
        self._later.stop()
        self._slices.drop()
        self._left.clear()

    def _begin(self) -> None:
        self._slices.start(self._go())

    def _go(self) -> Iterator[None]:
        while self._left:
            del self._left[-_STRIDE:]
            yield

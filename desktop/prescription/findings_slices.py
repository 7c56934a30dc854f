"""Work on the UI thread in short turns of the event loop, so that no frame is long however much there is to do."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

# A screen shows sixty frames a second, and the page has other parts that want their share of one.
_TURN_S = 0.008


class Slices(QObject):
    """Runs one iterator at a time; a new one replaces the one before."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Iterator[object] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    @property
    def pending(self) -> bool:
        """Whether work is left."""
        return self._work is not None

    def start(self, work: Iterator[object]) -> None:
        """Begin in the next turn, and go on in later ones as needed."""
        self._work = work
        self._timer.start()

    def pause(self) -> None:
        """Stop the turns; what is left waits for `resume`."""
        self._timer.stop()

    def resume(self) -> None:
        """Go on with what is left."""
        if self._work is not None:
            self._timer.start()

    def drop(self) -> None:
        """Forget what is left."""
        self._work = None
        self._timer.stop()

    def _turn(self) -> None:
        work, until = self._work, time.perf_counter() + _TURN_S
        while work is not None and work is self._work and time.perf_counter() < until:
            try:
                next(work)
            except StopIteration:
                if work is self._work:
                    self.drop()

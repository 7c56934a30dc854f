"""Work that belongs to the UI thread, a little in each turn of the event loop.

Documents are laid out and painted here and not in a worker. Qt keeps a lock while it ends a connection, and may need Python
under it; a worker that makes Qt's objects holds Python and waits for that lock: both stand still for ever (PySide6 6.11).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from engine.cancellation import Progress

T = TypeVar("T")
# Long enough to get on, short enough not to be felt; a step more may come on top.
_TURN_S = 0.015


class InTurns(QObject, Generic[T]):
    """Runs a generator to its end. Exactly one of `on_done` and `on_failed` is called, and then it goes."""

    def __init__(
        self,
        owner: QObject,
        steps: Generator[Progress, None, T],
        on_done: Callable[[T], None],
        on_failed: Callable[[BaseException], None],
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        super().__init__(owner)
        self._steps = steps
        self._on_done = on_done
        self._on_failed = on_failed
        self._on_progress = on_progress
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)
        self._timer.start()

    def _step(self) -> None:
        until_s = time.monotonic() + _TURN_S
        progress = Progress(0, 0)
        try:
            while time.monotonic() < until_s:
                progress = next(self._steps)
        except StopIteration as stop:
            self.deleteLater()
            self._on_done(stop.value)
        except Exception as error:  # handed on: a fault is shown, a bug is raised again there
            self.deleteLater()
            self._on_failed(error)
        else:
            if self._on_progress is not None:
                self._on_progress(progress)
            self._timer.start()

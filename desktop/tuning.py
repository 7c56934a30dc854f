"""Settings of Python for a process that shows a window: how threads take turns, and when memory is searched for garbage.

They hold for the whole process, so the composition root applies them; tests and benchmarks apply them and take them back.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

# Each time the window needs Python while a check runs it waits this long, and painting one frame needs it many times: with
# Python's own 5 ms the longest frame while typing was 94 ms, with this 42 ms, and the check takes no longer.
_SWITCH_S = 0.001
# Young objects are searched as Python does by itself. A search of everything would stop every thread for as long as it takes to
# look at each part of a report (150 ms for a list of 480 medicines, a second where all of them interact) in the middle of typing.
# Reports hold no circles and go without a search; what few circles there are wait for `Sweeper`.
_NEVER = 1_000_000_000
_AWAY_MS = 5_000


def tune() -> None:
    """Tune this process for a window over a busy worker. Call once, before the window is made."""
    sys.setswitchinterval(_SWITCH_S)
    young, middle, _old = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)


def settle() -> None:
    """Take everything that lives now as there to stay (libraries, knowledge, window), so that no later search looks at it."""
    gc.freeze()


@contextmanager
def tuned() -> Iterator[None]:
    """Tuned for as long as the block runs, and as before afterwards."""
    interval_s, threshold = sys.getswitchinterval(), gc.get_threshold()
    tune()
    try:
        yield
    finally:
        sys.setswitchinterval(interval_s)
        gc.set_threshold(*threshold)
        gc.unfreeze()


class Sweeper(QObject):
    """Searches all memory for garbage once a person has turned to another program, because the window stands still meanwhile."""

    def __init__(self, application: QGuiApplication) -> None:
        super().__init__(application)
        self._away = QTimer(self)
        self._away.setSingleShot(True)
        self._away.setInterval(_AWAY_MS)
        self._away.timeout.connect(self.sweep)
        application.applicationStateChanged.connect(self._follow)

    @property
    def waits(self) -> bool:
        """Whether a sweep is to come."""
        return self._away.isActive()

    def sweep(self) -> int:
        """Search now; how many objects were garbage."""
        return gc.collect()

    def _follow(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self._away.stop()
        elif not self._away.isActive():
            self._away.start()

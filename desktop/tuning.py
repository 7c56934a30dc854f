"""Settings of Python for a process that shows a window: how threads take turns, and when memory is searched for garbage.

They hold for the whole process, so the composition root applies them; tests and benchmarks apply them and take them back.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

# Each time the window needs Python while a check runs it waits this long, and painting one frame needs it many times: with
# Python's own 5 ms the longest frame while typing was 94 ms, with this 42 ms, and the check takes no longer.
_SWITCH_S = 0.001
# What a check makes in this time is searched within a few milliseconds.
_LOOK_MS = 50
# Objects made since the last look, from which on looking is worth it.
_WORTH_IT = 700
# So many looks at the youngest objects come before one at those that outlived them.
_YOUNGEST_FIRST = 4
_AWAY_MS = 5_000


class Collector(QObject):
    """Searches memory for garbage in the thread of the window alone, in the place of Python's own search.

    Python searches in whichever thread happens to make an object, and may so end a dead part of the window in a worker, which
    Qt does not survive. It also searches everything from time to time, which stops every thread: 150 ms with the report on 480
    medicines, a second where all of them interact, in the middle of typing. Reports hold no circles and go without a search.
    Here young objects are searched while the window is used, and all of them once a person has turned to another program.
    """

    def __init__(self, application: QGuiApplication) -> None:
        super().__init__(application)
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._away = QTimer(self)
        self._away.setSingleShot(True)
        self._away.setInterval(_AWAY_MS)
        self._away.timeout.connect(self.sweep)
        application.applicationStateChanged.connect(self._follow)
        self._searched_before = gc.isenabled()
        gc.disable()
        self._timer.start()

    @property
    def sweep_waits(self) -> bool:
        """Whether a search of everything is to come."""
        return self._away.isActive()

    def sweep(self) -> int:
        """Search everything that is not settled; how many objects were garbage. The window stands still meanwhile."""
        return gc.collect()

    def close(self) -> None:
        """Look no more; Python searches by itself again where it did before."""
        self._timer.stop()
        self._away.stop()
        if self._searched_before:
            gc.enable()

    def _look(self) -> None:
        if gc.get_count()[0] >= _WORTH_IT:
            self._looks += 1
            gc.collect(0 if self._looks % _YOUNGEST_FIRST else 1)

    def _follow(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self._away.stop()
        elif not self._away.isActive():
            self._away.start()


def leave_pydantic_alone() -> None:
    """Tell PySide that `pydantic.errors` does not use it.

    After each import PySide reads the module's source for its own name. Doing so, it asks `pydantic.errors` for an attribute,
    which imports more of pydantic; one flag for all threads keeps PySide from following that. Where the window's thread imports
    something at the same moment as the worker that opens the knowledge, the flag is lost and the import ends in a circle: two
    starts of forty on a busy machine.
    """
    known = vars(importlib.import_module("shibokensupport.feature")).get("pyside_feature_dict")
    if isinstance(known, dict):
        known.setdefault("pydantic.errors", -1)


def tune(application: QGuiApplication) -> Collector:
    """Tune this process for a window over a busy worker. Call once, before the window is made."""
    leave_pydantic_alone()
    sys.setswitchinterval(_SWITCH_S)
    return Collector(application)


def settle() -> None:
    """Take everything that lives now as there to stay (libraries, knowledge, window), so that no later search looks at it."""
    gc.freeze()


@contextmanager
def tuned(application: QGuiApplication) -> Iterator[Collector]:
    """Tuned for as long as the block runs, and as before afterwards."""
    interval_s = sys.getswitchinterval()
    collector = tune(application)
    try:
        yield collector
    finally:
        collector.close()
        sys.setswitchinterval(interval_s)
        gc.unfreeze()
        collector.deleteLater()

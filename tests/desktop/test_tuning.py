"""Memory is searched in the window's thread alone, young objects while it is used and all of them while it is not."""

import gc
import importlib
import sys
import threading
import weakref

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.tuning import settle, tuned


class Ring:
    """Something that only a search can free."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_of_a_worker_is_found_by_the_window(qtbot: QtBot, qapp: QApplication) -> None:
    threads: list[threading.Thread] = []
    rings: list[weakref.ref[Ring]] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            threads.append(threading.current_thread())

    def litter() -> None:
        rings.extend(weakref.ref(Ring()) for _ in range(5_000))

    with tuned(qapp):
        gc.callbacks.append(note)
        try:
            worker = threading.Thread(target=litter)
            worker.start()
            worker.join()
            assert not threads
            assert rings[0]() is not None
            qtbot.waitUntil(lambda: rings[0]() is None and rings[-1]() is None, timeout=5_000)
        finally:
            gc.callbacks.remove(note)
    assert set(threads) == {threading.main_thread()}


def test_everything_is_searched_once_a_person_has_turned_away(qapp: QApplication) -> None:
    with tuned(qapp) as collector:
        waits = []
        for state in (Qt.ApplicationState.ApplicationInactive, Qt.ApplicationState.ApplicationActive):
            qapp.applicationStateChanged.emit(state)
            waits.append(collector.sweep_waits)
        assert waits == [True, False]
        ring = weakref.ref(Ring())
        collector.sweep()
        assert ring() is None


def test_everything_is_as_before_afterwards(qapp: QApplication) -> None:
    before = sys.getswitchinterval(), gc.isenabled(), gc.get_freeze_count()
    with tuned(qapp):
        assert sys.getswitchinterval() < before[0]
        assert not gc.isenabled()
        settle()
        assert gc.get_freeze_count() > before[2]
    assert (sys.getswitchinterval(), gc.isenabled(), gc.get_freeze_count()) == before


def test_pyside_does_not_look_into_pydantic_while_a_worker_imports_it(qapp: QApplication) -> None:
    with tuned(qapp):
        known = vars(importlib.import_module("shibokensupport.feature"))["pyside_feature_dict"]
        # What PySide sets itself for modules that do not use it.
        assert known["pydantic.errors"] == known["pathlib"] == -1

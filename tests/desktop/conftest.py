"""A real window over the real knowledge, and nothing left behind after it."""

import gc
from collections.abc import Callable, Generator, Iterator

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.files import opening
from desktop.files.saving import Answer
from desktop.opening import Opener
from desktop.tasks import TaskRunner
from desktop.window import MainWindow
from engine.application import Application
from engine.cancellation import Progress


@pytest.fixture
def opener(application: Application) -> Opener:
    """Opens what the session has opened already."""

    def work() -> Generator[Progress, None, Application]:
        yield Progress(0, 0)
        return application

    return work


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """As in the program: Python looks for garbage in the UI thread alone, or a worker would destroy what is Qt's."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def asked_about_changes(monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """A question about unsaved changes would wait for ever: it is answered with "discard", and counted."""
    asked: list[Answer] = []

    def answer(_parent: QWidget) -> Answer:
        asked.append(Answer.DISCARD)
        return Answer.DISCARD

    monkeypatch.setattr(opening, "ask_about_changes", answer)
    return asked


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[Callable[[Opener], MainWindow]]:
    """Opens windows, and closes them afterwards with a look at what they leave."""
    made: list[tuple[MainWindow, TaskRunner]] = []

    def make(opener: Opener) -> MainWindow:
        runner = TaskRunner()
        opened = MainWindow(opener, runner)
        opened.show()
        made.append((opened, runner))
        return opened

    yield make
    for opened, _runner in made:
        opened.files.let_go()
        opened.close()
    qtbot.waitUntil(lambda: not any(opened.isVisible() or runner.busy for opened, runner in made), timeout=10_000)
    for opened, _runner in made:
        assert not [timer for timer in opened.findChildren(QTimer) if timer.isActive()]
        assert not [thread for thread in opened.findChildren(QThread) if thread.isRunning()]
        opened.deleteLater()
    assert not [other for other in QApplication.topLevelWidgets() if other.isVisible()]


@pytest.fixture
def window(qtbot: QtBot, make_window: Callable[[Opener], MainWindow], opener: Opener) -> MainWindow:
    """A window whose knowledge is open."""
    opened = make_window(opener)
    qtbot.waitUntil(lambda: opened.model.ready and opened.page.is_furnished, timeout=10_000)
    return opened

"""A real window over the real knowledge, and nothing left behind after it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.tasks import TaskRunner
from desktop.window import MainWindow
from engine.application import Application


@pytest.fixture
def window(qtbot: QtBot, application: Application) -> Iterator[MainWindow]:
    runner = TaskRunner()
    opened = MainWindow(application, runner)
    qtbot.addWidget(opened)
    opened.show()
    yield opened
    opened.close()
    assert not runner.busy or runner.close()
    assert not [timer for timer in opened.findChildren(QTimer) if timer.isActive()]
    assert not [thread for thread in opened.findChildren(QThread) if thread.isRunning()]
    assert not [other for other in QApplication.topLevelWidgets() if other.isVisible()]

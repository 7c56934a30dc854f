"""An abstract page of its own, and nothing left behind after it."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop.abstract.view import AbstractPage
from desktop.abstract.view_model import AbstractViewModel
from desktop.tasks import TaskRunner
from engine.application import Application
from tests.desktop.abstract.scripted import Script, settle

MakePage = Callable[[], AbstractPage]


def _idle(tasks: TaskRunner) -> bool:
    return not tasks.busy


@pytest.fixture
def script() -> Script:
    """What reads instead of the student."""
    return Script()


@pytest.fixture
def make_page(qtbot: QtBot, application: Application, script: Script) -> Iterator[MakePage]:
    """Makes pages whose knowledge is open."""
    made: list[tuple[AbstractPage, TaskRunner]] = []

    def make() -> AbstractPage:
        tasks = TaskRunner()
        model = AbstractViewModel(tasks, script)
        page = AbstractPage(model)
        page.resize(1280, 760)
        page.show()
        model.set_application(application)
        made.append((page, tasks))
        settle(qtbot, page)
        return page

    yield make
    script.gate.set()
    for page, tasks in made:
        page.model.stop()
        page.close()
        tasks.close()
        qtbot.waitUntil(partial(_idle, tasks), timeout=10_000)
        assert not [timer for timer in page.findChildren(QTimer) if timer.isActive()]
        page.deleteLater()


@pytest.fixture
def page(make_page: MakePage) -> AbstractPage:
    """A page whose knowledge is open."""
    return make_page()

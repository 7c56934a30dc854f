"""The page over a fake run, in a window of the usual size."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.abstracts.runs import Runs
from desktop.abstracts.view import ManyAbstractsPage
from desktop.abstracts.view_model import ManyAbstractsModel
from desktop.tasks import TaskRunner
from desktop.tuning import tuned

MakePage = Callable[[Runs | None], ManyAbstractsPage]


@pytest.fixture(autouse=True)
def as_the_program_is(qapp: QApplication) -> Iterator[None]:
    """Python tuned for a window over a busy worker."""
    with tuned(qapp):
        yield


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file that is there."""
    path = tmp_path / "export.nbib"
    path.write_text("PMID- 1", encoding="utf-8")
    return path


@pytest.fixture
def make_page(qtbot: QtBot, tmp_path: Path) -> Iterator[MakePage]:
    """Makes pages over runs; None is for a page whose knowledge is not open."""
    made: list[tuple[ManyAbstractsPage, TaskRunner]] = []

    def make(runs: Runs | None) -> ManyAbstractsPage:
        tasks = TaskRunner()
        model = ManyAbstractsModel(tasks, own_folder=tmp_path / "own")
        page = ManyAbstractsPage(model)
        page.resize(1280, 800)
        page.show()
        if runs is not None:
            model.set_runs(runs)
        made.append((page, tasks))
        return page

    yield make
    for page, tasks in made:
        page.model.close()
        page.close()
        tasks.close()
    qtbot.waitUntil(lambda: not any(tasks.busy for _page, tasks in made), timeout=5_000)
    for page, _tasks in made:
        assert not [timer for timer in page.findChildren(QTimer) if timer.isActive()]
        page.deleteLater()

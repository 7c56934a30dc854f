"""The frames of the page of many abstracts while thousands are read, every tab opened meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.abstracts.view import ManyAbstractsPage
from desktop.abstracts.view_model import ManyAbstractsModel, Phase
from desktop.tasks import TaskRunner
from desktop.tuning import tuned
from tests.benchmarks.test_keystroke import Frames
from tests.desktop.abstracts.fake_runs import FakeRuns
from tests.desktop.abstracts.looking import rows_tab, settle

pytestmark = pytest.mark.benchmark


@pytest.fixture(autouse=True)
def as_the_program_is(qapp: QApplication) -> Iterator[None]:
    """Python tuned for a window over a busy worker."""
    with tuned(qapp):
        yield


def test_the_window_while_thousands_are_read(qtbot: QtBot, tmp_path: Path) -> None:
    source = tmp_path / "export.nbib"
    source.write_text("PMID- 1", encoding="utf-8")
    runs, tasks = FakeRuns(3_000), TaskRunner()
    runs.step, runs.step_s = 5, 0.004
    page = ManyAbstractsPage(ManyAbstractsModel(tasks, own_folder=tmp_path / "own"))
    page.resize(1280, 800)
    page.show()
    page.model.set_runs(runs)
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN, timeout=5_000)
    # Each tab is made once before it is measured.
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        settle(qtbot, page)
    page.tabs.setCurrentIndex(0)
    relations = rows_tab(page, 0)
    frames, longest = Frames(), {}
    frames.start()
    page.control.start.click()
    qtbot.waitUntil(lambda: relations.rows.rowCount() > 500, timeout=20_000)
    for place in range(0, 500, 50):
        relations.view.scrollTo(relations.rows.index(place, 0))
        qtbot.wait(20)
    longest["table"] = frames.stop()
    for number in range(page.tabs.count()):
        frames.start()
        page.tabs.setCurrentIndex(number)
        qtbot.wait(100)
        longest[page.tabs.tabText(number)] = frames.stop()
    frames.start()
    page.tabs.setCurrentIndex(0)
    qtbot.waitUntil(lambda: page.model.phase is Phase.DONE, timeout=30_000)
    settle(qtbot, page)
    longest["end"] = frames.stop()
    shown = relations.state.text()
    page.model.close()
    page.close()
    tasks.close()
    page.deleteLater()
    assert shown == "3,000 rows."
    print("\nlongest frame while 3,000 abstracts are read, by the clock and by own time:")
    for where, (clock_ms, own_ms) in longest.items():
        print(f"  {where}: {clock_ms:.0f} ms, {own_ms:.0f} ms")

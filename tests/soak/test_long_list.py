"""The window over a list of 480 medicines: no turn of the window is long while the check runs, and memory stays small."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.opening import opener_of
from desktop.prescription.view_model import Phase
from desktop.tasks import TaskRunner
from desktop.tuning import settle, tuned
from desktop.window import MainWindow
from tests.soak.material import substance_names

pytestmark = pytest.mark.soak

Note = Callable[[str], None]
MEDICINES = 480
KEYS = 4
# By this process's own time, as the machine may be busy with other work; measured: 30 to 45 ms.
LONGEST_TURN_MS = 80
MOST_RESIDENT_MB = 1_000


class Turns:
    """The longest time that the window took no event, by this process's own time (all threads) where that is shorter."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._last_s = (time.perf_counter(), time.process_time())
        self.timer = QTimer()
        self.timer.setInterval(1)
        self.timer.timeout.connect(self._tick)
        self.timer.start()

    def _tick(self) -> None:
        now_s = (time.perf_counter(), time.process_time())
        self.longest_ms = max(self.longest_ms, min(now - then for now, then in zip(now_s, self._last_s, strict=True)) * 1000)
        self._last_s = now_s


def resident_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, resources: Path) -> Iterator[MainWindow]:
    with tuned(qapp):
        made = MainWindow(opener_of(resources), TaskRunner())
        made.show()
        qtbot.waitUntil(lambda: made.model.ready and made.page.is_furnished, timeout=30_000)
        settle()
        yield made
        # An empty list goes without a question.
        made.page.list.editor.clear()
        made.close()
        qtbot.waitUntil(lambda: not made.isVisible(), timeout=10_000)
        made.deleteLater()


def test_keys_in_a_list_of_480(qtbot: QtBot, window: MainWindow, note: Note, chance: random.Random) -> None:
    model, editor = window.model, window.page.list.editor
    names = chance.sample([name for name in substance_names() if name.isalpha()], MEDICINES)

    def shown() -> bool:
        return model.phase is Phase.CHECKED and model.text == editor.toPlainText() and window.page.findings.fresh

    window.show_text("\n".join(names))
    qtbot.waitUntil(shown, timeout=120_000)
    first = editor.toPlainText()
    # Rows of states still come in portions.
    QTest.qWait(1_000)
    turns = Turns()
    most_mb = resident_mb()
    for number in range(KEYS):
        if number % 2:
            QTest.keyClick(editor, Qt.Key.Key_Backspace)
        else:
            QTest.keyClicks(editor, "x")
        qtbot.waitUntil(shown, timeout=120_000)
        # What was shown before is let go afterwards.
        QTest.qWait(1_500)
        most_mb = max(most_mb, resident_mb())
    turns.timer.stop()
    report = model.report
    assert report is not None
    assert editor.toPlainText() == first
    note(
        f"{MEDICINES} medicines, {len(report.interactions)} findings: longest turn of the window {turns.longest_ms:.0f} ms, "
        f"{most_mb:.0f} MB resident"
    )
    assert turns.longest_ms <= LONGEST_TURN_MS
    assert most_mb < MOST_RESIDENT_MB

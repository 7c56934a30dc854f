"""Work in the background: opening, progress, stopping, faults of the knowledge, closing while busy."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from desktop.opening import Opener, opener_of
from desktop.window import MainWindow
from engine.application import Application
from engine.cancellation import Progress
from engine.checking import Checker, CheckOptions
from engine.prescriptions.patient import Patient
from engine.report import Report
from tests.desktop.looking import SAMPLE, enter, findings, lines, settle, summary

MakeWindow = Callable[[Opener], MainWindow]


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Holds slow work back until it is set; set at the end in any case."""
    event = threading.Event()
    yield event
    event.set()


def hold_checks(monkeypatch: pytest.MonkeyPatch, gate: threading.Event, *, deaf: bool) -> None:
    """Let every check take until the gate opens. A deaf one does not look whether it is cancelled."""
    own = Checker.check_in_steps

    def slow(
        self: Checker, text: str, patient: Patient | None, options: CheckOptions | None
    ) -> Generator[Progress, None, Report]:
        while not gate.wait(20 if deaf else 0.01):
            yield Progress(1, 3)
        return (yield from own(self, text, patient, options))

    monkeypatch.setattr(Checker, "check_in_steps", slow)


def test_text_typed_while_the_knowledge_opens_is_checked_afterwards(
    qtbot: QtBot, make_window: MakeWindow, application: Application, gate: threading.Event
) -> None:
    def late() -> Generator[Progress, None, Application]:
        while not gate.wait(0.01):
            yield Progress(0, 0)
        return application

    window = make_window(late)
    assert window.isVisible()
    qtbot.waitUntil(lambda: window.page.is_furnished, timeout=5_000)
    # On a busy machine the page is there before the thread has said that it opens anything.
    qtbot.waitUntil(lambda: "Opening the knowledge" in summary(window), timeout=5_000)
    assert window.page.list.editor.isEnabled()
    window.page.list.editor.setPlainText(SAMPLE)
    qtbot.waitUntil(window.page.findings.status.bar.isVisible, timeout=5_000)
    assert not window.page.findings.status.stop_button.isVisible()
    assert not findings(window)
    gate.set()
    settle(qtbot, window)
    assert findings(window)
    assert not window.page.findings.status.bar.isVisible()


def test_damaged_knowledge_is_one_sentence_in_the_page_and_exit_code_1(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(opener_of(tmp_path))
    settle(qtbot, window)
    assert "manifest" in summary(window)
    assert "Run 'make run'" in summary(window)
    assert window.page.not_checked.heading.text() == "✗ Not checked: the whole list"
    window.page.list.editor.setPlainText(SAMPLE)
    assert not window.model.busy
    assert "manifest" in summary(window)
    assert window.exit_code == 1


def test_a_missing_file_named_at_the_start_is_exit_code_2(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.open_file(tmp_path / "absent.txt", named_at_start=True)
    qtbot.waitUntil(window.page.fault.isVisible, timeout=10_000)
    assert window.exit_code == 2


def test_a_long_check_shows_progress_and_can_be_stopped(
    qtbot: QtBot, window: MainWindow, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_checks(monkeypatch, gate, deaf=False)
    window.page.list.editor.setPlainText(SAMPLE)
    assert not window.page.findings.status.bar.isVisible()
    status = window.page.findings.status
    qtbot.waitUntil(lambda: status.stop_button.isVisible() and status.bar.maximum() == 3, timeout=5_000)
    QTest.mouseClick(status.stop_button, Qt.MouseButton.LeftButton)
    assert not window.model.busy
    settle(qtbot, window)
    assert "stopped" in summary(window)
    assert window.page.not_checked.heading.text() == "✗ Not checked: the whole list"
    assert not window.page.findings.status.bar.isVisible()
    gate.set()
    QTest.keyClick(window, Qt.Key.Key_F5)
    settle(qtbot, window)
    assert findings(window)


def test_the_result_of_an_older_text_is_dropped(
    qtbot: QtBot, window: MainWindow, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_checks(monkeypatch, gate, deaf=True)
    window.page.list.editor.setPlainText(SAMPLE)
    qtbot.wait(250)
    window.page.list.editor.setPlainText("paracetamol 500 mg\namoxicillin 500 mg")
    qtbot.wait(250)
    gate.set()
    settle(qtbot, window)
    assert not [text for text in lines(window) if "simvastatin" in text]
    assert "paracetamol" in " ".join(lines(window))


def test_a_bug_says_that_the_list_is_not_checked(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(qtbot, window, SAMPLE)

    def broken(self: Checker, *given: object) -> Generator[Progress, None, Report]:
        yield Progress(0, 0)
        raise ZeroDivisionError

    monkeypatch.setattr(Checker, "check_in_steps", broken)
    with capture_exceptions() as raised:
        enter(qtbot, window, "warfarin")
    assert [error for error, *_rest in raised] == [ZeroDivisionError]
    assert "an error of its own" in summary(window)
    assert window.page.not_checked.heading.text() == "✗ Not checked: the whole list"
    assert not findings(window)


def test_closing_while_busy_ends_cleanly(qtbot: QtBot, window: MainWindow) -> None:
    window.page.list.editor.setPlainText("\n".join(["warfarin 5 mg", "aspirin 75 mg", "amiodarone 200 mg"] * 60))
    qtbot.wait(170)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert not window.model.busy


def test_work_that_stops_in_time_closes_without_a_question(
    qtbot: QtBot, window: MainWindow, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(QMessageBox, "question", lambda *_given: asked.append(True))
    hold_checks(monkeypatch, gate, deaf=True)
    window.page.list.editor.setPlainText(SAMPLE)
    qtbot.wait(250)
    started = time.monotonic()
    window.close()
    # The window waits without standing still.
    assert time.monotonic() - started < 1
    assert window.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert not asked


@pytest.mark.parametrize("leave", [True, False])
def test_work_that_does_not_stop_is_asked_about_after_three_seconds(
    qtbot: QtBot, window: MainWindow, gate: threading.Event, monkeypatch: pytest.MonkeyPatch, leave: bool
) -> None:
    asked: list[float] = []
    answer = QMessageBox.StandardButton.Yes if leave else QMessageBox.StandardButton.No

    def question(*_given: object) -> QMessageBox.StandardButton:
        asked.append(time.monotonic())
        return answer

    monkeypatch.setattr(QMessageBox, "question", question)
    hold_checks(monkeypatch, gate, deaf=True)
    window.page.list.editor.setPlainText(SAMPLE)
    qtbot.wait(250)
    started = time.monotonic()
    window.close()
    qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
    assert 2.9 <= asked[0] - started < 6
    assert window.isVisible() is not leave
    if not leave:
        assert "stopped" in summary(window)
    gate.set()

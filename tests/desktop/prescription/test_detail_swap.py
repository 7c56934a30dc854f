"""A swap: what would change is shown first, nothing is done without a yes, and the dose is left to the person."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.prescription.choice import Selection, choice_of
from desktop.prescription.detail.panel import DetailPanel
from desktop.prescription.detail.swap import SwapDialog
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.tasks import TaskRunner
from engine.application import Application
from engine.prescriptions import swapping
from tests.desktop.legibility import clipped, faint, overlapping

LIST = "warfarin 5 mg od\nsimvastatin 40 mg po nocte\nclarithromycin 500 mg bd"


class Bench:
    """A panel with the alternatives of one pair."""

    def __init__(self, qtbot: QtBot, application: Application, text: str) -> None:
        self.qtbot = qtbot
        self.model = PrescriptionViewModel(TaskRunner())
        self.model.application = application
        self.selection = Selection()
        self.panel = DetailPanel(self.model, self.selection)
        self.panel.show()
        self.swaps: list[tuple[int, str]] = []
        self.panel.replace_line.connect(lambda number, line: self.swaps.append((number, line)))
        self.check(text)
        report = self.model.report
        assert report is not None
        pair = next(one for one in report.interactions if set(one.drugs) == {"simvastatin", "clarithromycin"})
        self.selection.choose(choice_of(report, pair))
        qtbot.waitUntil(lambda: bool(self.panel.alternatives.buttons), timeout=20_000)

    def check(self, text: str) -> None:
        self.model.set_text(text)
        self.qtbot.waitUntil(lambda: self.model.phase is Phase.CHECKED and self.panel.fresh, timeout=20_000)

    def press(self, name: str) -> None:
        button = next(one for one in self.panel.alternatives.buttons if f"for {name}:" in one.accessibleName())
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)

    def ask(self, name: str) -> SwapDialog:
        self.press(name)
        dialog = self.panel.swap_dialog
        assert dialog is not None
        return dialog

    def close(self) -> None:
        if self.panel.swap_dialog is not None:
            self.panel.swap_dialog.reject()
        self.panel.close()
        assert self.model.tasks.close()
        self.qtbot.waitUntil(lambda: not self.model.tasks.busy, timeout=10_000)
        self.panel.deleteLater()


def ready(qtbot: QtBot, dialog: SwapDialog) -> str:
    qtbot.waitUntil(dialog.swap_button.isEnabled, timeout=20_000)
    return dialog.preview.toPlainText()


def test_the_preview_says_what_would_change_before_it_is_done(qtbot: QtBot, application: Application) -> None:
    bench = Bench(qtbot, application, LIST)
    dialog = bench.ask("pravastatin")
    assert not dialog.swap_button.isEnabled()
    assert "Checking the list with pravastatin…" in dialog.preview.toPlainText()
    text = ready(qtbot, dialog)
    for wanted in (
        "Line 2 now: simvastatin 40 mg po nocte",
        "Line 2 then: pravastatin oral",
        "The dose of pravastatin is not given. It must be decided",
        "Findings that go (",
        "■ Contraindicated",
        "stay",
        "Checked without a dose",
    ):
        assert wanted in text.replace("\xa0", " "), wanted
    assert bench.swaps == []
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert bench.swaps == [(2, "pravastatin oral")]
    assert bench.panel.swap_dialog is None
    bench.close()


@pytest.mark.parametrize("percent", [100, 200])
def test_the_preview_is_legible(qtbot: QtBot, application: Application, qapp: QApplication, percent: int) -> None:
    before = qapp.font()
    bigger = qapp.font()
    bigger.setPointSizeF(before.pointSizeF() * percent / 100)
    qapp.setFont(bigger)
    try:
        bench = Bench(qtbot, application, LIST)
        dialog = bench.ask("pravastatin")
        ready(qtbot, dialog)
        assert clipped(dialog) == overlapping(dialog) == faint(dialog) == []
        assert dialog.preview.horizontalScrollBar().maximum() == 0
        bench.close()
    finally:
        qapp.setFont(before)


def test_esc_leaves_everything_as_it_is(qtbot: QtBot, application: Application) -> None:
    bench = Bench(qtbot, application, LIST)
    dialog = bench.ask("pravastatin")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert bench.panel.swap_dialog is None
    qtbot.waitUntil(lambda: not bench.model.tasks.busy, timeout=10_000)
    assert bench.swaps == []
    bench.close()


def test_only_the_part_of_a_line_is_replaced(qtbot: QtBot, application: Application) -> None:
    bench = Bench(qtbot, application, "warfarin 5 mg; simvastatin 40 mg nocte; clarithromycin 500 mg")
    dialog = bench.ask("pravastatin")
    ready(qtbot, dialog)
    QTest.mouseClick(dialog.swap_button, Qt.MouseButton.LeftButton)
    assert bench.swaps == [(1, "warfarin 5 mg; pravastatin; clarithromycin 500 mg")]
    bench.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("simvastatin 40 mg and clarithromycin 500 mg", "names more than this one medicine"),
        ("simvastatin 40 mg\ntake one tablet at night\nclarithromycin 500 mg", "over several lines"),
    ],
)
def test_what_cannot_be_replaced_safely_is_refused_in_words(
    qtbot: QtBot, application: Application, text: str, sentence: str
) -> None:
    bench = Bench(qtbot, application, text)
    bench.press("pravastatin")
    assert bench.panel.swap_dialog is None
    assert sentence in bench.panel.alternatives.state.text()
    bench.close()


def test_a_preview_of_a_list_that_has_changed_cannot_be_accepted(qtbot: QtBot, application: Application) -> None:
    bench = Bench(qtbot, application, LIST)
    dialog = bench.ask("pravastatin")
    ready(qtbot, dialog)
    bench.check(f"{LIST}\namiodarone 200 mg")
    assert not dialog.swap_button.isEnabled()
    assert "has changed meanwhile" in dialog.preview.toPlainText()
    bench.close()
    assert bench.swaps == []


def test_a_new_medicine_that_cannot_be_read_is_refused(
    qtbot: QtBot, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(text: str, line_number: int, _new_line: str) -> str:
        lines = text.split("\n")
        lines[line_number - 1] = "xyzolumab"
        return "\n".join(lines)

    monkeypatch.setattr(swapping, "replaced_text", unread)
    bench = Bench(qtbot, application, LIST)
    dialog = bench.ask("pravastatin")
    qtbot.waitUntil(lambda: "cannot be read on its line" in dialog.preview.toPlainText(), timeout=20_000)
    assert not dialog.swap_button.isEnabled()
    bench.close()
    assert bench.swaps == []

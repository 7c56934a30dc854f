"""The export dialog: refusals, a list that changes, keys, names, and nothing left behind."""

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QScrollBar, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from desktop.exporting.dialog import ExportDialog
from desktop.exporting.exporter import Exporter
from desktop.exporting.kinds import KINDS, Content, ExportKind
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.tasks import TaskRunner
from engine.application import Application
from engine.cancellation import Progress
from engine.errors import ResourceError
from engine.prescriptions.patient import Patient
from tests.desktop.exporting.conftest import Desk
from tests.desktop.looking import words_of
from tests.engine.reports.making import RICH, SAMPLE

CSV = ExportKind(Content.TABLE, "csv")


def refused(desk: Desk, tmp_path: Path, sentence: str) -> None:
    """Neither a dialog nor a file: one sentence on the page, by both ways."""
    before = len(desk.faults)
    desk.exporter.export()
    assert desk.exporter.dialog is None
    desk.exporter.write(CSV, tmp_path / "a.csv")
    desk.idle()
    assert desk.faults[before:] == [sentence, sentence]
    assert desk.model.message == sentence
    assert not list(tmp_path.iterdir())


def test_an_empty_list_is_refused(desk: Desk, tmp_path: Path) -> None:
    refused(desk, tmp_path, "There is no list yet, so there is nothing to export.")


def test_a_list_that_is_being_checked_is_refused(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.model.set_text(SAMPLE)
    refused(desk, tmp_path, "The list is still being checked; export it when that is done.")


def test_a_stopped_check_is_refused(desk: Desk, tmp_path: Path) -> None:
    desk.model.set_text(SAMPLE)
    desk.model.stop()
    refused(desk, tmp_path, "The check was stopped, so there is no report of this list to export.")


def test_a_list_that_could_not_be_checked_is_refused(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.model.set_text("\n".join(f"warfarin {number} mg" for number in range(1, 700)))
    qtbot.waitUntil(lambda: desk.model.phase is Phase.FAULT, timeout=30_000)
    refused(desk, tmp_path, "The list could not be checked, so there is no report to export.")


def test_knowledge_that_is_not_open_is_refused(qtbot: QtBot, tmp_path: Path) -> None:
    def fail() -> Generator[Progress, None, Application]:
        yield Progress(0, 0)
        raise ResourceError("The knowledge is damaged.")

    window, tasks = QMainWindow(), TaskRunner()
    qtbot.addWidget(window)
    model = PrescriptionViewModel(tasks)
    exporter = Exporter(window, model)
    exporter.write(CSV, tmp_path / "a.csv")
    assert model.message == "The knowledge is still being opened, so there is no report to export yet."
    model.open(fail)
    qtbot.waitUntil(lambda: model.phase is Phase.UNUSABLE, timeout=10_000)
    exporter.export()
    assert model.message == "The knowledge could not be opened, so there is no report to export."
    assert not list(tmp_path.iterdir())


def test_a_list_that_changed_behind_the_dialog_is_not_exported(desk: Desk, tmp_path: Path) -> None:
    desk.check(SAMPLE)
    dialog = desk.open()
    desk.check(SAMPLE + "aspirin")
    desk.exporter.write(CSV, tmp_path / "a.csv")
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.print, Qt.MouseButton.LeftButton)
    desk.idle()
    assert dialog.status.text() == "The list has changed since this was opened; close it and open it again."
    assert not list(tmp_path.iterdir())
    dialog.reject()
    desk.open()
    desk.exporter.write(CSV, tmp_path / "a.csv")
    desk.idle()
    assert "aspirin" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_a_list_that_changes_while_it_is_prepared_is_not_written(desk: Desk, tmp_path: Path) -> None:
    desk.check(SAMPLE)
    desk.exporter.write(CSV, tmp_path / "a.csv")
    desk.model.set_text(SAMPLE + "aspirin")
    desk.idle()
    assert not list(tmp_path.iterdir())
    assert desk.faults == ["The list is still being checked; export it when that is done."] or desk.faults == [
        "The list has changed meanwhile, so nothing was exported; export it again."
    ]


def test_a_list_that_changes_while_it_is_written_is_written_as_it_was(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.check(SAMPLE)
    desk.open()
    desk.exporter.write(ExportKind(Content.DATA, "json"), tmp_path / "a.json")
    desk.model.set_text("aspirin")
    desk.idle()
    said = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "Simvastatin 40 mg nocte" in said
    assert "aspirin" not in said


def test_escape_closes_and_leaves_nothing(qtbot: QtBot, desk: Desk) -> None:
    desk.check(RICH)
    desk.exporter.export()
    dialog = desk.exporter.dialog
    assert dialog is not None
    assert not dialog.save.isEnabled()
    assert dialog.status.text() == "Checking again, with alternatives…"
    assert dialog.bar.isVisible()
    QTest.keyClicks(dialog.title, "typed while it works")
    with qtbot.waitSignal(dialog.destroyed):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert desk.exporter.dialog is None
    desk.idle()
    assert not desk.window.findChildren(ExportDialog)
    assert not desk.faults
    assert desk.model.phase is Phase.CHECKED


def test_closing_while_a_file_is_written_finishes_the_file(desk: Desk, tmp_path: Path) -> None:
    desk.check(RICH)
    dialog = desk.open()
    desk.exporter.write(ExportKind(Content.FULL, "pdf"), tmp_path / "a.pdf")
    dialog.reject()
    desk.idle()
    assert (tmp_path / "a.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    assert desk.written == [tmp_path / "a.pdf"]


def test_a_second_request_keeps_the_one_dialog(desk: Desk) -> None:
    desk.check(SAMPLE)
    dialog = desk.open()
    desk.exporter.export()
    assert desk.exporter.dialog is dialog
    assert len(desk.window.findChildren(ExportDialog)) == 1


def order_of_tab(dialog: ExportDialog, steps: int) -> list[QWidget]:
    """Where Tab leads, from the field that has the focus."""
    found = []
    for _step in range(steps):
        at = QApplication.focusWidget()
        assert at is not None
        found.append(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)
    return found


def test_everything_is_reached_by_tab_in_the_order_of_reading(qtbot: QtBot, desk: Desk) -> None:
    desk.check(SAMPLE)
    dialog = desk.open()
    dialog.choose(ExportKind(Content.SHEET, "pdf"))
    desk.idle()
    dialog.activateWindow()
    dialog.content.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.content, timeout=5000)
    found = order_of_tab(dialog, 10)
    expected = [dialog.content, dialog.format, dialog.title, dialog.remark, dialog.points, dialog.preview]
    assert found[:6] == expected
    names = [button.text().replace("&", "") for button in found[6:] if isinstance(button, QPushButton)]
    assert names == ["Save…", "Print…", "Copy the summary", "Close"]
    assert QApplication.focusWidget() is dialog.content


def test_points_are_ticked_by_the_space_key(qtbot: QtBot, desk: Desk) -> None:
    desk.check(SAMPLE)
    dialog = desk.open()
    dialog.choose(ExportKind(Content.SHEET, "html"))
    desk.idle()
    assert "simvastatin and clarithromycin" in dialog.preview.toPlainText()
    dialog.points.setFocus()
    dialog.points.setCurrentRow(0)
    QTest.keyClick(dialog.points, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "simvastatin and clarithromycin" not in dialog.preview.toPlainText(), timeout=10_000)
    desk.idle()
    assert "Coumadin (warfarin) and ibuprofen" in dialog.preview.toPlainText()


def test_every_field_has_a_name(desk: Desk) -> None:
    desk.check(SAMPLE)
    dialog = desk.open()
    dialog.choose(ExportKind(Content.SHEET, "pdf"))
    desk.idle()
    nameless = []
    for widget in dialog.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QScrollBar | QTabBar):
            spoken = QAccessible.queryAccessibleInterface(widget)
            if widget.isVisible() and not spoken.text(QAccessible.Text.Name):
                nameless.append(widget)
    assert nameless == []
    assert dialog.bar.accessibleName()


def test_what_is_offered_follows_the_content(desk: Desk) -> None:
    desk.check(SAMPLE)
    dialog = desk.open()
    for kind in KINDS:
        dialog.choose(kind)
        desk.idle()
        assert dialog.kind == kind
        assert dialog.points.isVisible() is (kind.content is Content.SHEET)
        assert dialog.print.isEnabled() is (kind.content not in {Content.TABLE, Content.DATA})
        assert dialog.preview.toPlainText().strip()
    said = words_of(dialog)
    for label in ("What", "Format", "Title (optional)", "Remark (optional)", "Save…", "Print…", "Copy the summary"):
        assert label in said.replace("&", "")


@pytest.mark.parametrize("percent", [100, 200])
def test_no_label_or_button_is_cut_off(desk: Desk, percent: int) -> None:
    font = QApplication.font()
    larger = QApplication.font()
    larger.setPointSizeF(font.pointSizeF() * percent / 100)
    QApplication.setFont(larger)
    try:
        desk.check(SAMPLE)
        dialog = desk.open()
        dialog.choose(ExportKind(Content.SHEET, "pdf"))
        desk.idle()
        for widget in (dialog.content, dialog.format, dialog.title, dialog.save, dialog.print, dialog.copy, dialog.points_label):
            assert widget.height() >= widget.fontMetrics().height(), widget
            assert widget.width() >= widget.minimumSizeHint().width(), widget
        assert dialog.points_remark.height() >= dialog.points_remark.heightForWidth(dialog.points_remark.width())
    finally:
        QApplication.setFont(font)


def test_what_is_contraindicated_for_the_patient_is_offered_on_top(qtbot: QtBot, desk: Desk) -> None:
    desk.model.set_patient(Patient(age_years=81.0, egfr_ml_min=20.0))
    desk.check(f"{SAMPLE}metformin 500 mg")
    dialog = desk.open()
    dialog.choose(ExportKind(Content.SHEET, "html"))
    desk.idle()
    assert dialog.points.item(1).text() == "■ Contraindicated for this patient: You and metformin"
    assert dialog.points.item(1).checkState() is Qt.CheckState.Checked

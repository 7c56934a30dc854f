"""One visit in the real window, from beginning to end: type, correct, read, open a fact, the patient, a swap, an export, anew."""

import json
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.exporting.kinds import KINDS
from desktop.files import opening
from desktop.files.saving import Answer
from desktop.prescription.detail.block import TextBlock
from desktop.prescription.patient.entries import FigureEntry
from desktop.prescription.patient.panel import PatientPanel
from desktop.window import MainWindow
from tests.desktop.looking import choose, detail, findings, groups, lines, settle, summary

pytestmark = pytest.mark.filterwarnings("default:.*grabbing the keyboard")


def patient_panel(window: MainWindow) -> PatientPanel:
    found = window.findChild(PatientPanel)
    assert isinstance(found, PatientPanel)
    return found


def type_list(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Type as a person does, closing the offered names."""
    editor = window.page.list.editor
    editor.setFocus()
    for number, line in enumerate(text.split("\n")):
        if number:
            QTest.keyClick(editor, Qt.Key.Key_Return)
        QTest.keyClicks(editor, line)
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    settle(qtbot, window)


def open_first_fact(window: MainWindow) -> TextBlock:
    block = window.page.detail.views[0].reasons
    block.setFocus()
    for _ in range(40):
        if block.textCursor().selectedText().replace("\u00a0", " ").strip().startswith("▸ F"):
            break
        QTest.keyClick(block, Qt.Key.Key_Tab)
    QTest.keyClick(block, Qt.Key.Key_Return)
    return block


def test_a_visit_from_typing_to_the_export(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    page = window.page
    type_list(qtbot, window, "simvastatin 40 mg po\nclarithromycn 500 mg bd po\nmetformin 1 g bd po")
    # The misspelt name waits: nothing is said of it, and the page says so.
    assert "clarithromycin?" in lines(window)[0]
    assert page.not_checked.heading.text() == "✗ Not checked: 1 line, 2 pairs"
    assert not [row for row in findings(window) if "clarithromycin" in row]

    # Corrected with one key, and undone and redone like any edit.
    for key in (Qt.Key.Key_Up, Qt.Key.Key_F2):
        QTest.keyClick(page.list.editor, key)
    settle(qtbot, window)
    assert page.list.text() == "simvastatin 40 mg po\nclarithromycin 500 mg bd po\nmetformin 1 g bd po"
    page.list.editor.undo()
    assert "clarithromycn" in page.list.text()
    page.list.editor.redo()
    settle(qtbot, window)
    assert summary(window).startswith("1 contraindicated")
    assert page.not_checked.heading.text() == "✓ Not checked: nothing; every line was recognised"

    # The worst finding with its reasoning; a fact opens in place and names source, locator and basis.
    choose(qtbot, window, "clarithromycin raises simvastatin")
    assert "Do not combine" in detail(window)
    block = open_first_fact(window)
    opened = block.toPlainText()
    for wanted in ("Source: ", "Place: ", "Basis: "):
        assert wanted in opened

    # A datum of the patient: asked for, entered, and what it changes is shown beside it and among the findings.
    page.go_to(page.left, 1)
    settle(qtbot, window)
    patient = patient_panel(window)
    assert "eGFR" in "".join(groups(window)) + "".join(findings(window))
    entry = patient.entries["egfr_ml_min"]
    assert isinstance(entry, FigureEntry)
    QTest.keyClicks(entry.edit, "20")
    qtbot.waitUntil(lambda: window.model.patient is not None, timeout=5_000)
    settle(qtbot, window)
    assert window.model.patient is not None
    assert window.model.patient.egfr_ml_min == 20.0
    assert any(heading.startswith("This patient") for heading in groups(window))
    assert "Metformin is contraindicated" in entry.note.text()

    # A swap shows what would change before it is done, and is one step to undo.
    choose(qtbot, window, "clarithromycin raises simvastatin")
    qtbot.waitUntil(lambda: any(one.isEnabled() for one in page.detail.alternatives.buttons), timeout=20_000)
    button = next(one for one in page.detail.alternatives.buttons if "for pravastatin:" in one.accessibleName())
    button.click()
    dialog = page.detail.swap_dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.swap_button.isEnabled, timeout=20_000)
    assert "simvastatin 40 mg po" in page.list.text()
    assert "dose" in dialog.preview.toPlainText()
    QTest.mouseClick(dialog.swap_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert page.list.text().startswith("pravastatin oral\n")
    assert not [row for row in findings(window) if "raises simvastatin" in row]
    page.list.editor.undo()
    settle(qtbot, window)
    assert page.list.text().startswith("simvastatin 40 mg po\n")

    # The record for the file, and the data, as files.
    for suffix in ("pdf", "json"):
        window.exporter.write(next(kind for kind in KINDS if kind.suffix == suffix), tmp_path / f"record.{suffix}")
        qtbot.waitUntil(lambda: not window.exporter.busy, timeout=60_000)
    words = " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "record.pdf").pages).split())
    for wanted in ("simvastatin", "clarithromycin", "NOT CHECKED", "eGFR", "Not reviewed by a clinician"):
        assert wanted in words
    assert json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    assert not window.page.fault.isVisible()


def test_another_person_takes_nothing_from_the_one_before(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.page
    page.list.set_text("warfarrin 5 mg\nmetformin 1 g bd po")
    settle(qtbot, window)
    page.list.confirm_button.click()
    page.go_to(page.left, 1)
    settle(qtbot, window)
    patient = patient_panel(window)
    entry = patient.entries["age_years"]
    assert isinstance(entry, FigureEntry)
    QTest.keyClicks(entry.edit, "74")
    qtbot.waitUntil(lambda: window.model.patient is not None, timeout=5_000)
    weight = patient.entries["weight_kg"]
    assert isinstance(weight, FigureEntry)
    # Out of range, so it does not count; and still being typed.
    QTest.keyClicks(weight.edit, "9999")
    asked: list[Answer] = []

    def answer(_window: object) -> Answer:
        asked.append(Answer.CANCEL if not asked else Answer.DISCARD)
        return asked[-1]

    monkeypatch.setattr(opening, "ask_about_changes", answer)
    assert not window.files.start_anew()
    assert "warfarrin" in page.list.text()
    assert window.files.start_anew()
    settle(qtbot, window)
    assert page.list.text() == ""
    assert window.model.patient is None
    assert window.model.confirmed_names == frozenset()
    assert [entry.edit.text(), weight.edit.text()] == ["", ""]
    assert not findings(window)
    qtbot.wait(600)
    assert window.model.patient is None


def test_a_list_is_saved_and_opened_with_everything_that_belongs_to_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.page
    page.list.set_text("warfarrin 5 mg po\naspirin 75 mg po")
    settle(qtbot, window)
    page.list.confirm_button.click()
    settle(qtbot, window)
    before = findings(window)
    assert before
    target = tmp_path / "list é.coprescribe.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(target), ""))
    assert window.isWindowModified()
    window.files.save()
    qtbot.waitUntil(target.exists, timeout=10_000)
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=5_000)
    assert window.files.start_anew()
    settle(qtbot, window)
    window.open_file(target)
    qtbot.waitUntil(lambda: "warfarrin" in page.list.text(), timeout=10_000)
    settle(qtbot, window)
    assert findings(window) == before
    assert not window.isWindowModified()


def test_names_and_letters_follow_the_settings_at_once(qtbot: QtBot, window: MainWindow) -> None:
    page = window.page
    page.list.set_text("paracetamol 1 g qds po\nwarfarin 5 mg po")
    settle(qtbot, window)
    assert any("paracetamol" in row for row in findings(window))
    window.keeper.update(names="usan")
    settle(qtbot, window)
    assert any("acetaminophen" in row for row in findings(window))
    assert not any("paracetamol" in row for row in findings(window))
    assert page.list.text().startswith("paracetamol")
    QTest.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert window.keeper.settings.font_percent == 110

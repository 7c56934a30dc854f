"""Opening and saving through the window: nothing typed is lost, nothing of a file is dropped in silence."""

import json
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.files import opening
from desktop.files.saving import Answer, ask_about_changes
from engine.application import Application
from engine.knowledge.resolve import normal_form
from engine.prescriptions.patient import Patient
from tests.desktop.files.conftest import Desk

BUNDLE = Path(__file__).resolve().parents[2] / "data" / "fhir_r4_bundle.json"


def answering(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> list[int]:
    """Answer the question about changes; the list grows by one each time it is asked."""
    asked: list[int] = []

    def ask(_window: object) -> Answer:
        asked.append(1)
        return answer

    monkeypatch.setattr(opening, "ask_about_changes", ask)
    return asked


def saving_to(monkeypatch: pytest.MonkeyPatch, path: Path, pattern: str = "") -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), pattern))


def idle(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=10_000)


def test_a_text_opens_and_is_not_dirty(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"Aspirin 75 mg\r\nWarfarin 5 mg\r\n")
    desk.files.open(tmp_path / "a.txt")
    idle(qtbot, desk)
    assert desk.editor.toPlainText() == "Aspirin 75 mg\nWarfarin 5 mg\n"
    assert desk.files.path == tmp_path / "a.txt"
    assert not desk.files.dirty
    desk.editor.appendPlainText("Digoxin")
    assert desk.files.dirty


def test_a_file_that_cannot_be_used_leaves_the_list(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"resourceType": "Bundle", "entry": [')
    failures: list[int] = []
    desk.files.open(tmp_path / "a.json", lambda: failures.append(1))
    idle(qtbot, desk)
    assert desk.faults == ["The file looks like JSON and is damaged or cut short."]
    assert failures == [1]
    assert desk.files.path is None


def test_one_of_several_lists_is_chosen_by_keyboard(qtbot: QtBot, desk: Desk) -> None:
    desk.model.start_list(Patient(age_years=5.0), frozenset({"of another person"}))
    desk.files.open(BUNDLE)
    qtbot.waitUntil(lambda: desk.files.chooser is not None, timeout=10_000)
    chooser = desk.files.chooser
    assert chooser is not None
    assert chooser.titles() == ["Änne Beispiel, born 1950-03-01 · 5 lines", "Max Muster, born 1980 · 1 line"]
    assert desk.editor.toPlainText() == ""
    QTest.keyClick(chooser.filter, Qt.Key.Key_Down)
    assert chooser.list.currentIndex().row() == 1
    QTest.keyClicks(chooser.filter, "beisp")
    assert chooser.count.text() == "1 of 2 lists are shown."
    QTest.keyClick(chooser.filter, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.files.chooser is None)
    assert desk.editor.toPlainText().startswith("Simvastatin 40 mg 1 tablet")
    assert desk.model.patient is not None
    assert desk.model.patient.sex == "female"
    assert desk.model.confirmed_names == frozenset()
    assert any("Warfarin" in remark for remark in desk.remarks[-1])
    assert not desk.files.dirty


def test_a_choice_that_is_given_up_changes_nothing(qtbot: QtBot, desk: Desk) -> None:
    desk.files.open(BUNDLE)
    qtbot.waitUntil(lambda: desk.files.chooser is not None, timeout=10_000)
    chooser = desk.files.chooser
    assert chooser is not None
    QTest.keyClicks(chooser.filter, "no such title")
    assert chooser.titles() == []
    chooser.accept()
    assert chooser.isVisible()
    QTest.keyClick(chooser, Qt.Key.Key_Escape)
    assert (desk.editor.toPlainText(), desk.files.path, desk.files.chooser) == ("", None, None)


def test_129_admissions_are_shown_at_once(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    rows = "".join(f"{n},Aspirin,81,mg,PO\n" for n in range(129))
    (tmp_path / "orders.csv").write_text("hadm_id,drug,dose_val_rx,dose_unit_rx,route\n" + rows, encoding="utf-8")
    desk.files.open(tmp_path / "orders.csv")
    qtbot.waitUntil(lambda: desk.files.chooser is not None, timeout=10_000)
    chooser = desk.files.chooser
    assert chooser is not None
    begun = time.perf_counter()
    chooser.filter.setText("128")
    assert chooser.titles() == ["Admission 128 · 1 line"]
    assert time.perf_counter() - begun < 0.1
    chooser.reject()


def test_save_and_open_again(qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Frau B"
    saving_to(monkeypatch, path)
    desk.editor.setPlainText("Coumadin 5 mg\nAspirin")
    desk.model.set_patient(Patient(age_years=70.0))
    desk.model.confirm("Coumadin")
    desk.files.save()
    idle(qtbot, desk)
    saved = tmp_path / "Frau B.coprescribe.json"
    assert desk.files.path == saved
    assert not desk.files.dirty
    desk.editor.appendPlainText("Digoxin")
    desk.files.save()
    idle(qtbot, desk)
    assert json.loads(saved.read_text(encoding="utf-8"))["text"] == "Coumadin 5 mg\nAspirin\nDigoxin"
    assert desk.files.start_anew()
    assert (desk.editor.toPlainText(), desk.model.patient) == ("", None)
    desk.files.open(saved)
    idle(qtbot, desk)
    assert desk.editor.toPlainText() == "Coumadin 5 mg\nAspirin\nDigoxin"
    assert desk.model.patient == Patient(age_years=70.0)
    assert desk.model.confirmed_names == frozenset({normal_form("Coumadin")})
    assert not desk.files.dirty


def test_a_table_is_never_overwritten(qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "a.csv"
    table.write_bytes(b"drug,dose\nAspirin,75 mg\n")
    desk.files.open(table)
    idle(qtbot, desk)
    saving_to(monkeypatch, tmp_path / "a.coprescribe.json")
    desk.files.save()
    idle(qtbot, desk)
    assert table.read_bytes() == b"drug,dose\nAspirin,75 mg\n"
    assert (tmp_path / "a.coprescribe.json").exists()


def test_text_says_what_it_lacks(qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saving_to(monkeypatch, tmp_path / "a", "Text (*.txt)")
    desk.editor.setPlainText("Aspirin")
    desk.model.set_patient(Patient(age_years=70.0))
    desk.files.save_as()
    idle(qtbot, desk)
    assert (tmp_path / "a.txt").read_bytes() == b"Aspirin\n"
    assert "patient's data" in desk.remarks[-1][0]
    assert desk.files.dirty


def test_a_folder_that_is_gone(qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saving_to(monkeypatch, tmp_path / "gone" / "a.coprescribe.json")
    desk.editor.setPlainText("Aspirin")
    desk.files.save()
    idle(qtbot, desk)
    assert desk.faults == ["The folder does not exist; nothing was changed."]
    assert desk.files.dirty
    answering(monkeypatch, Answer.SAVE)
    assert not desk.files.confirm_discard()


def test_changes_are_asked_about(qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("Warfarin", encoding="utf-8")
    asked = answering(monkeypatch, Answer.CANCEL)
    assert desk.files.confirm_discard()
    assert asked == []
    desk.editor.setPlainText("Aspirin")
    desk.files.open(tmp_path / "a.txt")
    idle(qtbot, desk)
    assert (desk.editor.toPlainText(), asked) == ("Aspirin", [1])
    answering(monkeypatch, Answer.DISCARD)
    desk.files.open(tmp_path / "a.txt")
    idle(qtbot, desk)
    assert desk.editor.toPlainText() == "Warfarin"
    desk.editor.setPlainText("Digoxin")
    answering(monkeypatch, Answer.SAVE)
    saving_to(monkeypatch, tmp_path / "b.coprescribe.json")
    assert desk.files.confirm_discard()
    assert "Digoxin" in (tmp_path / "b.coprescribe.json").read_text(encoding="utf-8")


def test_what_is_typed_while_a_file_is_read_is_asked_about(
    qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("Warfarin", encoding="utf-8")
    asked = answering(monkeypatch, Answer.CANCEL)
    desk.files.open(tmp_path / "a.txt")
    desk.editor.setPlainText("Aspirin")
    idle(qtbot, desk)
    assert (desk.editor.toPlainText(), asked) == ("Aspirin", [1])


@pytest.mark.parametrize(
    ("button", "goes"),
    [(QMessageBox.StandardButton.Discard, True), (QMessageBox.StandardButton.Cancel, False)],
)
def test_the_question_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch, button: QMessageBox.StandardButton, goes: bool) -> None:
    # Elsewhere it is answered by a stand-in.
    monkeypatch.setattr(opening, "ask_about_changes", ask_about_changes)
    desk.editor.setPlainText("Aspirin")
    shown: list[str] = []

    def answer() -> None:
        # The timer may fire before the question is up.
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            timer.stop()
            shown.append(box.text())
            box.button(button).click()

    timer = QTimer(desk.window)
    timer.timeout.connect(answer)
    timer.start(10)
    assert desk.files.confirm_discard() is goes
    assert shown == ["The list was changed and is not saved. Save it?"]


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_a_file_is_dropped(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Warfarin", encoding="utf-8")
    assert desk.files.accepts(mime_of(path))
    assert not desk.files.accepts(QMimeData())
    desk.files.drop(mime_of(path, path))
    assert desk.faults == ["Drop one file at a time."]
    desk.files.drop(mime_of(path))
    idle(qtbot, desk)
    assert desk.editor.toPlainText() == "Warfarin"


def test_the_newer_of_two_files_stands(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(name, encoding="utf-8")
    desk.files.open(tmp_path / "a.txt")
    desk.files.open(tmp_path / "b.txt")
    idle(qtbot, desk)
    assert desk.editor.toPlainText() == "b"
    assert [path.name for path in [desk.files.path] if path is not None] == ["b.txt"]


def test_codes_of_a_bundle_get_names_of_the_open_knowledge(
    qtbot: QtBot, desk: Desk, tmp_path: Path, application: Application
) -> None:
    coding = [{"system": "http://www.whocc.no/atc", "code": "C10AA01"}]
    bundle = {"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"coding": coding}}
    path = tmp_path / "a.json"
    path.write_text(json.dumps({**bundle, "subject": {"display": "A"}}), encoding="utf-8")
    desk.files.open(path)
    idle(qtbot, desk)
    assert desk.editor.toPlainText() == "atc:C10AA01"
    assert desk.remarks[-1] == ("Given only by a code, which was not looked up: atc:C10AA01.",)
    desk.model.application = application
    desk.files.open(path)
    idle(qtbot, desk)
    assert desk.editor.toPlainText() == "simvastatin"
    assert "our own table of substances" in desk.remarks[-1][0]

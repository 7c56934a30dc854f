""" "Save" as the answer to the question about changes: a list goes only once all of it is in a file."""

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.files import opening, working
from desktop.files.saving import Answer
from desktop.files.working import ListState
from engine.errors import InputError
from engine.prescriptions.patient import Patient
from tests.desktop.files.conftest import Desk


@pytest.fixture
def saving_as(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The question is answered with "Save", and the last of these names is the file that is chosen."""
    chosen: list[str] = []
    monkeypatch.setattr(opening, "ask_about_changes", lambda _window: Answer.SAVE)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (chosen[-1] if chosen else "", ""))
    return chosen


def idle(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=10_000)


def test_a_save_that_fails_keeps_the_list(desk: Desk, saving_as: list[str], tmp_path: Path) -> None:
    saving_as.append(str(tmp_path / "gone" / "a.coprescribe.json"))
    desk.editor.setPlainText("Aspirin")
    assert not desk.files.start_anew()
    assert (desk.editor.toPlainText(), desk.files.dirty) == ("Aspirin", True)
    assert desk.faults == ["The folder does not exist; nothing was changed."]


def test_no_file_chosen_keeps_the_list(desk: Desk, saving_as: list[str]) -> None:
    desk.editor.setPlainText("Aspirin")
    assert not desk.files.confirm_discard()
    assert (desk.editor.toPlainText(), saving_as) == ("Aspirin", [])


def test_a_bug_in_saving_keeps_the_list_and_is_told(
    qtbot: QtBot, desk: Desk, saving_as: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_path: Path, _state: ListState) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(opening, "write", broken)
    saving_as.append(str(tmp_path / "a.coprescribe.json"))
    desk.editor.setPlainText("Aspirin")
    with qtbot.capture_exceptions() as raised:
        assert not desk.files.start_anew()
        assert (desk.editor.toPlainText(), len(desk.faults)) == ("Aspirin", 1)
        qtbot.waitUntil(lambda: bool(raised), timeout=5_000)
    assert [kind for kind, _error, _trace in raised] == [RuntimeError]


def test_a_text_without_the_patient_does_not_let_the_patient_go(desk: Desk, saving_as: list[str], tmp_path: Path) -> None:
    saving_as.append(str(tmp_path / "a.txt"))
    desk.editor.setPlainText("Aspirin")
    desk.model.set_patient(Patient(age_years=70.0))
    assert not desk.files.start_anew()
    assert desk.model.patient == Patient(age_years=70.0)
    assert "patient's data" in desk.remarks[-1][0]
    # The text itself is in the file, and of a list that is nothing but text that is all.
    assert (tmp_path / "a.txt").read_bytes() == b"Aspirin\n"
    desk.model.set_patient(None)
    assert desk.files.start_anew()
    assert desk.editor.toPlainText() == ""


def test_an_older_save_never_ends_up_over_a_newer_one(
    qtbot: QtBot, desk: Desk, saving_as: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.coprescribe.json"
    saving_as.append(str(path))
    may_go_on = threading.Event()
    plain = working.write

    def slow(where: Path, state: ListState) -> None:
        if state.text == "Aspirin":
            assert may_go_on.wait(10)
        plain(where, state)

    monkeypatch.setattr(working, "write", slow)
    desk.editor.setPlainText("Aspirin")
    desk.files.save()
    desk.editor.setPlainText("Warfarin")
    assert not desk.files.confirm_discard()
    assert desk.faults == ["The list is still being saved: wait a moment, then try again."]
    desk.files.save_as()
    desk.editor.setPlainText("Digoxin")
    may_go_on.set()
    idle(qtbot, desk)
    # What waits is saved as it is when its turn comes.
    assert json.loads(path.read_text(encoding="utf-8"))["text"] == "Digoxin"
    assert not desk.files.dirty


def test_what_waits_to_be_saved_is_never_another_persons_list(
    qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.coprescribe.json"
    may_go_on = threading.Event()
    plain = working.write

    def slow(where: Path, state: ListState) -> None:
        assert may_go_on.wait(10)
        plain(where, state)

    monkeypatch.setattr(working, "write", slow)
    monkeypatch.setattr(opening, "ask_about_changes", lambda _window: Answer.DISCARD)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
    desk.editor.setPlainText("Aspirin")
    desk.files.save()
    desk.files.save_as()
    assert desk.files.start_anew()
    desk.editor.setPlainText("Warfarin")
    may_go_on.set()
    idle(qtbot, desk)
    assert json.loads(path.read_text(encoding="utf-8"))["text"] == "Aspirin"
    assert (desk.files.path, desk.files.dirty) == (None, True)


def test_a_full_disk_keeps_the_list(desk: Desk, saving_as: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _state: ListState) -> None:
        raise InputError("There is no room left on the disk; nothing was changed.")

    monkeypatch.setattr(opening, "write", full)
    saving_as.append(str(tmp_path / "a.coprescribe.json"))
    desk.editor.setPlainText("Aspirin")
    assert not desk.files.confirm_discard()
    assert desk.faults == ["There is no room left on the disk; nothing was changed."]
    assert desk.files.dirty

"""Each kind of export written through the real dialog and read back; and what happens where it cannot be written."""

import csv
import errno
import io
import json
import os
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.exporting.kinds import KINDS, Content, ExportKind
from engine.prescriptions.patient import Patient
from tests.desktop.exporting.conftest import Desk
from tests.engine.reports.making import SAMPLE

TEXT = SAMPLE + "xyzolumab 5 mg"
NOTICE = "Decision support and teaching for professionals"


def name_of(kind: ExportKind) -> str:
    return f"{kind.content.name}-{kind.suffix}".lower()


def save_dialog(desk: Desk, qtbot: QtBot) -> QFileDialog:
    """The dialog for the place, once it is shown."""
    assert desk.exporter.dialog is not None
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(QFileDialog)), timeout=5000)
    (files,) = desk.window.findChildren(QFileDialog)
    return files


def save(desk: Desk, qtbot: QtBot, kind: ExportKind, path: Path) -> None:
    """Choose a kind in the dialog, press Save, give the name, wait."""
    dialog = desk.open()
    dialog.choose(kind)
    desk.idle()
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    files = save_dialog(desk, qtbot)
    files.selectFile(str(path))
    files.accept()
    desk.idle()


def read(path: Path) -> str:
    """The text of a file that was written, without line breaks; a PDF is read as PDF."""
    if path.suffix == ".pdf":
        text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    else:
        text = path.read_text(encoding="utf-8-sig")
    # A PDF has ligatures.
    return unicodedata.normalize("NFKC", " ".join(text.split()))


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
def test_each_kind_is_written_and_read_back(qtbot: QtBot, desk: Desk, tmp_path: Path, kind: ExportKind) -> None:
    desk.check(TEXT)
    path = tmp_path / f"Österreich, Zimmer 3.{kind.suffix}"
    save(desk, qtbot, kind, path)
    assert desk.written == [path]
    assert desk.exporter.dialog is not None
    assert desk.exporter.dialog.status.text() == f"Saved as {path.name}."
    said = read(path)
    assert desk.model.report is not None
    made = desk.model.report.provenance
    assert "Taken as needed: the daily amount is the most that the line allows" in said
    for part in ("xyzolumab 5 mg", "not recognised", "simvastatin", NOTICE, made.application, made.knowledge):
        assert part in said, part
    # A long word is broken at the end of a line of the PDF.
    assert made.knowledge_digest in said.replace(" ", "")
    assert sorted(one.name for one in tmp_path.iterdir()) == [path.name]


def test_the_eight_kinds_are_five_contents_in_their_formats() -> None:
    assert len(KINDS) == len(set(KINDS)) == 8
    assert {kind.content for kind in KINDS} == set(Content)


def test_the_short_record_of_the_sample_is_one_page(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.check(SAMPLE)
    assert desk.model.report is not None
    assert len(desk.model.report.drugs) == 5
    path = tmp_path / "short.pdf"
    save(desk, qtbot, ExportKind(Content.SHORT, "pdf"), path)
    reader = PdfReader(path)
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().split())
    assert "Page 1 of 1" in text
    for drug in desk.model.report.drugs:
        assert drug.name in text
    assert len(desk.model.report.interactions) == text.count("Moderate") + text.count("Major") + text.count("Contraindicated")
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


def test_title_remark_units_and_points_reach_the_file(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.units(us=True)
    desk.model.set_patient(Patient(weight_kg=50.0, creatinine_umol_l=150.0))
    desk.check(SAMPLE)
    dialog = desk.open()
    QTest.keyClicks(dialog.title, "Ward 3")
    QTest.keyClicks(dialog.remark, "seen at noon")
    dialog.choose(ExportKind(Content.TABLE, "csv"))
    desk.exporter.write(dialog.kind, tmp_path / "a.csv")
    desk.idle()
    rows = {row["row"]: row["text"] for row in csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig")))}
    assert rows["title"] == "Ward 3"
    assert rows["remark"] == "seen at noon"
    assert rows["patient data"] == "weight: 110.2 lb; creatinine: 1.7 mg/dL"
    dialog.choose(ExportKind(Content.SHEET, "html"))
    first = dialog.points.item(0)
    assert first.text() == "■ Contraindicated: simvastatin and clarithromycin"
    first.setCheckState(Qt.CheckState.Unchecked)
    desk.exporter.write(dialog.kind, tmp_path / "a.html", dialog.chosen)
    desk.idle()
    sheet = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Coumadin (warfarin) and ibuprofen" in sheet
    assert "simvastatin and clarithromycin" not in sheet


def test_data_have_alternatives_that_the_window_does_not_look_for(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.check(SAMPLE)
    desk.exporter.write(ExportKind(Content.DATA, "json"), tmp_path / "a.json")
    desk.idle()
    content = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert any(finding["alternatives"] for finding in content["report"]["interactions"])
    assert content["text"] == SAMPLE


def full_disk(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(
    qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    path = tmp_path / "record.pdf"
    path.write_bytes(b"the record of yesterday")
    desk.check(SAMPLE)
    dialog = desk.open()
    failed: list[str] = []
    desk.exporter.failed.connect(failed.append)
    with monkeypatch.context() as patched:
        full_disk(patched, where)
        desk.exporter.write(ExportKind(Content.SHORT, "pdf"), path)
        desk.idle()
    sentence = "There is no room left on the disk; nothing was changed."
    assert dialog.status.text() == sentence
    assert dialog.isVisible()
    assert dialog.save.isEnabled()
    assert failed == [sentence]
    assert not desk.written
    assert path.read_bytes() == b"the record of yesterday"
    assert [one.name for one in tmp_path.iterdir()] == ["record.pdf"]
    desk.exporter.write(ExportKind(Content.SHORT, "pdf"), path)
    desk.idle()
    assert path.read_bytes().startswith(b"%PDF")


def test_without_a_dialog_a_fault_stands_on_the_page(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.check(SAMPLE)
    with monkeypatch.context() as patched:
        full_disk(patched, "fsync")
        desk.exporter.write(ExportKind(Content.DATA, "json"), tmp_path / "a.json")
        desk.idle()
    assert desk.model.message == "There is no room left on the disk; nothing was changed."
    assert desk.faults == [desk.model.message]
    assert not list(tmp_path.iterdir())


def test_a_folder_that_takes_no_file(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "read only"
    folder.mkdir()
    old = folder / "a.csv"
    old.write_bytes(b"old")
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        # Root may write anywhere: the system's answer is given by hand.
        def refuse(*_arguments: object, **_named: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
    desk.check(SAMPLE)
    try:
        desk.exporter.write(ExportKind(Content.TABLE, "csv"), old)
        desk.idle()
    finally:
        monkeypatch.undo()
        folder.chmod(0o700)
    assert desk.model.message == "You may not write to this file or folder; nothing was changed."
    assert old.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("gone/a.csv", "The folder does not exist; nothing was changed."),
        ("a" * 300 + ".csv", "The file's name is too long; nothing was changed."),
        (".", "A folder has this name; nothing was changed."),
    ],
)
def test_a_place_that_is_none(desk: Desk, tmp_path: Path, name: str, sentence: str) -> None:
    desk.check("warfarin 5 mg")
    desk.exporter.write(ExportKind(Content.TABLE, "csv"), tmp_path / name)
    desk.idle()
    assert desk.model.message == sentence
    assert not list(tmp_path.iterdir())


def test_the_summary_goes_to_the_clipboard(desk: Desk) -> None:
    desk.check(TEXT)
    dialog = desk.open()
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    desk.idle()
    said = QApplication.clipboard().text()
    assert "■ Contraindicated: simvastatin (affected by clarithromycin)" in said
    assert "NOT CHECKED: xyzolumab 5 mg: not recognised" in said
    assert NOTICE in said
    assert dialog.status.text() == "The summary is on the clipboard."

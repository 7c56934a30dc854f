"""Abstracts from files, drops and pastes on the real page, and exports of what was read."""

import csv
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.abstract import opening_work
from desktop.abstract.view import AbstractPage
from engine.errors import InputError
from tests.desktop.abstract.scripted import TWO, Script, enter, settle

NBIB = "\n\n".join(
    f"PMID- 100{number}\nTI  - Warfarin study {number}\nAB  - Warfarin and aspirin interact, number {number}.\nDP  - 201{number}"
    for number in range(3)
)


def mime_of(*paths: Path) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return made


def opened(qtbot: QtBot, page: AbstractPage) -> None:
    qtbot.waitUntil(lambda: not page.model.opening, timeout=10_000)
    settle(qtbot, page)


def pmid_of(page: AbstractPage) -> str | None:
    """The number under which the text would be exported."""
    return page.model.source.pmid if page.model.source is not None else None


def test_a_dropped_file_is_opened_and_read_at_once(qtbot: QtBot, page: AbstractPage, tmp_path: Path) -> None:
    path = tmp_path / "Zusammenfassung é.txt"
    path.write_text(TWO, encoding="utf-8")
    page.drop(mime_of(path))
    assert page.model.opening
    opened(qtbot, page)
    assert page.text.editor.toPlainText() == TWO
    assert page.relations.table.isVisible()
    page.text.editor.undo()
    assert page.text.editor.toPlainText() == ""


def test_a_file_that_cannot_be_used_is_one_sentence_and_the_text_stays(qtbot: QtBot, page: AbstractPage, tmp_path: Path) -> None:
    enter(qtbot, page, TWO)
    path = tmp_path / "picture.pdf"
    path.write_bytes(b"%PDF-1.4 nothing of it")
    for bad in (path, tmp_path / "absent.txt"):
        page.open_path(bad)
        opened(qtbot, page)
        assert page.fault.text.toPlainText().startswith("⚠ ")
        assert page.text.editor.toPlainText() == TWO
        assert page.relations.table.isVisible()
        page.fault.dismiss.click()
        assert not page.fault.isVisible()


def test_a_file_with_many_asks_which_one(qtbot: QtBot, page: AbstractPage, tmp_path: Path) -> None:
    path = tmp_path / "export.nbib"
    path.write_text(NBIB, encoding="utf-8")
    page.open_path(path)
    qtbot.waitUntil(lambda: page.chooser is not None and page.chooser.isVisible(), timeout=10_000)
    assert page.chooser is not None
    assert page.chooser.titles()[1] == "Warfarin study 1 · PMID 1001 · 2011"
    page.chooser.filter.setText("study 2")
    page.chooser.accept()
    settle(qtbot, page)
    assert page.text.editor.toPlainText() == "Warfarin study 2\n\nWarfarin and aspirin interact, number 2."
    assert pmid_of(page) == "1002"
    assert page.text.origin.isVisible()
    assert page.text.origin.text() == "PMID 1002 · 2012 · export.nbib"
    # Another text must not be exported under that number.
    page.text.editor.insertPlainText("Another. ")
    assert pmid_of(page) is None
    settle(qtbot, page)
    assert not page.text.origin.isVisible()


def test_too_many_or_all_of_them_are_for_the_page_of_many(
    qtbot: QtBot, page: AbstractPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[Path] = []
    page.many_asked.connect(handed.append)
    path = tmp_path / "export.nbib"
    path.write_text(NBIB, encoding="utf-8")
    page.open_path(path)
    qtbot.waitUntil(lambda: page.chooser is not None and page.chooser.isVisible(), timeout=10_000)
    assert page.chooser is not None
    page.chooser.all_button.click()
    assert handed == [path]
    page.open_path(tmp_path)
    assert handed == [path, tmp_path]
    monkeypatch.setattr(opening_work, "MOST_TO_CHOOSE", 2)
    page.open_path(path)
    opened(qtbot, page)
    assert handed == [path, tmp_path, path]
    assert "more than 2 abstracts" in page.fault.text.toPlainText()


def test_the_sample_is_offered_while_there_is_no_text(qtbot: QtBot, page: AbstractPage) -> None:
    assert page.text.sample_button.isVisible()
    page.text.sample_button.setFocus()
    page.text.sample_button.click()
    opened(qtbot, page)
    assert page.text.editor.toPlainText().startswith("Example text written for Coprescribe")
    assert page.relations.table.isVisible()
    assert not page.text.sample_button.isVisible()
    page.text.editor.clear()
    settle(qtbot, page)
    assert page.text.sample_button.isVisible()


def test_two_files_at_a_time_are_a_sentence(page: AbstractPage, tmp_path: Path) -> None:
    page.drop(mime_of(tmp_path / "a", tmp_path / "b"))
    assert page.model.message.startswith("Drop one file at a time")


def paste(page: AbstractPage, text: str | None, html: str | None = None) -> None:
    made = QMimeData()
    if text is not None:
        made.setText(text)
    if html is not None:
        made.setHtml(html)
    page.text.editor.insertFromMimeData(made)


def test_a_paste_stands_where_the_cursor_is_and_can_be_undone(qtbot: QtBot, page: AbstractPage) -> None:
    enter(qtbot, page, "Warfarin interact.")
    cursor = page.text.editor.textCursor()
    cursor.setPosition(len("Warfarin"))
    page.text.editor.setTextCursor(cursor)
    paste(page, " and aspirin", "<p> and <b>aspirin</b></p>")
    assert page.text.editor.toPlainText() == "Warfarin and aspirin interact."
    settle(qtbot, page)
    assert page.relations.table.isVisible()
    page.text.editor.undo()
    assert page.text.editor.toPlainText() == "Warfarin interact."


@pytest.mark.parametrize("as_text", [True, False])
def test_markup_is_pasted_without_its_signs(qtbot: QtBot, page: AbstractPage, as_text: bool) -> None:
    source = "<html><body><h1>Title</h1><p>Warfarin &amp; <b>aspirin</b> interact.</p><script>x()</script></body></html>"
    paste(page, source if as_text else None, None if as_text else source)
    settle(qtbot, page)
    text = page.text.editor.toPlainText()
    assert "Warfarin & aspirin interact." in text
    assert "<" not in text
    assert "x()" not in text


def test_a_text_that_is_none_is_refused_in_a_sentence(qtbot: QtBot, page: AbstractPage) -> None:
    enter(qtbot, page, TWO)
    paste(page, "zero\0bytes")
    assert "zero bytes" in page.model.message
    assert page.text.editor.toPlainText() == TWO
    paste(page, "x" * 2_000_001)
    assert "2,000,000" in page.model.message
    assert page.text.editor.toPlainText() == TWO


@pytest.mark.parametrize("form", ["html", "csv", "json"])
def test_what_was_read_is_exported(
    qtbot: QtBot, page: AbstractPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    enter(qtbot, page, TWO)
    path = tmp_path / f"reading.{form}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(path), ""))
    page.text.export_button.click()
    qtbot.waitUntil(lambda: not page.exporter.busy, timeout=10_000)
    assert "Written to" in page.text.status.summary.text()
    content = path.read_text(encoding="utf-8-sig")
    if form == "json":
        assert [len(each["relations"]) for each in json.loads(content)["sentences"]] == [1, 0, 1]
    elif form == "csv":
        assert "aspirin" in str(list(csv.reader(content.splitlines())))
    else:
        assert "Warfarin" in content
        assert "commercial" in content


def test_an_older_reading_is_never_exported(qtbot: QtBot, page: AbstractPage, tmp_path: Path, script: Script) -> None:
    page.exporter.export()
    assert "no reading of this text" in page.model.message
    enter(qtbot, page, TWO)
    script.error = InputError("No.")
    page.text.editor.insertPlainText("More. ")
    path = tmp_path / "old.json"
    page.exporter.export_to(path)
    settle(qtbot, page)
    page.exporter.export_to(path)
    assert not path.exists()


def test_an_export_that_cannot_be_written_is_a_sentence(qtbot: QtBot, page: AbstractPage, tmp_path: Path) -> None:
    enter(qtbot, page, TWO)
    page.exporter.export_to(tmp_path / "absent" / "x.html")
    qtbot.waitUntil(lambda: not page.exporter.busy, timeout=10_000)
    assert "The folder does not exist" in page.fault.text.toPlainText()
    assert "4 names" in page.text.status.summary.text()

"""Dropping and pasting on the real window: a file is opened, whatever it is dropped on, and what is struck out stays so."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.window import MainWindow

MakeWindow = Callable[[Opener], MainWindow]
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def dropped(target: QWidget, mime: QMimeData) -> bool:
    """Drag over a widget and let go there, as Qt hands it on; whether anybody took it."""
    place = target.rect().center()
    entering = QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, LEFT, NONE)
    entering.ignore()
    QApplication.sendEvent(target, entering)
    dropping = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, mime, LEFT, NONE)
    dropping.ignore()
    QApplication.sendEvent(target, dropping)
    return dropping.isAccepted()


def file_mime(path: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    # File managers give the address as a text too.
    mime.setText(QUrl.fromLocalFile(str(path)).toString())
    return mime


@pytest.fixture
def window(make_window: MakeWindow, opener: Opener, qtbot: QtBot) -> MainWindow:
    made = make_window(opener)
    qtbot.waitUntil(lambda: made.model.ready, timeout=20_000)
    return made


def text_of(window: MainWindow) -> str:
    return window.page.list.editor.toPlainText()


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.model.tasks.busy and not window.model.busy, timeout=20_000)


def test_a_file_that_is_dropped_on_the_editor_is_opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "Frau Müller.txt"
    path.write_text("Warfarin 5 mg od\n", encoding="utf-8")
    assert dropped(window.page.list.editor.viewport(), file_mime(path))
    settle(qtbot, window)
    assert text_of(window).strip() == "Warfarin 5 mg od"
    assert window.files.path == path


def test_text_and_links_that_are_dropped_on_the_editor_are_text(qtbot: QtBot, window: MainWindow) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/warfarin")])
    mime.setText("Warfarin 5 mg")
    assert dropped(window.page.list.editor.viewport(), mime)
    settle(qtbot, window)
    assert text_of(window) == "Warfarin 5 mg"
    assert window.files.path is None


def test_a_copied_file_is_no_text(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.page.list.editor.insertFromMimeData(file_mime(tmp_path / "a.txt"))
    settle(qtbot, window)
    assert text_of(window) == ""
    assert "A file was copied" in window.model.message


@pytest.mark.parametrize(
    ("before", "place", "expected"),
    [
        ("", 0, "struck out: Warfarin 5 mg"),
        ("Aspirin 75 mg ", 14, "Aspirin 75 mg \nstruck out: Warfarin 5 mg"),
        ("Aspirin 75 mg", 0, "struck out: Warfarin 5 mg\nAspirin 75 mg"),
        ("Aspirin 75 mg\n\nIbuprofen 400 mg", 14, "Aspirin 75 mg\nstruck out: Warfarin 5 mg\nIbuprofen 400 mg"),
    ],
)
def test_what_is_struck_out_is_pasted_on_a_line_of_its_own(
    qtbot: QtBot, window: MainWindow, before: str, place: int, expected: str
) -> None:
    editor = window.page.list.editor
    editor.setPlainText(before)
    cursor = editor.textCursor()
    cursor.setPosition(place)
    editor.setTextCursor(cursor)
    mime = QMimeData()
    mime.setHtml("<p><s>Warfarin 5 mg</s></p>")
    mime.setText("Warfarin 5 mg")
    editor.insertFromMimeData(mime)
    assert text_of(window) == expected
    settle(qtbot, window)
    report = window.model.report
    assert report is not None
    assert "warfarin" not in [drug.name for drug in report.drugs]
    assert [line.reason for line in report.not_checked] == ["Warfarin: the line says that it is not taken"]
    editor.undo()
    assert text_of(window) == before


def test_a_drop_where_two_files_are_is_one_sentence(window: MainWindow, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a", "b")])
    assert dropped(window, mime)
    assert window.model.message == "Drop one file at a time."

"""The pages of the window: made when they are first looked at, by keys and tabs, each with its own commands."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.abstract.view import AbstractPage
from desktop.abstract.view_model import ReadingPhase
from desktop.files.saving import Answer
from desktop.opening import Opener, opener_of
from desktop.pages import Page
from desktop.window import MainWindow
from tests.desktop.abstract.scripted import TWO, Script, highlighted
from tests.desktop.abstract.scripted import settle as settle_abstract
from tests.desktop.files.test_dropping import dropped, file_mime
from tests.desktop.looking import enter, findings, settle

CONTROL = Qt.KeyboardModifier.ControlModifier
NOT_IMPORTED = """
import sys
from PySide6.QtWidgets import QApplication
from desktop.opening import opener_of
from desktop.tasks import TaskRunner
from desktop.window import MainWindow
app = QApplication(sys.argv[:1])
window = MainWindow(opener_of(), TaskRunner())
late = ("desktop.abstract", "engine.reading", "engine.students", "engine.explain", "engine.abstracts", "numpy", "scipy",
        "sklearn", "pandas", "matplotlib", "onnxruntime", "tokenizers", "lime", "pypdf", "defusedxml")
early = [name for name in sys.modules if name.startswith(late)]
sys.exit(f"imported before the page is opened: {early}" if early else 0)
"""


def abstract_page(qtbot: QtBot, window: MainWindow, script: Script | None = None) -> AbstractPage:
    """The abstract page, opened by its key; a script reads in the place of the student."""
    QTest.keyClick(window, Qt.Key.Key_2, CONTROL)
    page = window.pages.abstract
    assert page is not None
    page.model.set_reader(script if script is not None else Script())
    settle_abstract(qtbot, page)
    return page


def command(window: MainWindow, words: str) -> QAction:
    """The command of a menu by its words."""
    return next(action for action in window.findChildren(QAction) if action.text().replace("&", "") == words)


def test_pages_are_made_when_they_are_opened(qtbot: QtBot, window: MainWindow) -> None:
    assert window.pages.page is Page.PRESCRIPTION
    assert (window.pages.abstract, window.pages.many) == (None, None)
    page = abstract_page(qtbot, window)
    assert page.isVisible()
    assert not window.page.isVisible()
    assert window.windowTitle().startswith("Abstract")
    assert window.focusWidget() is page.text.editor
    QTest.keyClick(window, Qt.Key.Key_3, CONTROL)
    many = window.pages.many
    assert many is not None
    qtbot.waitUntil(many.isVisible, timeout=5_000)
    QTest.keyClick(window, Qt.Key.Key_1, CONTROL)
    assert window.page.isVisible()
    assert window.focusWidget() is window.page.editor
    QTest.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert window.pages.abstract is page


def test_nothing_of_a_page_is_imported_before_it_is_opened() -> None:
    done = subprocess.run([sys.executable, "-c", NOT_IMPORTED], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_a_page_opened_before_the_knowledge_gets_it_later(
    qtbot: QtBot, make_window: Callable[[Opener], MainWindow], opener: Opener
) -> None:
    window = make_window(opener)
    window.pages.go_to(Page.ABSTRACT)
    page = window.pages.abstract
    assert page is not None
    assert page.model.phase is ReadingPhase.OPENING
    page.model.set_reader(Script())
    page.text.editor.setPlainText(TWO)
    settle_abstract(qtbot, page)
    assert "Warfarin" in highlighted(page.text.editor)


def test_knowledge_that_cannot_be_opened_is_said_on_the_page(
    qtbot: QtBot, make_window: Callable[[Opener], MainWindow], tmp_path: Path
) -> None:
    window = make_window(opener_of(tmp_path))
    settle(qtbot, window)
    page = abstract_page(qtbot, window)
    assert "Nothing was read" in page.text.status.summary.text()
    assert "manifest" in page.text.status.summary.text()
    page.text.editor.setPlainText(TWO)
    assert page.model.phase is ReadingPhase.UNUSABLE
    assert "could not be opened" in page.relations.blank.text()


def test_a_pair_of_the_abstract_is_checked_on_the_prescription_page(
    qtbot: QtBot, window: MainWindow, asked_about_changes: list[Answer]
) -> None:
    enter(qtbot, window, "paracetamol 500 mg")
    page = abstract_page(qtbot, window)
    page.show_text(TWO)
    settle_abstract(qtbot, page)
    page.detail.check_button.click()
    # The list of another person is not thrown away without a question.
    assert asked_about_changes == [Answer.DISCARD]
    assert window.pages.page is Page.PRESCRIPTION
    settle(qtbot, window)
    assert window.page.editor.toPlainText().split() == ["warfarin", "acetylsalicylic", "acid"]
    assert any("warfarin" in row for row in findings(window))


def test_a_dropped_file_belongs_to_the_page_that_is_open(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    page = abstract_page(qtbot, window)
    path = tmp_path / "a b.txt"
    path.write_text(TWO, encoding="utf-8")
    assert dropped(page.text.editor.viewport(), file_mime(path))
    qtbot.waitUntil(lambda: page.text.editor.toPlainText() == TWO, timeout=10_000)
    settle_abstract(qtbot, page)
    assert window.page.editor.toPlainText() == ""
    assert window.files.path is None


def test_commands_act_on_the_page_that_is_open(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script()
    page = abstract_page(qtbot, window, script)
    path = tmp_path / "a.txt"
    path.write_text(TWO, encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(path), ""))
    command(window, "Open…").trigger()
    qtbot.waitUntil(lambda: page.text.editor.toPlainText() == TWO, timeout=10_000)
    settle_abstract(qtbot, page)
    asked = len(script.asked)
    QTest.keyClick(window, Qt.Key.Key_F5)
    settle_abstract(qtbot, page)
    assert len(script.asked) == asked + 1
    command(window, "Undo").trigger()
    assert page.text.editor.toPlainText() == ""
    command(window, "Redo").trigger()
    assert page.text.editor.toPlainText() == TWO
    settle_abstract(qtbot, page)
    out = tmp_path / "out.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(out), ""))
    command(window, "Export or print…").trigger()
    qtbot.waitUntil(out.exists, timeout=10_000)
    qtbot.waitUntil(lambda: not page.exporter.busy, timeout=10_000)
    for words in ("New list", "Save", "Save as…"):
        assert not command(window, words).isEnabled()
    command(window, "Matrix").trigger()
    assert window.pages.page is Page.PRESCRIPTION
    assert window.page.middle.currentIndex() == 1
    for words in ("New list", "Save", "Save as…"):
        assert command(window, words).isEnabled()


def test_other_names_of_medicines_are_read_again(qtbot: QtBot, window: MainWindow) -> None:
    script = Script()
    page = abstract_page(qtbot, window, script)
    page.show_text(TWO)
    settle_abstract(qtbot, page)
    asked = len(script.asked)
    window.keeper.update(names="usan")
    settle_abstract(qtbot, page)
    assert len(script.asked) == asked + 1


def test_closing_while_a_text_is_read_ends_cleanly(qtbot: QtBot, window: MainWindow) -> None:
    script = Script()
    page = abstract_page(qtbot, window, script)
    script.gate.clear()
    page.show_text(TWO)
    qtbot.waitUntil(lambda: bool(script.asked), timeout=5_000)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert not page.model.busy
    script.gate.set()


def test_the_engine_reads_names_where_no_student_is_installed(qtbot: QtBot, window: MainWindow) -> None:
    window.pages.go_to(Page.ABSTRACT)
    page = window.pages.abstract
    assert page is not None
    text = "Warfarin and aspirin increase the risk of bleeding in patients. 💊 Clarithromycin raises simvastatin."
    page.show_text(text)
    settle_abstract(qtbot, page)
    assert page.model.phase is ReadingPhase.READ
    assert {"Warfarin", "aspirin", "Clarithromycin", "simvastatin"} <= set(highlighted(page.text.editor))
    assert "relations were not looked for" in page.text.status.summary.text()
    assert "is not installed" in page.remarks.text.toPlainText()
    assert "there is none" in page.relations.blank.text()
    # The rest of the program works as before.
    window.pages.go_to(Page.PRESCRIPTION)
    enter(qtbot, window, "simvastatin 40 mg\nclarithromycin 500 mg")
    assert findings(window)

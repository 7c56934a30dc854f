"""The abstract page as a person sees it: a text is put in, names and relations are shown, chosen, edited and read again."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from desktop.abstract.view import AbstractPage
from desktop.abstract.view_model import ReadingPhase
from engine.cancellation import CancelledError
from engine.errors import InputError
from engine.reading.model import Reading
from tests.desktop.abstract.scripted import TWO, Script, at_rest, enter, highlighted, settle, table_rows


def status(page: AbstractPage) -> str:
    return page.text.status.summary.text()


def detail(page: AbstractPage) -> str:
    return page.detail.browser.toPlainText()


def test_the_empty_page_says_what_to_do(page: AbstractPage) -> None:
    assert "Paste, drop or open" in status(page)
    assert "nothing to read yet" in page.text.unread.text()
    assert page.relations.blank.isVisible()
    assert "Relations appear here" in page.relations.blank.text()
    assert not page.relations.table.isVisible()
    assert "Not reviewed by a clinician" in page.notice.text()
    assert not page.text.export_button.isEnabled()
    assert not page.text.read_button.isEnabled()
    assert not page.remarks.isVisible()


def test_names_and_relations_are_shown(qtbot: QtBot, page: AbstractPage) -> None:
    enter(qtbot, page, TWO)
    assert status(page) == "4 names, 1 relation stated, 1 unsure."
    rows = table_rows(page)
    assert rows[0][:4] == ["Warfarin", "aspirin", "Effect or PD mechanism", "90 %"]
    assert rows[0][4] == "Major, documented"
    # The sentence is no column; whoever hears the row hears it too.
    assert len(rows[0]) == 5
    spoken = page.relations.table.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("Warfarin and aspirin interact.")
    assert rows[1][3] == "unsure, 40 %"
    assert set(highlighted(page.text.editor)) >= {"Warfarin", "aspirin", "Zocor", "warfarin"}
    assert page.text.legend.toPlainText() == "medicine (3)   brand (1)"
    assert page.text.unread.text() == "✓ Every sentence was read"
    assert "Not for commercial use" in page.made_by.toPlainText()
    assert "reader 1" in page.made_by.toPlainText()


def test_the_first_relation_is_chosen_and_told_in_full(qtbot: QtBot, page: AbstractPage) -> None:
    enter(qtbot, page, TWO)
    assert page.selection.chosen == (0, 0)
    words = detail(page)
    for wanted in ("Warfarin and aspirin", "an effect of taking both", "Probability 90 %", "Knowledge: ✓ documented", "Major"):
        assert wanted in words
    assert "ansm-2019" in words
    assert "The student can be wrong" in words
    # The names of the chosen relation are painted last, over their sentence.
    assert highlighted(page.text.editor)[-2:] == ["Warfarin", "aspirin"]
    assert "Warfarin and aspirin interact." in highlighted(page.text.editor)


def test_arrow_keys_choose_in_the_table_and_a_click_in_the_text(qtbot: QtBot, page: AbstractPage) -> None:
    enter(qtbot, page, TWO)
    QTest.keyClick(page.relations.table, Qt.Key.Key_Down)
    settle(qtbot, page)
    assert page.selection.chosen == (2, 0)
    assert "Unsure" in detail(page)
    assert highlighted(page.text.editor)[-2:] == ["Zocor", "warfarin"]
    editor = page.text.editor
    cursor = QTextCursor(editor.document())
    cursor.setPosition(TWO.index("aspirin") + 2)
    QTest.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=editor.cursorRect(cursor).center())
    settle(qtbot, page)
    assert page.selection.chosen == (0, 0)
    assert page.relations.table.currentIndex().row() == 0
    assert page.text.here.text().startswith("aspirin: medicine; in knowledge as acetylsalicylic acid")


def test_editing_reads_again_and_the_choice_is_carried_over(qtbot: QtBot, page: AbstractPage, script: Script) -> None:
    enter(qtbot, page, TWO)
    page.selection.select((2, 0))
    settle(qtbot, page)
    editor = page.text.editor
    editor.setFocus()
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(editor, "Simvastatin first. ")
    assert page.model.phase is ReadingPhase.WAITING
    qtbot.waitUntil(lambda: "belongs to the text before the change" in status(page), timeout=2_000)
    # The highlights have moved along with their words.
    assert set(highlighted(editor)) >= {"Zocor", "warfarin"}
    assert "Before the change" in page.text.unread.text()
    assert not page.text.export_button.isEnabled()
    settle(qtbot, page)
    assert script.asked[-1].startswith("Simvastatin first. Warfarin")
    assert "Simvastatin" in highlighted(editor)
    assert page.selection.chosen == (3, 0)
    # Typing could be taken back all along: highlights are no changes of the text.
    assert editor.textCursor().position() == len("Simvastatin first. ")
    editor.undo()
    settle(qtbot, page)
    assert editor.toPlainText() == TWO
    editor.redo()
    assert editor.toPlainText().startswith("Simvastatin first. ")


def test_ctrl_enter_reads_at_once(qtbot: QtBot, page: AbstractPage, script: Script) -> None:
    page.text.editor.setPlainText("Warfarin")
    assert not script.asked
    QTest.keyClick(page.text.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.model.phase is ReadingPhase.READING
    settle(qtbot, page)
    assert script.asked == ["Warfarin"]
    assert page.text.editor.toPlainText() == "Warfarin"


def test_the_result_of_an_older_text_is_dropped(qtbot: QtBot, page: AbstractPage, script: Script) -> None:
    script.gate.clear()
    page.show_text("Simvastatin and warfarin.")
    qtbot.waitUntil(lambda: bool(script.asked), timeout=5_000)
    page.show_text(TWO)
    script.gate.set()
    settle(qtbot, page)
    assert page.model.reading is not None
    assert page.model.reading.text == TWO
    assert "Simvastatin" not in highlighted(page.text.editor)


def test_a_long_reading_shows_progress_and_can_be_stopped(qtbot: QtBot, page: AbstractPage, script: Script) -> None:
    enter(qtbot, page, TWO)
    script.gate.clear()
    page.model.read_now()
    line = page.text.status
    qtbot.waitUntil(lambda: line.stop_button.isVisible() and line.bar.maximum() == 100, timeout=5_000)
    script.checks[-1]()
    QTest.mouseClick(line.stop_button, Qt.MouseButton.LeftButton)
    # The student is told too, in the middle of what it is at.
    with pytest.raises(CancelledError):
        script.checks[-1]()
    settle(qtbot, page)
    assert "stopped" in status(page)
    assert page.text.unread.text() == "✗ Not read: the whole text"
    assert "stopped" in page.relations.blank.text()
    assert page.selection.chosen is None
    assert not highlighted(page.text.editor)
    assert not line.bar.isVisible()


def test_what_was_not_read_is_always_shown(qtbot: QtBot, page: AbstractPage) -> None:
    enter(qtbot, page, "Warfarin and aspirin interact. Ж is no sentence for it.")
    assert page.text.unread.text() == "✗ Not read: 1 of 2 sentences"
    assert "it is not in English" in page.text.unread_text.toPlainText()
    assert " Ж is no sentence for it." in highlighted(page.text.editor)


def test_without_a_student_it_says_so(qtbot: QtBot, page: AbstractPage, script: Script) -> None:
    def bare(reading: Reading) -> Reading:
        sentences = tuple(replace(sentence, relations=()) for sentence in reading.sentences)
        provenance = replace(reading.provenance, student=None, student_sha256=None, licence=None, non_commercial=False)
        return replace(reading, sentences=sentences, remarks=("The student is not there.",), provenance=provenance)

    script.change = bare
    enter(qtbot, page, TWO)
    assert "relations were not looked for" in status(page)
    assert "since there is no student" in page.text.unread.text()
    assert "there is none" in page.relations.blank.text()
    assert page.remarks.text.toPlainText() == "The student is not there."
    assert "without a student" in page.made_by.toPlainText()
    assert "Warfarin" in highlighted(page.text.editor)
    # Once a person has taken note it does not come back at each key.
    page.remarks.dismiss.click()
    page.model.read_now()
    settle(qtbot, page)
    assert not page.remarks.isVisible()


def test_a_fault_is_one_sentence_and_nothing_old_is_shown(qtbot: QtBot, page: AbstractPage, script: Script) -> None:
    enter(qtbot, page, TWO)
    script.error = InputError("The text is too long.")
    page.show_text(TWO + " More.")
    settle(qtbot, page)
    assert status(page) == "⚠ Nothing was read: The text is too long."
    assert "was not read" in page.relations.blank.text()
    assert not highlighted(page.text.editor)
    assert page.text.editor.toPlainText() == TWO + " More."
    script.error = None
    page.model.read_now()
    settle(qtbot, page)
    assert table_rows(page)


def test_a_bug_says_that_nothing_was_read(qtbot: QtBot, page: AbstractPage, script: Script) -> None:
    script.error = ZeroDivisionError()
    with capture_exceptions() as raised:
        page.show_text(TWO)
        qtbot.waitUntil(lambda: page.model.phase is ReadingPhase.FAULT and at_rest(page), timeout=10_000)
    assert [error for error, *_rest in raised] == [ZeroDivisionError]
    assert "an error of its own" in status(page)


def test_the_pair_can_be_checked_by_its_known_names(qtbot: QtBot, page: AbstractPage) -> None:
    enter(qtbot, page, TWO)
    asked: list[tuple[str, str]] = []
    page.check_asked.connect(lambda first, second: asked.append((first, second)))
    page.detail.check_button.click()
    assert asked == [("warfarin", "acetylsalicylic acid")]
    enter(qtbot, page, "NSAIDs and warfarin interact.")
    assert not page.detail.check_button.isEnabled()


def test_an_emptied_text_leaves_nothing_behind(qtbot: QtBot, page: AbstractPage) -> None:
    enter(qtbot, page, TWO)
    page.text.editor.clear()
    settle(qtbot, page)
    assert page.model.phase is ReadingPhase.EMPTY
    assert not page.relations.table.isVisible()
    assert not page.text.legend.isVisible()
    assert not highlighted(page.text.editor)
    assert page.made_by.toPlainText() == ""
    assert "Warfarin" not in detail(page)


@pytest.mark.parametrize(
    "text", ["no medicine at all", "Warfarin alone.", "<b>warfarin</b>", "💊 warfarin & aspirin", "\u202ewarfarin"]
)
def test_odd_texts_are_shown_as_text(qtbot: QtBot, page: AbstractPage, text: str) -> None:
    enter(qtbot, page, text)
    assert page.text.editor.toPlainText() == text
    assert page.model.phase is ReadingPhase.READ
    if "warfarin" in text:
        assert "warfarin" in highlighted(page.text.editor)
    blank = page.relations.blank
    assert blank.isVisible() is ("aspirin" not in text)
    if blank.isVisible():
        assert "fewer" in blank.text()

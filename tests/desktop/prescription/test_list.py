"""The left side of the page on the real widget: typing, completion, correcting, moving, pasting; read as it is shown."""

import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.choice import Selection
from desktop.prescription.list.completing import shown_rows
from desktop.prescription.list.panel import ListPanel
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.tasks import TaskRunner
from engine.prescriptions.patient import Patient
from tests.desktop.legibility import clipped, faint, overlapping

# The offscreen platform says so of every popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")


class Page(NamedTuple):
    """A list panel on the screen with its model."""

    panel: ListPanel
    model: PrescriptionViewModel
    qtbot: QtBot

    def settle(self) -> None:
        """Wait until what is shown belongs to the text."""
        self.qtbot.waitUntil(
            lambda: not self.model.busy and self.panel.fresh and self.panel.states.complete and not self.model.tasks.busy,
            timeout=30_000,
        )

    def enter(self, text: str) -> None:
        """Show another list and wait until it is checked."""
        self.panel.set_text(text)
        self.settle()

    def type(self, text: str) -> None:
        """Type and wait for what is offered."""
        QTest.keyClicks(self.panel.editor, text)
        self.qtbot.waitUntil(lambda: not self.model.tasks.busy, timeout=10_000)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key in the editor."""
        QTest.keyClick(self.panel.editor, key, modifier)

    def offered(self) -> bool:
        """Whether names are offered."""
        return self.panel.completion.open

    def rows(self) -> list[str]:
        """The rows of states as they are read out, headings included."""
        states = self.panel.states
        items = [states.topLevelItem(number) for number in range(states.topLevelItemCount())]
        return [item.text(0) for item in items if item is not None]

    def signs(self) -> str:
        """The signs beside the lines; a blank where there is none."""
        editor = self.panel.editor
        return "".join(editor.mark_of(line).sign or " " for line in range(editor.blockCount()))


@pytest.fixture
def page(qtbot: QtBot, opener: Opener) -> Iterator[Page]:
    tasks = TaskRunner()
    model = PrescriptionViewModel(tasks)
    panel = ListPanel(model, Selection())
    qtbot.addWidget(panel)
    panel.resize(400, 700)
    panel.show()
    panel.editor.setFocus()
    model.open(opener)
    made = Page(panel, model, qtbot)
    qtbot.waitUntil(lambda: model.ready and panel.completion.ready, timeout=10_000)
    yield made
    panel.completion.close()
    panel.hide()
    # A check that waits would come back to a model that is gone.
    model.stop()
    assert tasks.close(10_000)
    qtbot.waitUntil(lambda: not tasks.busy, timeout=10_000)


def test_each_line_has_a_sign_and_a_state_problems_first(page: Page) -> None:
    page.enter("simvastatin 40 mg nocte\nxyzolumab 5 mg\n\nWarfarrin 3 mg od\nCoumadin 5 mg po")
    assert page.signs() == "✓✗ ?✓"
    rows = page.rows()
    assert rows[0] == "2 lines need you"
    assert rows[1] == "✗ xyzolumab 5 mg — Not checked: not recognised"
    assert rows[2] == "? Warfarrin 3 mg od — Please confirm: Warfarrin → warfarin?"
    assert rows[3] == "2 lines recognised"
    assert rows[4] == "✓ simvastatin 40 mg nocte — simvastatin (exact name, 40 mg, 1 × a day, route not written)"
    assert rows[5].startswith("✓ Coumadin 5 mg po — warfarin (brand, 5 mg, oral)")


def test_a_changed_line_says_that_it_is_being_checked(page: Page) -> None:
    page.enter("warfarin 5 mg\nsimvastatin 40 mg")
    page.key(Qt.Key.Key_Down)
    page.key(Qt.Key.Key_End)
    QTest.keyClicks(page.panel.editor, " nocte")
    assert page.signs() == "✓…"
    # A line above does not make the others unknown.
    page.key(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    page.key(Qt.Key.Key_Return)
    page.key(Qt.Key.Key_Return)
    assert page.signs() == "  ✓…"
    page.settle()
    assert page.signs() == "  ✓✓"


def test_a_look_alike_is_written_with_tall_letters_and_named(page: Page) -> None:
    page.enter("hydralazine 25 mg tds")
    assert "hydrALAZINE (exact name, 25 mg, 3 × a day" in page.rows()[1]
    assert "looks like: hydrOXYzine" in page.rows()[1]


def test_a_name_is_completed_by_keyboard(page: Page) -> None:
    page.type("hydr")
    assert page.offered()
    assert any(
        row.startswith("hydrALAZINE, ingredient, vasodilator · looks like: hydrOXYzine")
        for row in shown_rows(page.panel.completion)
    )
    page.key(Qt.Key.Key_Down)
    page.key(Qt.Key.Key_Return)
    assert page.panel.text() == "hydralazine"
    assert not page.offered()
    QTest.keyClicks(page.panel.editor, " 25 mg")
    assert page.panel.text() == "hydralazine 25 mg"
    assert not page.offered()


def test_tab_takes_the_first_and_enter_alone_takes_nothing(page: Page) -> None:
    page.type("coumad")
    assert shown_rows(page.panel.completion)[0].startswith("Coumadin, brand, = warfarin")
    page.key(Qt.Key.Key_Tab)
    assert page.panel.text() == "Coumadin"
    page.panel.editor.undo()
    assert page.panel.text() == "coumad"
    page.panel.editor.redo()
    page.key(Qt.Key.Key_Return)
    page.type("war")
    page.key(Qt.Key.Key_Return)
    assert page.panel.text() == "Coumadin\nwar\n"


def test_escape_closes_and_dose_text_offers_nothing(page: Page) -> None:
    page.type("simv")
    assert page.offered()
    page.key(Qt.Key.Key_Escape)
    assert not page.offered()
    assert page.panel.text() == "simv"
    page.panel.set_text("")
    page.type("simvastatin 40 mg no")
    assert not page.offered()
    page.key(Qt.Key.Key_Left)
    assert not page.offered()


def test_a_spelling_is_corrected_with_one_key_and_undone(page: Page) -> None:
    page.enter("aspirin 75 mg\n- Warfarrin 5 mg od")
    page.key(Qt.Key.Key_Down)
    page.key(Qt.Key.Key_F2)
    assert page.panel.text() == "aspirin 75 mg\n- warfarin 5 mg od"
    page.settle()
    assert page.signs() == "✓✓"
    page.panel.editor.undo()
    assert page.panel.text() == "aspirin 75 mg\n- Warfarrin 5 mg od"
    page.settle()
    assert page.signs() == "✓?"


def test_a_spelling_is_confirmed_and_the_text_stays(page: Page) -> None:
    page.enter("Warfarrin 5 mg od")
    assert page.panel.confirm_button.isEnabled()
    page.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    page.settle()
    assert page.panel.text() == "Warfarrin 5 mg od"
    assert "warfarin (spelling, confirmed, 5 mg" in page.rows()[1]
    assert not page.panel.confirm_button.isEnabled()


def test_enter_on_a_row_confirms_too(page: Page) -> None:
    page.enter("aspirin 75 mg\nWarfarrin 5 mg od")
    QTest.keyClick(page.panel.states, Qt.Key.Key_Down)
    row = page.panel.states.topLevelItem(1)
    assert row is not None
    page.panel.states.setCurrentItem(row)
    assert page.panel.editor.textCursor().blockNumber() == 1
    QTest.keyClick(page.panel.states, Qt.Key.Key_Return)
    page.settle()
    assert page.signs() == "✓✓"


def test_several_names_are_chosen_from_a_menu(page: Page) -> None:
    page.enter("prednis 5 mg")
    state = page.panel.states.chosen()
    assert state is not None
    assert len(state.suggestions) > 1
    page.key(Qt.Key.Key_F2)
    assert page.panel.menu.isVisible()
    names = [action.text()[3:] for action in page.panel.menu.actions()]
    QTest.keyClick(page.panel.menu, Qt.Key.Key_Down)
    QTest.keyClick(page.panel.menu, Qt.Key.Key_Return)
    assert page.panel.text() == f"{names[1]} 5 mg"
    page.panel.editor.undo()
    assert page.panel.text() == "prednis 5 mg"


def test_an_abbreviation_says_what_it_stands_for(page: Page) -> None:
    page.enter("MTX 10 mg weekly")
    assert "Please confirm: MTX → methotrexate?" in page.rows()[1]
    page.key(Qt.Key.Key_F2)
    assert page.panel.text() == "methotrexate 10 mg weekly"


def test_lines_move_by_keyboard_and_back(page: Page) -> None:
    page.enter("a 1 mg\nb 2 mg\nc 3 mg")
    alt = Qt.KeyboardModifier.AltModifier
    page.key(Qt.Key.Key_Down)
    page.key(Qt.Key.Key_Up, alt)
    assert page.panel.text() == "b 2 mg\na 1 mg\nc 3 mg"
    page.key(Qt.Key.Key_Up, alt)
    assert page.panel.text() == "b 2 mg\na 1 mg\nc 3 mg"
    page.key(Qt.Key.Key_Down, alt)
    page.key(Qt.Key.Key_Down, alt)
    page.key(Qt.Key.Key_Down, alt)
    assert page.panel.text() == "a 1 mg\nc 3 mg\nb 2 mg"
    for _ in range(3):
        page.panel.editor.undo()
    assert page.panel.text() == "a 1 mg\nb 2 mg\nc 3 mg"


def test_a_line_is_dragged_by_its_sign(page: Page) -> None:
    page.enter("warfarin 1 mg\naspirin 2 mg\nsimvastatin 3 mg")
    editor, gutter = page.panel.editor, page.panel.editor.gutter
    places = dict(editor.visible_lines())

    def middle(place: QRect, dy: int = 0) -> QPoint:
        return QPoint(gutter.width() // 2, place.center().y() + dy)

    QTest.mousePress(gutter, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle(places[0]))
    before = editor.viewport().grab().toImage()
    QTest.mouseMove(gutter, middle(places[2], 4))
    assert editor.viewport().grab().toImage() != before
    QTest.mouseRelease(gutter, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle(places[2], 4))
    assert page.panel.text() == "aspirin 2 mg\nsimvastatin 3 mg\nwarfarin 1 mg"
    editor.undo()
    assert page.panel.text() == "warfarin 1 mg\naspirin 2 mg\nsimvastatin 3 mg"


def test_a_pasted_table_keeps_its_rows(page: Page) -> None:
    source = QMimeData()
    source.setHtml("<table><tr><td>warfarin</td><td>5 mg</td></tr><tr><td><b>aspirin</b></td><td>75 mg</td></tr></table>")
    page.panel.editor.insertFromMimeData(source)
    assert page.panel.text() == "warfarin 5 mg\naspirin 75 mg"
    page.panel.editor.undo()
    assert page.panel.text() == ""


def test_a_paste_too_long_is_one_sentence_and_nothing_is_lost(page: Page) -> None:
    page.enter("warfarin 5 mg")
    source = QMimeData()
    source.setText("warfarin 5 mg\n" * 100_000)
    said: list[str] = []
    page.model.fault_met.connect(said.append)
    page.panel.editor.insertFromMimeData(source)
    assert page.panel.text() == "warfarin 5 mg"
    assert len(said) == 1
    assert "longer than" in said[0]


def test_a_line_is_replaced_and_shown_by_its_number(page: Page) -> None:
    page.enter("warfarin 5 mg\nsimvastatin 40 mg")
    page.panel.replace_line(2, "pravastatin\n40 mg")
    assert page.panel.text() == "warfarin 5 mg\npravastatin 40 mg"
    page.panel.replace_line(9, "nothing")
    page.panel.editor.undo()
    assert page.panel.text() == "warfarin 5 mg\nsimvastatin 40 mg"
    page.panel.show_line(2)
    assert page.panel.editor.textCursor().blockNumber() == 1


def test_row_and_cursor_follow_each_other(page: Page) -> None:
    page.enter("warfarin 5 mg\nxyzolumab 5 mg")
    chosen = page.panel.states.chosen()
    assert chosen is not None
    assert chosen.line_number == 1
    page.key(Qt.Key.Key_Down)
    chosen = page.panel.states.chosen()
    assert chosen is not None
    assert chosen.line == "xyzolumab 5 mg"
    assert page.panel.editor.accessibleDescription() == "Not checked: not recognised"


def test_rows_that_stay_are_left_alone(page: Page) -> None:
    page.enter("warfarin 5 mg\nsimvastatin 40 mg")
    before = page.panel.states.topLevelItem(1)
    page.key(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.panel.editor, " nocte")
    page.settle()
    assert page.panel.states.topLevelItem(1) is before
    assert "1 × a day" in page.rows()[2]


def test_odd_spaces_are_checked_like_common_ones(page: Page) -> None:
    page.enter("warfarin\u00a05\u00a0mg\u2028aspirin 75 mg")
    assert page.signs() == "✓✓"
    page.key(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    page.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.panel.editor.blockCount() == 3


def test_the_empty_list_says_what_to_do(page: Page) -> None:
    assert "Type or paste one medicine a line" in page.panel.editor.placeholderText()
    assert page.rows() == []
    assert not page.panel.confirm_button.isEnabled()
    assert not page.panel.correct_button.isEnabled()


def test_the_gutter_stands_before_the_text_in_both_directions(page: Page) -> None:
    editor = page.panel.editor
    assert editor.gutter.geometry().right() < editor.viewport().geometry().left()
    page.panel.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    assert editor.gutter.geometry().left() > editor.viewport().geometry().right()


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_clipped_or_faint(page: Page, percent: int) -> None:
    font = QFont(page.panel.font())
    font.setPointSizeF(font.pointSizeF() * percent / 100)
    page.panel.setFont(font)
    page.enter("Warfarrin 5 mg od\nhydralazine 25 mg tds\nxyzolumab 5 mg")
    QApplication.processEvents()
    assert clipped(page.panel) == []
    assert overlapping(page.panel) == []
    assert faint(page.panel) == []


def test_five_hundred_lines_are_shown_and_a_key_stays_quick(page: Page) -> None:
    # Unknown names have no pairs: what is measured is the panel.
    page.panel.set_text("\n".join(f"xqz {number + 1} mg od" for number in range(490)))
    page.qtbot.waitUntil(lambda: page.model.phase is Phase.CHECKED, timeout=60_000)
    page.settle()
    assert page.rows()[0] == "490 lines need you"
    assert len(page.rows()) == 491
    spent = []
    for letter in (Qt.Key.Key_N, Qt.Key.Key_O, Qt.Key.Key_C, Qt.Key.Key_T, Qt.Key.Key_E):
        start = time.perf_counter()
        QTest.keyClick(page.panel.editor, letter)
        spent.append(time.perf_counter() - start)
    assert sorted(spent)[len(spent) // 2] < 0.05


def test_names_of_one_medicine_are_one_suggestion(page: Page) -> None:
    page.enter("prednis 5 mg")
    assert "near: predniSONE, Prelis" in page.rows()[1]


def paste(page: Page, text: str) -> None:
    """Paste and wait until it is checked."""
    mime = QMimeData()
    mime.setText(text)
    page.panel.editor.insertFromMimeData(mime)
    page.settle()


def test_a_list_pasted_over_another_keeps_nothing_that_was_confirmed(page: Page) -> None:
    page.enter("Warfarrin 3 mg od\nsimvastatin 40 mg")
    page.model.confirm("warfarin")
    page.model.set_patient(Patient(age_years=84))
    page.settle()
    assert page.signs() == "✓✓"
    page.panel.editor.selectAll()
    paste(page, "Warfarrin 5 mg\nibuprofen 400 mg")
    assert page.signs() == "?✓"
    # Nothing of the patient is thrown away, but it is said.
    assert page.model.patient == Patient(age_years=84)
    assert "still apply: look at “Patient”" in page.model.message


def test_a_paste_into_a_list_keeps_what_was_confirmed(page: Page) -> None:
    page.enter("Warfarrin 3 mg od\n")
    page.model.confirm("warfarin")
    page.settle()
    page.key(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    paste(page, "ibuprofen 400 mg")
    assert page.signs() == "✓✓"
    assert not page.model.message

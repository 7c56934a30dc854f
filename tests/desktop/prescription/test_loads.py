"""What adds up over the list, as a person sees it: bars that are no score, what is not counted, and what is not known."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.choice import Choice, pair_choice
from desktop.prescription.matrix.load_panel import LoadPanel
from desktop.prescription.matrix.load_rows import LoadRow
from engine.errors import ResourceError
from engine.interactions import overview
from tests.desktop.prescription.whole_list import LIST, enter, opened, rest, show_report


@pytest.fixture
def panel(qtbot: QtBot, opener: Opener) -> Iterator[LoadPanel]:
    """A panel over an empty list."""
    with opened(qtbot, opener, LoadPanel) as made:
        yield made


def rows(panel: LoadPanel) -> dict[str, list[QTreeWidgetItem]]:
    """Items below each heading."""
    found = {}
    for number in range(panel.tree.topLevelItemCount()):
        heading = panel.tree.topLevelItem(number)
        assert heading is not None
        found[heading.text(0)] = [child for place in range(heading.childCount()) if (child := heading.child(place)) is not None]
    return found


def item(panel: LoadPanel, words: str) -> QTreeWidgetItem:
    """The first row that is read aloud with these words."""
    return next(one for group in rows(panel).values() for one in group if words in one.text(0))


def payload(panel: LoadPanel, words: str) -> LoadRow:
    """What a row stands for."""
    found = panel.tree.payload_of(item(panel, words))
    assert isinstance(found, LoadRow)
    return found


def test_what_adds_up_stands_before_what_one_medicine_does(qtbot: QtBot, panel: LoadPanel) -> None:
    report = enter(qtbot, panel, LIST)
    groups = rows(panel)
    together, alone = groups
    assert together == f"Adds up ({len(report.cumulative)})"
    assert alone.startswith("One medicine only, or weak ones (")
    effects = [one.effect[:1].upper() + one.effect[1:] for one in report.cumulative]
    assert [one.text(0).split(" — ")[0] for one in groups[together]] == [f"Σ {effect}" for effect in effects]
    assert panel.state.text() == f"Harms to which several medicines add: {len(report.cumulative)}."


def test_a_row_names_medicines_and_grades_and_what_is_not_counted(qtbot: QtBot, panel: LoadPanel) -> None:
    enter(qtbot, panel, LIST)
    said = item(panel, "Bleeding").text(0)
    assert said == "Σ Bleeding — 2 medicines: warfarin (strong), ibuprofen (moderate); weak, not counted: sertraline"
    assert "1 medicine: simvastatin (strong)" in item(panel, "Muscle damage").text(0)
    assert "no medicine more than weakly; weak, not counted: sertraline" in item(panel, "Lower seizure threshold").text(0)


def test_a_bar_has_one_block_for_each_medicine(qtbot: QtBot, panel: LoadPanel) -> None:
    enter(qtbot, panel, LIST)
    bar = payload(panel, "Bleeding").bar
    assert (bar.firm, bar.others, bar.weak, bar.longest) == (1, 1, 1, 3)
    assert "it is no score, and doses are not weighed" in panel.words.toPlainText().replace("\n", " ")


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_a_bar_begins_where_its_text_begins(qtbot: QtBot, panel: LoadPanel, direction: Qt.LayoutDirection) -> None:
    panel.setLayoutDirection(direction)
    enter(qtbot, panel, "simvastatin 40 mg")
    one = item(panel, "Muscle damage")
    place = panel.tree.visualItemRect(one)
    picture = panel.tree.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    strip = [QColor(picture.pixel(x, place.bottom() - 6)).lightness() < 100 for x in range(place.left(), place.right())]
    drawn = [x for x, dark in enumerate(strip) if dark]
    assert drawn
    near_start = drawn[0] < len(strip) // 2
    assert near_start == (direction is Qt.LayoutDirection.LeftToRight)


def test_choosing_a_harm_that_adds_up_shows_in_the_selection(qtbot: QtBot, panel: LoadPanel) -> None:
    enter(qtbot, panel, LIST)
    panel.setFocus()
    assert panel.focusProxy() is panel.tree
    panel.tree.setCurrentItem(item(panel, "Bleeding"))
    assert panel.selection.choice is None
    QTest.keyClick(panel.tree, Qt.Key.Key_Return)
    assert panel.selection.choice == Choice("load", ("bleeding",))


def test_a_harm_of_one_medicine_shows_its_facts_and_chooses_nothing(qtbot: QtBot, panel: LoadPanel) -> None:
    enter(qtbot, panel, LIST)
    panel.tree.setCurrentItem(item(panel, "Muscle damage"))
    QTest.keyClick(panel.tree, Qt.Key.Key_Return)
    assert panel.selection.choice is None
    load = payload(panel, "Muscle damage").load
    assert load.contributors[0].fact.text in panel.words.toPlainText()
    assert load.contributors[0].fact.provenance[0] in panel.words.toPlainText()


def test_the_panel_follows_a_load_that_is_chosen_elsewhere(qtbot: QtBot, panel: LoadPanel) -> None:
    report = enter(qtbot, panel, LIST)
    panel.selection.choose(Choice("load", ("bleeding",)))
    qtbot.waitUntil(lambda: panel.fresh)
    assert panel.tree.currentItem() is item(panel, "Bleeding")
    panel.selection.choose(pair_choice(report, (0, 1)))
    qtbot.waitUntil(lambda: panel.fresh)
    assert panel.tree.currentItem() is item(panel, "Bleeding")


def test_the_current_harm_stays_while_the_list_changes(qtbot: QtBot, panel: LoadPanel) -> None:
    enter(qtbot, panel, LIST)
    panel.tree.setCurrentItem(item(panel, "Bleeding"))
    enter(qtbot, panel, f"aspirin 75 mg\n{LIST}")
    assert panel.tree.currentItem() is item(panel, "Bleeding")
    assert "acetylsalicylic acid" in panel.words.toPlainText() or "aspirin" in panel.words.toPlainText()


def test_what_nothing_is_known_of_is_named(qtbot: QtBot, panel: LoadPanel) -> None:
    enter(qtbot, panel, "simvastatin 40 mg\nfolic acid 5 mg\nxyzolumab\nhydrocortisone 1 % cream")
    words = panel.words.toPlainText()
    assert "what was not checked (1 in the list)" in words
    assert "What is not known here may still be so." in words
    assert "medicines used locally: hydrocortisone" in words
    assert "nothing at hand on a load of folic acid" in words


def test_a_list_without_any_load_is_no_proof(qtbot: QtBot, panel: LoadPanel) -> None:
    enter(qtbot, panel, "xyzolumab")
    assert panel.state.text() == "No medicine of the list is known to add to a harm that is looked at. Absence is no proof."


def test_only_the_latest_list_is_shown(qtbot: QtBot, panel: LoadPanel) -> None:
    enter(qtbot, panel, LIST)
    first = panel.model.report
    assert first is not None
    last = enter(qtbot, panel, "simvastatin 40 mg")
    # Two results in one turn: the older work is dropped.
    panel.model.report = first
    panel.refresh()
    assert "Working out what adds up" in panel.state.text()
    panel.model.report = last
    panel.refresh()
    rest(qtbot, panel)
    assert [one.text(0) for group in rows(panel).values() for one in group] == [
        "1 Muscle damage — 1 medicine: simvastatin (strong)"
    ]


def test_a_fault_is_said_and_gone_with_the_list(qtbot: QtBot, panel: LoadPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise ResourceError("The table of harms cannot be read.")

    report = enter(qtbot, panel, LIST)
    with monkeypatch.context() as patched:
        patched.setattr(overview, "load_overview", refuse)
        show_report(qtbot, panel, report.model_copy())
    assert panel.state.text() == "⚠ The loads were not worked out: The table of harms cannot be read."
    assert panel.tree.topLevelItemCount() == 0
    panel.model.set_text("")
    rest(qtbot, panel)
    assert "the list is empty" in panel.state.text()
    assert "cannot be read" not in panel.state.text()


def test_states_before_anything_is_known(qtbot: QtBot, panel: LoadPanel) -> None:
    assert "the list is empty" in panel.state.text()
    with opened(qtbot, None, LoadPanel) as closed:
        qtbot.waitUntil(lambda: closed.fresh)
        assert closed.state.text() == "Opening the knowledge…"

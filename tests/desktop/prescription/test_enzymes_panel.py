"""The map of shared enzymes as a person sees it: roles and strengths with their facts, and a meeting that is no finding."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.choice import Choice, pair_choice
from desktop.prescription.matrix.enzyme_panel import EnzymePanel
from engine.errors import ResourceError
from engine.interactions import enzymes
from tests.desktop.prescription.whole_list import LIST, enter, opened, rest, show_report

ROLE = Qt.ItemDataRole


@pytest.fixture
def panel(qtbot: QtBot, opener: Opener) -> Iterator[EnzymePanel]:
    """A panel over an empty list."""
    with opened(qtbot, opener, EnzymePanel) as made:
        yield made


def cell(panel: EnzymePanel, name: str, target: str) -> QModelIndex:
    """The cell of a medicine and an enzyme."""
    return panel.roles.index(panel.roles.row_titles.index(name), panel.roles.column_titles.index(target))


def current(panel: EnzymePanel) -> tuple[str, str]:
    """Medicine and enzyme of the current cell."""
    here = panel.grid.currentIndex()
    return panel.roles.row_titles[here.row()], panel.roles.column_titles[here.column()]


def test_roles_and_strengths_have_letters_and_words(qtbot: QtBot, panel: EnzymePanel) -> None:
    enter(qtbot, panel, LIST)
    for name, target, signs, said in (
        ("simvastatin", "CYP3A4", "S•••", "sensitive substrate"),
        ("clarithromycin", "CYP3A4", "I•••\nS?", "strong inhibitor; substrate, strength not stated"),
        ("warfarin (line 3)", "CYP2C9", "S••", "major substrate"),
        ("enalapril", "CYP3A4", "", "no role at hand"),
    ):
        index = cell(panel, name, target)
        assert index.data() == signs
        assert index.data(ROLE.AccessibleTextRole) == f"{name}, {target}: {said}" == index.data(ROLE.ToolTipRole)


def test_an_inducer_has_a_letter_of_its_own(qtbot: QtBot, panel: EnzymePanel) -> None:
    enter(qtbot, panel, "simvastatin 40 mg\nrifampicin 600 mg")
    assert cell(panel, "rifampicin", "CYP3A4").data().startswith("D•••")
    assert "D induces" in panel.words.toPlainText()


def test_the_current_cell_shows_each_fact_with_its_source(qtbot: QtBot, panel: EnzymePanel) -> None:
    enter(qtbot, panel, LIST)
    index = cell(panel, "clarithromycin", "CYP3A4")
    panel.grid.setCurrentIndex(index)
    words = panel.words.toPlainText()
    facts = [fact for member in panel.roles.members(index) for fact in member.facts]
    assert len(facts) > 2
    for fact in facts:
        assert fact.text in words
        assert fact.source in words


def test_a_meeting_is_not_called_an_interaction(qtbot: QtBot, panel: EnzymePanel) -> None:
    enter(qtbot, panel, LIST)
    assert "A meeting alone is no interaction." in panel.state.text()
    enter(qtbot, panel, "simvastatin 40 mg")
    assert panel.roles.columnCount() == 0
    assert panel.state.text().endswith("Absence is no proof.")


def test_what_is_not_in_the_map_is_named(qtbot: QtBot, panel: EnzymePanel) -> None:
    enter(qtbot, panel, LIST)
    words = panel.words.toPlainText()
    assert "what was not checked (1 in the list)" in words
    assert "no shared role at hand of lisinopril" in words
    assert "What is not known here may still be so." in words


def test_a_finding_by_way_of_an_enzyme_can_be_chosen_from_its_cell(qtbot: QtBot, panel: EnzymePanel) -> None:
    report = enter(qtbot, panel, LIST)
    panel.setFocus()
    assert panel.focusProxy() is panel.grid
    panel.grid.setCurrentIndex(cell(panel, "simvastatin", "CYP3A4"))
    assert "Findings by way of it:" in panel.words.toPlainText()
    assert "■ Contraindicated: simvastatin + clarithromycin" in panel.words.toPlainText()
    QTest.keyClick(panel.grid, Qt.Key.Key_Return)
    assert panel.selection.choice == pair_choice(report, (0, 1))
    panel.selection.choose(None)
    panel.words.anchorClicked.emit(QUrl("pair:0-1"))
    assert panel.selection.choice == pair_choice(report, (0, 1))


def test_a_cell_without_a_finding_chooses_nothing(qtbot: QtBot, panel: EnzymePanel) -> None:
    enter(qtbot, panel, LIST)
    panel.grid.setCurrentIndex(cell(panel, "sertraline", "CYP3A4"))
    assert "Findings by way of it" not in panel.words.toPlainText()
    QTest.keyClick(panel.grid, Qt.Key.Key_Return)
    assert panel.selection.choice is None


def test_the_map_follows_a_pair_that_meets_at_an_enzyme(qtbot: QtBot, panel: EnzymePanel) -> None:
    report = enter(qtbot, panel, LIST)
    panel.selection.choose(pair_choice(report, (0, 1)))
    qtbot.waitUntil(lambda: panel.fresh)
    assert current(panel) == ("simvastatin", "CYP3A4")
    panel.grid.setCurrentIndex(cell(panel, "clarithromycin", "CYP3A4"))
    panel.follow_choice()
    assert current(panel) == ("clarithromycin", "CYP3A4")
    for other in (pair_choice(report, (2, 6)), Choice("load", ("bleeding",)), None):
        panel.selection.choose(other)
        qtbot.waitUntil(lambda: panel.fresh)
        assert current(panel) == ("clarithromycin", "CYP3A4")


def test_the_map_is_worked_out_in_the_background_and_a_stale_one_dropped(qtbot: QtBot, panel: EnzymePanel) -> None:
    first = enter(qtbot, panel, LIST)
    last = enter(qtbot, panel, "warfarin 5 mg\namiodarone 200 mg")
    panel.model.report = first
    panel.refresh()
    assert panel.state.text() == "Looking for shared enzymes…"
    assert not panel.fresh
    panel.model.report = last
    panel.refresh()
    rest(qtbot, panel)
    assert set(panel.roles.row_titles) == {"warfarin", "amiodarone"}


def test_a_fault_is_said_and_gone_with_the_list(qtbot: QtBot, panel: EnzymePanel, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise ResourceError("The table of enzymes cannot be read.")

    report = enter(qtbot, panel, LIST)
    with monkeypatch.context() as patched:
        patched.setattr(enzymes, "shared_enzymes", refuse)
        show_report(qtbot, panel, report.model_copy())
    assert panel.state.text() == "⚠ The map was not worked out: The table of enzymes cannot be read."
    assert panel.roles.rowCount() == 0
    assert panel.words.toPlainText() == ""
    panel.model.set_text("")
    rest(qtbot, panel)
    assert "the list is empty" in panel.state.text()
    assert "cannot be read" not in panel.state.text()


def test_before_the_knowledge_is_open_the_panel_says_so(qtbot: QtBot) -> None:
    with opened(qtbot, None, EnzymePanel) as panel:
        qtbot.waitUntil(lambda: panel.fresh)
        assert panel.state.text() == "Opening the knowledge…"

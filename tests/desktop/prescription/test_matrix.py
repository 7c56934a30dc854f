"""The matrix as a person sees it: each kind of cell, in step with the findings, by keyboard; no cell says more than is known."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.choice import Choice, pair_choice
from desktop.prescription.matrix.grid import LOOK_ROLE, CellLook
from desktop.prescription.matrix.matrix_panel import MatrixPanel
from desktop.prescription.matrix.pairs import CellKind
from desktop.widgets.severity import LOOKS
from engine.report import SEVERITY_ORDER, Report, Severity
from tests.desktop.prescription.whole_list import LIST, enter, opened, show_report

ROLE = Qt.ItemDataRole


@pytest.fixture
def panel(qtbot: QtBot, opener: Opener) -> Iterator[MatrixPanel]:
    """A panel over an empty list."""
    with opened(qtbot, opener, MatrixPanel) as made:
        yield made


def titles(panel: MatrixPanel) -> list[str]:
    """Row titles as Qt shows them; the columns have the same."""
    rows, columns = (
        [str(panel.pairs.headerData(number, way)) for number in range(panel.pairs.rowCount())]
        for way in (Qt.Orientation.Vertical, Qt.Orientation.Horizontal)
    )
    assert rows == columns
    return rows


def cell(panel: MatrixPanel, one: str, other: str) -> QModelIndex:
    """The cell of two titles."""
    names = titles(panel)
    return panel.pairs.index(names.index(one), names.index(other))


def spoken(index: QModelIndex) -> str:
    """What a screen reader says, which is the tool tip too."""
    said = str(index.data(ROLE.AccessibleTextRole))
    assert said == index.data(ROLE.ToolTipRole)
    return said


def look(index: QModelIndex) -> CellLook:
    """How a cell is drawn."""
    found = index.data(LOOK_ROLE)
    assert isinstance(found, CellLook)
    assert found.sign == index.data()
    return found


def current(panel: MatrixPanel) -> set[str]:
    """Titles of the current cell."""
    here = panel.grid.currentIndex()
    return {titles(panel)[here.row()], titles(panel)[here.column()]} if here.isValid() else set()


def test_every_line_is_a_row_and_each_pair_stands_in_both_halves(qtbot: QtBot, panel: MatrixPanel) -> None:
    report = enter(qtbot, panel, LIST)
    names = titles(panel)
    assert names[:5] == ["simvastatin", "clarithromycin", "warfarin (line 3)", "warfarin (line 4)", "✗ xyzolumab 5 mg"]
    assert len(names) == len(report.drugs) + 1
    for row in range(len(names)):
        for column in range(row):
            assert panel.pairs.index(row, column).data() == panel.pairs.index(column, row).data()
    assert f"{report.pairs_checked} checked, {report.pairs_not_checked} not checked" in panel.state.text()


def test_each_kind_of_cell_says_what_is_known(qtbot: QtBot, panel: MatrixPanel) -> None:
    enter(qtbot, panel, LIST)
    found = cell(panel, "simvastatin", "clarithromycin")
    assert look(found).sign == LOOKS["contraindicated"].shape
    assert spoken(found).startswith("simvastatin and clarithromycin: contraindicated, documented, ")
    for one, other, sign, said in (
        ("simvastatin", "enalapril", "·", "checked, none found"),
        ("simvastatin", "✗ xyzolumab 5 mg", "✗", "not checked (“xyzolumab 5 mg”: not recognised)"),
        ("codeine", "paracetamol", "+", "ingredients of one product, not looked up as a pair"),
        ("warfarin (line 3)", "warfarin (line 4)", "=", "the same ingredient on two lines, no pair"),
        ("warfarin (line 3)", "warfarin (line 3)", "", "the same row and column"),
    ):
        index = cell(panel, one, other)
        assert look(index).sign == sign, (one, other)
        assert said in spoken(index)


def test_only_a_row_with_itself_is_empty_and_nothing_reads_as_no_interaction(qtbot: QtBot, panel: MatrixPanel) -> None:
    enter(qtbot, panel, LIST)
    for row in range(panel.pairs.rowCount()):
        for column in range(panel.pairs.columnCount()):
            index = panel.pairs.index(row, column)
            assert (look(index).sign == "") == (row == column)
            assert "no interaction" not in spoken(index).lower()
    panel.grid.setCurrentIndex(cell(panel, "simvastatin", "enalapril"))
    words = panel.words.toPlainText()
    assert "Absence of a finding is no proof." in words
    assert "empty: a row with itself" in words
    assert "no interaction" not in words.lower()


@pytest.mark.parametrize("documented", [True, False])
@pytest.mark.parametrize("severity", SEVERITY_ORDER)
def test_each_severity_and_its_origin_have_sign_colour_and_word(
    qtbot: QtBot, panel: MatrixPanel, severity: Severity, documented: bool
) -> None:
    report = enter(qtbot, panel, "simvastatin 40 mg\nclarithromycin 500 mg")
    finding = report.interactions[0].model_copy(update={"severity": severity, "documented": documented})
    show_report(qtbot, panel, report.model_copy(update={"interactions": (finding,)}))
    index = cell(panel, "simvastatin", "clarithromycin")
    drawn, wanted = look(index), LOOKS[severity]
    assert drawn == CellLook(wanted.shape + ("" if documented else "i"), wanted.text, wanted.background, dashed=not documented)
    assert f"{wanted.word.lower()}, {'documented' if documented else 'inferred'}, " in spoken(index)
    panel.grid.setCurrentIndex(index)
    assert wanted.word in panel.words.toPlainText()


def test_a_pair_with_several_findings_shows_the_worst_and_counts_the_rest(qtbot: QtBot, panel: MatrixPanel) -> None:
    report = enter(qtbot, panel, "simvastatin 40 mg\nclarithromycin 500 mg")
    worst = report.interactions[0]
    lesser = worst.model_copy(update={"severity": "minor", "provisional": True, "documented": False})
    show_report(qtbot, panel, report.model_copy(update={"interactions": (worst, lesser)}))
    index = cell(panel, "simvastatin", "clarithromycin")
    assert look(index).sign == LOOKS[worst.severity].shape
    assert spoken(index).endswith("; and 1 more on this pair")
    show_report(qtbot, panel, report.model_copy(update={"interactions": (lesser,)}))
    assert "inferred, provisional" in spoken(cell(panel, "simvastatin", "clarithromycin"))


def test_a_duplicate_of_one_subgroup_is_said_and_can_be_chosen(qtbot: QtBot, panel: MatrixPanel) -> None:
    report = enter(qtbot, panel, LIST)
    show_report(qtbot, panel, report.model_copy(update={"interactions": ()}))
    for one, other, said, choice in (
        ("enalapril", "lisinopril", "same subgroup, C09AA", Choice("duplicate", ("same subgroup", "C09AA"))),
        ("warfarin (line 3)", "warfarin (line 4)", "A possible duplicate.", Choice("duplicate", ("same ingredient", "warfarin"))),
    ):
        panel.grid.setCurrentIndex(cell(panel, one, other))
        assert said in panel.words.toPlainText()
        QTest.keyClick(panel.grid, Qt.Key.Key_Return)
        assert panel.selection.choice == choice


def test_the_keyboard_moves_and_enter_chooses_the_pair(qtbot: QtBot, panel: MatrixPanel) -> None:
    report = enter(qtbot, panel, LIST)
    panel.setFocus()
    assert panel.focusProxy() is panel.grid
    panel.grid.setCurrentIndex(panel.pairs.index(0, 0))
    QTest.keyClick(panel.grid, Qt.Key.Key_Right)
    assert current(panel) == {"simvastatin", "clarithromycin"}
    assert panel.selection.choice is None
    assert "Enter explains it." in panel.words.toPlainText()
    QTest.keyClick(panel.grid, Qt.Key.Key_Return)
    assert panel.selection.choice == pair_choice(report, (0, 1))


def test_a_cell_without_a_finding_chooses_nothing(qtbot: QtBot, panel: MatrixPanel) -> None:
    enter(qtbot, panel, LIST)
    for other in ("simvastatin", "enalapril", "✗ xyzolumab 5 mg"):
        panel.grid.setCurrentIndex(cell(panel, "simvastatin", other))
        QTest.keyClick(panel.grid, Qt.Key.Key_Space)
        assert panel.selection.choice is None


def test_a_click_chooses_the_pair(qtbot: QtBot, panel: MatrixPanel) -> None:
    report = enter(qtbot, panel, LIST)
    place = panel.grid.visualRect(panel.pairs.index(1, 0)).center()
    QTest.mouseClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.selection.choice == pair_choice(report, (0, 1))


def test_the_matrix_follows_what_is_chosen_elsewhere(qtbot: QtBot, panel: MatrixPanel) -> None:
    report = enter(qtbot, panel, LIST)
    finding = next(one for one in report.interactions if one.rows == (2, 6))
    panel.selection.choose(pair_choice(report, finding.rows))
    qtbot.waitUntil(lambda: panel.fresh)
    assert current(panel) == {"warfarin (line 3)", "ibuprofen"}
    panel.selection.choose(Choice("load", ("bleeding",)))
    qtbot.waitUntil(lambda: panel.fresh)
    assert current(panel) == {"warfarin (line 3)", "ibuprofen"}


def test_the_current_pair_stays_while_other_lines_change(qtbot: QtBot, panel: MatrixPanel) -> None:
    enter(qtbot, panel, LIST)
    panel.grid.setCurrentIndex(cell(panel, "simvastatin", "clarithromycin"))
    enter(qtbot, panel, f"digoxin 125 microgram\n{LIST}")
    assert current(panel) == {"simvastatin", "clarithromycin"}
    enter(qtbot, panel, "warfarin 5 mg")
    assert "contraindicated" not in panel.words.toPlainText()


def test_only_with_findings_says_what_it_hides(qtbot: QtBot, panel: MatrixPanel) -> None:
    report = enter(qtbot, panel, "simvastatin 40 mg\nclarithromycin 500 mg\nxyzolumab\nfolic acid 5 mg")
    QTest.keyClick(panel.only_found, Qt.Key.Key_Space)
    assert titles(panel) == ["simvastatin", "clarithromycin"]
    assert "Hidden: 2 rows without a finding, 1 of them not checked." in panel.state.text()
    assert f"{report.pairs_not_checked} not checked" in panel.state.text()
    QTest.keyClick(panel.only_found, Qt.Key.Key_Space)
    assert len(titles(panel)) == 4
    assert "Hidden" not in panel.state.text()


def test_titles_of_what_was_not_checked_say_why(qtbot: QtBot, panel: MatrixPanel) -> None:
    enter(qtbot, panel, LIST)
    number = titles(panel).index("✗ xyzolumab 5 mg")
    said = panel.pairs.headerData(number, Qt.Orientation.Vertical, ROLE.AccessibleTextRole)
    assert said == "xyzolumab 5 mg: not recognised"


def test_hostile_lines_are_shown_as_they_are(qtbot: QtBot, panel: MatrixPanel) -> None:
    enter(qtbot, panel, "simvastatin 40 mg\n<b>xyz</b> &amp; <img src=x>")
    hostile = next(name for name in titles(panel) if name.startswith("✗"))
    panel.grid.setCurrentIndex(cell(panel, "simvastatin", hostile))
    assert "<b>xyz</b>" in panel.words.toPlainText()


def test_states_are_said_and_nothing_of_an_older_list_stays(qtbot: QtBot, panel: MatrixPanel) -> None:
    assert "the list is empty" in panel.state.text()
    enter(qtbot, panel, "xyzolumab")
    assert "No pair was checked." in panel.state.text()
    enter(qtbot, panel, LIST)
    panel.model.set_text(LIST + "\naspirin")
    qtbot.waitUntil(lambda: "belongs to the list before the change" in panel.state.text())
    panel.model.stop()
    qtbot.waitUntil(lambda: "not checked" in panel.state.text() and panel.fresh)
    assert panel.pairs.rowCount() == 0
    assert panel.words.toPlainText() == ""


def test_before_the_knowledge_is_open_the_panel_says_so(qtbot: QtBot) -> None:
    with opened(qtbot, None, MatrixPanel) as panel:
        qtbot.waitUntil(lambda: panel.fresh)
        assert panel.state.text() == "Opening the knowledge…"


def test_what_is_under_a_cell_is_one_of_the_known_kinds(qtbot: QtBot, panel: MatrixPanel) -> None:
    report: Report = enter(qtbot, panel, LIST)
    table = panel.pairs.table
    assert table is not None
    kinds = [table.cell(one, other).kind for one in table.entries for other in table.entries]
    assert set(kinds) == set(CellKind)
    checked = sum(kind in {CellKind.FOUND, CellKind.NONE_FOUND} for kind in kinds) // 2
    assert checked == report.pairs_checked
    assert sum(kind is CellKind.NOT_CHECKED for kind in kinds) // 2 == report.pairs_not_checked

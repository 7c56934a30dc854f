"""The findings panel as a person sees it: states, filters, selection, thousands of rows; nothing clipped, faint or silent."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.choice import Selection, pair_choice
from desktop.prescription.findings_list import FindingsList
from desktop.prescription.findings_panel import FindingsPanel
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.tasks import TaskRunner
from desktop.widgets.contrast import legible_palette
from engine.settings import Settings
from tests.desktop.legibility import clipped, faint, overlapping

LIST = "simvastatin 40 mg\nclarithromycin 500 mg bd\nwarfarin 5 mg\namiodarone 200 mg\nibuprofen 400 mg\nsildenafil 50 mg"
WITHOUT_WARFARIN = LIST.replace("warfarin 5 mg\n", "")


@pytest.fixture
def panel(qtbot: QtBot, opener: Opener) -> Iterator[FindingsPanel]:
    """A panel whose knowledge is open, over an empty list."""
    tasks = TaskRunner()
    made = FindingsPanel(PrescriptionViewModel(tasks), Selection())
    qtbot.addWidget(made)
    made.resize(420, 700)
    made.show()
    made.model.open(opener)
    qtbot.waitUntil(lambda: made.model.ready and made.fresh)
    yield made
    made.model.stop()
    made.close()
    assert tasks.close()


def enter(qtbot: QtBot, panel: FindingsPanel, text: str) -> None:
    """Check a text and wait until it is shown."""
    panel.model.set_text(text)
    rest(qtbot, panel)


def rest(qtbot: QtBot, panel: FindingsPanel) -> None:
    """Wait until the panel shows the present state."""
    qtbot.waitUntil(lambda: not panel.model.busy and panel.fresh, timeout=20_000)
    QApplication.processEvents()


def titles(tree: FindingsList) -> list[str]:
    """What Qt shows of the headings, which must be what the list holds."""
    model = tree.model()
    found = [str(model.index(number, 0).data()) for number in range(model.rowCount())]
    assert found == [group.title for group in tree.groups]
    for number, group in enumerate(tree.groups):
        heading = model.index(number, 0)
        spoken = [model.index(place, 0, heading).data() for place in range(model.rowCount(heading))]
        assert spoken == [row.spoken for row in group.rows]
    return found


def pairs(tree: FindingsList) -> list[str]:
    """Titles of the rows of pairs."""
    titles(tree)
    return [row.title for group in tree.groups if group.look for row in group.rows]


def pick(box: QComboBox, text: str) -> None:
    """Choose as a person does."""
    number = box.findText(text)
    assert number >= 0, [box.itemText(each) for each in range(box.count())]
    box.setCurrentIndex(number)
    box.activated.emit(number)


def test_the_empty_list_says_what_to_do(panel: FindingsPanel) -> None:
    assert "Type or paste" in panel.status.summary.text()
    assert panel.blank.isVisible()
    assert not panel.tree.isVisible()
    assert not panel.filters.isVisible()


def test_a_list_that_is_hidden_before_it_took_its_width_is_waited_for_by_no_one(qtbot: QtBot, panel: FindingsPanel) -> None:
    panel.tree.show()
    panel.tree.resize(panel.tree.width() + 40, panel.tree.height())
    found = [panel.fresh]
    panel.tree.hide()
    found.append(panel.fresh)
    panel.tree.show()
    found.append(panel.fresh)
    assert found == [False, True, False]
    qtbot.waitUntil(lambda: panel.fresh)


def test_findings_show_worst_first_and_the_first_is_chosen(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    assert titles(panel.tree)[0] == "■ Contraindicated (2)"
    assert panel.status.summary.text().startswith("2 contraindicated, ")
    assert panel.status.summary.text().endswith("; 15 pairs checked")
    assert panel.model.report is not None
    assert panel.selection.choice == panel.tree.first_choice() is not None
    assert panel.selection.choice == pair_choice(panel.model.report, panel.model.report.interactions[0].rows)
    assert panel.model.report.interactions[0].severity == "contraindicated"
    assert not panel.hint.isVisible()


def test_a_change_of_the_list_changes_only_what_is_new(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    before = pairs(panel.tree)
    enter(qtbot, panel, WITHOUT_WARFARIN)
    after = pairs(panel.tree)
    assert [title for title in before if "warfarin" not in title] == after != before
    enter(qtbot, panel, LIST)
    assert pairs(panel.tree) == before
    enter(qtbot, panel, "\n".join(reversed(LIST.split("\n"))))
    assert len(pairs(panel.tree)) == len(before) > 0


def test_none_found_and_no_pair_say_so(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, "paracetamol 500 mg\namoxicillin 500 mg")
    assert panel.status.summary.text() == "None found in what was checked (1 pair checked). Absence is no proof."
    assert not panel.filters.isVisible()
    enter(qtbot, panel, "simvastatin")
    assert "No pair was checked" in panel.status.summary.text()


def test_a_fault_and_a_stop_leave_no_older_findings(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    enter(qtbot, panel, "\n".join(f"warfarin {number} mg" for number in range(1, 502)))
    assert panel.status.summary.text().startswith("⚠ Nothing was checked: ")
    assert not panel.tree.groups
    assert "nothing was checked" in panel.blank.text()
    panel.model.set_text(LIST)
    panel.model.stop()
    rest(qtbot, panel)
    assert panel.model.phase is Phase.STOPPED
    assert "stopped" in panel.status.summary.text()
    assert "stopped" in panel.blank.text()


def test_older_findings_stay_while_checking_and_are_called_so(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    before = pairs(panel.tree)
    panel.model.set_text(WITHOUT_WARFARIN)
    qtbot.waitUntil(lambda: panel.status.summary.text().startswith("Checking…"))
    assert "before the change" in panel.status.summary.text()
    assert pairs(panel.tree) == before
    rest(qtbot, panel)
    assert pairs(panel.tree) != before


def test_a_filter_says_how_many_it_hides_and_keeps_contraindicated_ones(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    everything = pairs(panel.tree)
    pick(panel.filters.severity, "Major or worse")
    pick(panel.filters.medicine, "warfarin")
    rest(qtbot, panel)
    shown = pairs(panel.tree)
    assert panel.hint.text() == f"{len(everything) - len(shown)} pairs hidden by filters."
    kept = panel.tree.groups[0]
    assert kept.title == "■ Contraindicated (2)"
    assert all("Outside the filter" in row.remarks for row in kept.rows)
    assert all("warfarin" in title for title in shown[2:])
    # It outlives a check.
    enter(qtbot, panel, LIST + "\ndigoxin 125 mcg")
    assert panel.filters.medicine.currentText() == "warfarin"
    QTest.mouseClick(panel.show_all, Qt.MouseButton.LeftButton)
    rest(qtbot, panel)
    assert set(everything) <= set(pairs(panel.tree))
    assert not panel.hint.isVisible()
    assert panel.filters.medicine.currentText() == "All medicines"


def test_a_medicine_that_left_takes_its_filter_with_a_word(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    pick(panel.filters.medicine, "warfarin")
    enter(qtbot, panel, WITHOUT_WARFARIN)
    assert panel.hint.text() == "warfarin is not in the list any more: all medicines are shown."
    assert panel.hint.isVisible()
    assert panel.filters.medicine.currentText() == "All medicines"
    assert "amiodarone raises simvastatin" in pairs(panel.tree)


def test_mechanism_and_origin(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    assert panel.model.report is not None
    pick(panel.filters.mechanism, "PK: metabolism")
    rest(qtbot, panel)
    kinetic = {frozenset(one.rows) for one in panel.model.report.interactions if "pk.metabolism" in str(one.mechanisms)}
    assert len(pairs(panel.tree)) == len(kinetic)
    pick(panel.filters.mechanism, "All mechanisms")
    pick(panel.filters.origin, "Inferred only")
    rest(qtbot, panel)
    assert [group.key for group in panel.tree.groups if group.look and group.key.endswith("documented")] == [
        "contraindicated documented"
    ]


def test_a_filter_that_hides_everything_has_a_way_out(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, "amlodipine 5 mg\nsildenafil 50 mg")
    assert pairs(panel.tree)
    pick(panel.filters.severity, "Contraindicated only")
    rest(qtbot, panel)
    assert not pairs(panel.tree)
    assert panel.hint.text().startswith("1 pair hidden by filters.")
    assert panel.show_all.isVisible()


def test_the_settings_are_where_the_filter_begins(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    panel.model.set_settings(Settings(least_severity="major"))
    rest(qtbot, panel)
    assert panel.filters.severity.currentText() == "Major or worse"
    assert "hidden by filters" in panel.hint.text()
    pick(panel.filters.severity, "All severities")
    panel.model.set_settings(Settings(least_severity="major", font_percent=110))
    rest(qtbot, panel)
    assert panel.filters.severity.currentText() == "All severities"


def test_rows_choose_and_follow_the_choice(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    report = panel.model.report
    assert report is not None
    panel.tree.setFocus()
    QTest.keyClick(panel.tree, Qt.Key.Key_Down)
    second = panel.tree.groups[0].rows[1].choice
    assert panel.selection.choice == second
    # Another part of the page chooses.
    wanted = pair_choice(report, report.interactions[-1].rows)
    panel.selection.choose(wanted)
    rest(qtbot, panel)
    row = panel.tree.part_at(panel.tree.currentIndex())
    assert row is panel.tree.groups[panel.tree.currentIndex().parent().row()].rows[panel.tree.currentIndex().row()]
    assert panel.tree.viewport().rect().intersects(panel.tree.visualRect(panel.tree.currentIndex()))
    assert panel.selection.choice == wanted
    # It stays chosen over a check, hidden or not, until it is gone.
    enter(qtbot, panel, LIST + "\ndigoxin 125 mcg")
    assert panel.selection.choice == wanted
    pick(panel.filters.severity, "Contraindicated only")
    rest(qtbot, panel)
    assert panel.selection.choice == wanted
    assert "The chosen pair is one of them." in panel.hint.text()
    enter(qtbot, panel, "simvastatin 40 mg\nclarithromycin 500 mg")
    assert panel.selection.choice == panel.tree.first_choice()


def test_a_heading_closes_and_stays_closed(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    place = panel.tree.visualRect(panel.tree.model().index(0, 0)).center()
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not panel.tree.isExpanded(panel.tree.model().index(0, 0))
    enter(qtbot, panel, WITHOUT_WARFARIN)
    assert not panel.tree.isExpanded(panel.tree.model().index(0, 0))
    # Choosing a row in it opens it.
    panel.selection.choose(None)
    rest(qtbot, panel)
    panel.selection.choose(panel.tree.first_choice())
    rest(qtbot, panel)
    assert panel.tree.isExpanded(panel.tree.model().index(0, 0))


def test_a_hidden_panel_rests_and_catches_up(qtbot: QtBot, panel: FindingsPanel) -> None:
    panel.hide()
    panel.model.set_text(LIST)
    qtbot.waitUntil(lambda: panel.model.phase is Phase.CHECKED, timeout=20_000)
    qtbot.wait(30)
    assert not panel.tree.groups
    panel.show()
    rest(qtbot, panel)
    assert pairs(panel.tree)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_clipped_or_faint(qtbot: QtBot, panel: FindingsPanel, percent: int, dark: bool) -> None:
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    own_font, own_palette = qt.font(), QPalette(qt.palette())
    font = qt.font()
    font.setPointSizeF(own_font.pointSizeF() * percent / 100)
    plain = QPalette(QColor("#323232"), QColor("#323232")) if dark else QPalette()
    qt.setFont(font)
    qt.setPalette(plain)
    qt.setPalette(legible_palette(qt.palette()).resolve(plain))
    enter(qtbot, panel, LIST)
    pick(panel.filters.severity, "Major or worse")
    pick(panel.filters.medicine, "clarithromycin")
    panel.resize(380, 700)
    rest(qtbot, panel)
    wrong = [*clipped(panel), *overlapping(panel), *faint(panel)]
    qt.setFont(own_font)
    qt.setPalette(own_palette)
    assert not wrong


def test_everything_has_a_name_and_can_be_reached(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    pick(panel.filters.severity, "Major or worse")
    rest(qtbot, panel)
    parts = (panel.filters.severity, panel.filters.medicine, panel.filters.mechanism, panel.filters.origin, panel.tree)
    assert all(part.accessibleName() for part in parts)
    parts[0].setFocus()
    reached: list[QWidget] = []
    for _ in range(6):
        now = QApplication.focusWidget()
        assert now is not None
        reached.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert reached == [*parts[:4], panel.show_all, panel.tree]


def test_a_new_font_and_right_to_left_measure_anew(qtbot: QtBot, panel: FindingsPanel) -> None:
    enter(qtbot, panel, LIST)
    index = panel.tree.model().index(0, 0, panel.tree.model().index(0, 0))
    before = panel.tree.visualRect(index).height()
    font = panel.tree.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    panel.tree.setFont(font)
    QApplication.sendEvent(panel.tree, QEvent(QEvent.Type.FontChange))
    rest(qtbot, panel)
    assert panel.tree.visualRect(index).height() > before
    panel.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    rest(qtbot, panel)
    assert not clipped(panel)

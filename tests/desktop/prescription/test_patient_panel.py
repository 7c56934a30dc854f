"""The patient panel as a person sees it: unknown stays unknown, nothing typed is lost, and it says what each value changes."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.choice import Selection
from desktop.prescription.patient.effects import FIELD_OF_DATUM
from desktop.prescription.patient.entries import ChoiceEntry, FigureEntry, figure_of
from desktop.prescription.patient.panel import PatientPanel
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.tasks import TaskRunner
from desktop.widgets.contrast import LEAST_CONTRAST, contrast, legible_palette
from engine.interactions.conditions import _NUMBER_FIELDS, _TEXT_FIELDS, Atom, Situation, datum_of
from engine.interactions.exposure import Exposure
from engine.prescriptions.patient import Patient
from engine.settings import Settings

LIST = "metformin 500 mg bd\nspironolactone 25 mg od\nramipril 5 mg od\nclozapine 100 mg od"


@pytest.fixture
def panel(qtbot: QtBot, opener: Opener) -> Iterator[PatientPanel]:
    tasks = TaskRunner()
    model = PrescriptionViewModel(tasks)
    shown = PatientPanel(model, Selection())
    qtbot.addWidget(shown)
    shown.resize(380, 760)
    shown.show()
    model.open(opener)
    qtbot.waitUntil(lambda: model.ready and shown.fresh, timeout=10_000)
    yield shown
    shown.hide()
    model.stop()
    qtbot.waitUntil(lambda: tasks.close(wait_ms=0), timeout=10_000)


def patient_of(panel: PatientPanel) -> Patient | None:
    """The patient that checks are made for."""
    return panel.model.patient


def check(qtbot: QtBot, panel: PatientPanel, text: str = LIST) -> None:
    """Check a list and wait until the panel shows what came of it."""
    panel.model.set_text(text)
    rest(qtbot, panel)


def rest(qtbot: QtBot, panel: PatientPanel) -> None:
    """Wait until typing has been taken and everything is shown."""
    qtbot.waitUntil(lambda: not panel._pause.isActive() and not panel.model.busy and panel.fresh, timeout=20_000)


def write(qtbot: QtBot, panel: PatientPanel, field: str, text: str) -> FigureEntry:
    """Type a figure."""
    entry = panel.entries[field]
    assert isinstance(entry, FigureEntry)
    entry.edit.selectAll()
    QTest.keyClick(entry.edit, Qt.Key.Key_Delete)
    QTest.keyClicks(entry.edit, text)
    rest(qtbot, panel)
    return entry


def choose(qtbot: QtBot, panel: PatientPanel, field: str, words: str) -> None:
    """Choose a value by the keyboard."""
    entry = panel.entries[field]
    assert isinstance(entry, ChoiceEntry)
    entry.box.setFocus()
    QTest.keyClick(entry.box, Qt.Key.Key_Home)
    while entry.box.currentText() != words:
        before = entry.box.currentIndex()
        QTest.keyClick(entry.box, Qt.Key.Key_Down)
        assert entry.box.currentIndex() > before, words
    rest(qtbot, panel)


def test_nothing_is_known_at_first_and_no_value_is_a_default(panel: PatientPanel) -> None:
    assert patient_of(panel) is None
    for entry in panel.entries.values():
        assert entry.value() is None
        if isinstance(entry, ChoiceEntry):
            assert entry.box.currentText() == "not known"


def test_what_is_missing_stands_first_and_leads_to_its_field(qtbot: QtBot, panel: PatientPanel) -> None:
    check(qtbot, panel)
    assert panel.missing.isVisible()
    assert "Not known and would matter" in panel.missing.text()
    assert "eGFR" in panel.missing.text()
    egfr = panel.entries["egfr_ml_min"]
    assert "not known; would change" in egfr.note.text()
    panel.missing.linkActivated.emit("field:egfr_ml_min")
    assert panel.focusWidget() is egfr.control()


def test_a_value_shows_the_statement_that_it_changes(qtbot: QtBot, panel: PatientPanel) -> None:
    check(qtbot, panel)
    entry = write(qtbot, panel, "egfr_ml_min", "25")
    assert patient_of(panel) == Patient(egfr_ml_min=25.0)
    assert "Changes" in entry.note.text()
    assert "etformin" in entry.note.text()
    assert "eGFR</a>" not in panel.missing.text()
    entry.note.linkActivated.emit("effect:0")
    assert panel.selection.choice is not None
    write(qtbot, panel, "egfr_ml_min", "")
    assert patient_of(panel) is None
    assert "would change" in entry.note.text()


def test_what_is_out_of_range_stays_and_does_not_count(qtbot: QtBot, panel: PatientPanel) -> None:
    entry = write(qtbot, panel, "weight_kg", "7000")
    assert entry.problem.text() == "⚠ Weight must be 0.3 to 650 kg; this does not count."
    assert entry.edit.text() == "7000"
    assert patient_of(panel) is None
    write(qtbot, panel, "weight_kg", "70,5")
    assert not entry.problem.isVisible()
    assert patient_of(panel) == Patient(weight_kg=70.5)
    write(qtbot, panel, "weight_kg", "heavy")
    assert entry.problem.text() == "⚠ Weight must be a number; this does not count."
    assert entry.edit.text() == "heavy"
    assert patient_of(panel) is None
    write(qtbot, panel, "creatinine_umol_l", "1,200")
    assert "two ways" in panel.entries["creatinine_umol_l"].problem.text()


def test_creatinine_shows_the_clearance_that_follows(qtbot: QtBot, panel: PatientPanel) -> None:
    entry = write(qtbot, panel, "creatinine_umol_l", "88.4")
    assert "needs age (18 or more), sex and weight" in entry.note.text()
    write(qtbot, panel, "age_years", "68")
    write(qtbot, panel, "weight_kg", "72")
    choose(qtbot, panel, "sex", "female")
    assert entry.note.text() == "Used as eGFR: 61 mL/min, by Cockcroft and Gault."
    write(qtbot, panel, "egfr_ml_min", "50")
    assert "eGFR above is used" in entry.note.text()


def test_units_change_what_is_shown_and_not_what_counts(qtbot: QtBot, panel: PatientPanel) -> None:
    entry = write(qtbot, panel, "weight_kg", "70.123456")
    panel.model.set_settings(Settings(units="us"))
    rest(qtbot, panel)
    assert (entry.edit.text(), entry.unit.text()) == ("154.6", "lb")
    assert patient_of(panel) == Patient(weight_kg=70.123456)
    panel.model.set_settings(Settings())
    rest(qtbot, panel)
    assert (entry.edit.text(), entry.unit.text()) == ("70.123456", "kg")
    panel.model.set_settings(Settings(units="us"))
    rest(qtbot, panel)
    creatinine = write(qtbot, panel, "creatinine_umol_l", "1.0")
    assert patient_of(panel) == Patient(weight_kg=70.123456, creatinine_umol_l=88.4)
    write(qtbot, panel, "creatinine_umol_l", "0.1")
    assert creatinine.problem.text() == "⚠ Creatinine must be 0.1131 to 56.56 mg/dL; this does not count."


def test_three_values_and_a_contradiction(qtbot: QtBot, panel: PatientPanel) -> None:
    choose(qtbot, panel, "smoker", "no")
    assert patient_of(panel) == Patient(smoker=False)
    choose(qtbot, panel, "pregnant", "yes")
    before = panel.model.patient
    choose(qtbot, panel, "sex", "male")
    assert "contradicts" in panel.fault.text()
    assert panel.fault.isVisible()
    assert patient_of(panel) == before
    choose(qtbot, panel, "pregnant", "not known")
    assert not panel.fault.isVisible()
    assert patient_of(panel) == Patient(smoker=False, sex="male")


def test_history_is_searched_and_set_by_key(qtbot: QtBot, panel: PatientPanel) -> None:
    QTest.keyClicks(panel.history.search, "long QT")
    texts = [panel.history.list.item(row).text() for row in range(panel.history.list.count())]
    assert "? long QT interval — not known" in texts
    panel.history.list.setCurrentRow(texts.index("? long QT interval — not known"))
    for key, text, patient in (
        (Qt.Key.Key_Y, "✓ long QT interval — yes", Patient(history=("long_qt",))),
        (Qt.Key.Key_Space, "✗ long QT interval — no", Patient(history_absent=("long_qt",))),
        (Qt.Key.Key_Delete, "? long QT interval — not known", None),
    ):
        QTest.keyClick(panel.history.list, key)
        rest(qtbot, panel)
        assert panel.history.list.currentItem().text() == text
        assert patient_of(panel) == patient
    QTest.mouseClick(panel.history.buttons["no"], Qt.MouseButton.LeftButton)
    rest(qtbot, panel)
    assert patient_of(panel) == Patient(history_absent=("long_qt",))


def test_history_that_matters_for_the_list_comes_first(qtbot: QtBot, panel: PatientPanel) -> None:
    check(qtbot, panel, "amiodarone 200 mg po\nsotalol 80 mg po\nfurosemide 40 mg po\nbisoprolol 5 mg po\ndiltiazem 200 mg po")
    items = [panel.history.list.item(row).text() for row in range(panel.history.list.count())]
    assert items[0] == "Known, or matters for this list"
    assert items.index("History") > 1
    first = items[1 : items.index("History")]
    assert any("heart failure" in text for text in first)


def test_a_patient_from_elsewhere_fills_the_form_and_nothing_of_the_one_before_stays(qtbot: QtBot, panel: PatientPanel) -> None:
    write(qtbot, panel, "inr", "2.5")
    # Typed for the one before, and not applied yet when the next comes.
    weight = panel.entries["weight_kg"]
    assert isinstance(weight, FigureEntry)
    QTest.keyClicks(weight.edit, "70")
    panel.model.start_list(Patient(age_years=44.0, smoker=True, history=("diabetes",)))
    rest(qtbot, panel)
    age = panel.entries["age_years"]
    assert isinstance(age, FigureEntry)
    assert age.edit.text() == "44"
    assert not weight.edit.text()
    assert panel.entries["smoker"].value() is True
    assert panel.history.history == ("diabetes",)
    assert patient_of(panel) == Patient(age_years=44.0, smoker=True, history=("diabetes",))
    QTest.mouseClick(panel.clear_button, Qt.MouseButton.LeftButton)
    assert patient_of(panel) is None
    assert not age.edit.text()
    assert not panel.history.list.findItems("✓", Qt.MatchFlag.MatchStartsWith)


def test_what_is_typed_is_applied_when_the_panel_is_left(qtbot: QtBot, panel: PatientPanel) -> None:
    age = panel.entries["age_years"]
    assert isinstance(age, FigureEntry)
    QTest.keyClicks(age.edit, "80")
    panel.hide()
    assert patient_of(panel) == Patient(age_years=80.0)


def test_what_is_typed_while_the_knowledge_opens_counts_afterwards(qtbot: QtBot, opener: Opener) -> None:
    tasks = TaskRunner()
    panel = PatientPanel(PrescriptionViewModel(tasks), Selection())
    qtbot.addWidget(panel)
    panel.show()
    age = panel.entries["age_years"]
    assert isinstance(age, FigureEntry)
    QTest.keyClicks(age.edit, "80")
    panel.apply()
    assert panel.model.phase is Phase.OPENING
    panel.model.open(opener)
    qtbot.waitUntil(lambda: patient_of(panel) == Patient(age_years=80.0), timeout=10_000)
    qtbot.waitUntil(lambda: tasks.close(wait_ms=0), timeout=10_000)


def test_everything_has_a_name_and_is_in_view_at_every_font_size(qtbot: QtBot, panel: PatientPanel) -> None:
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    own = qt.font()
    check(qtbot, panel)
    controls = [entry.control() for entry in panel.entries.values()]
    try:
        for percent in (100, 200):
            font = qt.font()
            font.setPointSizeF(own.pointSizeF() * percent / 100)
            qt.setFont(font)
            # Forms lay out anew in their own time, which is long on a busy machine.
            qtbot.waitUntil(
                lambda: all(control.height() >= control.fontMetrics().height() for control in controls), timeout=30_000
            )
            QTest.qWait(50)
            inside = panel.area.widget()
            assert inside is not None
            assert inside.width() <= panel.area.viewport().width()
            for entry in panel.entries.values():
                control = entry.control()
                assert control.accessibleName().startswith(entry.label)
                place = control.mapTo(inside, control.rect().topLeft())
                assert place.x() >= 0
                assert place.x() + control.width() <= inside.width()
                assert control.height() >= control.fontMetrics().height()
                if entry.note.isVisible():
                    assert entry.note.height() >= entry.note.heightForWidth(entry.note.width())
    finally:
        qt.setFont(own)


def test_every_datum_of_the_engine_has_a_field() -> None:
    side = Exposure(0, 0, "x", "x")
    situation = Situation(side, side, Patient())
    of_patient = {*_NUMBER_FIELDS, *_TEXT_FIELDS} - {"substance", "route"} - {name for name in _NUMBER_FIELDS if "dose" in name}
    data = {datum_of(Atom("patient", name, "=", "1"), situation) for name in of_patient}
    assert data == set(FIELD_OF_DATUM)


@pytest.mark.parametrize(("text", "figure"), [("4.5", 4.5), ("4,5", 4.5), (" 60 ", 60.0), (".5", 0.5)])
def test_figures(text: str, figure: float) -> None:
    assert figure_of(text) == figure


@pytest.mark.parametrize("text", ["", "1,200", "-3", "1e5", "nan", "inf", "4.5.6", "٤", "6 ft", "1" * 400])
def test_no_figures(text: str) -> None:
    assert figure_of(text) is None


def test_a_command_by_key_finds_what_was_typed_just_before(panel: PatientPanel) -> None:
    edit = panel.entries["age_years"].control()
    QTest.keyClicks(edit, "84")
    assert panel.model.patient is None
    # Control alone is on its way to a command.
    QTest.keyPress(edit, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert panel.model.patient == Patient(age_years=84)


def test_the_command_to_the_patient_leads_to_the_first_field(panel: PatientPanel) -> None:
    panel.activateWindow()
    panel.setFocus()
    assert QApplication.focusWidget() is panel.entries["age_years"].control()


def test_a_screen_reader_says_what_the_notes_say(qtbot: QtBot, panel: PatientPanel) -> None:
    check(qtbot, panel)

    def said(widget: QWidget) -> str:
        return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)

    assert said(panel.missing).startswith("⚠ Not known and would matter; • history: not known; would change what is said of 1 ")
    note = panel.entries["egfr_ml_min"].note
    assert said(note).startswith("eGFR: ⚠ not known; would change what is said of ")


def test_links_can_be_read_when_the_theme_changes(qtbot: QtBot, panel: PatientPanel) -> None:
    check(qtbot, panel)

    def ratio() -> float:
        """Of the first link and the ground that it stands on."""
        colour = re.search(r'color:(#\w+)" href', panel.missing.text())
        assert colour is not None
        return contrast(QColor(colour[1]), panel.missing.palette().color(QPalette.ColorRole.Window))

    assert ratio() >= LEAST_CONTRAST
    panel.setPalette(legible_palette(QPalette(QColor("#323232"), QColor("#323232"))))
    assert ratio() >= LEAST_CONTRAST

"""The detail panel as a person sees and works it: facts by keyboard, the checklist, alternatives, what is stale."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.prescription.choice import Selection, choice_of, pair_choice
from desktop.prescription.detail.block import TextBlock
from desktop.prescription.detail.markup import ink_of
from desktop.prescription.detail.panel import DetailPanel
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.tasks import TaskRunner
from desktop.widgets.contrast import LEAST_CONTRAST, contrast, legible_palette
from engine.application import Application
from engine.prescriptions.patient import Patient
from engine.report import Interaction, Report
from tests.desktop.legibility import clipped, faint, overlapping
from tools.screens import lay_out

LIST = "simvastatin 40 mg nocte\nclarithromycin 500 mg bd\naspirin\nwarfarin 5 mg od\namiodarone 200 mg\ncitalopram 20 mg"


class Bench:
    """A detail panel over a model of its own."""

    def __init__(self, qtbot: QtBot, application: Application) -> None:
        self.qtbot = qtbot
        self.model = PrescriptionViewModel(TaskRunner())
        self.model.application = application
        self.selection = Selection()
        self.panel = DetailPanel(self.model, self.selection)
        self.panel.resize(440, 900)
        self.panel.show()

    @property
    def report(self) -> Report:
        assert self.model.report is not None
        return self.model.report

    def check(self, text: str) -> None:
        self.model.set_text(text)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.model.phase is Phase.CHECKED and self.panel.fresh, timeout=20_000)

    def settle_hidden(self) -> None:
        """Wait until nothing is under way behind a hidden panel."""
        self.qtbot.waitUntil(lambda: self.model.phase is Phase.CHECKED and not self.model.tasks.busy, timeout=20_000)

    def finding(self, *names: str) -> Interaction:
        return next(one for one in self.report.interactions if set(one.drugs) == set(names))

    def choose(self, *names: str) -> Interaction:
        found = self.finding(*names)
        self.selection.choose(choice_of(self.report, found))
        self.qtbot.waitUntil(lambda: self.panel.fresh, timeout=5_000)
        return found

    def with_alternatives(self) -> None:
        self.qtbot.waitUntil(lambda: self.panel.looker.alternatives is not None, timeout=20_000)
        # A layout shows what was put into it when the event loop comes round.
        lay_out()

    @property
    def text(self) -> str:
        """Everything that can be seen."""
        texts = [block.toPlainText() for block in self.panel.findChildren(TextBlock) if block.isVisible()]
        texts += [label.text() for label in self.panel.findChildren(QLabel) if label.isVisible()]
        return "\n".join(texts)

    def focus_chip(self, block: TextBlock, number: int) -> str:
        """Go to a chip by Tab alone; its words."""
        self.panel.activateWindow()
        block.setFocus()
        for _ in range(number):
            QTest.keyClick(block, Qt.Key.Key_Tab)
        return block.textCursor().selectedText().replace("\xa0", " ").replace("\u2011", "-").strip()


@pytest.fixture
def bench(qtbot: QtBot, application: Application) -> Iterator[Bench]:
    made = Bench(qtbot, application)
    yield made
    if made.panel.swap_dialog is not None:
        made.panel.swap_dialog.reject()
    made.panel.close()
    assert made.model.tasks.close()
    qtbot.waitUntil(lambda: not made.model.tasks.busy, timeout=10_000)
    made.panel.deleteLater()
    assert not [other for other in QApplication.topLevelWidgets() if other.isVisible()]


def test_the_empty_state_says_what_to_do(bench: Bench) -> None:
    bench.qtbot.waitUntil(lambda: bench.panel.fresh)
    assert "Choose a finding" in bench.text


def test_a_finding_is_told_in_order(bench: Bench) -> None:
    bench.check(LIST)
    bench.choose("simvastatin", "clarithromycin")
    text = bench.text
    for wanted in (
        "■ Contraindicated",
        "Clarithromycin (precipitant) increases the exposure or effect of simvastatin (object).",
        "Documented: a source says so.",
        "Outcome: serious. Evidence: a regulator's text.",
        "1. Pharmacokinetics: metabolism · ✓ supported",
        "contraindication → ■ Contraindicated",
        "Severity contraindicated: ANSM 2019: contraindication",
        "Do not combine",
    ):
        assert wanted in text, wanted
    places = [text.index(title) for title in ("1. Pharmacokinetics", "Net effect", "Severity contra", "What to do ·")]
    assert places == sorted(places)


def test_a_fact_opens_and_closes_by_keyboard(bench: Bench) -> None:
    bench.check(LIST)
    bench.choose("simvastatin", "clarithromycin")
    block = bench.panel.views[0].reasons
    words = bench.focus_chip(block, 1)
    assert words.startswith("▸ F")
    assert words.endswith("ansm-2019")
    assert "Basis: read in the source's file" not in block.toPlainText()
    QTest.keyClick(block, Qt.Key.Key_Return)
    opened = block.toPlainText()
    assert "Source: Thesaurus des interactions médicamenteuses, September 2019. ANSM (Agence" in opened
    assert "Place: p135" in opened
    assert "Basis: read in the source's file, which is at hand" in opened
    # The focus stays on the chip: Tab goes to the next, Esc closes the card.
    assert block.textCursor().selectedText().replace("\xa0", " ").strip().startswith("▾ F")
    QTest.keyClick(block, Qt.Key.Key_Escape)
    assert "Basis:" not in block.toPlainText()
    assert block.hasFocus()
    first = block.textCursor().selectedText()
    QTest.keyClick(block, Qt.Key.Key_Tab)
    assert block.textCursor().selectedText() != first
    QTest.keyClick(block, Qt.Key.Key_Return)
    assert "Basis:" in block.toPlainText()


def test_general_knowledge_says_so(bench: Bench) -> None:
    bench.check(LIST.replace("aspirin", "digoxin 125 mcg"))
    found = bench.choose("amiodarone", "digoxin")
    recalled = next(fact for fact in found.facts if fact.basis == "recalled")
    block = bench.panel.views[0].reasons
    assert "not traced" in block.toPlainText().replace("\xa0", " ")
    link = next(link for link in block.links() if link.startswith("fact:step") and link.endswith(f":{recalled.id}"))
    block.anchorClicked.emit(link)
    card = block.toPlainText().split("Basis: ")[1].splitlines()[0]
    assert card == "general knowledge, not traced to a source"


def test_the_same_again_keeps_the_place_and_the_open_fact(bench: Bench) -> None:
    bench.check(LIST)
    bench.choose("simvastatin", "clarithromycin")
    bench.with_alternatives()
    bench.panel.resize(440, 300)
    block = bench.panel.views[0].reasons
    bench.focus_chip(block, 3)
    QTest.keyClick(block, Qt.Key.Key_Return)
    bar = bench.panel.area.verticalScrollBar()
    place, cursor = bar.value(), block.textCursor().selectedText()
    assert place > 0
    bench.check(LIST + "\nparacetamol 500 mg")
    assert "these belong to the list before" in bench.panel.alternatives.state.text()
    assert not any(button.isEnabled() for button in bench.panel.alternatives.buttons)
    bench.with_alternatives()
    assert all(button.isEnabled() for button in bench.panel.alternatives.buttons)
    assert bar.value() == place
    assert block.hasFocus()
    assert block.textCursor().selectedText() == cursor
    assert "Basis:" in block.toPlainText()
    bench.choose("warfarin", "amiodarone")
    assert bar.value() == 0
    assert "Basis:" not in block.toPlainText()


def test_conditions_say_their_state_and_what_to_enter(bench: Bench) -> None:
    bench.check(LIST)
    finding = bench.choose("acetylsalicylic acid", "warfarin")
    unknown = [note for note in finding.conditions if not note.known]
    assert unknown
    for note in unknown:
        # Each datum is asked for once; the condition stands beside the level that it decides.
        assert bench.text.count(f": {note.needs}.\n") == 1
        condition = note.effect.split(" applies when ")[1]
        assert f"? not known: applies when {condition}" in bench.text
    assert "? not known: Write it in the medicine's line: dose of acetylsalicylic acid." in bench.text
    assert "? not known: Enter it with the patient's data: history." in bench.text
    bench.check(LIST.replace("aspirin", "aspirin 75 mg od"))
    bench.qtbot.waitUntil(lambda: "✗ not met: applies when dose of acetylsalicylic acid ≥ 1000 mg per dose" in bench.text)


def test_the_checklist_is_ticked_by_keyboard_and_kept_for_its_pair(bench: Bench) -> None:
    bench.check(LIST)
    finding = bench.choose("warfarin", "amiodarone")
    checklist = bench.panel.views[0].checklist
    assert [box.accessibleName().lower() for box in checklist.boxes] == [one.lower() for one in finding.managements]
    assert "not saved, printed or exported" in bench.text
    checklist.boxes[0].setFocus()
    QTest.keyClick(checklist.boxes[0], Qt.Key.Key_Space)
    bench.choose("simvastatin", "clarithromycin")
    assert not any(box.isChecked() for box in checklist.boxes)
    bench.choose("warfarin", "amiodarone")
    assert checklist.boxes[0].isChecked()
    bench.panel.forget_ticks()
    bench.qtbot.waitUntil(lambda: bench.panel.fresh)
    assert not any(box.isChecked() for box in checklist.boxes)


def test_alternatives_come_later_and_name_what_they_share(bench: Bench) -> None:
    bench.check(LIST)
    bench.choose("simvastatin", "clarithromycin")
    assert bench.panel.alternatives.state.text() == "Looking for alternatives…"
    bench.with_alternatives()
    assert "Instead of simvastatin (ATC subgroup C10AA):" in bench.text
    assert any("pravastatin" in label.text() and "Moderate" in label.text() for label in bench.panel.alternatives.labels)
    names = [button.accessibleName() for button in bench.panel.alternatives.buttons]
    assert "Swap simvastatin for pravastatin: shows first what would change" in names


def test_where_there_are_none_that_is_said(bench: Bench) -> None:
    bench.check(LIST)
    bench.choose("warfarin", "amiodarone")
    bench.with_alternatives()
    assert bench.panel.looker.alternatives == ()
    assert "Medicines of other subgroups were not looked at." in bench.text


def test_walking_on_looks_for_nothing_and_what_is_stale_is_dropped(bench: Bench) -> None:
    bench.check(LIST)
    waiting = bench.panel.looker.findChild(QTimer)
    assert waiting is not None
    usual_ms = waiting.interval()
    # Nobody stays long at a finding, however long a busy machine takes to show it.
    waiting.setInterval(60_000)
    for finding in bench.report.interactions:
        bench.choose(*finding.drugs)
        assert not bench.model.tasks.busy
    waiting.setInterval(usual_ms)
    bench.choose("simvastatin", "clarithromycin")
    found: list[bool] = []
    bench.panel.looker.found.connect(lambda: found.append(True))
    bench.qtbot.waitUntil(lambda: bench.model.tasks.busy or bool(found), timeout=5_000)
    assert not found
    # The list changes while alternatives of the older one are looked for.
    bench.model.set_text("simvastatin 40 mg\nclarithromycin 500 mg")
    bench.qtbot.waitUntil(lambda: bench.panel.fresh)
    # On a busy machine what was looked for may have been found while the older list was still the one shown.
    found.clear()
    bench.panel.hide()
    bench.settle_hidden()
    assert not found
    assert bench.panel.looker.alternatives is None


def test_a_panel_that_comes_back_looks_again(bench: Bench) -> None:
    bench.check(LIST)
    bench.choose("simvastatin", "clarithromycin")
    bench.panel.hide()
    bench.panel.show()
    bench.with_alternatives()
    assert bench.panel.alternatives.buttons


def test_loads_duplicates_statements_and_missing_data(bench: Bench) -> None:
    bench.model.set_patient(Patient(egfr_ml_min=20, age_years=80))
    bench.check("metformin 1 g\nibuprofen 400 mg\nibuprofen 200 mg\ncitalopram 20 mg\namiodarone 200 mg")
    report = bench.report
    statement = next(one for one in report.patient if one.datum == "eGFR")
    for part, wanted in (
        (report.cumulative[0], "adds up over the list"),
        (report.duplicates[0], "Same ingredient twice: ibuprofen"),
        (statement, "Because of: eGFR, 20 mL/min"),
        (report.missing[0], "It would change what is said about"),
    ):
        bench.selection.choose(choice_of(report, part))
        bench.qtbot.waitUntil(lambda: bench.panel.fresh)
        assert wanted in bench.text
        assert not bench.panel.views[0].isVisible()


def test_all_findings_of_a_pair_are_shown(bench: Bench, application: Application) -> None:
    bench.check(
        "fluconazole 200 mg\nwarfarin 5 mg\namiodarone 200 mg\ncitalopram 20 mg\nlithium 400 mg\nibuprofen 400 mg\ntramadol"
    )
    rows = [one.rows for one in bench.report.interactions]
    twice = next(pair for pair in rows if rows.count(pair) > 1)
    bench.selection.choose(pair_choice(bench.report, twice))
    bench.qtbot.waitUntil(lambda: bench.panel.fresh)
    assert sum(view.isVisible() for view in bench.panel.views) == rows.count(twice)


def test_tab_goes_in_the_order_of_reading(bench: Bench) -> None:
    bench.check(LIST)
    bench.choose("simvastatin", "clarithromycin")
    bench.with_alternatives()
    panel, view = bench.panel, bench.panel.views[0]
    panel.activateWindow()
    panel.setFocus()
    assert view.head.hasFocus()
    for wanted in (*view.checklist.boxes, *panel.alternatives.buttons, view.reasons):
        panel.focusNextPrevChild(True)
        assert wanted.hasFocus(), wanted.accessibleName()
        assert wanted.accessibleName()


@pytest.mark.parametrize("ground", ["#efefef", "#323232", "#808080"])
def test_chips_and_cards_have_contrast(ground: str) -> None:
    own = QPalette(QColor(ground))
    ink = ink_of(legible_palette(own).resolve(own))
    assert contrast(QColor(ink.chip_text), QColor(ink.chip_ground)) >= LEAST_CONTRAST
    assert contrast(QColor(ink.card_text), QColor(ink.card_ground)) >= LEAST_CONTRAST


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_nothing_is_clipped_or_faint(bench: Bench, qapp: QApplication, percent: int) -> None:
    before = qapp.font()
    bigger = qapp.font()
    bigger.setPointSizeF(before.pointSizeF() * percent / 100)
    qapp.setFont(bigger)
    try:
        bench.check(LIST)
        bench.choose("simvastatin", "clarithromycin")
        bench.with_alternatives()
        bench.panel.resize(440, 3000)
        bench.qtbot.waitUntil(bench.panel.views[0].reasons.isVisible)
        QApplication.processEvents()
        assert clipped(bench.panel) == []
        assert overlapping(bench.panel) == []
        assert faint(bench.panel) == []
        for block in bench.panel.findChildren(TextBlock):
            assert not block.isVisible() or block.verticalScrollBar().maximum() == 0
            assert block.document().idealWidth() <= block.viewport().width() or not block.isVisible()
    finally:
        qapp.setFont(before)

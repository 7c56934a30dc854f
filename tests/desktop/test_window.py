"""The window as a person sees it: typing, confirming, reading findings and facts, faults."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from desktop.about import AboutDialog
from desktop.window import MainWindow
from engine.prescriptions.patient import Patient
from tests.desktop.looking import SAMPLE, choose, detail, enter, findings, groups, lines, settle, summary


def test_the_empty_page_says_what_to_do(qtbot: QtBot, window: MainWindow) -> None:
    settle(qtbot, window)
    assert "Type or paste" in summary(window)
    assert "nothing to check yet" in window.page.not_checked.heading.text()
    assert "Not reviewed by a clinician" in window.page.notice.text()
    assert window.page.notice.isVisible()
    assert not window.page.findings.status.bar.isVisible()
    assert not window.page.fault.isVisible()
    assert not window.page.remarks.isVisible()


def test_findings_are_grouped_worst_first_and_explained(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    heading, rows = next(iter(groups(window).items()))
    assert "Contraindicated (1)" in heading
    assert "clarithromycin raises simvastatin" in rows[0]
    assert "uscle damage, up to rhabdomyolysis" in rows[0]
    assert "do not combine" in rows[0]
    # The worst finding is chosen without a click.
    shown = detail(window)
    for wanted in ("Contraindicated", "CYP3A4", "supported", "ansm-2019", "Do not combine", "Alternatives", "F1", "Evidence"):
        assert wanted in shown


def test_what_was_not_checked_is_always_visible(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    panel = window.page.not_checked
    for number in range(window.page.middle.count()):
        window.page.middle.setCurrentIndex(number)
        settle(qtbot, window)
        assert panel.heading.isVisible()
        assert panel.heading.text() == "✗ Not checked: 1 line, 2 pairs"
        assert "xyzolumab 5 mg: not recognised" in panel.text.toPlainText()
        assert "Assumed: No route is written" in panel.text.toPlainText()
    window.page.middle.setCurrentIndex(0)
    assert "xyzolumab 5 mg" in lines(window)[0]
    assert "not recognised" in lines(window)[0].lower()
    enter(qtbot, window, "simvastatin")
    assert "every line was recognised" in panel.heading.text()
    assert "No pair was checked" in summary(window)


def test_what_concerns_the_whole_list_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarin 5 mg\nibuprofen 400 mg\nibuprofen 200 mg\ncitalopram 20 mg\namiodarone 200 mg")
    assert any("QT prolongation" in row and "citalopram, amiodarone" in row for row in findings(window))
    choose(qtbot, window, "Same ingredient twice: ibuprofen")
    assert "may be meant" in detail(window)
    missing = next(rows for heading, rows in groups(window).items() if heading.startswith("Not known"))
    choose(qtbot, window, missing[0])
    assert "Not known" in detail(window)


def test_a_spelling_match_waits_for_a_person(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarrin 5 mg\naspirin 75 mg")
    assert "warfarin?" in lines(window)[0]
    assert not [text for text in findings(window) if "warfarin" in text]
    assert window.page.list.confirm_button.isEnabled()
    QTest.mouseClick(window.page.list.confirm_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert any("warfarin" in text and "acetylsalicylic acid" in text for text in findings(window))
    assert not window.page.list.confirm_button.isEnabled()
    # The next list may be another person's.
    enter(qtbot, window, "")
    enter(qtbot, window, "warfarrin 5 mg")
    assert "warfarin?" in lines(window)[0]


def test_a_name_without_a_source_says_so(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "Coumadin 5 mg\nsimvastatin 20 mg")
    coumadin, simvastatin = lines(window)
    assert "name not traced to a source" in coumadin
    assert "not traced" not in simvastatin


def test_typing_replaces_the_findings_of_the_older_text(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    window.page.list.editor.setPlainText("paracetamol 500 mg\namoxicillin 500 mg")
    qtbot.waitUntil(lambda: "belongs to the list before the change" in summary(window), timeout=2_000)
    settle(qtbot, window)
    assert not [text for text in findings(window) if "simvastatin" in text]
    assert "None found in what was checked (1 pair checked)" in summary(window)
    assert "no proof" in summary(window)


def test_the_chosen_finding_stays_chosen_while_the_list_grows(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarin 5 mg\namiodarone 200 mg")
    assert "amiodarone" in detail(window)
    enter(qtbot, window, "warfarin 5 mg\namiodarone 200 mg\nsimvastatin 40 mg\nclarithromycin 500 mg")
    chosen = str(window.page.findings.tree.currentIndex().data())
    assert "amiodarone" in chosen
    assert "warfarin" in chosen


def test_too_much_text_is_one_sentence_and_nothing_old_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    text = "\n".join(f"warfarin {number} mg" for number in range(1, 502))
    enter(qtbot, window, text)
    assert "Nothing was checked" in summary(window)
    assert "500" in summary(window)
    assert window.page.not_checked.heading.text() == "✗ Not checked: the whole list"
    assert not findings(window)
    assert "simvastatin" not in detail(window)
    assert window.page.list.editor.toPlainText() == text
    enter(qtbot, window, "warfarin")
    assert "Nothing" not in summary(window)


@pytest.mark.parametrize(
    "text",
    ["<b>warfarin</b> <img src=x>", "\u202ewarfarin\u202c aspirin", "💊 warfarin 5 mg", "'; DROP TABLE x;--", "ж" * 400],
)
def test_odd_text_is_shown_as_text(qtbot: QtBot, window: MainWindow, text: str) -> None:
    enter(qtbot, window, text)
    assert not window.page.fault.isVisible()
    assert window.model.report is not None
    assert lines(window)


def test_a_file_is_opened_and_a_missing_one_is_a_sentence(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "list é.txt"
    file.write_text(SAMPLE, encoding="utf-8")
    window.open_file(file)
    qtbot.waitUntil(lambda: window.page.list.editor.toPlainText() == SAMPLE, timeout=10_000)
    settle(qtbot, window)
    assert findings(window)
    assert window.windowTitle().startswith("list é.txt")
    assert not window.isWindowModified()
    window.open_file(tmp_path / "absent.txt")
    qtbot.waitUntil(window.page.fault.isVisible, timeout=10_000)
    assert window.page.fault.text.toPlainText().startswith("⚠ ")
    assert "absent" not in window.page.fault.text.toPlainText()
    # What was checked is still shown, and still belongs to the text; the sentence stays until it is dismissed.
    settle(qtbot, window)
    assert findings(window)
    window.model.check_again()
    settle(qtbot, window)
    assert window.page.fault.isVisible()
    window.page.fault.dismiss.click()
    assert not window.page.fault.isVisible()
    assert window.exit_code == 0


def test_f1_shows_versions_sources_and_licences(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: bool(window.findChildren(AboutDialog)), timeout=10_000)
    dialog = window.findChildren(AboutDialog)[0]
    browser = dialog.findChild(QTextBrowser)
    assert browser is not None
    text = browser.toPlainText()
    for wanted in ("Knowledge", "Qt", "Not reviewed by a clinician", "ansm-2019", "Apache License", "LGPL"):
        assert wanted in text
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(AboutDialog), timeout=10_000)


def test_each_line_has_one_state(qtbot: QtBot, window: MainWindow) -> None:
    # The first two are known names of which nothing is known: recognised, and still not checked.
    enter(qtbot, window, "gabexate 5 mg\nsapropterin 5 mg\nwarfarin 5 mg\nwarfarrin 2 mg\nxyzolumab 1 mg")
    states = lines(window)
    assert len(states) == 5
    assert len([line for line in states if "gabexate 5 mg" in line]) == 1


def test_what_the_patient_changes_stands_in_its_own_group(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "methotrexate 5 mg po\nibuprofen 400 mg po")
    assert not [heading for heading in groups(window) if heading.startswith("This patient")]
    window.model.set_patient(Patient(egfr_ml_min=20.0))
    settle(qtbot, window)
    rows = next(rows for heading, rows in groups(window).items() if heading.startswith("This patient"))
    choose(qtbot, window, next(row for row in rows if "methotrexate" in row))
    assert "eGFR" in detail(window)
    assert "F1" in detail(window)

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
from tests.desktop.looking import SAMPLE, children, enter, group, settle, shown, tops


def test_the_empty_page_says_what_to_do(window: MainWindow) -> None:
    assert "Type or paste" in window.page.summary.text()
    assert "nothing to check yet" in window.page.not_checked.heading.text()
    assert "Not reviewed by a clinician" in window.page.notice.text()
    assert window.page.notice.isVisible()
    assert not window.page.bar.isVisible()


def test_findings_are_grouped_worst_first_and_explained(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    first = tops(window.page.findings)[0]
    assert first.text(0) == "■ Contraindicated (1)"
    assert children(first)[0].text(0).startswith("■ simvastatin + clarithromycin — muscle damage, up to rhabdomyolysis")
    assert "(documented)" in children(first)[0].text(0)
    # The worst finding is chosen without a click.
    detail = window.page.detail.toPlainText()
    for wanted in ("Contraindicated", "CYP3A4", "supported", "ansm-2019", "What to do", "Alternatives", "F1", "Evidence"):
        assert wanted in detail


def test_what_was_not_checked_is_always_visible(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    panel = window.page.not_checked
    assert panel.heading.isVisible()
    assert panel.heading.text() == "✗ Not checked: 1 line, 2 pairs"
    assert "xyzolumab 5 mg: not recognised" in panel.text.toPlainText()
    assert "Assumed: No route is written" in panel.text.toPlainText()
    assert "✗ xyzolumab 5 mg — Not checked: not recognised" in shown(window.page.lines)[0]
    enter(qtbot, window, "simvastatin")
    assert "every line was recognised" in panel.heading.text()
    assert "No pair was checked" in window.page.summary.text()


def test_what_concerns_the_whole_list_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarin 5 mg\nibuprofen 400 mg\nibuprofen 200 mg\ncitalopram 20 mg\namiodarone 200 mg")
    whole = group(window, "Over the whole list")
    rows = children(whole)
    assert any("Σ QT prolongation — adds up: citalopram, amiodarone" in row.text(0) for row in rows)
    twice = next(row for row in rows if "Same ingredient twice: ibuprofen" in row.text(0))
    window.page.findings.setCurrentItem(twice)
    assert "A possible duplicate; it may be meant." in window.page.detail.toPlainText()
    missing = group(window, "Not known and would matter")
    window.page.findings.setCurrentItem(children(missing)[0])
    assert "Not known: " in window.page.detail.toPlainText()
    assert "It would change what is said about" in window.page.detail.toPlainText()


def test_a_spelling_match_waits_for_a_click(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarrin 5 mg\naspirin 75 mg")
    assert shown(window.page.lines)[0] == "? warfarrin 5 mg — Please confirm: warfarin?"
    assert not [text for text in shown(window.page.findings) if "warfarin" in text]
    assert window.page.confirm_button.isEnabled()
    QTest.mouseClick(window.page.confirm_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert any("warfarin + acetylsalicylic acid" in text for text in shown(window.page.findings))
    assert not window.page.confirm_button.isEnabled()


def test_a_name_without_a_source_says_so(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "Coumadin 5 mg\nsimvastatin 20 mg")
    coumadin, simvastatin = shown(window.page.lines)
    assert coumadin.endswith("(name not traced to a source)")
    assert "not traced" not in simvastatin


def test_enter_on_a_line_confirms_it_and_an_emptied_editor_forgets(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarrin 5 mg")
    window.page.lines.setFocus()
    QTest.keyClick(window.page.lines, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert shown(window.page.lines)[0].startswith("✓ warfarrin 5 mg — Recognised: warfarin")
    enter(qtbot, window, "")
    enter(qtbot, window, "warfarrin 5 mg")
    assert shown(window.page.lines)[0].startswith("? ")


def test_typing_replaces_the_findings_of_the_older_text(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    window.page.editor.setPlainText("paracetamol 500 mg\namoxicillin 500 mg")
    assert "belongs to the list before the change" in window.page.summary.text()
    settle(qtbot, window)
    assert not [text for text in shown(window.page.findings) if "simvastatin" in text]
    assert "None found in what was checked (1 pair checked)" in window.page.summary.text()
    assert "no proof" in window.page.summary.text()


def test_the_chosen_finding_stays_chosen_while_the_list_grows(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarin 5 mg\namiodarone 200 mg")
    before = window.page.detail.toPlainText()
    assert "amiodarone" in before
    enter(qtbot, window, "warfarin 5 mg\namiodarone 200 mg\nsimvastatin 40 mg\nclarithromycin 500 mg")
    chosen = window.page.findings.currentItem()
    assert chosen is not None
    assert "amiodarone" in chosen.text(0)
    assert "warfarin" in chosen.text(0)


def test_too_much_text_is_one_sentence_and_nothing_old_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    text = "\n".join(f"warfarin {number} mg" for number in range(1, 502))
    enter(qtbot, window, text)
    assert "Nothing was checked" in window.page.summary.text()
    assert "500" in window.page.summary.text()
    assert window.page.not_checked.heading.text() == "✗ Not checked: the whole list"
    assert not shown(window.page.findings)
    assert not window.page.detail.toPlainText()
    assert window.page.editor.toPlainText() == text
    enter(qtbot, window, "warfarin")
    assert "Nothing" not in window.page.summary.text()


@pytest.mark.parametrize(
    "text",
    ["<b>warfarin</b> <img src=x>", "\u202ewarfarin\u202c aspirin", "💊 warfarin 5 mg", "'; DROP TABLE x;--", "ж" * 400],
)
def test_odd_text_is_shown_as_text(qtbot: QtBot, window: MainWindow, text: str) -> None:
    enter(qtbot, window, text)
    assert not window.page.fault.isVisible()
    assert window.model.report is not None
    assert shown(window.page.lines)


def test_a_file_is_opened_and_a_missing_one_is_a_sentence(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "list é.txt"
    file.write_text(SAMPLE, encoding="utf-8")
    window.open_file(file)
    qtbot.waitUntil(lambda: window.page.editor.toPlainText() == SAMPLE, timeout=10_000)
    settle(qtbot, window)
    assert shown(window.page.findings)
    window.open_file(tmp_path / "absent.txt")
    qtbot.waitUntil(window.page.fault.isVisible, timeout=10_000)
    assert window.page.fault.text() == "⚠ The file to open does not exist."
    # What was checked is still shown, and still belongs to the text.
    assert shown(window.page.findings)
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
    lines = shown(window.page.lines)
    assert len(lines) == 5
    assert len([line for line in lines if "gabexate 5 mg" in line]) == 1


def test_what_the_patient_changes_stands_in_its_own_group(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "methotrexate 5 mg po\nibuprofen 400 mg po")
    assert not [text for text in shown(window.page.findings) if text.startswith("Patient")]
    window.model.set_patient(Patient(egfr_ml_min=20.0))
    settle(qtbot, window)
    rows = children(group(window, "Patient"))
    chosen = next(row for row in rows if "methotrexate" in row.text(0))
    window.page.findings.setCurrentItem(chosen)
    assert "because of: eGFR" in window.page.detail.toPlainText()
    assert "F1" in window.page.detail.toPlainText()

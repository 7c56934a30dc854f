"""The window as a person sees it: typing, confirming, reading findings and facts, faults."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from desktop.widgets.severity import LOOKS, SeverityLook
from desktop.window import MainWindow

SAMPLE = "simvastatin 40 mg nocte\nclarithromycin 500 mg bd\nxyzolumab 5 mg"


def enter(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Put text into the editor and wait until it has been checked."""
    window.page.editor.setPlainText(text)
    qtbot.waitUntil(lambda: not window.model.busy, timeout=10_000)


def groups(window: MainWindow) -> list[QTreeWidgetItem]:
    tree = window.page.findings
    found = [tree.topLevelItem(number) for number in range(tree.topLevelItemCount())]
    return [item for item in found if item is not None]


def cells(window: MainWindow, column: int) -> list[str]:
    table = window.page.lines
    found = [table.item(row, column) for row in range(table.rowCount())]
    return [item.text() for item in found if item is not None]


def test_the_empty_page_says_what_to_do(window: MainWindow) -> None:
    assert "Type or paste" in window.page.summary.text()
    assert "Not reviewed by a clinician" in window.page.notice.text()
    assert window.page.notice.isVisible()


def test_findings_are_grouped_worst_first_and_explained(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    first = groups(window)[0]
    assert first.text(0) == "■ Contraindicated (1)"
    assert "simvastatin + clarithromycin" in first.child(0).text(0)
    assert "documented" in first.child(0).text(0)
    window.page.findings.setCurrentItem(first.child(0))
    shown = window.page.detail.toPlainText()
    for wanted in ("Contraindicated", "CYP3A4", "supported", "ansm-2019", "What to do", "Alternatives", "F1"):
        assert wanted in shown


def test_what_was_not_checked_is_always_visible(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, SAMPLE)
    assert window.page.not_checked.isVisible()
    assert "xyzolumab 5 mg (not recognised)" in window.page.not_checked.text()
    assert "2 pairs were not checked" in window.page.not_checked.text()
    assert "✗ Not checked" in cells(window, 1)
    enter(qtbot, window, "simvastatin")
    assert "every line was recognised" in window.page.not_checked.text()


def test_a_spelling_match_waits_for_a_click(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarrin 5 mg\naspirin 75 mg")
    assert "? Confirm" in cells(window, 1)
    assert not groups(window)
    window.page.lines.selectRow(0)
    assert window.page.confirm_button.isEnabled()
    qtbot.mouseClick(window.page.confirm_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.model.busy, timeout=10_000)
    assert "warfarin" in groups(window)[0].child(0).text(0)


def test_typing_replaces_the_findings_of_the_older_text(qtbot: QtBot, window: MainWindow) -> None:
    window.page.editor.setPlainText(SAMPLE)
    enter(qtbot, window, "paracetamol 500 mg\namoxicillin 500 mg")
    assert not groups(window)
    assert "None found in what was checked (1 pairs checked)" in window.page.summary.text()
    assert "no proof" in window.page.summary.text()


def test_too_much_text_is_one_sentence_and_nothing_is_lost(qtbot: QtBot, window: MainWindow) -> None:
    text = "\n".join(f"warfarin {number} mg" for number in range(1, 502))
    enter(qtbot, window, text)
    assert "500" in window.page.fault.text()
    assert window.page.fault.isVisible()
    assert window.page.editor.toPlainText() == text
    enter(qtbot, window, "warfarin")
    assert not window.page.fault.text()


@pytest.mark.parametrize(
    "text", ["<b>warfarin</b> <img src=x>", "\u202ewarfarin\u202c aspirin", "💊 warfarin 5 mg", "'; DROP TABLE x;--"]
)
def test_odd_text_is_shown_as_text(qtbot: QtBot, window: MainWindow, text: str) -> None:
    enter(qtbot, window, text)
    assert not window.page.fault.text()
    assert window.page.lines.rowCount() >= 1


def test_closing_while_busy_ends_cleanly(qtbot: QtBot, window: MainWindow) -> None:
    window.page.editor.setPlainText("\n".join(["warfarin 5 mg", "aspirin 75 mg", "amiodarone 200 mg"] * 60))
    qtbot.wait(170)
    assert window.close()
    assert not window.model.busy


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1) of #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_severity_colours_have_contrast(look: SeverityLook) -> None:
    light, dark = sorted((luminance(look.text), luminance(look.background)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5

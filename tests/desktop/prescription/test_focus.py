"""Tab reaches what a person can change, in the order in which it stands; a command leads to the main part."""

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.window import MainWindow
from tests.desktop.looking import enter


def walked(window: MainWindow, start: QWidget, steps: int) -> list[QWidget]:
    """What has the focus after each Tab."""
    start.setFocus()
    met: list[QWidget] = []
    for _ in range(steps):
        window.focusNextPrevChild(True)
        focused = window.focusWidget()
        assert focused is not None
        met.append(focused)
    return met


def test_tab_comes_to_the_filters_before_the_findings(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "simvastatin 40 mg\nclarithromycin 500 mg")
    findings = window.page.findings
    met = walked(window, window.page.middle.tabBar(), 6)
    inside = [part for part in met if findings.filters.isAncestorOf(part)]
    assert len(inside) == 4
    assert met[4] is findings.tree
    assert met[5] is window.page.not_checked.text


def test_the_command_to_the_findings_leads_to_their_list(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "simvastatin 40 mg\nclarithromycin 500 mg")
    window.activateWindow()
    window.page.go_to(window.page.middle, 0)
    assert QApplication.focusWidget() is window.page.findings.tree

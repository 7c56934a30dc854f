"""How tests look at the page of many abstracts: wait until it is at rest, read what is shown."""

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.abstracts.network_tab import NetworkTab
from desktop.abstracts.rows_tab import RowsTab
from desktop.abstracts.view import ManyAbstractsPage
from desktop.abstracts.view_model import Phase
from desktop.abstracts.years_tab import YearsTab
from tools.screens import lay_out


def tab(page: ManyAbstractsPage, number: int) -> QWidget:
    """Open a tab; what stands in it."""
    page.tabs.setCurrentIndex(number)
    place = page.tabs.currentWidget()
    inside = place.focusProxy()
    assert inside is not None
    parent = next(widget for widget in place.children() if isinstance(widget, QWidget))
    assert isinstance(parent, QWidget)
    return parent


def rows_tab(page: ManyAbstractsPage, number: int) -> RowsTab:
    """A tab with a table."""
    found = tab(page, number)
    assert isinstance(found, RowsTab)
    return found


def settle(qtbot: QtBot, page: ManyAbstractsPage) -> None:
    """Wait until everything that can be seen is shown."""

    def at_rest() -> bool:
        shown = next(widget for widget in page.tabs.currentWidget().children() if isinstance(widget, QWidget))
        lay_out()
        assert isinstance(shown, RowsTab | YearsTab | NetworkTab)
        return not page.model.busy and shown.settled

    qtbot.waitUntil(at_rest, timeout=20_000)
    lay_out()


def read_all(qtbot: QtBot, page: ManyAbstractsPage, source: Path) -> None:
    """Choose a source, read it to the end."""
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN, timeout=5_000)
    page.control.start.click()
    qtbot.waitUntil(lambda: page.model.phase is Phase.DONE, timeout=20_000)
    settle(qtbot, page)


def cells(found: RowsTab, row: int) -> list[str]:
    """What stands in a row."""
    return [str(found.rows.index(row, column).data()) for column in range(found.rows.columnCount())]

"""Nothing of the page of many abstracts is clipped, faint or over another; everything has a name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.desktop.abstracts.conftest import MakePage
from tests.desktop.abstracts.fake_runs import FakeRuns
from tests.desktop.abstracts.looking import read_all, rows_tab, settle
from tests.desktop.legibility import clipped, faint, overlapping, visible
from tests.desktop.looking import dressed_as

_KINDS = (QPlainTextEdit, QTextBrowser, QAbstractItemView, QProgressBar, QComboBox, QLineEdit)


@pytest.fixture(params=["100", "150", "200", "200 dark", "100 mirrored"])
def dressed(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Font size in per cent, theme and direction of the whole application; as they were, afterwards."""
    with dressed_as(qapp, request.param):
        yield request.param


def test_every_tab_can_be_read(qtbot: QtBot, make_page: MakePage, source: Path, dressed: str) -> None:
    page = make_page(FakeRuns(300))
    settle(qtbot, page)
    wrong = [*clipped(page), *overlapping(page), *faint(page)]
    read_all(qtbot, page, source)
    page.model.meet_fault("A sentence on a file that could not be written, long enough to need two lines at least. " * 2)
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        settle(qtbot, page)
        where = (dressed, page.tabs.tabText(number))
        wrong += [f"{where}: {one}" for one in (*clipped(page), *overlapping(page), *faint(page))]
    assert wrong == []


def test_everything_that_takes_focus_has_a_name(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    page = make_page(FakeRuns(300))
    read_all(qtbot, page, source)
    seen = 0
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        settle(qtbot, page)
        for widget in visible(page):
            if isinstance(widget, _KINDS) and not isinstance(widget, QHeaderView):
                seen += 1
                assert widget.accessibleName(), (page.tabs.tabText(number), widget)
    assert seen > 30


def test_the_keyboard_reaches_table_and_buttons(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    page = make_page(FakeRuns(300))
    read_all(qtbot, page, source)
    relations = rows_tab(page, 0)
    page.control.choose_file.setFocus()
    met: list[QWidget] = []
    for _ in range(40):
        focused = page.focusWidget()
        assert focused is not None
        met.append(focused)
        page.focusNextPrevChild(True)
    wanted = [page.control.choose_file, page.control.anew, page.control.export, relations.filters.medicine, relations.view]
    places = [met.index(part) for part in wanted]
    assert places == sorted(places)

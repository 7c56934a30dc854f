"""The abstract page at 100 to 200 %, dark and mirrored: nothing clipped, over another or faint; all by keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.abstract.view import AbstractPage
from desktop.opening import Opener
from desktop.pages import Page
from desktop.window import MainWindow
from engine.errors import InputError
from engine.reading.model import Reading
from tests.desktop.abstract.scripted import Script, enter, settle
from tests.desktop.legibility import clipped, faint, overlapping, visible
from tests.desktop.looking import dressed_as

MakeWindow = Callable[[Opener], MainWindow]
DENSE = (
    "Interaction of Warfarin with aspirin in volunteers. Zocor and NSAIDs cause bleeding. Simvastatin may change warfarin. "
    "Ж is no English. Aspirin and simvastatin were taken by all. " + "x" * 200 + " with warfarin and Zocor."
) * 3


@pytest.fixture(params=["100", "150", "200", "200 dark", "100 mirrored"])
def dressed(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Font size in per cent, theme and direction of the whole application; as they were, afterwards."""
    with dressed_as(qapp, request.param):
        yield request.param


def opened(qtbot: QtBot, window: MainWindow, script: Script) -> AbstractPage:
    """The abstract page of a window."""
    window.pages.go_to(Page.ABSTRACT)
    page = window.pages.abstract
    assert page is not None
    page.model.set_reader(script)
    settle(qtbot, page)
    return page


def look(qtbot: QtBot, window: MainWindow, page: AbstractPage, where: str) -> None:
    """Everything that can be wrong, in each tab."""
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        settle(qtbot, page)
        name = f"{where}, {page.tabs.tabText(number)}"
        assert clipped(window) == [], name
        assert overlapping(window) == [], name
        assert faint(window) == [], name


def bare(reading: Reading) -> Reading:
    """As without a student."""
    provenance = replace(reading.provenance, student=None, student_sha256=None, licence=None, non_commercial=False)
    sentences = tuple(replace(sentence, relations=()) for sentence in reading.sentences)
    said = "The student that reads abstracts is not installed: there is nothing in its folder."
    return replace(reading, sentences=sentences, remarks=(said,), provenance=provenance)


def test_nothing_is_clipped_faint_or_over_another(qtbot: QtBot, make_window: MakeWindow, opener: Opener, dressed: str) -> None:
    script = Script()
    window = make_window(opener)
    page = opened(qtbot, window, script)
    look(qtbot, window, page, f"{dressed}, empty")
    enter(qtbot, page, DENSE)
    assert page.relations.table.isVisible()
    look(qtbot, window, page, f"{dressed}, dense")
    for part, least in ((page.text.editor, 3), (page.relations.table, 4), (page.detail.browser, 3)):
        assert part.height() >= least * part.fontMetrics().lineSpacing(), (dressed, part)
    page.model.meet_fault("A sentence on a file that could not be read, which is long enough to need two lines at least. " * 2)
    script.change = bare
    page.model.read_now()
    look(qtbot, window, page, f"{dressed}, no student")
    page.model.dismiss_message()
    script.error = InputError("This text is too long to be read at once: at most 2,000,000 characters are read.")
    page.model.read_now()
    look(qtbot, window, page, f"{dressed}, fault")


def test_everything_that_takes_focus_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window, Script())
    enter(qtbot, page, DENSE)
    kinds = (QPlainTextEdit, QTextBrowser, QAbstractItemView, QProgressBar, QComboBox, QLineEdit)
    seen = [each for each in visible(page) if isinstance(each, kinds) and not isinstance(each, QHeaderView)]
    for widget in seen:
        assert widget.accessibleName(), widget
    assert len(seen) >= 7


def test_no_two_parts_share_an_access_key(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window, Script())
    enter(qtbot, page, DENSE)
    menus = [action.text() for action in window.menuBar().actions()]
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        settle(qtbot, page)
        shown = list(visible(window))
        texts = [label.text() for label in shown if isinstance(label, QLabel) and label.buddy() is not None]
        texts += [button.text() for button in shown if isinstance(button, QAbstractButton)]
        keys = [text[text.index("&") + 1].lower() for text in (*texts, *menus) if "&" in text.replace("&&", "")]
        assert len(set(keys)) == len(keys), (number, sorted(keys), texts)


def test_tab_goes_through_the_page_in_the_order_in_which_it_is_read(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window, Script())
    enter(qtbot, page, DENSE)
    page.text.open_button.setFocus()
    met: list[QWidget] = [page.text.open_button]
    for _ in range(14):
        window.focusNextPrevChild(True)
        focused = window.focusWidget()
        assert focused is not None
        met.append(focused)
    wanted = [page.text.open_button, page.text.editor, page.relations.show_box, page.relations.table, page.detail.browser]
    places = [met.index(part) for part in wanted]
    assert places == sorted(places)

"""Nothing is clipped, nothing is too faint, everything can be reached by keyboard and read aloud."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.lines import BADGES
from desktop.widgets.contrast import LEAST_CONTRAST, PAIRS, contrast, legible_palette, over
from desktop.widgets.severity import LOOKS
from desktop.widgets.wrapped import ENTRY_ROLE, Entry, WrappedDelegate, WrappedTree, breakable
from desktop.window import MainWindow
from engine.report import SEVERITY_ORDER
from tests.desktop.looking import enter, group

LONG_WORD = "x" * 200
LIST = f"simvastatin 40 mg nocte\nclarithromycin 500 mg bd\nwarfarrin 5 mg\namiodarone 200 mg\n{LONG_WORD} 5 mg"
_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup


@pytest.fixture(params=[100, 150, 200])
def scaled(
    request: pytest.FixtureRequest, qtbot: QtBot, make_window: Callable[[Opener], MainWindow], opener: Opener
) -> Iterator[MainWindow]:
    """A window with a checked list, at a font scale in per cent."""
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    own = qt.font()
    font = qt.font()
    font.setPointSizeF(own.pointSizeF() * request.param / 100)
    qt.setFont(font)
    window = make_window(opener)
    enter(qtbot, window, LIST)
    qtbot.waitUntil(lambda: not window.model.busy)
    QApplication.processEvents()
    yield window
    qt.setFont(own)


def within(widget: QWidget, window: MainWindow) -> QRect:
    """Place of a widget in the window."""
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def test_labels_and_buttons_hold_their_text(scaled: MainWindow) -> None:
    labels = [label for label in scaled.page.findChildren(QLabel) if label.isVisible()]
    assert len(labels) >= 7
    for label in labels:
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        assert label.height() >= needed, label.text()
        if not label.wordWrap():
            assert label.width() >= label.sizeHint().width(), label.text()
        words = label.text().split()
        assert max(label.fontMetrics().horizontalAdvance(word) for word in words) <= label.width(), label.text()
    for button in scaled.page.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert button.width() >= button.minimumSizeHint().width(), button.text()
            assert button.height() >= button.fontMetrics().height(), button.text()


def test_the_main_parts_do_not_overlap_and_lie_in_the_window(scaled: MainWindow) -> None:
    page = scaled.page
    parts = [
        *(page.editor, page.lines, page.confirm_button, page.summary, page.findings),
        *(page.not_checked.heading, page.not_checked.text, page.detail, page.notice),
    ]
    places = [within(part, scaled) for part in parts]
    for number, place in enumerate(places):
        assert scaled.rect().contains(place), parts[number].accessibleName()
        assert not [other for other in places[number + 1 :] if place.intersects(other)]
    for part in (page.editor, page.lines, page.findings, page.detail):
        assert part.height() >= 4 * part.fontMetrics().lineSpacing()


def indices(tree: WrappedTree) -> Iterator[QModelIndex]:
    """Every item of a tree, headings first."""
    model = tree.model()
    for number in range(model.rowCount()):
        top = model.index(number, 0)
        yield top
        for inner in range(model.rowCount(top)):
            yield model.index(inner, 0, top)


def test_findings_and_lines_are_shown_in_full(scaled: MainWindow) -> None:
    for tree in (scaled.page.findings, scaled.page.lines):
        delegate = tree.itemDelegate()
        assert isinstance(delegate, WrappedDelegate)
        seen = 0
        for index in indices(tree):
            place = tree.visualRect(index)
            assert place.height() >= sum(delegate.heights(index))
            assert place.right() <= tree.viewport().width()
            entry = index.data(ENTRY_ROLE)
            assert isinstance(entry, Entry)
            metrics = QFontMetrics(tree.font())
            width = delegate._text_width(index, entry)
            for text in delegate.texts(index):
                assert max(metrics.horizontalAdvance(part) for part in text.replace("\u200b", " ").split(" ")) <= width
            seen += 1
        assert seen >= 5


def test_a_word_wider_than_the_view_may_break_and_others_not(window: MainWindow) -> None:
    metrics = window.page.lines.fontMetrics()
    assert breakable("short words", metrics, 200) == "short words"
    assert "\u200b" in breakable(f"a {LONG_WORD}", metrics, 200)
    assert breakable(f"word {LONG_WORD}", metrics, 200).startswith("word ")


def test_tab_goes_from_the_list_to_the_detail(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarrin 5 mg\nsimvastatin 40 mg\nclarithromycin 500 mg\nxyzolumab")
    page = window.page
    page.editor.setFocus()
    order = [page.editor, page.lines, page.confirm_button, page.findings, page.detail, page.not_checked.text]
    for wanted in order:
        assert window.focusWidget() is wanted
        window.focusNextPrevChild(True)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is page.editor


def test_the_arrow_keys_walk_through_the_findings(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "simvastatin 40 mg\nclarithromycin 500 mg\namiodarone 200 mg")
    tree = window.page.findings
    tree.setFocus()
    before = window.page.detail.toPlainText()
    for _ in range(3):
        QTest.keyClick(tree, Qt.Key.Key_Down)
    assert window.page.detail.toPlainText() != before
    tree.setCurrentItem(group(window, "■"))
    assert not window.page.detail.toPlainText()
    assert "Choose a finding" in window.page.detail.placeholderText()


def test_everything_that_takes_focus_has_a_name(window: MainWindow) -> None:
    for kind in (QPlainTextEdit, QTextBrowser, WrappedTree, QProgressBar):
        for widget in window.page.findChildren(kind):
            assert widget.accessibleName(), widget
    assert not [widget.toolTip() for widget in window.page.findChildren(QWidget) if widget.toolTip()]


def test_no_two_parts_share_an_access_key(window: MainWindow) -> None:
    texts = [label.text() for label in window.page.findChildren(QLabel) if label.buddy() is not None]
    texts += [button.text() for button in window.page.findChildren(QAbstractButton) if "&" in button.text()]
    texts += [action.text() for action in window.menuBar().actions()]
    keys = [text[text.index("&") + 1].lower() for text in texts]
    assert len(set(keys)) == len(keys), keys


@pytest.mark.parametrize("colours", [*[(look.text, look.background) for look in LOOKS.values()]])
def test_severity_colours_have_contrast(colours: tuple[str, str]) -> None:
    assert contrast(QColor(colours[0]), QColor(colours[1])) >= LEAST_CONTRAST


def test_line_badges_have_contrast() -> None:
    for badge in BADGES.values():
        if badge.background is not None:
            assert contrast(QColor(badge.text), QColor(badge.background)) >= LEAST_CONTRAST


def test_looks_are_in_the_order_of_severity() -> None:
    assert tuple(LOOKS) == SEVERITY_ORDER


def palettes() -> dict[str, QPalette]:
    """As Qt's own style makes them from one colour, and one with everything faint."""
    faint = QPalette(QColor("#808080"), QColor("#808080"))
    for role in (_Role.Text, _Role.WindowText, _Role.ButtonText, _Role.Link, _Role.PlaceholderText):
        faint.setColor(role, QColor("#909090"))
    return {
        "light": QPalette(QColor("#efefef"), QColor("#efefef")),
        "dark": QPalette(QColor("#323232"), QColor("#323232")),
        "faint": faint,
    }


@pytest.mark.parametrize("name", ["light", "dark", "faint", "own"])
def test_every_text_of_the_palette_has_contrast(qapp: QApplication, name: str) -> None:
    own = {**palettes(), "own": qapp.palette()}[name]
    palette = legible_palette(own).resolve(own)
    for state in (_Group.Active, _Group.Inactive, _Group.Disabled):
        for text, background in (*PAIRS, (_Role.HighlightedText, _Role.Highlight)):
            behind = palette.color(state, background)
            assert contrast(over(palette.color(state, text), behind), behind) >= LEAST_CONTRAST - 0.05, (state, text)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    # The grey that is known to just pass on white.
    assert contrast(QColor("#767676"), QColor("#ffffff")) == pytest.approx(4.54, abs=0.01)

"""Nothing is clipped, nothing overlaps, nothing is too faint, everything can be reached by keyboard and read aloud."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTranslator
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.list.signs import BADGES
from desktop.widgets.contrast import LEAST_CONTRAST, PAIRS, contrast, legible_palette, over
from desktop.widgets.severity import LOOKS
from desktop.window import MainWindow
from engine.report import SEVERITY_ORDER
from tests.desktop.legibility import clipped, faint, overlapping, visible
from tests.desktop.looking import choose, detail, dressed_as, enter, findings, groups, settle

LONG_WORD = "x" * 200
LIST = f"simvastatin 40 mg nocte\nclarithromycin 500 mg bd\nwarfarrin 5 mg\namiodarone 200 mg\n{LONG_WORD} 5 mg"
UNITS = ("kg", "cm", "mL/min", "µmol/L", "ms", "mmol/L")
_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup
MakeWindow = Callable[[Opener], MainWindow]


@pytest.fixture(params=["100", "150", "200", "200 dark", "100 mirrored"])
def dressed(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Font size in per cent, theme and direction of the whole application; as they were, afterwards."""
    with dressed_as(qapp, request.param):
        yield request.param


def tabs_of(qtbot: QtBot, window: MainWindow) -> Iterator[str]:
    """Every combination of open tabs that differs, one after the other."""
    page = window.page
    for tabs in (page.left, page.middle):
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            settle(qtbot, window)
            yield tabs.tabText(number)


def test_nothing_is_clipped_faint_or_over_another(qtbot: QtBot, make_window: MakeWindow, opener: Opener, dressed: str) -> None:
    window = make_window(opener)
    enter(qtbot, window, LIST)
    window.model.meet_fault("A sentence on a file that could not be read, which is long enough to need two lines at least. " * 2)
    seen = []
    for tab in tabs_of(qtbot, window):
        assert clipped(window) == [], (dressed, tab)
        assert overlapping(window) == [], (dressed, tab)
        assert faint(window) == [], (dressed, tab)
        seen.append(tab)
    assert len(seen) == 6
    assert len(list(visible(window))) > 30


def test_the_empty_page_and_a_fault_are_legible_too(qtbot: QtBot, make_window: MakeWindow, opener: Opener, dressed: str) -> None:
    window = make_window(opener)
    settle(qtbot, window)
    for text in ("", "\n".join(f"warfarin {number} mg" for number in range(1, 502))):
        if text:
            enter(qtbot, window, text)
        for tab in tabs_of(qtbot, window):
            assert clipped(window) == [], (dressed, tab)
            assert overlapping(window) == [], (dressed, tab)
            assert faint(window) == [], (dressed, tab)


def test_the_main_parts_keep_room_to_be_read(qtbot: QtBot, make_window: MakeWindow, opener: Opener, dressed: str) -> None:
    window = make_window(opener)
    enter(qtbot, window, LIST)
    page = window.page
    for part in (page.list.editor, page.list.states, page.findings.tree, page.detail):
        # The share of a column that four lines need; with letters twice as large there are only three.
        assert part.height() >= (3 if dressed.startswith("200") else 4) * part.fontMetrics().lineSpacing(), part
        assert part.width() >= window.width() // 5, part


def test_tab_goes_from_the_list_to_the_detail_and_shortcuts_go_anywhere(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "warfarrin 5 mg\nsimvastatin 40 mg\nclarithromycin 500 mg\nxyzolumab")
    page = window.page
    page.list.editor.setFocus()
    met: list[QWidget] = []
    for _ in range(60):
        focused = window.focusWidget()
        assert focused is not None
        met.append(focused)
        window.focusNextPrevChild(True)
    wanted = [page.list.editor, page.list.states, page.list.confirm_button, page.findings.tree, page.not_checked.text]
    places = [met.index(part) for part in wanted]
    assert places == sorted(places)
    inside = [place for place, part in enumerate(met) if page.detail.isAncestorOf(part)]
    assert inside
    assert inside[0] > places[-1]
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    for key, both, owner in (
        (Qt.Key.Key_L, control, page.list),
        (Qt.Key.Key_P, control | shift, page.left),
        (Qt.Key.Key_M, control | shift, page.middle),
        (Qt.Key.Key_F, control | shift, page.findings),
        (Qt.Key.Key_D, control, page.detail),
        (Qt.Key.Key_N, control | shift, page.not_checked),
    ):
        QTest.keyClick(window, key, both)
        focused = window.focusWidget()
        assert focused is not None
        assert owner is focused or owner.isAncestorOf(focused), (key, focused)


def test_the_arrow_keys_walk_through_the_findings(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "simvastatin 40 mg\nclarithromycin 500 mg\namiodarone 200 mg")
    tree = window.page.findings.tree
    tree.setFocus()
    before = detail(window)
    for _ in range(3):
        QTest.keyClick(tree, Qt.Key.Key_Down)
    settle(qtbot, window)
    assert detail(window) != before


def test_everything_that_takes_focus_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, LIST)
    kinds = (QPlainTextEdit, QTextBrowser, QAbstractItemView, QProgressBar, QComboBox, QLineEdit)
    seen = 0
    for tab in tabs_of(qtbot, window):
        for widget in visible(window):
            if not isinstance(widget, kinds) or isinstance(widget, QHeaderView):
                continue
            seen += 1
            assert widget.accessibleName() or _buddy_of(window, widget), (tab, widget)
    assert seen > 20


def _buddy_of(window: MainWindow, widget: QWidget) -> str:
    return next((label.text() for label in window.findChildren(QLabel) if label.buddy() is widget), "")


def test_no_two_parts_share_an_access_key(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, LIST)
    menus = [action.text() for action in window.menuBar().actions()]
    for tab in tabs_of(qtbot, window):
        shown = list(visible(window))
        texts = [label.text() for label in shown if isinstance(label, QLabel) and label.buddy() is not None]
        texts += [button.text() for button in shown if isinstance(button, QAbstractButton)]
        keys = [text[text.index("&") + 1].lower() for text in (*texts, *menus) if "&" in text.replace("&&", "")]
        assert len(set(keys)) == len(keys), (tab, sorted(keys), texts)
    for menu in window.menuBar().findChildren(QMenu):
        keys = [action.text().partition("&")[2][:1].lower() for action in menu.actions() if action.text()]
        assert len(set(keys)) == len(keys), (menu.title(), keys)


def test_no_two_commands_share_a_shortcut(window: MainWindow) -> None:
    keys = [action.shortcut().toString() for action in window.actions_with_keys()]
    assert len(keys) > 15
    assert len(set(keys)) == len(keys)


class _Marking(QTranslator):
    """A translator into a language in which every text is in guillemets."""

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        """The text, marked."""
        return f"«{text}»" if text else ""

    def isEmpty(self) -> bool:
        """There is something for every text."""
        return False


def test_every_word_on_the_page_comes_through_the_translation(
    qtbot: QtBot, qapp: QApplication, make_window: MakeWindow, opener: Opener
) -> None:
    marking = _Marking()
    QCoreApplication.installTranslator(marking)
    try:
        window = make_window(opener)
        enter(qtbot, window, LIST)
        plain: list[str] = []
        for _tab in tabs_of(qtbot, window):
            plain += [
                widget.text() for widget in visible(window) if isinstance(widget, QAbstractButton | QLabel) and widget.text()
            ]
        plain += [action.text() for menu in window.menuBar().findChildren(QMenu) for action in menu.actions() if action.text()]
        report = window.model.report
        assert report is not None
        # What the engine says of medicines is data, and signs of units are the same in every language.
        data = {
            window.model.notice.casefold(),
            *UNITS,
            *(one.casefold() for row in report.interactions for one in row.managements),
        }
        assert [text for text in plain if "«" not in text and text.casefold() not in data] == []
        assert all("«" in heading for heading in groups(window))
        for bar in (window.page.left, window.page.middle):
            assert all("«" in bar.tabText(number) for number in range(bar.count()))
    finally:
        QCoreApplication.removeTranslator(marking)


def test_hidden_findings_are_counted_wherever_they_are(qtbot: QtBot, window: MainWindow) -> None:
    enter(qtbot, window, "simvastatin 40 mg\nclarithromycin 500 mg\namiodarone 200 mg\nwarfarin 5 mg")
    everything = findings(window)
    window.keeper.update(least_severity="major")
    settle(qtbot, window)
    assert len(findings(window)) < len(everything)
    assert str(window.page.findings.hidden_count) in window.page.findings.hint.text()
    choose(qtbot, window, "clarithromycin")


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
    grey = QPalette(QColor("#808080"), QColor("#808080"))
    for role in (_Role.Text, _Role.WindowText, _Role.ButtonText, _Role.Link, _Role.PlaceholderText):
        grey.setColor(role, QColor("#909090"))
    return {
        "light": QPalette(QColor("#efefef"), QColor("#efefef")),
        "dark": QPalette(QColor("#323232"), QColor("#323232")),
        "faint": grey,
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

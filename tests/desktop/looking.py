"""How tests look at the window: enter a text, wait until everything that can be seen is shown, read what is shown."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.theme import dress
from desktop.window import MainWindow
from engine.settings import Settings
from tools.screens import at_rest, lay_out

SAMPLE = "simvastatin 40 mg nocte\nclarithromycin 500 mg bd\nxyzolumab 5 mg"


@contextmanager
def dressed_as(qapp: QApplication, look: str) -> Iterator[None]:
    """The whole application at a font size in per cent, "dark" or "mirrored" if that follows; as it was, afterwards."""
    percent, _space, way = look.partition(" ")
    worn = dress(qapp)
    worn.apply(Settings(font_percent=int(percent), theme="dark" if way == "dark" else "light"))
    if way == "mirrored":
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    worn.apply(Settings())


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the window is at rest."""
    qtbot.waitUntil(lambda: at_rest(window), timeout=60_000)
    lay_out()


def enter(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Put text into the editor as typing does, and wait until it has been checked."""
    window.page.editor.setPlainText(text)
    settle(qtbot, window)


def _spoken(index: QModelIndex) -> str:
    return str(index.data())


def groups(window: MainWindow) -> dict[str, list[str]]:
    """The findings as they are read aloud: rows below each heading."""
    model = window.page.findings.tree.model()
    headings = [model.index(number, 0) for number in range(model.rowCount())]
    return {
        _spoken(heading): [_spoken(model.index(place, 0, heading)) for place in range(model.rowCount(heading))]
        for heading in headings
    }


def findings(window: MainWindow) -> list[str]:
    """Every row of the findings."""
    return [row for rows in groups(window).values() for row in rows]


def choose(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Go to the first row of the findings that holds these words, as with the arrow keys."""
    tree = window.page.findings.tree
    model = tree.model()
    for number in range(model.rowCount()):
        heading = model.index(number, 0)
        for place in range(model.rowCount(heading)):
            index = model.index(place, 0, heading)
            if words in _spoken(index):
                tree.setCurrentIndex(index)
                settle(qtbot, window)
                return
    raise AssertionError(f"no finding says {words!r}: {findings(window)}")


def lines(window: MainWindow) -> list[str]:
    """The state of each line, headings left out."""
    states = window.page.list.states
    items = [states.topLevelItem(number) for number in range(states.topLevelItemCount())]
    return [item.text(0) for item in items if item is not None and " — " in item.text(0)]


def summary(window: MainWindow) -> str:
    """What the page is at."""
    return window.page.findings.status.summary.text()


def detail(window: MainWindow) -> str:
    """Everything that the detail shows."""
    return words_of(window.page.detail)


def words_of(root: QWidget) -> str:
    """All texts that are shown below a widget."""
    found = []
    for widget in root.findChildren(QWidget):
        if widget.isVisibleTo(root):
            if isinstance(widget, QTextBrowser):
                found.append(widget.toPlainText())
            else:
                text = getattr(widget, "text", None)
                if callable(text):
                    found.append(str(text()))
    # Chips keep their names on one line with signs that look like a hyphen and a space.
    return "\n".join(found).replace("\u2011", "-").replace("\u00a0", " ")

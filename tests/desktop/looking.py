"""How tests look at the window: enter a text, read what is shown."""

from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from desktop.widgets.wrapped import WrappedTree
from desktop.window import MainWindow

SAMPLE = "simvastatin 40 mg nocte\nclarithromycin 500 mg bd\nxyzolumab 5 mg"


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until nothing is opened or checked any more."""
    qtbot.waitUntil(lambda: not window.model.busy, timeout=30_000)


def enter(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Put text into the editor and wait until it has been checked."""
    window.page.editor.setPlainText(text)
    settle(qtbot, window)


def tops(tree: WrappedTree) -> list[QTreeWidgetItem]:
    """Top items of a tree."""
    found = [tree.topLevelItem(number) for number in range(tree.topLevelItemCount())]
    return [item for item in found if item is not None]


def children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    """Items below a heading."""
    found = [item.child(number) for number in range(item.childCount())]
    return [child for child in found if child is not None]


def shown(tree: WrappedTree) -> list[str]:
    """Text of every item, headings included."""
    return [item.text(0) for top in tops(tree) for item in (top, *children(top))]


def group(window: MainWindow, title: str) -> QTreeWidgetItem:
    """The heading of the findings that begins with `title`."""
    return next(item for item in tops(window.page.findings) if item.text(0).startswith(title))

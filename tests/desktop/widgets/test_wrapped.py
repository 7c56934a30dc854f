"""Rows that wrap: the sign stands where a line begins, in both directions of reading."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.widgets.badge import Badge
from desktop.widgets.wrapped import Entry, WrappedTree

_SIGN = "#ff00ff"


def columns_of(tree: WrappedTree, colour: str) -> list[int]:
    """Places across the view, in pixels, where a colour is drawn."""
    image = tree.viewport().grab().toImage()
    wanted = QColor(colour).rgb()
    ratio = image.devicePixelRatio()
    return [int(x / ratio) for x in range(image.width()) if any(image.pixel(x, y) == wanted for y in range(image.height()))]


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_sign_stands_where_the_line_begins(qtbot: QtBot, direction: Qt.LayoutDirection) -> None:
    tree = WrappedTree("Rows")
    qtbot.addWidget(tree)
    tree.setLayoutDirection(direction)
    tree.addTopLevelItem(tree.item_for(Entry("A title", "a text", Badge("■", "#000000", _SIGN)), None))
    tree.resize(400, 200)
    tree.show()
    QApplication.processEvents()
    drawn = columns_of(tree, _SIGN)
    middle = tree.viewport().width() // 2
    assert drawn
    if direction is Qt.LayoutDirection.LeftToRight:
        assert max(drawn) < middle
    else:
        assert min(drawn) > middle


def test_no_letter_lies_over_the_sign_in_either_direction(qtbot: QtBot) -> None:
    seen = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        tree = WrappedTree("Rows")
        qtbot.addWidget(tree)
        tree.setLayoutDirection(direction)
        # A badge without a letter of its own: every pixel of its box keeps its colour, unless a title is drawn over it.
        tree.addTopLevelItem(tree.item_for(Entry("W" * 200, "W" * 200, Badge(" ", "#000000", _SIGN)), None))
        tree.resize(300, 400)
        tree.show()
        QApplication.processEvents()
        image = tree.viewport().grab().toImage()
        wanted = QColor(_SIGN).rgb()
        pixels = sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))
        seen.append(pixels)
    assert seen[0] == seen[1] > 50

"""The looks' checks find what they are for, on widgets that are wrong on purpose."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.desktop.legibility import clipped, faint, overlapping


def _plain() -> QWidget:
    root = QWidget()
    column = QVBoxLayout(root)
    box = QComboBox()
    box.addItem("moderate or worse")
    tree = QTreeWidget()
    tree.setHeaderHidden(True)
    tree.addTopLevelItem(QTreeWidgetItem(["a row"]))
    for part in (QLabel("A label"), QPushButton("&Stop"), QCheckBox("Inferred"), box, QLineEdit("typed"), tree):
        column.addWidget(part)
    return root


def _narrow_button(root: QWidget) -> None:
    button = root.findChild(QPushButton)
    assert button is not None
    button.setFixedWidth(12)


def _low_label(root: QWidget) -> None:
    label = root.findChild(QLabel)
    assert label is not None
    label.setFixedHeight(5)


def _narrow_box(root: QWidget) -> None:
    box = root.findChild(QComboBox)
    assert box is not None
    box.setFixedWidth(60)


def _long_hint(root: QWidget) -> None:
    field = root.findChild(QLineEdit)
    assert field is not None
    field.clear()
    field.setPlaceholderText("a hint that is far too long for " * 8)


@pytest.mark.parametrize("spoil", [_narrow_button, _low_label, _narrow_box, _long_hint])
def test_a_clipped_text_is_found(qtbot: QtBot, spoil: Callable[[QWidget], None]) -> None:
    root = _plain()
    qtbot.addWidget(root)
    root.show()
    assert not clipped(root)
    spoil(root)
    qtbot.wait(10)
    assert clipped(root)


def test_a_part_outside_its_parent_is_found(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    root.resize(100, 100)
    label = QLabel("Far out", root)
    label.move(80, 10)
    root.show()
    assert clipped(root)


def test_parts_over_each_other_are_found(qtbot: QtBot) -> None:
    root = _plain()
    qtbot.addWidget(root)
    root.show()
    assert not overlapping(root)
    loose = QLabel("over", root)
    loose.move(root.width() // 2, root.height() // 2)
    loose.show()
    assert overlapping(root)


def test_a_faint_text_is_found(qtbot: QtBot) -> None:
    root = _plain()
    qtbot.addWidget(root)
    root.show()
    assert not faint(root)
    for part in (QLabel, QTreeWidget):
        faded = root.findChild(part)
        assert faded is not None
        palette = QPalette()
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
            palette.setColor(role, QColor("#bbbbbb"))
        faded.setPalette(palette)
        assert faint(root)
        faded.setPalette(QPalette())

"""The dialog that asks for one of several lists: nothing clipped, nothing faint, at any size and in the dark."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.files.choosing import ListChooser
from desktop.widgets.theme import dress
from engine.settings import Settings
from tests.desktop.legibility import clipped, faint, overlapping

LONG = "Änne Maria Wilhelmine Beispiel-Mustermann von und zu Hohenlohe-Langenburg, born 1950-03-01"
WIDE = "x" * 100
ROWS = [(LONG, 12), (WIDE, 3), *((f"Admission {number}", number) for number in range(1, 130))]


@pytest.fixture(params=["100", "150", "200", "100 dark", "200 dark", "100 mirrored"])
def dressed(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    percent, _, way = str(request.param).partition(" ")
    worn = dress(qapp)
    worn.apply(Settings(font_percent=int(percent), theme="dark" if way == "dark" else "light"))
    if way == "mirrored":
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield str(request.param)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    worn.apply(Settings())


def test_the_chooser_can_be_read(qtbot: QtBot, dressed: str) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    chooser = ListChooser(ROWS, window)
    chooser.open()
    qtbot.waitExposed(chooser)
    QApplication.processEvents()
    assert clipped(chooser) == [], dressed
    assert overlapping(chooser) == [], dressed
    assert faint(chooser) == [], dressed
    assert chooser.width() <= window.width(), dressed
    chooser.filter.setText("Mustermann")
    QApplication.processEvents()
    assert chooser.titles() == [f"{LONG} · 12 lines"]
    assert (clipped(chooser), faint(chooser)) == ([], []), dressed
    chooser.close()

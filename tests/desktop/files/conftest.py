"""A window of an editor over a real model, with files, and nothing left behind after it."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QMainWindow, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.files.opening import Files
from desktop.prescription.view_model import PrescriptionViewModel
from desktop.tasks import TaskRunner


class Desk:
    """What a test handles."""

    def __init__(self) -> None:
        self.tasks = TaskRunner()
        self.model = PrescriptionViewModel(self.tasks)
        self.window = QMainWindow()
        self.editor = QPlainTextEdit()
        self.window.setCentralWidget(self.editor)
        self.editor.textChanged.connect(lambda: self.model.set_text(self.editor.toPlainText()))
        self.files = Files(self.window, self.model, self.editor.toPlainText, self.editor.setPlainText)
        self.remarks: list[tuple[str, ...]] = []
        self.faults: list[str] = []
        self.files.remarks.connect(self.remarks.append)
        self.model.fault_met.connect(self.faults.append)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk()
    made.window.show()
    yield made
    qtbot.waitUntil(lambda: not made.tasks.busy, timeout=10_000)
    made.window.close()
    made.window.deleteLater()

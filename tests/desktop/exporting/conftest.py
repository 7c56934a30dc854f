"""An exporter over a real model and dialog, without the rest of the window, and nothing left behind after it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.exporting.dialog import ExportDialog
from desktop.exporting.exporter import Exporter
from desktop.opening import Opener
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.tasks import TaskRunner
from tests.engine.reports.making import SAMPLE


class Desk:
    """What a test handles."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.tasks = TaskRunner()
        self.model = PrescriptionViewModel(self.tasks)
        self.window = QMainWindow()
        self.exporter = Exporter(self.window, self.model)
        self.faults: list[str] = []
        self.written: list[object] = []
        self.model.fault_met.connect(self.faults.append)
        self.exporter.written.connect(self.written.append)

    def check(self, text: str = SAMPLE) -> None:
        """Enter a list and wait until it has been checked."""
        self.model.set_text(text)
        self._qtbot.waitUntil(lambda: self.model.phase is Phase.CHECKED, timeout=60_000)

    def open(self) -> ExportDialog:
        """Open the dialog and wait until it can be used."""
        self.exporter.export()
        dialog = self.exporter.dialog
        assert dialog is not None
        self.idle()
        assert dialog.save.isEnabled()
        return dialog

    def idle(self) -> None:
        """Wait until nothing is under way, the preview included."""

        def still() -> bool:
            loading = self.exporter.dialog is not None and self.exporter.dialog.preview.loading
            return not self.exporter.busy and not self.tasks.busy and not loading

        self._qtbot.waitUntil(still, timeout=60_000)

    def units(self, us: bool) -> None:
        """Choose units."""
        self.model.set_settings(replace(self.model.settings, units="us" if us else "si"))


@pytest.fixture
def desk(qtbot: QtBot, opener: Opener) -> Iterator[Desk]:
    made = Desk(qtbot)
    made.window.show()
    made.model.open(opener)
    qtbot.waitUntil(lambda: made.model.ready, timeout=10_000)
    yield made
    if made.exporter.dialog is not None:
        made.exporter.dialog.reject()
    made.idle()
    assert not [timer for timer in made.window.findChildren(QTimer) if timer.isActive()]
    assert not [thread for thread in made.window.findChildren(QThread) if thread.isRunning()]
    made.window.close()
    made.window.deleteLater()
    assert not [other for other in QApplication.topLevelWidgets() if other.isVisible()]

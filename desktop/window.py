"""The main window: holds the pages and ends background work when it closes."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox

from desktop.prescription.view import PrescriptionPage
from desktop.prescription.view_model import PrescriptionViewModel
from desktop.tasks import TaskRunner
from engine.application import Application


class MainWindow(QMainWindow):
    """One window over one opened application."""

    def __init__(self, application: Application, tasks: TaskRunner) -> None:
        super().__init__()
        self._tasks = tasks
        self.model = PrescriptionViewModel(application, tasks)
        self.page = PrescriptionPage(self.model, application.notice)
        self.setCentralWidget(self.page)
        self.setWindowTitle("Coprescribe")
        self.resize(1280, 800)

    def show_text(self, text: str) -> None:
        """Put a prescription into the editor; it is checked like typed text."""
        self.page.editor.setPlainText(text)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End background work; if some does not stop in time, say so and close only if the person agrees."""
        self.model.stop()
        if self._tasks.close() or self._agreed_to_leave():
            event.accept()
        else:
            event.ignore()

    def _agreed_to_leave(self) -> bool:
        answer = QMessageBox.question(self, "Coprescribe", self.tr("A check is still stopping. Close all the same?"))
        return answer == QMessageBox.StandardButton.Yes

"""The main window: menus, pages, opening of knowledge and files, and an end of background work when it closes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QMessageBox

from desktop.about import AboutDialog
from desktop.opening import AboutFacts, Opener, about_in_steps, read_in_steps
from desktop.prescription.view import PrescriptionPage
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.tasks import TaskRunner, fault_sentence

_PATIENCE_MS = 3000
_POLL_MS = 50
# Work usually stops within one medicine; so short a wait is not felt.
_SHORT_WAIT_MS = 200


class MainWindow(QMainWindow):
    """One window over one installation, which it opens in the background."""

    def __init__(self, opener: Opener, tasks: TaskRunner) -> None:
        super().__init__()
        self._opener = opener
        self._tasks = tasks
        self._file: tuple[Path, bool] | None = None
        self._file_failed = False
        self._leaving = False
        self._waited_ms = 0
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._look_whether_stopped)
        self.model = PrescriptionViewModel(tasks)
        self.page = PrescriptionPage(self.model)
        self.setCentralWidget(self.page)
        self.setWindowTitle("Coprescribe")
        self.resize(1280, 800)
        self._make_menus()
        self.page.editor.setFocus()
        self.model.opened.connect(self._read_waiting_file)
        # Only once the window shows: importing the engine would hold the interpreter that draws it.
        QTimer.singleShot(0, self, lambda: self.model.open(self._opener))

    @property
    def exit_code(self) -> int:
        """0, 1 where the knowledge could not be opened, 2 where the file named at the start could not be read."""
        if self.model.phase is Phase.UNUSABLE:
            return 1
        return 2 if self._file_failed else 0

    def show_text(self, text: str) -> None:
        """Put a prescription into the editor; it is checked like typed text."""
        self.page.editor.setPlainText(text)

    def open_file(self, path: Path, *, named_at_start: bool = False) -> None:
        """Read a text file in the background, once the knowledge is open, and put its text into the editor."""
        self._file = (path, named_at_start)
        if self.model.ready:
            self._read_waiting_file()

    def _read_waiting_file(self) -> None:
        if self._file is None:
            return
        (path, named_at_start), self._file = self._file, None

        def failed(error: BaseException) -> None:
            self._file_failed = self._file_failed or named_at_start
            self.model.meet_fault(fault_sentence(error))

        self._tasks.start(lambda: read_in_steps(path), self._show_new_text, failed)

    def _show_new_text(self, text: str) -> None:
        self.model.forget_confirmations()
        self.show_text(text)

    def _make_menus(self) -> None:
        file_menu = self.menuBar().addMenu(self.tr("&File"))
        self._add(file_menu, self.tr("&Open a list…"), QKeySequence("Ctrl+O"), self.choose_file)
        self._add(file_menu, self.tr("Check &again"), QKeySequence("F5"), self.model.check_again)
        self._add(file_menu, self.tr("&Quit"), QKeySequence("Ctrl+Q"), self.close)
        go_menu = self.menuBar().addMenu(self.tr("&Go to"))
        self._add(go_menu, self.tr("The &list"), QKeySequence("Ctrl+L"), self.page.editor.setFocus)
        self._add(go_menu, self.tr("The &findings"), QKeySequence("Ctrl+Shift+F"), self.page.findings.setFocus)
        help_menu = self.menuBar().addMenu(self.tr("&Help"))
        self._add(help_menu, self.tr("&About Coprescribe"), QKeySequence("F1"), self.show_about)

    def _add(self, menu: QMenu, text: str, keys: QKeySequence, slot: Callable[[], object]) -> None:
        action = QAction(text, self)
        action.setShortcut(keys)
        # A menu's trigger carries "checked", which none of these slots takes.
        action.triggered.connect(lambda _checked=False: slot())
        menu.addAction(action)

    def choose_file(self) -> None:
        """Ask for a text file and open it."""
        pattern = self.tr("Text (*.txt);;All files (*)")
        name, _filter = QFileDialog.getOpenFileName(self, self.tr("Open a list"), "", pattern)
        if name:
            self.open_file(Path(name))

    def show_about(self) -> None:
        """Versions, notice, sources and licences; gathered in the background."""
        application = self.model.application
        if application is None:
            QMessageBox.information(self, "Coprescribe", self.tr("The knowledge is not open, so its versions cannot be shown."))
            return
        self._tasks.start(
            lambda: about_in_steps(application), self._show_about, lambda error: self.model.meet_fault(fault_sentence(error))
        )

    def _show_about(self, facts: AboutFacts) -> None:
        dialog = AboutDialog(facts, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End background work; only if it does not stop within three seconds the person is asked."""
        self.model.stop()
        if self._leaving or self._tasks.close(_SHORT_WAIT_MS):
            self._poll.stop()
            event.accept()
            return
        event.ignore()
        if not self._poll.isActive():
            self._waited_ms = 0
            self._poll.start()

    def _look_whether_stopped(self) -> None:
        self._waited_ms += _POLL_MS
        if self._tasks.close(wait_ms=0):
            self.close()
        elif self._waited_ms >= _PATIENCE_MS:
            self._poll.stop()
            if self._agreed_to_leave():
                self._leaving = True
                self.close()
            elif not self.model.ready:
                self.model.open(self._opener)

    def _agreed_to_leave(self) -> bool:
        answer = QMessageBox.question(self, "Coprescribe", self.tr("A check is still stopping. Close all the same?"))
        return answer == QMessageBox.StandardButton.Yes

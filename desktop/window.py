"""The main window: pages, files, exports and settings, opening of the knowledge, and an end of background work on closing."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from desktop.menus import Menus
from desktop.opening import Opener
from desktop.pages import Page, Pages
from desktop.prescription.view import PrescriptionPage
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.settings.keeper import SettingsKeeper
from desktop.tasks import TaskRunner, fault_sentence

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
    from PySide6.QtWidgets import QPlainTextEdit

    from desktop.about import AboutFacts
    from desktop.exporting.exporter import Exporter
    from desktop.files.opening import Files
    from desktop.settings.notice import NoticeDialog

_PATIENCE_MS = 3000
_POLL_MS = 50
# Work usually stops within one medicine; so short a wait is not felt.
_SHORT_WAIT_MS = 200


class MainWindow(QMainWindow):
    """One window over one installation, which it opens in the background."""

    def __init__(self, opener: Opener, tasks: TaskRunner, keeper: SettingsKeeper | None = None) -> None:
        super().__init__()
        self._opener = opener
        self._tasks = tasks
        self._file: tuple[Path, bool] | None = None
        self._file_failed = False
        self._leaving = False
        self._may_go = False
        self._waited_ms = 0
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._look_whether_stopped)
        self.keeper = keeper if keeper is not None else SettingsKeeper(None)
        self.model = PrescriptionViewModel(tasks)
        self.model.set_settings(self.keeper.settings)
        self.page = PrescriptionPage(self.model)
        self.pages = Pages(self.page, self.model)
        self.setCentralWidget(self.pages)
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        Menus(self)
        self.page.editor.setFocus()
        self._connect()
        self._name_window(self.tr("Untitled list"))
        self.page.remarks.say(self.keeper.remarks)
        # Only once the window shows: importing the engine would hold the interpreter that draws it.
        QTimer.singleShot(1, self, lambda: self.model.open(self._opener))

    def _connect(self) -> None:
        self.model.opened.connect(self._read_waiting_file)
        self.page.furnished.connect(self._read_waiting_file)
        self.model.opened.connect(self._show_notice_once)
        self.page.editor.document().contentsChanged.connect(self._show_title)
        self.keeper.changed.connect(lambda: self.model.set_settings(self.keeper.settings))
        self.keeper.failed.connect(self.model.meet_fault)
        self.pages.check_asked.connect(self.check_pair)
        self.pages.currentChanged.connect(lambda _number: self._show_title())

    @cached_property
    def files(self) -> Files:
        """Opening and saving; made when somebody types, or opens something."""
        from desktop.files.opening import Files

        files = Files(self, self.model, self.page.editor.toPlainText, self.page.editor.set_list)
        files.path_changed.connect(self._show_title)
        files.remarks.connect(self.page.remarks.say)
        # A list that was pasted over another may be another person's: it must not land in that one's file.
        self.page.editor.replaced.connect(files.leave_file)
        return files

    @cached_property
    def exporter(self) -> Exporter:
        """Exports and printing, made when first asked for: their parts of Qt take as long to load as the window itself."""
        from desktop.exporting.exporter import Exporter

        return Exporter(self, self.model)

    @property
    def exit_code(self) -> int:
        """0, 1 where the knowledge could not be opened, 2 where the file named at the start could not be read."""
        if self.model.phase is Phase.UNUSABLE:
            return 1
        return 2 if self._file_failed else 0

    def show_text(self, text: str) -> None:
        """Put a prescription into the editor; it is checked like typed text."""
        self.page.editor.set_list(text)

    def open_file(self, path: Path, *, named_at_start: bool = False) -> None:
        """Read a file in the background, once the knowledge is open, and put its list into the editor."""
        self._file = (path, named_at_start)
        self._read_waiting_file()

    def _read_waiting_file(self) -> None:
        if self._file is None or not self.model.ready or not self.page.is_furnished:
            return
        (path, named_at_start), self._file = self._file, None

        def failed() -> None:
            self._file_failed = self._file_failed or named_at_start

        self.files.open(path, failed)

    def _show_title(self) -> None:
        if self.pages.page is not Page.PRESCRIPTION:
            # What these pages hold is in no file, so nothing of them is unsaved.
            self._name_window(self.pages.tabText(self.pages.currentIndex()))
            self.setWindowModified(False)
            return
        self._name_window(self.files.path.name if self.files.path is not None else self.tr("Untitled list"))
        self.setWindowModified(self.files.dirty)

    def _name_window(self, name: str) -> None:
        # Qt puts its own sign of unsaved changes in place of the star.
        self.setWindowTitle(f"{name}[*] – Coprescribe")

    def check_pair(self, first: str, second: str) -> None:
        """A new list of two medicines, on the prescription page; asks before the present list goes."""
        if self.files.start_anew():
            self.show_text(f"{first}\n{second}\n")
            self.go_to_list()

    def go_to_list(self) -> None:
        """The focus into the editor, wherever it is."""
        self.pages.setCurrentIndex(Page.PRESCRIPTION)
        self.page.left.setCurrentIndex(0)
        self.page.editor.setFocus()

    def actions_with_keys(self) -> list[QAction]:
        """Every command of the menus that a key starts."""
        return [action for action in self.findChildren(QAction) if not action.shortcut().isEmpty()]

    def scale(self, percent: int) -> None:
        """Larger or smaller letters, within the bounds of the settings."""
        from engine.settings import LEAST_FONT_PERCENT, MOST_FONT_PERCENT

        wanted = self.keeper.settings.font_percent + percent
        self.keeper.update(font_percent=max(LEAST_FONT_PERCENT, min(MOST_FONT_PERCENT, wanted)))

    def new_list(self) -> None:
        """An empty list for another person."""
        self.files.start_anew()

    def choose_list(self) -> None:
        """Ask for a file and open it on the page that is open."""
        if self.pages.page is Page.ABSTRACT:
            self.pages.open_abstract().choose_file()
        elif self.pages.page is Page.MANY:
            self.pages.open_many().control.choose_file.click()
        else:
            self.files.choose_and_open()

    def save_list(self) -> None:
        """Save to the file at hand."""
        self.files.save()

    def save_list_as(self) -> None:
        """Save to a file that is asked for."""
        self.files.save_as()

    def export(self) -> None:
        """The dialog of exports and printing, or that of the page that is open."""
        if self.pages.page is Page.ABSTRACT:
            self.pages.open_abstract().exporter.export()
        elif self.pages.page is Page.MANY:
            self.pages.open_many().exporter.export()
        else:
            self.exporter.export()

    def undo(self) -> None:
        """Take back the last change of the text that is open."""
        editor = self._editor()
        if editor is not None:
            editor.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        editor = self._editor()
        if editor is not None:
            editor.redo()

    def _editor(self) -> QPlainTextEdit | None:
        if self.pages.page is Page.ABSTRACT:
            return self.pages.open_abstract().text.editor
        return self.page.editor if self.pages.page is Page.PRESCRIPTION else None

    def again(self) -> None:
        """Check the list or read the abstract again."""
        if self.pages.page is Page.ABSTRACT:
            self.pages.open_abstract().model.read_now()
        elif self.pages.page is Page.PRESCRIPTION:
            self.model.check_again()

    def show_settings(self) -> None:
        """The settings, applied while they are changed."""
        from desktop.settings.dialog import SettingsDialog

        dialog = SettingsDialog(self.keeper, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_notice_once(self) -> None:
        if self.keeper.settings.notice_seen or self.keeper.path is None:
            return
        from desktop.settings.notice import NoticeDialog

        dialog: NoticeDialog = NoticeDialog(self.model.notice, self)
        dialog.accepted.connect(lambda: self.keeper.update(notice_seen=True))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_about(self) -> None:
        """Versions, notice, sources and licences; gathered in the background."""
        application = self.model.application
        if application is None:
            from PySide6.QtWidgets import QMessageBox

            QMessageBox.information(self, "Coprescribe", self.tr("The knowledge is not open, so its versions cannot be shown."))
            return
        from desktop.about import about_in_steps

        self._tasks.start(
            lambda: about_in_steps(application), self._show_about, lambda error: self.model.meet_fault(fault_sentence(error))
        )

    def _show_about(self, facts: AboutFacts) -> None:
        from desktop.about import AboutDialog

        dialog = AboutDialog(facts, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere on the window."""
        if self.files.accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped file on the page that is open."""
        event.acceptProposedAction()
        if not self.pages.drop(event.mimeData()):
            self.files.drop(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about an unsaved list, then end background work; only if it does not stop within three seconds ask again."""
        # Whatever goes wrong from here on must not throw the list away.
        event.ignore()
        self.page.flush()
        if not self._may_go and not self.files.confirm_discard():
            return
        self._may_go = True
        self.model.stop()
        self.pages.stop()
        if self._leaving or (not self._exporting and self._tasks.close(_SHORT_WAIT_MS)):
            self._poll.stop()
            event.accept()
            return
        if not self._poll.isActive():
            self._waited_ms = 0
            self._poll.start()

    @property
    def _exporting(self) -> bool:
        """Whether an export is still being written or printed; asking must not make the exporter."""
        return self.pages.writing or ("exporter" in vars(self) and self.exporter.busy)

    def _look_whether_stopped(self) -> None:
        self._waited_ms += _POLL_MS
        if not self._exporting and self._tasks.close(wait_ms=0):
            self.close()
        elif self._waited_ms >= _PATIENCE_MS:
            self._poll.stop()
            if self._agreed_to_leave():
                self._leaving = True
                self.close()
                return
            self._may_go = False
            if not self.model.ready:
                self.model.open(self._opener)

    def _agreed_to_leave(self) -> bool:
        from PySide6.QtWidgets import QMessageBox

        sentence = self.tr("A check is still stopping. Close all the same?")
        if self._exporting:
            sentence = self.tr("An export is still being written or printed. Close all the same?")
        answer = QMessageBox.question(self, "Coprescribe", sentence)
        return answer == QMessageBox.StandardButton.Yes

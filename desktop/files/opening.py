"""The file at hand: opening in the background, saving, and care that nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.files.saving import Answer, ask_about_changes, ask_where
from desktop.files.working import SUFFIX, TEXT_SUFFIX, ListState, opening_of, saving_of, write
from desktop.prescription.view_model import BUG_SENTENCE, PrescriptionViewModel
from desktop.tasks import State, Task, fault_sentence
from engine.errors import CoprescribeError

if TYPE_CHECKING:
    from desktop.files.choosing import ListChooser
    from engine.records.model import MedicationList


def _raise(error: Exception) -> None:
    raise error


class Files(QObject):
    """Opens and saves the list of one window.

    `remarks` carries sentences on what an opened file held and the list does not (a tuple of texts); they belong on the screen
    until a person dismisses them, and an empty tuple means that those of the list before no longer hold.
    """

    path_changed = Signal()
    remarks = Signal(object)

    def __init__(
        self,
        window: QWidget,
        model: PrescriptionViewModel,
        editor_text: Callable[[], str],
        show_text: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._editor_text = editor_text
        self._show_text = show_text
        self._kept = ListState()
        # How many lists have come: what is told of one too late must not be taken for the next.
        self._lists = 0
        self._reading: Task[tuple[MedicationList, ...]] | None = None
        self._saving: Task[Path] | None = None
        self._waiting: Path | None = None
        self.path: Path | None = None
        self.chooser: ListChooser | None = None

    def _state(self) -> ListState:
        return ListState(self._editor_text(), self._model.patient, self._model.confirmed_names)

    @property
    def dirty(self) -> bool:
        """Whether the list was changed since it was opened or saved, and holds something."""
        now = self._state()
        return not now.empty and now != self._kept

    def confirm_discard(self) -> bool:
        """Whether the present list may go; asks only where something would be lost, and saves it where that is wished."""
        if not self.dirty:
            return True
        answer = ask_about_changes(self._window)
        if answer is Answer.SAVE:
            return self._save_now()
        return answer is Answer.DISCARD

    def let_go(self) -> None:
        """The present list may go without a question."""
        self._kept = self._state()

    def leave_file(self) -> None:
        """The list is no longer that of the file at hand: saving asks for a place."""
        self._set_path(None)

    def choose_and_open(self) -> None:
        """Ask for a file and open it."""
        known = "*.json *.csv *.tsv *.txt *.gz"
        pattern = self.tr("Lists of medicines ({0});;All files (*)").format(known)
        start = "" if self.path is None else str(self.path.parent)
        name, _filter = QFileDialog.getOpenFileName(self._window, self.tr("Open a list"), start, pattern)
        if name:
            self.open(Path(name))

    def open(self, path: Path, on_failed: Callable[[], None] | None = None) -> None:
        """Read a file in the background and put its list in place of the present one.

        `on_failed` is called where the file cannot be used; its sentence is shown in any case.
        """
        if not self.confirm_discard():
            return
        if self._reading is not None:
            self._reading.cancel()
        before = self._state()

        def failed(error: BaseException) -> None:
            if on_failed is not None:
                on_failed()
            self._model.meet_fault(fault_sentence(error))

        work = opening_of(path, self._model.application)
        self._reading = self._model.tasks.start(work, lambda lists: self._opened(path, lists, before), failed)

    def _opened(self, path: Path, lists: tuple[MedicationList, ...], before: ListState) -> None:
        self._reading = None
        if self.chooser is not None:
            self.chooser.reject()
        # What was typed while the file was being read is nobody's to throw away.
        if self._state() != before and not self.confirm_discard():
            return
        if len(lists) == 1:
            self._take(path, lists[0])
            return
        rows = [(one.title, sum(bool(line.strip()) for line in one.text.splitlines())) for one in lists]
        from desktop.files.choosing import ListChooser

        self.chooser = ListChooser(rows, self._window)
        self.chooser.chosen.connect(lambda place: self._take(path, lists[place]))
        self.chooser.finished.connect(self._chooser_closed)
        self.chooser.open()

    def _chooser_closed(self) -> None:
        if self.chooser is not None:
            self.chooser.deleteLater()
            self.chooser = None

    def _take(self, path: Path, one: MedicationList) -> None:
        self._forget()
        self._model.start_list(one.patient, one.confirmed_names)
        self._show_text(one.text)
        # An editor writes line ends and blanks in its own way: what it holds now is what the file holds.
        self._kept = self._state()
        self._set_path(path)
        self.remarks.emit(one.remarks)

    def _forget(self) -> None:
        """Another list comes: what was said of the one before no longer holds."""
        self._lists += 1
        self._waiting = None
        self._model.dismiss_message()

    def _set_path(self, path: Path | None) -> None:
        self.path = path
        self.path_changed.emit()

    def start_anew(self) -> bool:
        """An empty list for another person; whether the present one was let go."""
        if not self.confirm_discard():
            return False
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._forget()
        self._model.start_list()
        self._show_text("")
        self._kept = ListState()
        self._set_path(None)
        self.remarks.emit(())
        return True

    def save(self) -> None:
        """Save to the file at hand if it is one of ours; a table or a bundle of others is never overwritten."""
        if self.path is not None and self.path.name.lower().endswith(SUFFIX):
            self._save_to(self.path)
        else:
            self.save_as()

    def save_as(self) -> None:
        """Ask where to, and save in the background."""
        path = ask_where(self._window, self.path)
        if path is not None:
            self._save_to(path)

    def _save_to(self, path: Path) -> None:
        if self._is_saving():
            # Two at once may end in either order, and the older list would stay.
            self._waiting = path
            return
        state, lists = self._state(), self._lists

        def done(saved: Path) -> None:
            # The file of one person must not become that of the next.
            if lists == self._lists:
                self._saved(saved, state)
            self._save_waiting()

        def failed(error: BaseException) -> None:
            self._waiting = None
            self._model.meet_fault(fault_sentence(error))

        self._saving = self._model.tasks.start(saving_of(path, state), done, failed)

    def _is_saving(self) -> bool:
        return self._saving is not None and self._saving.state is State.RUNNING

    def _save_waiting(self) -> None:
        path, self._waiting = self._waiting, None
        if path is not None:
            self._save_to(path)

    def _saved(self, path: Path, state: ListState) -> None:
        if path.suffix.lower() == TEXT_SUFFIX and state.more_than_text:
            # Not all of the list is in such a file, so it still counts as changed.
            self.remarks.emit((self.tr("Saved as text: the patient's data and the confirmed names are not in the file."),))
        else:
            self._kept = state
        self._set_path(path)

    def _save_now(self) -> bool:
        """Save while a question waits; whether everything is in a file. Whatever goes wrong, the list stays."""
        if self._is_saving():
            # What is being written is older, and might end up over what would be written now.
            self._model.meet_fault(self.tr("The list is still being saved: wait a moment, then try again."))
            return False
        ours = self.path is not None and self.path.name.lower().endswith(SUFFIX)
        path = self.path if ours else ask_where(self._window, self.path)
        if path is None:
            return False
        state = self._state()
        try:
            write(path, state)
        except Exception as error:
            self._model.meet_fault(error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE)
            if not isinstance(error, CoprescribeError):
                # Raised here a bug would let the window close over the list; it is raised in a turn of its own.
                QTimer.singleShot(0, self, partial(_raise, error))
            return False
        self._saved(path, state)
        # A text lacks the patient's data; what it lacks is not let go without another question.
        return not self.dirty

    def accepts(self, mime: QMimeData) -> bool:
        """Whether what is dragged over the window is a file of this machine."""
        return any(url.isLocalFile() for url in mime.urls())

    def drop(self, mime: QMimeData) -> None:
        """Open the file that was dropped; of several none, since one list is shown at a time."""
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if len(paths) == 1:
            self.open(paths[0])
        else:
            self._model.meet_fault(self.tr("Drop one file at a time."))

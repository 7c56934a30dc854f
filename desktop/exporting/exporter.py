"""Exporting the present list: a dialog, and the work behind it. Never exports a report that is older than the list."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.exporting.dialog import ExportDialog
from desktop.exporting.kinds import ExportKind, format_words
from desktop.exporting.pages import a4, paint_pages, pdf_bytes
from desktop.exporting.printing import ask_printer
from desktop.exporting.turns import InTurns
from desktop.exporting.work import (
    PRINT_CHARACTERS,
    Prepared,
    foot_of,
    pages_of,
    prepare,
    preview,
    summary_of,
    write_content,
    write_export,
)
from desktop.prescription.view_model import BUG_SENTENCE, Phase, PrescriptionViewModel
from desktop.tasks import Task, fault_sentence
from engine.cancellation import Progress
from engine.errors import CoprescribeError

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from engine.reports.material import Material


class Exporter(QObject):
    """`written` follows a file that was written, `failed` a refusal or a fault in one sentence."""

    written = Signal(object)
    failed = Signal(str)

    def __init__(self, window: QWidget, model: PrescriptionViewModel) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._prepared: Prepared | None = None
        self._preparing: Task[Prepared] | None = None
        self._previewing: Task[str] | None = None
        self._reading: Task[str] | None = None
        self._writing: Task[Path] | None = None
        self._wording: Task[str] | None = None
        self._laying_out: InTurns[bytes] | None = None
        self._printing: InTurns[int] | None = None
        self.dialog: ExportDialog | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being prepared, written or printed."""
        work = (self._preparing, self._previewing, self._reading, self._wording, self._laying_out, self._writing, self._printing)
        return any(one is not None for one in work)

    def refusal(self) -> str:
        """Why nothing can be exported now, in one sentence; empty where it can."""
        return {
            Phase.OPENING: self.tr("The knowledge is still being opened, so there is no report to export yet."),
            Phase.UNUSABLE: self.tr("The knowledge could not be opened, so there is no report to export."),
            Phase.EMPTY: self.tr("There is no list yet, so there is nothing to export."),
            Phase.CHECKING: self.tr("The list is still being checked; export it when that is done."),
            Phase.STOPPED: self.tr("The check was stopped, so there is no report of this list to export."),
            Phase.FAULT: self.tr("The list could not be checked, so there is no report to export."),
            Phase.CHECKED: "",
        }[self._model.phase]

    def export(self) -> None:
        """Open the dialog, or say why not."""
        sentence = self.refusal()
        if self.dialog is not None:
            self.dialog.raise_()
            return
        if sentence:
            self._say_fault(sentence)
            return
        dialog = ExportDialog(self._window)
        self.dialog = dialog
        dialog.wanted.connect(self._refresh_preview)
        dialog.saving.connect(self._ask_where)
        dialog.printing.connect(self.print_)
        dialog.copying.connect(self.copy)
        dialog.finished.connect(self._closed)
        dialog.open()
        self._prepare(self._offer)

    def write(self, kind: ExportKind, path: Path, chosen: Collection[str] | None = None) -> None:
        """Write an export of the present list in the background. `chosen` are points of the sheet; None takes the usual ones."""
        if self.dialog is None:
            # Without a dialog nothing was seen before: the list is taken as it is now.
            self._prepared = None
        if self._refused():
            return
        if self._prepared is None:
            self._prepare(lambda: self.write_prepared(kind, path, chosen))
        else:
            self.write_prepared(kind, path, chosen)

    def write_prepared(self, kind: ExportKind, path: Path, chosen: Collection[str] | None) -> None:
        """Write what has been prepared, unless the list changed while it was."""
        if self._refused():
            return
        material = self._material()
        self._show(self.tr("Writing…"), busy=True)
        if kind.suffix == "pdf":
            text = partial(pages_of, material, kind.content, chosen)
            self._wording = self._model.tasks.start(text, lambda html: self._lay_out(html, material, path), self._write_failed)
            return
        work = partial(write_export, material, kind, chosen, path)
        self._writing = self._model.tasks.start(work, self._wrote, self._write_failed, self._progressed)

    def _lay_out(self, html: str, material: Material, path: Path) -> None:
        self._wording = None
        steps = pdf_bytes(html, foot_of(material), material.title or "Coprescribe")
        done = partial(self._keep, path)
        self._laying_out = InTurns(self, steps, done, self._write_failed, self._progressed)

    def _keep(self, path: Path, content: bytes) -> None:
        self._laying_out = None
        self._writing = self._model.tasks.start(partial(write_content, content, path), self._wrote, self._write_failed)

    def print_(self) -> None:
        """Print what the dialog shows."""
        if self.dialog is None or self._refused():
            return
        content, chosen = self.dialog.kind.content, self.dialog.chosen
        work = partial(pages_of, self._material(), content, chosen)
        self._reading = self._model.tasks.start(work, self._print_html, self._read_failed)

    def _print_html(self, html: str) -> None:
        self._reading = None
        if self.dialog is None:
            return
        if len(html) > PRINT_CHARACTERS:
            self._show(self.tr("This is too long to be printed from here: save it as PDF and print that."))
            return
        ask_printer(self.dialog, lambda printer: self.print_on(printer, html))

    def print_on(self, printer: QPrinter, html: str) -> None:
        """Print HTML pages on a printer, a little in each turn of the event loop."""
        self._show(self.tr("Printing…"), busy=True)
        printer.setPageLayout(a4())
        steps = paint_pages(html, foot_of(self._material()), printer)
        self._printing = InTurns(self, steps, self._printed, self._print_failed)

    def _printed(self, _pages: int) -> None:
        self._printing = None
        self._show(self.tr("Sent to the printer."))

    def _print_failed(self, error: BaseException) -> None:
        self._printing = None
        self._fail(error)

    def copy(self) -> None:
        """Put the summary on the clipboard as text."""
        if self._prepared is None or self._refused():
            return
        self._reading = self._model.tasks.start(partial(summary_of, self._material()), self._copy_text, self._read_failed)

    def _copy_text(self, text: str) -> None:
        self._reading = None
        QGuiApplication.clipboard().setText(text)
        self._show(self.tr("The summary is on the clipboard."))

    def _refused(self) -> bool:
        """Whether there is no report of the list as it is now; says so."""
        sentence = self.refusal()
        if not sentence and self._prepared is not None and self._prepared.request != self._model.request(with_alternatives=True):
            sentence = (
                self.tr("The list has changed meanwhile, so nothing was exported; export it again.")
                if self.dialog is None
                else self.tr("The list has changed since this was opened; close it and open it again.")
            )
        if sentence:
            self._say_fault(sentence)
        return bool(sentence)

    def _say_fault(self, sentence: str) -> None:
        """Show a refusal or a fault where a person looks: in the dialog, else on the page."""
        if self.dialog is None:
            self._model.meet_fault(sentence)
        else:
            self._show(sentence)
        self.failed.emit(sentence)

    def _material(self) -> Material:
        """What was prepared, with title and remark as they are written now."""
        assert self._prepared is not None
        if self.dialog is None:
            return self._prepared.material
        return replace(self._prepared.material, title=self.dialog.title.text().strip(), remark=self.dialog.remark.text().strip())

    def _prepare(self, then: Callable[[], None]) -> None:
        application = self._model.application
        assert application is not None
        self._show(self.tr("Checking again, with alternatives…"), busy=True)
        now = datetime.now(UTC).astimezone()
        work = partial(prepare, application, self._model.request(with_alternatives=True), self._model.settings.units, now)

        def done(prepared: Prepared) -> None:
            self._preparing = None
            self._prepared = prepared
            then()

        self._preparing = self._model.tasks.start(work, done, self._prepare_failed, self._progressed)

    def _offer(self) -> None:
        if self.dialog is not None and self._prepared is not None:
            self.dialog.offer(self._prepared)
            self._show("")
            self._refresh_preview()

    def _refresh_preview(self) -> None:
        if self.dialog is None or self._prepared is None:
            return
        if self._previewing is not None:
            self._previewing.cancel()
        if self._wording is None and self._laying_out is None and self._writing is None:
            self._show("")
        scale = self._model.settings.font_percent / 100
        work = partial(preview, self._material(), self.dialog.kind.content, self.dialog.chosen, scale)
        self._previewing = self._model.tasks.start(work, self._show_preview, self._preview_failed)

    def _show_preview(self, html: str) -> None:
        self._previewing = None
        if self.dialog is not None:
            self.dialog.preview.show_document(html)

    def _ask_where(self) -> None:
        dialog = self.dialog
        if dialog is None or self._refused():
            return
        kind, chosen = dialog.kind, dialog.chosen
        name = f"interactions-{datetime.now(UTC).astimezone():%Y-%m-%d}.{kind.suffix}"
        files = QFileDialog(dialog, self.tr("Save the export"), name, f"{format_words(kind)} (*.{kind.suffix})")
        files.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        files.setFileMode(QFileDialog.FileMode.AnyFile)
        files.setDefaultSuffix(kind.suffix)
        files.fileSelected.connect(lambda path: self.write(kind, Path(path), chosen))
        files.finished.connect(files.deleteLater)
        files.open()

    def _closed(self) -> None:
        """The dialog is gone: what only it needed ends; a file that is being written is finished."""
        for task in (self._preparing, self._previewing, self._reading):
            if task is not None:
                task.cancel()
        self._preparing = self._previewing = self._reading = None
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = self._prepared = None

    def _wrote(self, path: Path) -> None:
        self._writing = None
        self._show(self.tr("Saved as {name}.").format(name=path.name))
        self.written.emit(path)

    def _progressed(self, progress: Progress) -> None:
        if self.dialog is not None:
            self.dialog.show_progress(progress.done, progress.total)

    def _prepare_failed(self, error: BaseException) -> None:
        self._preparing = None
        self._fail(error)

    def _preview_failed(self, error: BaseException) -> None:
        self._previewing = None
        self._fail(error)

    def _read_failed(self, error: BaseException) -> None:
        self._reading = None
        self._fail(error)

    def _write_failed(self, error: BaseException) -> None:
        self._wording = self._laying_out = self._writing = None
        self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self._say_fault(error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE)
        # Raises again what is no fault but a bug of ours.
        fault_sentence(error)

    def _show(self, sentence: str, *, busy: bool = False) -> None:
        if self.dialog is not None:
            self.dialog.show_work(sentence, busy=busy, usable=not busy and self._prepared is not None)

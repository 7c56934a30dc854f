"""Exports of a run: ask where to, write in the background, say how it ended."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.abstracts.asking import ask_for_export
from desktop.abstracts.runs import ExportFormat
from desktop.abstracts.view_model import ManyAbstractsModel
from desktop.abstracts.work import exporting
from desktop.prescription.matrix.states import Latest


class RunExporter(QObject):
    """One export at a time. `said` carries a sentence on what happens; faults go to the model."""

    said = Signal(str)

    def __init__(self, model: ManyAbstractsModel, window: QWidget) -> None:
        super().__init__(window)
        self._model = model
        self._window = window
        self._work: Latest[Path] = Latest(model.tasks)

    @property
    def busy(self) -> bool:
        """Whether a file is still being written."""
        return self._work.busy

    def export(self) -> None:
        """Ask for a file and write what was read so far."""
        source = self._model.source
        if self._model.reader is None or source is None or self.busy:
            return
        answer = ask_for_export(self._window, source)
        if answer is not None:
            self.export_to(*answer)

    def export_to(self, form: ExportFormat, path: Path) -> None:
        """Write a file."""
        reader = self._model.reader
        if reader is None or self.busy:
            return
        part = self._model.reading
        self.said.emit(self.tr("Writing {0}…").format(path.name))

        def done(written: Path) -> None:
            words = self.tr("Written to {0}.")
            if part:
                words = self.tr("Written to {0}. The run still goes on: the file holds what was read until then.")
            self.said.emit(words.format(written))

        def failed(sentence: str) -> None:
            self.said.emit("")
            self._model.meet_fault(sentence)

        self._work.start(exporting(reader, form, path), done, failed)

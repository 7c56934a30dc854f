"""Exports where the student disagrees: asks for a file, writes it in the background, says how it ended."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.prescription.matrix.states import Latest
from engine.cancellation import Progress

if TYPE_CHECKING:
    from desktop.tasks import TaskRunner
    from engine.report import Generated, Interaction, Report

_SUFFIX = ".csv"


class DisagreementExporter(QObject):
    """One export at a time. `said` carries a sentence on what happened."""

    said = Signal(str)

    def __init__(self, tasks: TaskRunner, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._work: Latest[Path] = Latest(tasks)

    def export(self, report: Report, pairs: Sequence[tuple[Interaction, Generated]]) -> None:
        """Ask for a file and write it."""
        name, _chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Export where the student disagrees"), f"disagreements{_SUFFIX}", self.tr("Table (*.csv)")
        )
        if name:
            self.export_to(Path(name), report, pairs)

    def export_to(self, path: Path, report: Report, pairs: Sequence[tuple[Interaction, Generated]]) -> None:
        """Write a file."""
        whole = tuple(pairs)

        def work() -> Generator[Progress, None, Path]:
            from engine.records.writing import write_file
            from engine.reports.disagreements import disagreements_csv

            yield Progress(0, 0)
            write_file(path, disagreements_csv(report, whole))
            return path

        self._work.start(
            work,
            lambda written: self.said.emit(self.tr("Written to {0}.").format(written)),
            lambda sentence: self.said.emit(self.tr("⚠ Not written: {0}").format(sentence)),
        )

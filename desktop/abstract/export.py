"""Exports of a reading: a page, a table or data, written in the background, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.abstract.view_model import AbstractViewModel
from desktop.prescription.view_model import BUG_SENTENCE
from desktop.tasks import Task, fault_sentence
from engine.cancellation import Progress
from engine.errors import CoprescribeError

if TYPE_CHECKING:
    from engine.abstracts.model import Abstract
    from engine.explain.model import Explanation
    from engine.reading.model import Reading

ExportFormat = Literal["html", "csv", "json"]
FORMATS: tuple[ExportFormat, ...] = ("html", "csv", "json")


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is written, captured on the UI thread. `explanations` by places of sentence and relation."""

    reading: Reading
    explanations: tuple[tuple[int, int, Explanation], ...]
    source: Abstract | None
    made_at: datetime


def _content(request: ExportRequest, form: ExportFormat) -> bytes:
    from engine.reading.as_json import reading_json
    from engine.reports.reading_material import Explained, ReadingHead
    from engine.reports.reading_page import reading_html
    from engine.reports.reading_table import reading_csv

    explained = [Explained(*row) for row in request.explanations]
    abstract = request.source
    title = abstract.title if abstract is not None else ""
    pmid = abstract.pmid if abstract is not None else None
    if form == "json":
        remarks = (abstract.remark,) if abstract is not None and abstract.remark else ()
        year = abstract.year if abstract is not None else None
        made = reading_json(request.reading, explained, title=title or None, pmid=pmid, year=year, remarks=remarks)
        return (made.model_dump_json(indent=2) + "\n").encode()
    head = ReadingHead(title, f"PMID {pmid}" if pmid else "", request.made_at)
    if form == "html":
        return reading_html(request.reading, explained, head).encode()
    # Spreadsheets take a table for UTF-8 only with this mark.
    return reading_csv(request.reading, head).encode("utf-8-sig")


def exporting(request: ExportRequest, form: ExportFormat, path: Path) -> Callable[[], Generator[Progress, None, Path]]:
    """Work that writes an export."""

    def work() -> Generator[Progress, None, Path]:
        yield Progress(0, 0)
        from engine.records.writing import write_file

        write_file(path, _content(request, form))
        return path

    return work


class ReadingExporter(QObject):
    """One export at a time. `said` carries a sentence on what happens; faults go to the model."""

    said = Signal(str)

    def __init__(self, model: AbstractViewModel, window: QWidget) -> None:
        super().__init__(window)
        self._model = model
        self._window = window
        self._writing: Task[Path] | None = None

    @property
    def busy(self) -> bool:
        """Whether a file is still being written."""
        return self._writing is not None

    def export(self, form: ExportFormat | None = None) -> None:
        """Ask for a file and write what was read; never a reading that is older than the text."""
        if not self._model.current:
            self._model.meet_fault(self.tr("There is no reading of this text to export yet."))
        elif not self.busy:
            path = self._ask(form)
            if path is not None:
                self.export_to(path)

    def _ask(self, form: ExportFormat | None) -> Path | None:
        words = {
            "html": self.tr("Page (*.html)"),
            "csv": self.tr("Table (*.csv)"),
            "json": self.tr("Data (*.json)"),
        }
        offered = [form] if form is not None else list(FORMATS)
        filters = ";;".join(words[each] for each in offered)
        name, chosen = QFileDialog.getSaveFileName(self._window, self.tr("Export the reading"), "", filters)
        if not name:
            return None
        path = Path(name)
        if path.suffix.lower().lstrip(".") in FORMATS:
            return path
        suffix = next((each for each in offered if words[each] == chosen), offered[0])
        completed = path.with_name(f"{path.name}.{suffix}")
        # The dialog asked about the name as it was typed, and not about this one.
        if completed.exists() and not self._agreed_to_replace():
            return None
        return completed

    def _agreed_to_replace(self) -> bool:
        from PySide6.QtWidgets import QMessageBox

        question = self.tr("A file of that name is there already. Replace it?")
        return QMessageBox.question(self._window, "Coprescribe", question) == QMessageBox.StandardButton.Yes

    def export_to(self, path: Path) -> None:
        """Write a file, in the format of its ending."""
        reading = self._model.reading
        if self.busy or reading is None or not self._model.current:
            return
        form = next((each for each in FORMATS if path.suffix.lower() == f".{each}"), FORMATS[0])
        kept = tuple((*chosen, explanation) for chosen, explanation in self._model.explanations.items())
        request = ExportRequest(reading, kept, self._model.source, datetime.now(tz=UTC))
        self.said.emit(self.tr("Writing {0}…").format(path.name))
        self._writing = self._model.tasks.start(exporting(request, form, path), self._written, self._failed)

    def _written(self, path: Path) -> None:
        self._writing = None
        self.said.emit(self.tr("Written to {0}.").format(path))

    def _failed(self, error: BaseException) -> None:
        self._writing = None
        self.said.emit("")
        self._model.meet_fault(error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE)
        # Raises again what is no fault but a bug of ours.
        fault_sentence(error)

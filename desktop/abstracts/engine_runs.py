"""Runs as the engine reads and keeps them. The engine is imported inside: the student's libraries take long to load."""

from __future__ import annotations

import hashlib
import time
from array import array
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.abstracts.runs import Check, ExportFormat, Found
from engine.cancellation import Progress
from engine.errors import InputError, ResourceError

if TYPE_CHECKING:
    from engine.abstracts.model import Abstract
    from engine.application import Application
    from engine.reading.batch import BatchReader
    from engine.reading.batch_model import AnyRow, PairRow, Query, Summary, Table
    from engine.reading.batch_rows import RunRows

_DIGITS = 8
_ONLY_SHOWN = "This is the file of a run, which is shown. To read on, choose the file or folder that the run was read from."
# Records of PubMed are counted at some thousands a second, PDFs at some a second; reading takes a hundred times as long.
_COUNTING_S = 10.0
_LOOK_EVERY = 20


class EngineRuns:
    """Runs of one application; the student is opened when it is first needed."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._reader: BatchReader | None = None

    def beside(self, source: Path) -> Path:
        """Beside the source, with its name and the ending of runs; a run's own file is its own place."""
        if source.name.endswith(_suffix()):
            return source
        return source.with_name(f"{source.name}{_suffix()}")

    def kept_in(self, folder: Path, source: Path) -> Path:
        """In the folder, with digits of the source's own place, so that two of one name do not meet."""
        if source.name.endswith(_suffix()):
            return source
        digits = hashlib.sha256(str(source.absolute()).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
        return folder / f"{source.name}-{digits}{_suffix()}"

    def look(self, source: Path, place: Path) -> Generator[Progress, None, Found]:
        """What lies at a place; without a student a run that is there can still be looked at."""
        yield Progress(0, 0)
        from engine.reading.batch import look_at_run
        from engine.reading.batch_file import run_exists, verify

        if not source.exists():
            raise InputError("The file or folder is not there any more.")
        if source == place:
            header = yield from verify(place)
            return Found(True, header.abstracts, header.total, header.finished, closed=_ONLY_SHOWN)
        try:
            reader = self._batch_reader()
        except ResourceError as error:
            if not run_exists(place):
                return Found(closed=error.sentence)
            header = yield from verify(place)
            return Found(True, header.abstracts, header.total, header.finished, closed=error.sentence)
        found = yield from look_at_run(place, source.name, reader)
        return Found(found.exists, found.done, found.total, found.finished, found.refusal)

    def read(self, source: Path, place: Path, *, anew: bool, check: Check) -> Generator[Progress, None, None]:
        """Read what is not read yet."""
        yield Progress(0, 0)
        from engine.abstracts.opening import open_abstracts
        from engine.reading.batch import read_many

        reader = self._batch_reader()
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or "unknown reason"
            raise InputError(f"The folder for the run cannot be made: {why}; keep the run at another place.") from error
        total = yield from _counted(open_abstracts(source, check))
        steps = read_many(place, source.name, open_abstracts(source, check), reader, check=check, anew=anew)
        for progress in steps:
            yield Progress(progress.done, progress.total or total)

    def open(self, place: Path) -> EngineRunReader:
        """The rows of a run."""
        return EngineRunReader(place)

    def _batch_reader(self) -> BatchReader:
        from engine.reading.batch import batch_reader

        # Two that ask at once open the same student; either may be kept.
        if self._reader is None:
            self._reader = batch_reader(self._application)
        return self._reader


class EngineRunReader:
    """Rows of the run at a place."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def _rows(self) -> RunRows:
        from engine.reading.batch_rows import RunRows

        return RunRows(self._place)

    def summary(self) -> Summary:
        """The counts."""
        return self._rows().summary()

    def keys(self, query: Query) -> array[int]:
        """Numbers of the rows that a query finds."""
        return self._rows().keys(query)

    def rows(self, table: Table, keys: Sequence[int]) -> list[AnyRow]:
        """Rows by their numbers."""
        return self._rows().rows(table, keys)

    def most_frequent(self, count: int) -> list[PairRow]:
        """The pairs of medicines that most abstracts state something of."""
        return self._rows().most_frequent(count)

    def count_pairs(self) -> int:
        """All pairs of medicines."""
        return self._rows().count_pairs()

    def text(self, abstract: int) -> str:
        """The text of one abstract."""
        return self._rows().text(abstract)

    def export(self, form: ExportFormat, path: Path) -> Generator[Progress, None, Path]:
        """Write everything to a file; it is not written at all where the work is stopped."""
        yield Progress(0, 0)
        if form == "html":
            from engine.reports.batch_page import page_in_steps

            return (yield from page_in_steps(self._rows(), path, check=_go_on))
        from engine.reading.batch_export import export_in_steps

        return (yield from export_in_steps(self._rows(), path, check=_go_on))


def _counted(abstracts: Iterator[Abstract]) -> Generator[Progress, None, int]:
    """How many records a source holds, so that a person sees how long it takes; 0 where counting takes too long itself."""
    started_s = time.monotonic()
    count = 0
    for _abstract in abstracts:
        count += 1
        if not count % _LOOK_EVERY:
            yield Progress(0, 0)
            if time.monotonic() - started_s > _COUNTING_S:
                return 0
    return count


def _go_on() -> None:
    """The task runner stops the work between two steps, which come often enough."""


def _suffix() -> str:
    # By now the knowledge is open, which has brought SQLite along.
    from engine.reading.batch_file import RUN_SUFFIX

    return RUN_SUFFIX

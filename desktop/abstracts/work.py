"""Work in the background over runs. What can stop stops between two records, so that nothing that was read is lost."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from desktop.abstracts.runs import ExportFormat, Found, RunReader, Runs
from engine.cancellation import CancelledError, CancelToken, Progress
from engine.reading.batch_model import AnyRow, PairRow, Query, Summary, Table

T = TypeVar("T")
Steps = Callable[[], Generator[Progress, None, T]]


def looking(runs: Runs, source: Path, places: Sequence[Path]) -> Steps[tuple[int, Found]]:
    """What lies at the places: the first where a run is, else the first of all."""

    def work() -> Generator[Progress, None, tuple[int, Found]]:
        first: Found | None = None
        for number, place in enumerate(places):
            found = yield from runs.look(source, place)
            if found.exists:
                return number, found
            first = first or found
        assert first is not None
        return 0, first

    return work


@dataclass(slots=True)
class Reached:
    """How far a run is, told by the worker and looked at by the window; `finished` once all is read.

    The task runner tells only some steps, so that the last one may never come.
    """

    progress: Progress = field(default_factory=lambda: Progress(0, 0))
    finished: bool = False


def reading(
    runs: Runs, source: Path, place: Path, *, anew: bool, stops: Sequence[CancelToken], reached: Reached
) -> Steps[Reached]:
    """Read what is not read yet. The first of `stops` ends it in order, so that the next run may begin; any other throws."""

    def check() -> None:
        for stop in stops:
            stop.check()

    def work() -> Generator[Progress, None, Reached]:
        steps = runs.read(source, place, anew=anew, check=check)
        try:
            for progress in steps:
                reached.progress = progress
                yield progress
                check()
        except CancelledError:
            if stops[0].cancelled:
                return reached
            raise
        finally:
            # The file is closed before anybody is told that the run has ended.
            steps.close()
        reached.finished = True
        return reached

    return work


def summing(reader: RunReader) -> Steps[Summary]:
    """Count what is there."""

    def work() -> Generator[Progress, None, Summary]:
        yield Progress(0, 0)
        return reader.summary()

    return work


def finding(reader: RunReader, query: Query) -> Steps[Sequence[int]]:
    """The keys of a query."""

    def work() -> Generator[Progress, None, Sequence[int]]:
        yield Progress(0, 0)
        return reader.keys(query)

    return work


def fetching(reader: RunReader, table: Table, keys: Sequence[int]) -> Steps[dict[int, AnyRow]]:
    """Rows by their keys."""

    def work() -> Generator[Progress, None, dict[int, AnyRow]]:
        yield Progress(0, 0)
        return dict(zip(keys, reader.rows(table, keys), strict=True))

    return work


def most_frequent(reader: RunReader, count: int) -> Steps[tuple[list[PairRow], int]]:
    """The pairs of medicines that most abstracts state something of, and how many there are in all."""

    def work() -> Generator[Progress, None, tuple[list[PairRow], int]]:
        yield Progress(0, 0)
        pairs = reader.most_frequent(count)
        yield Progress(0, 0)
        return pairs, reader.count_pairs()

    return work


def text_of(reader: RunReader, abstract: int) -> Steps[str]:
    """The text of one abstract."""

    def work() -> Generator[Progress, None, str]:
        yield Progress(0, 0)
        return reader.text(abstract)

    return work


def exporting(reader: RunReader, form: ExportFormat, path: Path) -> Steps[Path]:
    """Write a file."""

    def work() -> Generator[Progress, None, Path]:
        return (yield from reader.export(form, path))

    return work

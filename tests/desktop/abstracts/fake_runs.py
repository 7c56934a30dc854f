"""A run without a reader: rows made by arithmetic, so that a test knows every one of them."""

from __future__ import annotations

import threading
import time
from array import array
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from functools import cache
from pathlib import Path

from desktop.abstracts.runs import ExportFormat, Found
from engine.cancellation import Progress
from engine.errors import InputError
from engine.reading.batch_file import RunHeader
from engine.reading.batch_model import (
    AnyRow,
    PairRow,
    PicoRow,
    Query,
    RelationRow,
    RemarkRow,
    Summary,
    Table,
    YearCount,
)
from engine.reading.model import KnowledgeState, ReadingProvenance
from engine.reports.reading_words import KNOWLEDGE

MEDICINES = ("warfarin", "amiodarone", "simvastatin", "clarithromycin", "digoxin", "verapamil", "aspirin")
LABELS = ("mechanism", "effect", "advise", "int")
STATES: tuple[KnowledgeState, ...] = tuple(KNOWLEDGE)
HEADER = RunHeader(
    ReadingProvenance("1", "2026-11", "0" * 64, "reader 1", "abcdef0123456789", "CC BY-NC 4.0", True),
    ("ddi", "pico"),
    "For professionals.",
    "export.nbib",
    "2026-11-21T08:00:00+00:00",
)


@cache
def relation(number: int) -> RelationRow:
    """The statement of the abstract of that number."""
    first, second = MEDICINES[number % 7], MEDICINES[(number + 1 + number % 3) % 7]
    return RelationRow(
        number=number,
        abstract=number,
        year=1990 + number % 30,
        pmid=str(10_000_000 + number),
        title=f"Title {number}",
        source="export.nbib",
        place=number + 1,
        first=first,
        second=second,
        first_text=first,
        second_text=second,
        task="ddi",
        direction=None,
        direction_probability=None,
        object=None,
        mechanisms="",
        severity=None,
        label=LABELS[number % 4],
        probability=0.5 + (number % 50) / 100,
        abstained=number % 10 == 0,
        doubt="denied" if number % 20 == 0 else None,
        knowledge=STATES[number % 4],
        sentence=f"Sentence {number}: {first} was given with {second} <and> & more.",
    )


class FakeReader:
    """Reads what a fake run holds now."""

    def __init__(self, run: FakeRuns) -> None:
        self._run = run
        self.asked_rows = 0

    def _relations(self) -> list[RelationRow]:
        return [relation(number) for number in range(self._run.done)]

    def summary(self) -> Summary:
        """Counts of what is read."""
        self._run.fail_if_told()
        rows = self._relations()
        years = Counter(row.year for row in rows if row.year is not None)
        counts = tuple(YearCount(year, count, count) for year, count in sorted(years.items()))
        return Summary(
            header=HEADER,
            abstracts=len(rows),
            relations=len(rows),
            unsure=sum(row.abstained for row in rows),
            pairs=len(self.most_frequent(1000)),
            pico=len(rows),
            faults=2 if rows else 0,
            duplicates=1 if rows else 0,
            remarks=3 if rows else 0,
            labels=tuple(f"ddi:{label}" for label in LABELS) if rows else (),
            years=(*counts, YearCount(None, 3, 1)) if rows else (),
        )

    def keys(self, query: Query) -> array[int]:
        """As the query asks."""
        time.sleep(self._run.slow_s)
        if query.table == "pairs":
            return array("q", range(len(self.most_frequent(1000))))
        if query.table == "remarks":
            return array("q", range(3 if self._run.done else 0))
        rows = self._relations()
        wanted = [
            row
            for row in rows
            if all(letters.strip() in f"{row.first} {row.second}" for letters in query.medicine.split("+"))
            and query.label in {"", f"ddi:{row.label}"}
            and query.knowledge in {None, row.knowledge}
            and (query.sureness == "all" or row.abstained == (query.sureness == "unsure"))
        ]
        orders: dict[str, Callable[[RelationRow], float | str]] = {
            "year": lambda row: row.year or 0,
            "probability": lambda row: row.probability,
            "pmid": lambda row: row.pmid,
        }
        if query.sort in orders:
            wanted.sort(key=orders[query.sort], reverse=query.descending)
        return array("q", (row.abstract for row in wanted))

    def rows(self, table: Table, keys: Sequence[int]) -> list[AnyRow]:
        """Rows by key."""
        self.asked_rows += len(keys)
        time.sleep(self._run.slow_s)
        if table == "pairs":
            pairs = self.most_frequent(1000)
            return [pairs[key] for key in keys]
        if table == "remarks":
            remarks = (
                RemarkRow(None, "fault", "scan.pdf", "The file holds pictures of pages and no text."),
                RemarkRow(None, "fault", "export.nbib, record 7", "The record holds no abstract."),
                RemarkRow(0, "duplicate", "export.nbib, record 9", "PMID 10000000 was read before."),
            )
            return [remarks[key] for key in keys]
        if table == "pico":
            return [
                PicoRow(key, 1990 + key % 30, str(10_000_000 + key), f"Trial {key}", f"{key} adults", "warfarin", "bleeding")
                for key in keys
            ]
        return [relation(key) for key in keys]

    def most_frequent(self, count: int) -> list[PairRow]:
        """Counted each time."""
        found: dict[tuple[str, str], list[RelationRow]] = {}
        for row in self._relations():
            one, other = sorted((row.first, row.second))
            found.setdefault((one, other), []).append(row)
        pairs = [
            PairRow(
                0,
                *names,
                abstracts=len(rows),
                relations=len(rows),
                unsure=sum(row.abstained for row in rows),
                labels=tuple((f"ddi:{label}", sum(row.label == label for row in rows)) for label in LABELS),
                knowledge=rows[0].knowledge,
                first_year=min(row.year or 0 for row in rows),
                last_year=max(row.year or 0 for row in rows),
            )
            for names, rows in found.items()
        ]
        return sorted(pairs, key=lambda pair: -pair.abstracts)[:count]

    def count_pairs(self) -> int:
        """All of them."""
        return len(self.most_frequent(1000))

    def text(self, abstract: int) -> str:
        """One abstract."""
        return f"Title {abstract}\n\n{relation(abstract).sentence}"

    def export(self, form: ExportFormat, path: Path) -> Generator[Progress, None, Path]:
        """Writes one line."""
        yield Progress(0, 0)
        self._run.fail_if_told()
        path.write_text(f"{form} {self._run.done}", encoding="utf-8")
        return path


class FakeRuns:
    """A run of so many records. `gate` lets it go on; `at` lets it stand still at a number of records."""

    def __init__(self, total: int = 3_000) -> None:
        self.total = total
        self.done = 0
        self.exists = False
        self.refusal = ""
        self.fault = ""
        self.step = 50
        self.slow_s = 0.0
        self.step_s = 0.001
        self.stand_at: int | None = None
        self.gate = threading.Event()
        self.begun: list[tuple[Path, Path, bool]] = []
        self.readers: list[FakeReader] = []

    def fail_if_told(self) -> None:
        """A fault of the file."""
        if self.fault == "file":
            raise InputError("The run's file is damaged.")

    def beside(self, source: Path) -> Path:
        """Beside it."""
        return source.with_name(f"{source.name}.run")

    def kept_in(self, folder: Path, source: Path) -> Path:
        """In the folder."""
        return folder / f"{source.name}.run"

    def look(self, source: Path, place: Path) -> Generator[Progress, None, Found]:
        """What lies there."""
        yield Progress(0, 0)
        if not source.exists():
            raise InputError("There is no such file or folder.")
        if self.refusal:
            return Found(True, self.done, self.total, refusal=self.refusal)
        here = self.exists and place.parent == source.parent
        return Found(True, self.done, self.total, finished=self.done == self.total) if here else Found()

    def read(self, source: Path, place: Path, *, anew: bool, check: Callable[[], None]) -> Generator[Progress, None, None]:
        """Read on."""
        self.begun.append((source, place, anew))
        if anew:
            self.done, self.refusal = 0, ""
        self.exists = True
        while self.done < self.total:
            if self.fault == "student":
                raise InputError("The student is missing.")
            if self.stand_at is not None and self.done >= self.stand_at:
                while not self.gate.wait(0.005):
                    check()
            self.done = min(self.total, self.done + self.step)
            time.sleep(self.step_s)
            yield Progress(self.done, self.total)

    def open(self, place: Path) -> FakeReader:
        """Its rows."""
        self.readers.append(FakeReader(self))
        return self.readers[-1]

"""The file of a labelling run: each judgement once, written as it is made, whole whenever the program is killed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from distill.teachers.database import Kind, damaged, faults_of, opened
from distill.teachers.protocol import Judgement, PairItem

# "CRTL" in ASCII.
RUN = Kind(
    "a labelling run",
    0x4352544C,
    1,
    (
        """CREATE TABLE judgements (item TEXT NOT NULL, teacher TEXT NOT NULL, version TEXT NOT NULL, judgement TEXT NOT NULL,
        seal TEXT NOT NULL, PRIMARY KEY (item, teacher, version)) WITHOUT ROWID""",
    ),
    wait_s=2.0,
)
# Digest of an item, name and version of a teacher: what is judged once.
Unit = tuple[str, str, str]


@dataclass(slots=True)
class TeacherCounts:
    """What one teacher has done in a run. `rejected`: how many pairs it abstained from because no answer was taken, by reason."""

    judged: int = 0
    abstained: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


class RunFile:
    """An open run; one program writes it at a time."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._path, self._database = path, database
        self._form = TypeAdapter(Judgement)

    def done(self) -> set[Unit]:
        """What was judged."""
        return set(self._database.execute("SELECT item, teacher, version FROM judgements"))

    def add(self, item: PairItem, judgements: Sequence[Judgement]) -> None:
        """Keep what was said of an item, all or nothing."""
        digest = item.digest()
        rows = []
        for one in judgements:
            text = self._form.dump_json(one).decode()
            rows.append((digest, one.teacher, one.version, text, _seal(digest, one.teacher, one.version, text)))
        with faults_of(self._path, RUN):
            self._database.execute("BEGIN")
            self._database.executemany("INSERT INTO judgements VALUES (?, ?, ?, ?, ?)", rows)
            self._database.execute("COMMIT")

    def judgements(self) -> Iterator[tuple[str, Judgement]]:
        """Every judgement with the digest of its item.

        Raises:
            InputError: the file is damaged.
        """
        with faults_of(self._path, RUN):
            statement = "SELECT item, teacher, version, judgement, seal FROM judgements ORDER BY item, teacher, version"
            for *values, text, seal in self._database.execute(statement):
                if seal != _seal(*values, text):
                    raise damaged(self._path, RUN)
                yield values[0], self._form.validate_json(text)


@contextmanager
def opened_run(path: Path) -> Iterator[RunFile]:
    """Open a run, or begin one.

    Raises:
        InputError: the file cannot be used, or another program holds it.
    """
    with closing(opened(path, RUN)) as database:
        with faults_of(path, RUN):
            # One writer for as long as it is open; what was committed outlives a kill without waiting for the disk each time.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("COMMIT")
        yield RunFile(path, database)


def judgements_of(path: Path, items: Iterable[PairItem]) -> dict[str, list[Judgement]]:
    """What a run holds of these very items, by their ids; judgements of other facts are left out.

    Raises:
        InputError: the file cannot be used.
    """
    wanted = {item.digest(): item.id for item in items}
    found: dict[str, list[Judgement]] = {name: [] for name in wanted.values()}
    with opened_run(path) as run:
        for digest, judgement in run.judgements():
            if digest in wanted:
                found[wanted[digest]].append(judgement)
    return found


def counts_of(judgements: Iterable[Judgement]) -> dict[tuple[str, str], TeacherCounts]:
    """Counts by name and version of the teacher."""
    counts: dict[tuple[str, str], TeacherCounts] = {}
    for one in judgements:
        count = counts.setdefault((one.teacher, one.version), TeacherCounts())
        count.judged += 1
        count.abstained += one.abstains
        if one.rejected:
            count.rejected[one.rejected] += 1
    return counts


def _seal(*values: str) -> str:
    return hashlib.blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

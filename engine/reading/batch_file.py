"""The file of a run over many abstracts: an SQLite database that is whole after every step, whenever the program is killed.

Each row carries a seal over its values, and the header counts the rows, so that a file that was damaged is refused and never
believed. Whoever changes a row's meaning makes a new `FORMAT`.
"""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cancellation import Progress
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.reading.model import ReadingProvenance

RUN_SUFFIX = ".run"
FORMAT = 4
# "CRUN" in ASCII, where SQLite keeps the kind of a database.
_APPLICATION_ID = 0x4352554E
_SQLITE = b"SQLite format 3\0"
_SEAL_BYTES = 12
_WAIT_S = 20.0
_LOOK_EVERY = 500
Value = str | int | float | None
Row = tuple[Value, ...]

_HEADER = (
    *("application", "knowledge", "knowledge_digest", "student", "student_sha256", "licence", "non_commercial"),
    *("heads", "notice", "source", "begun", "finished", "passes", "total", "abstracts", "relations", "pairs", "notes"),
)
_ABSTRACT = (
    *("number", "pmid", "digest", "title", "year", "journal", "source", "place", "text", "names"),
    *("participants", "interventions", "outcomes"),
)
_RELATION = (
    *("number", "abstract", "pair", "sentence", "sentence_start", "first", "second", "first_text", "second_text", "search"),
    *("task", "label", "probability", "abstained", "doubt", "direction", "direction_probability", "object"),
    *("mechanisms", "knowledge", "severity"),
)
_PAIR = ("number", "first", "second", "first_key", "second_key")
_NOTE = ("number", "kind", "abstract", "source", "place", "pmid", "sentence", "pass")
SEALED = {"run": _HEADER, "abstracts": _ABSTRACT, "relations": _RELATION, "pairs": _PAIR, "notes": _NOTE}
# `seen`: the pass over the source that met the record last; it changes without a change of what was read.
_UNSEALED = {"abstracts": ("seen",)}
_NUMBERS = (
    *("non_commercial", "finished", "passes", "total", "abstracts", "relations", "pairs", "notes"),
    *("year", "place", "abstract", "pair", "sentence_start", "abstained", "pass", "seen"),
)
_SHARES = ("probability", "direction_probability")
_COUNTED = ("abstracts", "relations", "pairs", "notes")
_INDEXES = (
    "CREATE UNIQUE INDEX by_pmid ON abstracts (pmid) WHERE pmid IS NOT NULL",
    "CREATE UNIQUE INDEX by_digest ON abstracts (digest)",
    "CREATE INDEX by_abstract ON relations (abstract)",
    "CREATE INDEX by_pair ON relations (pair)",
    "CREATE UNIQUE INDEX by_names ON pairs (first_key, second_key)",
    "CREATE INDEX notes_by_place ON notes (source, place)",
)
_HELD = "Another program is writing the run in '{0}'; wait for it, or choose another file."
_FAULTS = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), _HELD),
    (("SQLITE_FULL", "SQLITE_IOERR"), "The run in '{0}' cannot be written or read: the disk is full or faulty."),
    (("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"), "The run in '{0}' cannot be written; look at its permissions."),
    (("SQLITE_CANTOPEN",), "The run in '{0}' cannot be opened or made; look at the folder and its permissions."),
)
_DAMAGED = "The run in '{0}' is damaged; delete the file, or choose another one, and read the abstracts anew."


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What stands above a run. `heads`: what the student looks for. `source`: name of the file or folder that is read.

    `begun`: when, as ISO 8601 with the zone. `passes`: passes over the source that were begun; `total`: records of the last whole
    pass, 0 where there was none. The rest are rows written so far.
    """

    provenance: ReadingProvenance
    heads: tuple[str, ...]
    notice: str
    source: str
    begun: str
    finished: bool = False
    passes: int = 0
    total: int = 0
    abstracts: int = 0
    relations: int = 0
    pairs: int = 0
    notes: int = 0

    def has_head(self, name: str) -> bool:
        """Whether the student looks for what that head finds."""
        return name in self.heads

    def values(self) -> Row:
        """The columns of the header."""
        made = self.provenance
        return (
            *(made.application, made.knowledge, made.knowledge_digest, made.student, made.student_sha256, made.licence),
            *(int(made.non_commercial), " ".join(self.heads), self.notice, self.source, self.begun, int(self.finished)),
            *(self.passes, self.total, self.abstracts, self.relations, self.pairs, self.notes),
        )


def seal(values: Sequence[Value]) -> str:
    """Digits that change with any value of a row, or its kind."""
    return hashlib.blake2b(repr(tuple(values)).encode("utf-8", "surrogatepass"), digest_size=_SEAL_BYTES).hexdigest()


@contextmanager
def faults_of(path: Path) -> Iterator[None]:
    """Turns faults of the database into sentences; other faults of what is done inside are left alone.

    Raises:
        InputError: the file is damaged, cannot be read or written, or another program holds it.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        for beginnings, sentence in _FAULTS:
            if code.startswith(beginnings):
                raise InputError(sentence.format(path.name)) from error
        raise damaged(path) from error


@contextmanager
def _file_faults_of(path: Path) -> Iterator[None]:
    """Turns faults of the disk and of the name into sentences."""
    try:
        yield
    except OSError as error:
        raise InputError(f"The run in '{path.name}' cannot be used: {error.strerror}.") from error
    except ValueError as error:
        # A name with a NUL is no name to any system.
        raise InputError("The name of the run's file cannot be used.") from error


def damaged(path: Path) -> InputError:
    """The fault of a file whose content is not what was written."""
    return InputError(_DAMAGED.format(path.name))


def held(path: Path) -> InputError:
    """The fault of a run that another program writes."""
    return InputError(_HELD.format(path.name))


def run_exists(path: Path) -> bool:
    """Whether something is there. An empty file is nothing: it is what is left of a run that was killed as it was made."""
    with _file_faults_of(path):
        try:
            found = path.stat()
        except FileNotFoundError:
            return False
        return stat.S_ISDIR(found.st_mode) or found.st_size > 0


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """An open run; every statement stands for itself until a transaction is begun.

    Raises:
        InputError: it is not there, is no run, is of another format, or cannot be opened.
    """
    with _file_faults_of(path):
        if path.is_dir():
            raise InputError("The run's file has the name of a folder.")
        if not path.is_file():
            raise InputError(f"There is no run in '{path.name}'.")
        uri = path.resolve().as_uri() + "?mode=rw"
    with faults_of(path), closing(_opened(uri)) as database:
        _is_run(database, path)
        yield database


@contextmanager
def one_state(path: Path) -> Iterator[sqlite3.Connection]:
    """An open run that stays as it is for all that is asked of it, though another program may be writing it.

    Raises:
        InputError: as for :func:`connected`.
    """
    try:
        with connected(path) as database:
            database.execute("BEGIN")
            yield database
    except UnicodeDecodeError as error:
        # The library's own words on what is damaged may hold what is damaged.
        raise damaged(path) from error


def _opened(uri: str) -> sqlite3.Connection:
    # Every statement stands for itself until a transaction is begun; the work may be driven from another thread than began it.
    return sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)


def _is_run(database: sqlite3.Connection, path: Path) -> None:
    try:
        kind = database.execute("PRAGMA application_id").fetchone()[0]
        number = database.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            raise InputError(f"The file '{path.name}' is no run of Coprescribe, or it is damaged; choose another one.") from error
        raise
    if kind != _APPLICATION_ID:
        raise InputError(f"The file '{path.name}' is no run of Coprescribe, or it is damaged; choose another one.")
    if number != FORMAT:
        raise InputError(f"The run in '{path.name}' is of a format that this version of Coprescribe does not know.")


def create_run(path: Path, header: RunHeader) -> None:
    """Make the file of a new run; an empty file of that name is used.

    Raises:
        InputError: something is there, or the file cannot be made.
    """
    if run_exists(path):
        raise InputError(f"The file '{path.name}' is there already.")
    with faults_of(path), closing(sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        if database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
            # Another program made it between the look and the lock.
            raise held(path)
        database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {FORMAT}")
        for table, columns in SEALED.items():
            if table == "run":
                database.execute(f"CREATE TABLE run (one INTEGER PRIMARY KEY CHECK (one = 1), {_typed(_HEADER)}, seal TEXT)")
                continue
            rest = _typed((*columns[1:], *_UNSEALED.get(table, ()), "seal"))
            database.execute(f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, {rest})")
        for statement in _INDEXES:
            database.execute(statement)
        values = header.values()
        marks = ", ".join("?" * (len(values) + 1))
        database.execute(f"INSERT INTO run VALUES (1, {marks})", (*values, seal(values)))
        database.execute("COMMIT")


def _typed(columns: Sequence[str]) -> str:
    """Columns with their kinds: without these the database compares numbers by another rule and leaves its indexes aside."""
    kinds = {**dict.fromkeys(_NUMBERS, "INTEGER"), **dict.fromkeys(_SHARES, "REAL")}
    return ", ".join(f"{name} {kinds.get(name, 'TEXT')}" for name in columns)


def delete_run(path: Path) -> None:
    """Throw a run away, if it is one or what is left of one.

    Raises:
        InputError: it is something else, or cannot be deleted.
    """
    with _file_faults_of(path):
        if not path.exists():
            return
        with path.open("rb") as file:
            beginning = file.read(len(_SQLITE))
        if beginning not in (b"", _SQLITE):
            raise InputError(f"The file '{path.name}' is no run of Coprescribe; it stays as it is.")
        # The journal first: left alone, it would be put into whatever takes the name.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        path.unlink()


def insert(database: sqlite3.Connection, table: str, values: Sequence[Value], *unsealed: Value) -> None:
    """Write a row with its seal; `values` in the order of the table's columns."""
    marks = ", ".join("?" * (len(values) + len(unsealed) + 1))
    database.execute(f"INSERT INTO {table} VALUES ({marks})", (*values, *unsealed, seal(values)))


def write_header(database: sqlite3.Connection, header: RunHeader) -> None:
    """Write the header over the one that is there."""
    values = header.values()
    places = ", ".join(f"{name} = ?" for name in (*_HEADER, "seal"))
    database.execute(f"UPDATE run SET {places}", (*values, seal(values)))


def read_header(database: sqlite3.Connection, path: Path) -> RunHeader:
    """The header.

    Raises:
        InputError: it is damaged.
    """
    from engine.reading.model import ReadingProvenance

    rows = database.execute(f"SELECT {', '.join(_HEADER)}, seal FROM run").fetchall()
    if len(rows) != 1 or seal(rows[0][:-1]) != rows[0][-1]:
        raise damaged(path)
    row = dict(zip(_HEADER, rows[0], strict=False))
    made = ReadingProvenance(
        **{name: row[name] for name in _HEADER[:6]},
        non_commercial=bool(row["non_commercial"]),
    )
    return RunHeader(
        made,
        tuple(row["heads"].split()),
        row["notice"],
        row["source"],
        row["begun"],
        bool(row["finished"]),
        *(row[name] for name in ("passes", "total", *_COUNTED)),
    )


def verify(path: Path) -> Generator[Progress, None, RunHeader]:
    """The header of a run whose every row was looked at.

    Raises:
        InputError: a row is not what was written, or rows are missing.
    """
    with one_state(path) as database:
        header = read_header(database, path)
        yield Progress(0, header.abstracts)
        for (fault,) in database.execute("PRAGMA integrity_check(1)"):
            if fault != "ok":
                raise damaged(path)
        counts: dict[str, int] = {}
        for table, columns in SEALED.items():
            if table == "run":
                continue
            counts[table] = 0
            for row in database.execute(f"SELECT {', '.join(columns)}, seal FROM {table} ORDER BY number"):
                counts[table] += 1
                if seal(row[:-1]) != row[-1]:
                    raise damaged(path)
                if not counts[table] % _LOOK_EVERY:
                    yield Progress(counts[table] if table == "abstracts" else header.abstracts, header.abstracts)
        if counts != {table: getattr(header, table) for table in _COUNTED}:
            raise damaged(path)
    return header

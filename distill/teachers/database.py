"""SQLite files of teachers: opened with one kind and format, their faults in sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `number` stands where SQLite keeps the kind of a database, `format` changes with the tables.

    `wait_s`: for how many seconds another program that writes is waited for.
    """

    words: str
    number: int
    format: int
    tables: Sequence[str]
    wait_s: float = 60.0


@contextmanager
def faults_of(path: Path, kind: Kind) -> Iterator[None]:
    """Turns faults of the database into sentences.

    Raises:
        InputError: the file is held, damaged, or cannot be read or written.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise InputError(f"Another program is writing {kind.words} in '{path.name}'; wait for it.") from error
        if code.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN")):
            sentence = (
                f"The file '{path.name}' for {kind.words} cannot be written; look at the disk, the folder and its permissions."
            )
            raise InputError(sentence) from error
        raise damaged(path, kind) from error


def damaged(path: Path, kind: Kind) -> InputError:
    """The fault of a file that is not what was written."""
    return InputError(f"The file '{path.name}' does not hold {kind.words} of Coprescribe, or is damaged; choose another one.")


def opened(path: Path, kind: Kind) -> sqlite3.Connection:
    """Open the file, or make it where there is none. Every statement stands for itself until a transaction is begun.

    Raises:
        InputError: it cannot be opened, or is something else.
    """
    with faults_of(path, kind):
        database = sqlite3.connect(path, timeout=kind.wait_s, isolation_level=None, check_same_thread=False)
        try:
            if not _tables(database):
                _make(database, kind)
            number, format_number = (
                database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
            )
            if number != kind.number:
                raise damaged(path, kind)
            if format_number != kind.format:
                raise InputError(f"The file '{path.name}' for {kind.words} is of a format that this version does not know.")
        except BaseException:
            database.close()
            raise
        return database


def _tables(database: sqlite3.Connection) -> int:
    found = database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
    assert isinstance(found, int)
    return found


def _make(database: sqlite3.Connection, kind: Kind) -> None:
    database.execute("BEGIN IMMEDIATE")
    # Another program may have made them between the look and the lock.
    if not _tables(database):
        for table in kind.tables:
            database.execute(table)
        database.execute(f"PRAGMA application_id = {kind.number}")
        database.execute(f"PRAGMA user_version = {kind.format}")
    database.execute("COMMIT")

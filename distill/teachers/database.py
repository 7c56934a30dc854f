"""SQLite files of teachers: opened with one kind and format, their faults in sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError

_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `number` stands where SQLite keeps the kind of a database, `format` changes with the tables."""

    words: str
    number: int
    format: int
    tables: Sequence[str]


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
        database = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
        try:
            database.execute("BEGIN IMMEDIATE")
            if not database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
                for table in kind.tables:
                    database.execute(table)
                database.execute(f"PRAGMA application_id = {kind.number}")
                database.execute(f"PRAGMA user_version = {kind.format}")
            database.execute("COMMIT")
            found = (
                database.execute("PRAGMA application_id").fetchone()[0],
                database.execute("PRAGMA user_version").fetchone()[0],
            )
            if found[0] != kind.number:
                raise damaged(path, kind)
            if found[1] != kind.format:
                raise InputError(f"The file '{path.name}' for {kind.words} is of a format that this version does not know.")
        except BaseException:
            database.close()
            raise
        return database

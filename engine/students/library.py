"""The students of an installation, each opened when it is first asked for. Nothing heavy is imported before that."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from engine.errors import ResourceError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.installation import Installation
    from engine.students.opening import ReaderStudent

READER = "reader"
# What is in a folder: name, bytes and time of change (ns) of each file.
_Stamp = tuple[tuple[str, int, int], ...]


class Students:
    """Opens students and keeps them; safe to call from any thread. The first call takes some tenths of a second, so it belongs on
    a worker thread."""

    def __init__(self, installation: Installation) -> None:
        self._folder = installation.students / READER
        self._lock = threading.Lock()
        self._reader: ReaderStudent | None = None
        self._fault: tuple[_Stamp, str] | None = None

    @property
    def reader_folder(self) -> Path:
        """Where the reader is, or would be."""
        return self._folder

    def has_reader(self) -> bool:
        """Whether there is a folder of a reader, whole or not."""
        return bool(_stamp(self._folder))

    def reader(self) -> ReaderStudent:
        """The reader. A damaged one is not read again before its folder changes.

        Raises:
            ResourceError: it is missing or damaged; the same sentence each time.
        """
        with self._lock:
            if self._reader is None:
                self._reader = self._opened()
            return self._reader

    def _opened(self) -> ReaderStudent:
        stamp = _stamp(self._folder)
        if not stamp:
            raise ResourceError(f"The student that reads abstracts is not installed: there is nothing in '{self._folder}'.")
        if self._fault is not None and self._fault[0] == stamp:
            raise ResourceError(self._fault[1])
        from engine.students.opening import open_reader

        try:
            return open_reader(self._folder)
        except ResourceError as error:
            self._fault = (stamp, error.sentence)
            raise

    def close(self) -> None:
        """Forget what was opened; the next call opens it anew. Who still holds a student may go on using it."""
        with self._lock:
            self._reader = None
            self._fault = None


def _stamp(folder: Path) -> _Stamp:
    try:
        states = [(path.name, path.stat()) for path in folder.iterdir()]
    except OSError:
        # Whatever keeps it from being listed, nothing can be opened there.
        return ()
    return tuple(sorted((name, state.st_size, state.st_mtime_ns) for name, state in states))

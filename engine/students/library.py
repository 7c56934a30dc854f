"""The students of an installation, each opened when it is first asked for. Nothing heavy is imported before that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from engine.errors import ResourceError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.installation import Installation
    from engine.students.opening import LabellerStudent, ReaderStudent, ReasonerStudent

READER, REASONER, LABELLER = "reader", "reasoner", "labeller"
# What is in a folder: name, bytes and time of change (ns) of each file.
_Stamp = tuple[tuple[str, int, int], ...]
_S = TypeVar("_S")


class _Kept(Generic[_S]):
    """One student: opened once for all threads, and a damaged one looked at again only when its folder has changed."""

    def __init__(self, folder: Path, purpose: str, opener: Callable[[Path], _S]) -> None:
        self.folder = folder
        self._purpose = purpose
        self._opener = opener
        self._lock = threading.Lock()
        self._student: _S | None = None
        self._fault: tuple[_Stamp, str] | None = None

    def student(self) -> _S:
        with self._lock:
            if self._student is None:
                self._student = self._opened()
            return self._student

    def _opened(self) -> _S:
        stamp = _stamp(self.folder)
        if not stamp:
            raise ResourceError(f"The student that {self._purpose} is not installed: there is nothing in '{self.folder}'.")
        if self._fault is not None and self._fault[0] == stamp:
            raise ResourceError(self._fault[1])
        try:
            return self._opener(self.folder)
        except ResourceError as error:
            self._fault = (stamp, error.sentence)
            raise

    def forget(self) -> _S | None:
        """Forget what was opened, and return it."""
        with self._lock:
            student, self._student, self._fault = self._student, None, None
            return student


class Students:
    """Opens students and keeps them; safe to call from any thread. The first call takes some tenths of a second, so it belongs on
    a worker thread."""

    def __init__(self, installation: Installation) -> None:
        self._reader = _Kept(installation.students / READER, "reads abstracts", _open_reader)
        self._reasoner = _Kept(installation.students / REASONER, "reasons about pairs", _open_reasoner)
        self._labeller = _Kept(installation.students / LABELLER, "labels pairs", _open_labeller)

    @property
    def reader_folder(self) -> Path:
        """Where the reader is, or would be."""
        return self._reader.folder

    def has_reader(self) -> bool:
        """Whether there is a folder of a reader, whole or not."""
        return bool(_stamp(self._reader.folder))

    def reader(self) -> ReaderStudent:
        """The reader. A damaged one is not read again before its folder changes.

        Raises:
            ResourceError: it is missing or damaged; the same sentence each time.
        """
        return self._reader.student()

    def has_reasoner(self) -> bool:
        """Whether there is a folder of a reasoner, whole or not."""
        return bool(_stamp(self._reasoner.folder))

    def reasoner(self) -> ReasonerStudent:
        """The reasoner. A damaged one is not read again before its folder changes.

        Raises:
            ResourceError: it is missing or damaged; the same sentence each time.
        """
        return self._reasoner.student()

    def has_labeller(self) -> bool:
        """Whether there is a folder of a labeller, whole or not."""
        return bool(_stamp(self._labeller.folder))

    def labeller(self) -> LabellerStudent:
        """The labeller. A damaged one is not read again before its folder changes.

        Raises:
            ResourceError: it is missing or damaged; the same sentence each time.
        """
        return self._labeller.student()

    def close(self) -> None:
        """Forget what was opened and end the reasoner's process; the next call opens it anew. Who still holds a student may go on
        using it."""
        self._reader.forget()
        self._labeller.forget()
        reasoner = self._reasoner.forget()
        if reasoner is not None:
            reasoner.process.close()


def _open_reader(folder: Path) -> ReaderStudent:
    from engine.students.opening import open_reader

    return open_reader(folder)


def _open_reasoner(folder: Path) -> ReasonerStudent:
    from engine.students.opening import open_reasoner

    return open_reasoner(folder)


def _open_labeller(folder: Path) -> LabellerStudent:
    from engine.students.opening import open_labeller

    return open_labeller(folder)


def _stamp(folder: Path) -> _Stamp:
    try:
        states = [(path.name, path.stat()) for path in folder.iterdir()]
    except OSError:
        # Whatever keeps it from being listed, nothing can be opened there.
        return ()
    return tuple(sorted((name, state.st_size, state.st_mtime_ns) for name, state in states))

"""The one door for background work.

Work is an engine generator that yields progress; it runs in a thread pool, sees neither widgets nor live models, and its result
is applied on the UI thread. A task ends exactly once, as done, failed or cancelled, and what comes after that is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from engine.cancellation import CancelledError, CancelToken, Progress
from engine.errors import CoprescribeError

# Each progress that is told makes the UI thread wait for the worker's hold on Python; a person sees no more than this.
_TELL_EVERY_S = 0.05
T = TypeVar("T")
Work = Callable[[], Generator[Progress, None, T]]


@dataclass(frozen=True, slots=True)
class Part(Progress):
    """A progress that carries a piece of the result, so that each one is told; a subclass says which."""


class State(Enum):
    """State of a task; all but RUNNING are final."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class _Wire(QObject):
    """Carries what happens in the worker to the UI thread (queued connections)."""

    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal()


class Task(Generic[T]):
    """A piece of work under way. Callbacks run on the UI thread."""

    def __init__(
        self,
        on_done: Callable[[T], None],
        on_failed: Callable[[BaseException], None],
        on_progress: Callable[[Progress], None] | None,
        on_end: Callable[[Task[T]], None],
        token: CancelToken | None = None,
    ) -> None:
        self.token = token or CancelToken()
        self.state = State.RUNNING
        self.wire = _Wire()
        self._on_done = on_done
        self._on_failed = on_failed
        self._on_progress = on_progress
        self._on_end = on_end
        queued = Qt.ConnectionType.QueuedConnection
        self.wire.progressed.connect(self._progressed, queued)
        self.wire.finished.connect(self._finished, queued)
        self.wire.failed.connect(self._failed, queued)
        self.wire.cancelled.connect(self._cancelled, queued)

    def cancel(self) -> None:
        """Cancel: the work stops at its next step, and nothing that it still produces is applied."""
        self.token.cancel()
        self._end(State.CANCELLED)

    def _end(self, state: State) -> bool:
        if self.state is not State.RUNNING:
            return False
        self.state = state
        return True

    def _progressed(self, progress: Progress) -> None:
        if self.state is State.RUNNING and self._on_progress is not None:
            self._on_progress(progress)

    def _finished(self, result: T) -> None:
        # A callback that raises has found a bug; the task has ended all the same.
        try:
            if self._end(State.DONE):
                self._on_done(result)
        finally:
            self._on_end(self)

    def _failed(self, error: BaseException) -> None:
        try:
            if self._end(State.FAILED):
                self._on_failed(error)
        finally:
            self._on_end(self)

    def _cancelled(self) -> None:
        self._end(State.CANCELLED)
        self._on_end(self)


class _Runnable(QRunnable, Generic[T]):
    def __init__(self, work: Work[T], token: CancelToken, wire: _Wire) -> None:
        super().__init__()
        self._work = work
        self._token = token
        self._wire = wire

    def run(self) -> None:
        """Drive the generator to its end in the worker thread; every way out ends in exactly one signal."""
        told_s = 0.0
        try:
            steps = self._work()
            while True:
                self._token.check()
                try:
                    progress = next(steps)
                except StopIteration as stop:
                    self._wire.finished.emit(stop.value)
                    return
                if isinstance(progress, Part) or time.monotonic() - told_s >= _TELL_EVERY_S:
                    told_s = time.monotonic()
                    self._wire.progressed.emit(progress)
        except CancelledError:
            self._wire.cancelled.emit()
        except Exception as error:  # handed to the UI thread, which shows a fault and re-raises a bug
            self._wire.failed.emit(error)


class TaskRunner:
    """Starts tasks and ends them when the window closes."""

    def __init__(self) -> None:
        self._pool = QThreadPool()
        # One thread per kind of work is enough on two cores, and the UI thread needs one.
        self._pool.setMaxThreadCount(2)
        self._running: set[object] = set()

    @property
    def busy(self) -> bool:
        """Whether any task has not ended."""
        return bool(self._running)

    def start(
        self,
        work: Work[T],
        on_done: Callable[[T], None],
        on_failed: Callable[[BaseException], None],
        on_progress: Callable[[Progress], None] | None = None,
        token: CancelToken | None = None,
    ) -> Task[T]:
        """Start work in the background. Call on the UI thread. `token`: one that the work looks at itself, within its steps."""
        task: Task[T] = Task(on_done, on_failed, on_progress, self._running.discard, token)
        self._running.add(task)
        self._pool.start(_Runnable(work, task.token, task.wire))
        return task

    def close(self, wait_ms: int = 3000) -> bool:
        """Cancel everything and wait a bounded time; whether all work has ended."""
        for task in list(self._running):
            if isinstance(task, Task):
                task.cancel()
        return self._pool.waitForDone(wait_ms)


def fault_sentence(error: BaseException) -> str:
    """The sentence of a fault.

    Raises:
        BaseException: the error itself, where it is a bug and no fault.
    """
    if isinstance(error, CoprescribeError):
        return error.sentence
    raise error

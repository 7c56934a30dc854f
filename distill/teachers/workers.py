"""Work of teachers spread over processes of this machine.

Processes of our own rather than a pool of the standard library: a model's library may take its process down with it, which must
cost one item another try and not the whole run.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter, deque
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from multiprocessing.connection import Connection, wait

from distill.teachers.judging import Judging, Opener, Outcome, Task
from engine.errors import InputError

Done = tuple[Task, Outcome]
# How often an item may take a worker down before the run ends.
_TRIES = 2
_END_S = 10.0


def in_this_process(openers: Sequence[Opener], tasks: Iterable[Task]) -> Generator[Done, None, None]:
    """One task after the other."""
    with closing(Judging(openers)) as judging:
        for task in tasks:
            yield task, judging.outcome(task)


def in_processes(openers: Sequence[Opener], tasks: Sequence[Task], workers: int) -> Generator[Done, None, None]:
    """Tasks in any order, by several processes. Closing the generator ends them.

    Raises:
        InputError: two workers died over the same item.
    """
    waiting, deaths = deque(tasks), Counter[str]()
    every: list[_Worker] = []
    running: dict[Connection, _Worker] = {}
    try:
        for _ in range(min(workers, len(tasks))):
            worker = _Worker(openers)
            every.append(worker)
            running[worker.connection] = worker
            worker.give(waiting.popleft())
        while running:
            for connection in wait(list(running)):
                assert isinstance(connection, Connection)
                worker = running.pop(connection)
                task, outcome = worker.take()
                if outcome is not None:
                    yield task, outcome
                else:
                    deaths[task.item.id] += 1
                    if deaths[task.item.id] == _TRIES:
                        raise InputError(_died(task))
                    waiting.appendleft(task)
                    worker = _Worker(openers)
                    every.append(worker)
                if waiting:
                    worker.give(waiting.popleft())
                    running[worker.connection] = worker
    finally:
        for worker in every:
            worker.end()


def _died(task: Task) -> str:
    return (
        f"Two worker processes died as teachers judged the pair '{task.item.id}'; a teacher's library or the memory is at fault. "
        "What was judged is kept."
    )


class _Worker:
    """A process, the connection to it and the task that it was given last."""

    def __init__(self, openers: Sequence[Opener]) -> None:
        # Fresh processes: those that are forked inherit locks of threads that are not there.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, tuple(openers)), daemon=True)
        self._process.start()
        # Their end is open in the worker alone, so that its death is seen as the end of what can be read.
        theirs.close()
        self._task: Task | None = None

    def give(self, task: Task) -> None:
        """Hand over a task. A worker that is dead is found out when its answer is read."""
        self._task = task
        try:
            self.connection.send(task)
        except OSError:
            self._process.join(_END_S)

    def take(self) -> tuple[Task, Outcome | None]:
        """The task with what came of it, None where the worker has died."""
        assert self._task is not None
        task, self._task = self._task, None
        try:
            outcome = self.connection.recv()
        except (EOFError, OSError):
            return task, None
        assert isinstance(outcome, Outcome)
        return task, outcome

    def end(self) -> None:
        """End the process: at once where it is in the middle of a task, else when it has closed its teachers."""
        self.connection.close()
        if self._task is not None:
            self._process.terminate()
        self._process.join(_END_S)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self._process.close()


def _work(connection: Connection, openers: tuple[Opener, ...]) -> None:
    # An interrupt from the keyboard reaches all processes; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with closing(Judging(openers)) as judging, connection:
        while True:
            try:
                task = connection.recv()
                connection.send(judging.outcome(task))
            except (EOFError, OSError):
                # Nobody is there any more, or nothing is left to do.
                return

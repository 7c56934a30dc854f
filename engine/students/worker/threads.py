"""How many threads compute: measured when a model is loaded, and looked at again while it writes.

Two threads are nearly twice as fast as one on an idle machine, and fifty times slower than one where another program holds a core
(they wait for each other at every operation). So the number is never taken from the processor alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# A thread more must save that share of the time, or it is not worth the processor that it holds.
_WORTH = 0.9
_RUNS_ALONE, _RUNS_TOGETHER = 16, 3
_LONGEST_S = 0.25
_TOKENS_TOGETHER = 32
# A token that took so many times as long as with one thread at loading was disturbed; so many in a row, and one thread it is.
_DISTURBED = 3.0
# A model whose token takes one thread less than this is quick enough: two would save some milliseconds of an answer, take the
# core on which the application puts it into words, and make it much slower where other programs want that core too.
_QUICK_S = 0.002
_MOST_DISTURBED = 4


class Measured(Protocol):
    """What is measured."""

    vocabulary_size: int

    @property
    def room(self) -> int:
        """How many more tokens the context takes."""
        ...

    def set_threads(self, alone: int, together: int) -> None:
        """Threads for one token, and for several at once."""
        ...

    def forget(self) -> None:
        """Empty the cache."""
        ...

    def read(self, tokens: Sequence[int], stopped: Callable[[], bool]) -> NDArray[np.float32]:
        """Compute tokens."""
        ...


class Threads:
    """The numbers of threads of one model. `alone`: for one token; `together`: for several at once."""

    def __init__(self, model: Measured, fixed: int | None = None) -> None:
        """Measure (some hundredths of a second for a small model), or use a fixed number."""
        self._model = model
        self._one_s = 0.0
        self._disturbed = 0
        if fixed is not None:
            self.alone = self.together = fixed
        else:
            self.alone, self.together = self._chosen()
        model.set_threads(self.alone, self.together)
        model.forget()

    def _chosen(self) -> tuple[int, int]:
        several = min(_TOKENS_TOGETHER, self._model.room)
        # The first run of all touches every weight.
        self._seconds(1, several, _LONGEST_S)
        self._one_s = self._seconds(1, 1, _LONGEST_S)
        if self._one_s < _QUICK_S:
            return 1, 1
        return self._best(1, self._one_s), self._best(several, self._seconds(1, several, _LONGEST_S))

    def _best(self, tokens: int, one_s: float) -> int:
        """The most threads of which each step up was worth it; `one_s`: what a run takes with one."""
        best, best_s = 1, one_s
        for threads in _steps(physical_cores()):
            # A number that is no better is not measured to its end: where threads wait for each other, that would take seconds.
            seconds = self._seconds(threads, tokens, min(_LONGEST_S, best_s * _WORTH * _RUNS_ALONE))
            if seconds > best_s * _WORTH:
                break
            best, best_s = threads, seconds
        return best

    def _seconds(self, threads: int, tokens: int, most_s: float) -> float:
        """Mean seconds of reading so many tokens at once, measured for `most_s` and one run more at most. No median: threads that
        wait for each other do so in some runs only."""
        self._model.set_threads(threads, threads)
        self._model.forget()
        started = time.perf_counter()
        runs = _RUNS_ALONE if tokens == 1 else _RUNS_TOGETHER
        run, spent = 0, 0.0
        while run < runs and spent <= most_s:
            run += 1
            if self._model.room < tokens:
                self._model.forget()
            self._model.read([run % self._model.vocabulary_size] * tokens, lambda: False)
            spent = time.perf_counter() - started
        return spent / run

    def took(self, seconds: float) -> None:
        """Look at the time of one token; after some that were disturbed, one thread does it."""
        if self.alone == 1 or self._one_s == 0.0:
            return
        self._disturbed = self._disturbed + 1 if seconds > self._one_s * _DISTURBED else 0
        if self._disturbed >= _MOST_DISTURBED:
            self.alone = self.together = 1
            self._model.set_threads(1, 1)


def _steps(most: int) -> list[int]:
    """Numbers of threads to try after one, each half as many again."""
    found, threads = [], 2
    while threads <= most:
        found.append(threads)
        threads += max(1, threads // 2)
    return found


def physical_cores() -> int:
    """Processor cores that this process may use, two threads of one core counted once where the system tells."""
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
    cores = set()
    for number in usable:
        try:
            path = Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list")
            cores.add(path.read_text(encoding="ascii").strip())
        except OSError:
            cores.add(str(number))
    return len(cores)

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
_LEAST_S = 0.03
_LONGEST_S = 2.0
_TOKENS_TOGETHER = 32
_MOST_TOKENS_ALONE = 24
# A token that took so many times as long as with one thread at loading was disturbed; so many in a row, and one thread it is.
_DISTURBED = 3.0
_MOST_DISTURBED = 4
# Of a long prompt, no more is computed at once than takes so long: cancelling waits for it.
_PIECE_S = 0.25
_LEAST_PIECE = 8


class Measured(Protocol):
    """What is measured."""

    vocabulary_size: int
    context_tokens: int
    piece: int

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
        several = min(_TOKENS_TOGETHER, model.context_tokens)
        piece = int(_PIECE_S * several / self._seconds(self.together, several))
        model.piece = max(_LEAST_PIECE, min(model.piece, piece))
        model.set_threads(self.alone, self.together)
        model.forget()

    def _chosen(self) -> tuple[int, int]:
        most = physical_cores()
        several = min(_TOKENS_TOGETHER, self._model.context_tokens)
        # The first run of all touches every weight.
        self._seconds(1, several)
        times = {1: self._seconds(1, 1)}
        self._one_s = times[1]
        return self._best(1, times, most), self._best(several, {1: self._seconds(1, several)}, most)

    def _best(self, tokens: int, times: dict[int, float], most: int) -> int:
        """The most threads of which each step up was worth it."""
        best = 1
        for threads in _steps(most):
            times[threads] = self._seconds(threads, tokens)
            if times[threads] > times[best] * _WORTH:
                break
            best = threads
        return best

    def _seconds(self, threads: int, tokens: int) -> float:
        """Mean seconds of reading so many tokens at once; no median, since a disturbed thread shows in some runs only."""
        self._model.set_threads(threads, threads)
        self._model.forget()
        runs = 0
        most = 2 if tokens > 1 else min(_MOST_TOKENS_ALONE, self._model.context_tokens)
        started = time.perf_counter()
        while runs < most:
            if tokens > 1:
                self._model.forget()
            self._model.read([runs % self._model.vocabulary_size] * tokens, lambda: False)
            runs += 1
            spent = time.perf_counter() - started
            if spent > _LONGEST_S or (spent > _LEAST_S and runs > _MOST_TOKENS_ALONE // 2):
                break
        return (time.perf_counter() - started) / runs

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

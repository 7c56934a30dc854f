"""The number of threads is what measures best, and falls to one where threads turn out to wait for each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.students.worker import threads as module
from engine.students.worker.threads import Threads, physical_cores


class TimedModel:
    """Takes a time by the number of threads, for one token and for several."""

    vocabulary_size = 10

    def __init__(self, alone_s: dict[int, float], together_s: dict[int, float]) -> None:
        self._times = (alone_s, together_s)
        self._threads = (1, 1)
        self.room = 64
        self.clock_s = 0.0
        self.set: list[tuple[int, int]] = []

    def set_threads(self, alone: int, together: int) -> None:
        self._threads = (alone, together)
        self.set.append(self._threads)

    def forget(self) -> None:
        self.room = 64

    def read(self, tokens: Sequence[int], stopped: Callable[[], bool]) -> NDArray[np.float32]:
        assert len(tokens) <= self.room
        assert max(tokens) < self.vocabulary_size
        self.room -= len(tokens)
        several = len(tokens) > 1
        self.clock_s += self._times[several][self._threads[several]]
        return np.zeros(10, dtype=np.float32)


def measured(patch: pytest.MonkeyPatch, model: TimedModel) -> Threads:
    """As four cores would be measured, by the model's clock."""
    patch.setattr(module, "physical_cores", lambda: 4)
    patch.setattr(time, "perf_counter", lambda: model.clock_s)
    return Threads(model)


@pytest.mark.parametrize(
    ("alone", "together", "chosen"),
    [
        ({1: 0.008, 2: 0.004, 3: 0.002, 4: 0.010}, {1: 0.02, 2: 0.01, 3: 0.01, 4: 0.01}, (3, 2)),
        ({1: 0.004, 2: 0.004, 3: 0.001, 4: 0.001}, {1: 0.02, 2: 0.03, 3: 0.01, 4: 0.01}, (1, 1)),
        # So quick that a second core is better left to others.
        ({1: 0.0015, 2: 0.0008, 3: 0.0008, 4: 0.0008}, {1: 0.02, 2: 0.01, 3: 0.01, 4: 0.01}, (1, 1)),
        ({1: 0.004, 2: 0.5, 3: 0.5, 4: 0.5}, {1: 0.01, 2: 0.5, 3: 0.5, 4: 0.5}, (1, 1)),
    ],
)
def test_the_best_is_chosen_quickly(
    alone: dict[int, float], together: dict[int, float], chosen: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = TimedModel(alone, together)
    found = measured(monkeypatch, model)
    assert model.clock_s < 1.4
    assert (found.alone, found.together) == chosen
    assert model.set[-1] == chosen
    assert model.room == 64


def test_a_fixed_number_is_not_measured() -> None:
    model = TimedModel({}, {})
    assert Threads(model, 2).alone == 2
    assert model.set == [(2, 2)]


def test_disturbed_threads_give_way_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    model = TimedModel({1: 0.008, 2: 0.004, 3: 0.006}, {1: 0.02, 2: 0.01, 3: 0.02})
    found = measured(monkeypatch, model)
    assert found.alone == 2
    for seconds in (0.1, 0.1, 0.1, 0.004, 0.1, 0.1, 0.1):
        found.took(seconds)
    assert found.alone == 2
    found.took(0.1)
    assert (found.alone, found.together, model.set[-1]) == (1, 1, (1, 1))


def test_there_is_a_core() -> None:
    assert physical_cores() >= 1

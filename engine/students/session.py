"""The reader's answers: rows in, logits out, on all processors and in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import ResourceError
from engine.students.batching import alone, batches
from engine.students.onnx_model import ModelError
from engine.students.rows import PADDING_GROUP, Row, RowAnswer

INPUTS = ("input_ids", "position_ids", "group_ids", "pairs")
NAMES, RELATIONS, ATTENTION = "name_logits", "relation_logits", "attention"
OUTPUTS = (NAMES, RELATIONS, ATTENTION)
# More gain little and each needs memory of its own.
_MOST_WORKERS = 4
# The model wants at least one pair; the answer to this one is dropped.
_NO_PAIR = (0, 0, 0, 0, 0)


class Model(Protocol):
    """What a session needs: named outputs (float32) of named inputs (int64)."""

    def run(self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.int64]]) -> Sequence[NDArray[np.float32]]:
        """The named outputs. Raises ModelError."""


class ReaderSession:
    """A loaded reader. It keeps nothing between calls, so it may be asked from several threads at once."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._workers = max(1, min(_MOST_WORKERS, os.cpu_count() or 1))

    def answer(
        self,
        rows: Sequence[Row],
        *,
        attention: bool = False,
        together: bool = False,
        check: Callable[[], None] | None = None,
    ) -> list[RowAnswer]:
        """Logits of each row, in the order given.

        `together`: rows of like length share a run. Short rows are answered up to twice as fast, but each answer then depends a
        little on the others (see `batching`). `check` is called every few hundredths of a second and may raise `CancelledError`.

        Raises:
            ResourceError: the model does not run, or its answer is no number.
        """
        lengths = [len(row.ids) for row in rows]
        runs = batches(lengths) if together else alone(lengths)
        outputs = OUTPUTS if attention else OUTPUTS[:2]
        found: dict[int, RowAnswer] = {}

        def run(places: list[int]) -> list[RowAnswer]:
            chosen = [rows[place] for place in places]
            return split(chosen, self._run(outputs, feeds_of(chosen)))

        with ThreadPoolExecutor(self._workers, thread_name_prefix="reader") as pool:
            for start in range(0, len(runs), self._workers):
                if check is not None:
                    check()
                now = runs[start : start + self._workers]
                answers = map(run, now) if len(now) == 1 else pool.map(run, now)
                for places, of_places in zip(now, answers, strict=True):
                    found.update(zip(places, of_places, strict=True))
        return [found[place] for place in range(len(rows))]

    def _run(self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.int64]]) -> Sequence[NDArray[np.float32]]:
        try:
            return self._model.run(outputs, feeds)
        except ModelError as error:
            raise ResourceError("The reader stopped on this text: memory may be short, or its file is damaged.") from error


def feeds_of(rows: Sequence[Row]) -> dict[str, NDArray[np.int64]]:
    """Inputs of one batch: ids, positions and groups (rows, longest row), and one line for each pair of all rows."""
    shape = (len(rows), max(len(row.ids) for row in rows))
    ids, positions = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    groups = np.full(shape, PADDING_GROUP, dtype=np.int64)
    pairs: list[tuple[int, int, int, int, int]] = []
    for place, row in enumerate(rows):
        length = len(row.ids)
        ids[place, :length], positions[place, :length], groups[place, :length] = row.ids, row.positions, row.groups
        pairs += [(place, pair.first_marker, pair.second_marker, pair.first_token, pair.second_token) for pair in row.pairs]
    return dict(zip(INPUTS, (ids, positions, groups, np.array(pairs or [_NO_PAIR], dtype=np.int64)), strict=True))


def split(rows: Sequence[Row], answers: Sequence[NDArray[np.float32]]) -> list[RowAnswer]:
    """The outputs of one batch by row, padding cut off. Each part is a copy, so that a row does not hold its whole batch.

    Raises:
        ResourceError: an answer is no number.
    """
    names, relations = answers[0], answers[1]
    found, before = [], 0
    for place, row in enumerate(rows):
        length, after = len(row.ids), before + len(row.pairs)
        looked = answers[2][place, :, :length, :length].copy() if len(answers) > len(OUTPUTS) - 1 else None
        answer = RowAnswer(names[place, :length].copy(), relations[before:after].copy(), looked)
        if not (np.isfinite(answer.names).all() and np.isfinite(answer.relations).all()):
            raise ResourceError("The reader gave an answer that is no number: its file does not suit this machine or is damaged.")
        found.append(answer)
        before = after
    return found

"""The labeller's answers: severity, direction and mechanism of a pair from its facts alone, in a fraction of a millisecond."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import ResourceError
from engine.reasoning.language import prompt_of, told_facts
from engine.students.fact_rows import INPUT, OUTPUT, code_ids, fact_array
from engine.students.onnx_model import ModelError
from engine.students.probabilities import calibrated

if TYPE_CHECKING:
    from engine.reasoning.pair_facts import PairFacts
    from engine.students.opening import LabellerStudent

# Pairs that are asked at once: the memory of a run stays small, and between two runs a cancel is seen.
_PAIRS_A_RUN = 256


class Labeller:
    """A labeller whose file was verified; may be used from several threads."""

    def __init__(self, student: LabellerStudent) -> None:
        self.student = student
        self._ids = code_ids(student.manifest.tokens)
        self._heads = {head.name: head for head in student.manifest.heads}

    def labels(self, part: str) -> tuple[str, ...]:
        """Classes of a part ("severity", "direction" or "mechanism"), in the order of the probabilities."""
        return self._heads[part].labels

    def probabilities(
        self, several: Sequence[PairFacts], part: str, check: Callable[[], None] | None = None
    ) -> NDArray[np.float32]:
        """Calibrated probabilities (pairs, classes). Facts that the labeller has no words for are not told to it.

        Raises:
            ResourceError: the model cannot be run.
            CancelledError: `check` raised it.
        """
        rows = [self._row(facts) for facts in several]
        found = [np.empty((0, len(self.labels(part))), dtype=np.float32)]
        for start in range(0, len(rows), _PAIRS_A_RUN):
            if check is not None:
                check()
            found.append(calibrated(self._run(rows[start : start + _PAIRS_A_RUN]), self._heads[part]))
        return np.concatenate(found)

    def _row(self, facts: PairFacts) -> list[list[int]]:
        told = told_facts(prompt_of(facts))
        return [[self._ids[piece] for piece in fact] for fact in told if all(piece in self._ids for piece in fact)]

    def _run(self, rows: list[list[list[int]]]) -> NDArray[np.float32]:
        try:
            (logits,) = self.student.model.run([OUTPUT], {INPUT: fact_array(rows)})
        except ModelError as error:
            raise ResourceError("The labeller's model cannot be run on this machine.") from error
        return logits

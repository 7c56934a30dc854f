"""The labeller's answers: severity, direction and mechanism of a pair from its facts alone, in some milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.errors import ResourceError
from engine.reasoning.language import AXES, DIRECTIONS, NO_MECHANISM, Axis, Label, prompt_of, told_facts
from engine.reasoning.telling import told_of
from engine.report import SEVERITY_ORDER
from engine.students.fact_rows import CODES_A_MEETING, INPUT, OUTPUT, code_ids, fact_array, meetings, rows_of
from engine.students.onnx_model import ModelError
from engine.students.probabilities import calibrated_pairs
from engine.students.temperatures import NO_INTERACTION, Temperatures, softened, unlearned

if TYPE_CHECKING:
    from engine.reasoning.pair_facts import PairFacts
    from engine.students.opening import LabellerStudent

_T = TypeVar("_T", bound=str)
# Pairs that are asked at once: the memory of a run stays small, and between two runs a cancel is seen.
_PAIRS_A_RUN = 256


@dataclass(frozen=True, slots=True)
class Said:
    """A label with the distribution of each of its parts, by class."""

    label: Label
    distributions: tuple[Mapping[str, float], ...]


class Labeller:
    """A labeller whose file was verified; may be used from several threads."""

    def __init__(self, student: LabellerStudent) -> None:
        self.student = student
        self._ids = code_ids(student.manifest.tokens)
        self._heads = {head.name: head for head in student.manifest.heads}
        self._learned = frozenset(student.manifest.learned)

    def labels(self, part: Axis) -> tuple[str, ...]:
        """Classes of a part, in the order of the probabilities."""
        return self._heads[part].labels

    def probabilities(
        self, several: Sequence[PairFacts], part: Axis, check: Callable[[], None] | None = None
    ) -> NDArray[np.float32]:
        """Calibrated probabilities (pairs, classes). Facts that the labeller has no words for are not told to it.

        Raises:
            ResourceError: the model cannot be run.
            CancelledError: `check` raised it.
        """
        return calibrated_pairs(self._logits(several, check), self._heads[part], self._unseen(several))

    def told(self, facts: PairFacts) -> PairFacts:
        """The facts that the labeller is told.

        Raises:
            InputError: there is nothing to label by.
        """
        return told_of(facts, self._ids, numbered=False)

    def said_of(self, facts: PairFacts, check: Callable[[], None] | None = None) -> Said:
        """The label of one pair: one that may be written, so that an interaction has a mechanism and "none" has nothing.

        Raises:
            InputError: there is nothing to label by.
            ResourceError: the model cannot be run.
            CancelledError: `check` raised it.
        """
        logits, unseen = self._logits([self.told(facts)], check), self._unseen([facts])
        shares = {part: calibrated_pairs(logits, self._heads[part], unseen)[0].tolist() for part in AXES}
        said = {part: dict(zip(self.labels(part), shares[part], strict=True)) for part in AXES}
        severity = likeliest(said["severity"], SEVERITY_ORDER)
        label = Label("none", "none", NO_MECHANISM)
        if severity != "none":
            kinds = [kind for kind in self.labels("mechanism") if kind != NO_MECHANISM]
            label = Label(severity, likeliest(said["direction"], DIRECTIONS), likeliest(said["mechanism"], kinds))
        return Said(label, tuple(said[part] for part in AXES))

    def _logits(self, several: Sequence[PairFacts], check: Callable[[], None] | None) -> NDArray[np.float32]:
        """Logits of all labels (pairs, classes)."""
        rows = [self._row(facts) for facts in several]
        found = [np.empty((0, sum(len(head.labels) for head in self._heads.values())), dtype=np.float32)]
        for start in range(0, len(rows), _PAIRS_A_RUN):
            if check is not None:
                check()
            found.append(self._run(rows[start : start + _PAIRS_A_RUN]))
        return np.concatenate(found)

    def _unseen(self, several: Sequence[PairFacts]) -> NDArray[np.int64]:
        """How many of the two medicines of each pair are none that the labeller learned from."""
        return np.array([unlearned(facts.substances, self._learned) for facts in several], dtype=np.int64)

    def _row(self, facts: PairFacts) -> list[list[int]]:
        told = [fact for fact in told_facts(prompt_of(facts)) if all(piece in self._ids for piece in fact)]
        met = meetings(told) if self.student.manifest.codes_a_row == CODES_A_MEETING else ()
        return rows_of([[self._ids[piece] for piece in fact] for fact in told], met)

    def _run(self, rows: list[list[list[int]]]) -> NDArray[np.float32]:
        try:
            (logits,) = self.student.model.run([OUTPUT], {INPUT: fact_array(rows, self.student.manifest.codes_a_row)})
        except ModelError as error:
            raise ResourceError("The labeller's model cannot be run on this machine.") from error
        return logits


def whatever_severity(
    shares: Mapping[str, float], severity: Mapping[str, float], nothing_after_none: float = 0.0
) -> dict[str, float]:
    """Shares of a direction or mechanism whether or not there is an interaction. `shares`: of what was written after a severity;
    `severity`: its shares, of which the likeliest was written. After "none" nothing else could be written, and what else it might
    be stays unsaid; `nothing_after_none`: of the interactions that were so overlooked, the share of which "none" is right."""
    # No interaction is called the same in each part of a label.
    nothing = severity.get(NO_MECHANISM, 0.0)
    if likeliest(severity, severity) == NO_MECHANISM:
        return {NO_MECHANISM: nothing + nothing_after_none * (1.0 - nothing)}
    found = {label: share * (1.0 - nothing) for label, share in shares.items()}
    found[NO_MECHANISM] = found.get(NO_MECHANISM, 0.0) + nothing
    return found


def told_shares(
    axis: Axis, written: Sequence[Mapping[str, float]], temperatures: Temperatures, facts: PairFacts
) -> dict[str, float]:
    """A reasoner's calibrated shares of the last part of the label that it wrote, by class. `written`: of each part so far, the
    shares that it was chosen by."""
    # A temperature leaves the likeliest what it is: it was written.
    nothing = likeliest(written[0], written[0]) == NO_INTERACTION
    severity = softened(written[0], temperatures.of(NO_INTERACTION if nothing else "severity", facts.substances))
    if axis == "severity":
        return severity
    shares = softened(written[-1], temperatures.of(axis, facts.substances))
    return whatever_severity(shares, severity, temperatures.undirected if axis == "direction" else 0.0)


def likeliest(distribution: Mapping[str, float], among: Iterable[_T]) -> _T:
    """The label with the largest share."""
    return max(among, key=lambda label: distribution.get(label, 0.0))

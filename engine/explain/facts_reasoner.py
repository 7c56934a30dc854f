"""The reasoner's label as a function of the facts it is told: the first three tokens of its answer, by their log-probabilities.

One token after the other, as it answers: the direction is written after its own likeliest severity, the mechanism after both, and
what is told of them is whatever the severity turns out to be.
Slower than the labeller, so only on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.errors import ProcessError
from engine.reasoning.labelling import told_shares
from engine.reasoning.language import AXES, DIRECTIONS, NO_MECHANISM, Axis, class_of, prompt_of, token
from engine.reasoning.pair_facts import PairFacts
from engine.reasoning.telling import in_words, told_of
from engine.report import SEVERITY_ORDER
from engine.students.automaton import TokenAutomaton
from engine.students.opening import ReasonerStudent

_LONGEST_S = 30.0
_NONE: dict[Axis, str] = {"severity": "none", "direction": "none", "mechanism": NO_MECHANISM}


class ReasonerLabels:
    """A source of probabilities over an installed reasoner; its process answers one question at a time."""

    def __init__(self, student: ReasonerStudent) -> None:
        self._student = student
        self._temperatures = student.manifest.softening
        self._ids = {piece: number for number, piece in enumerate(student.tokens)}
        mechanisms = tuple(class_of(piece) for piece in student.tokens if piece.startswith("<mechanism:"))
        self._labels: dict[Axis, tuple[str, ...]] = {
            "severity": SEVERITY_ORDER,
            "direction": DIRECTIONS,
            "mechanism": mechanisms,
        }
        self._automaton = self._label_alone()

    def labels(self, part: Axis) -> tuple[str, ...]:
        """As in the contract."""
        return self._labels[part]

    def told(self, facts: PairFacts) -> PairFacts:
        """As in the contract."""
        return told_of(facts, self._ids)

    def probabilities(
        self, several: Sequence[PairFacts], part: Axis, check: Callable[[], None] | None = None
    ) -> NDArray[np.float32]:
        """As in the contract. Facts that the reasoner has no words for are not told to it.

        Raises:
            ProcessError: its process ended, or took too long.
        """
        found = np.zeros((len(several), len(self.labels(part))), dtype=np.float32)
        for row, facts in zip(found, several, strict=True):
            shares = self._shares(facts, part, check)
            row[:] = [shares.get(label, 0.0) for label in self.labels(part)]
        return found

    def _id(self, part: Axis, label: str) -> int:
        return self._ids[token(f"{part}:{label}")]

    def _shares(self, facts: PairFacts, part: Axis, check: Callable[[], None] | None) -> Mapping[str, float]:
        """As the application tells them, by class."""
        prompt = [self._ids[piece] for piece in prompt_of(in_words(facts, self._ids))]
        place = AXES.index(part)
        # Only as many tokens as are needed are written.
        written = self._student.process.generate(
            prompt, self._automaton, max_tokens=place + 1, time_limit_s=_LONGEST_S, check=check
        )
        tokens = list(written)
        if len(tokens) <= place:
            raise ProcessError("The reasoner did not give its label in time; it may be asked again.")
        asked = [
            {class_of(self._student.tokens[number]): share for number, share in (one.distribution or {one.token: 1.0}).items()}
            for one in tokens
        ]
        return told_shares(part, asked, self._temperatures, facts)

    def _label_alone(self) -> TokenAutomaton:
        """Severity, direction, mechanism; no interaction has neither direction nor mechanism."""

        def moves(part: Axis, after: int, none: int | None = None) -> dict[int, int]:
            found = {self._id(part, label): after for label in self.labels(part) if label != _NONE[part] or part == "direction"}
            return {**found, self._id(part, _NONE[part]): none} if none is not None else found

        no_direction, no_mechanism = {self._id("direction", _NONE["direction"]): 4}, {self._id("mechanism", NO_MECHANISM): 5}
        rows = [moves("severity", 1, 3), moves("direction", 2), moves("mechanism", 5), no_direction, no_mechanism, {}]
        return TokenAutomaton(rows, frozenset({5}), frozenset({0, 1, 2}))

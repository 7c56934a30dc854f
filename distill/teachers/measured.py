"""Label distributions as measured: how often pairs of one kind had which label, a kind leaning on the more general one."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from distill.teachers.protocol import Distribution

# How many pairs the more general kind counts for: kinds with fewer pairs than this are mostly believed to be like it.
_LEAN = 20.0
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class MeasuredLabels:
    """Counts of labels by kind of pair; a kind is told by words, from the general to the special."""

    counts: Mapping[tuple[str, ...], Mapping[str, float]] = field(default_factory=dict)

    def distribution(self, kind: Sequence[str], beforehand: Distribution) -> dict[str, float]:
        """How likely each label is for a pair of this kind. `beforehand`: what is believed where nothing was measured."""
        believed = dict(beforehand)
        for length in range(1, len(kind) + 1):
            seen = self.counts.get(tuple(kind[:length]))
            if seen is None:
                break
            total = sum(seen.values()) + _LEAN
            labels = believed.keys() | seen.keys()
            believed = {label: (seen.get(label, 0.0) + _LEAN * believed.get(label, 0.0)) / total for label in sorted(labels)}
        return believed

    def digest(self) -> str:
        """SHA-256 over all counts."""
        told = sorted((list(kind), sorted(seen.items())) for kind, seen in self.counts.items())
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def measure(seen: Iterable[tuple[Sequence[str], str, float]]) -> MeasuredLabels:
    """Count labels. `seen`: kind of the pair, its label, and for how much it counts."""
    counts: defaultdict[tuple[str, ...], defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for kind, label, weight in seen:
        for length in range(1, len(kind) + 1):
            counts[tuple(kind[:length])][label] += weight
    return MeasuredLabels({kind: dict(found) for kind, found in counts.items()})


def short(distribution: Distribution) -> dict[str, float]:
    """The distribution in eight digits: a run of labelling keeps a hundred thousand of them, and no label is known better."""
    return {label: round(value, _DIGITS) for label, value in distribution.items() if value > 0.0}

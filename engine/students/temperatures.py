"""How sure a student's label is told: probabilities softened by a temperature, by how many of the two medicines it never met."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

# The severity where "none" is the likeliest has a temperature of its own: a student that tells no interaction with as much
# certainty as one of some severity is right more often with the one than with the other, and one figure for both fits neither.
NO_INTERACTION: Final = "none"
Calibrated = Literal["severity", "none", "direction", "mechanism"]
CALIBRATED: tuple[Calibrated, ...] = get_args(Calibrated)


@dataclass(frozen=True, slots=True)
class Temperatures:
    """Of each part of a label (`CALIBRATED`): `known` where the student learned from both medicines of a pair; `unseen`
    where it learned from one of them, or from none (no more than these two; without them it is as if they were known).
    `learned`: ids of substances.
    `undirected`: of the interactions that a reasoner takes for none, the share in which no exposure or effect changes."""

    known: Mapping[str, float]
    unseen: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    learned: frozenset[str] = frozenset()
    undirected: float = 0.0

    def rising(self, part: str) -> tuple[float, ...]:
        """The temperatures of a part of the label, by how many of the medicines were not learned from."""
        return self.known[part], *self.unseen.get(part, ())

    def of(self, part: str, substances: Iterable[str]) -> float:
        """The temperature of a part of the label of a pair."""
        told = self.rising(part)
        return told[min(len(told) - 1, unlearned(substances, self.learned))]


def unlearned(substances: Iterable[str], learned: Collection[str]) -> int:
    """How many of a pair's substances are none that were learned from."""
    return sum(one not in learned for one in substances)


def softened(shares: Mapping[str, float], temperature: float) -> dict[str, float]:
    """Probabilities as they would be from logits divided by the temperature (Guo et al., ICML 2017)."""
    raised = {key: share ** (1.0 / temperature) for key, share in shares.items()}
    whole = sum(raised.values())
    return {key: share / whole for key, share in raised.items()}

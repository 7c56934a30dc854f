"""What every teacher takes and gives: the mechanism facts of a pair in, distributions over labels and a rationale out."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from engine.reasoning.language import DIRECTIONS, NO_MECHANISM, Axis, Direction, Label, ReasonedStep
from engine.reasoning.pair_facts import PairFacts
from engine.report import SEVERITY_ORDER

# Label to probability; a label that is left out has probability 0.
Distribution = Mapping[str, float]

SEVERITIES: tuple[str, ...] = SEVERITY_ORDER
# The kinds of `vocabulary_mechanisms.tsv` (a test compares), and that there is none.
MECHANISMS = (
    *("pk.absorption", "pk.distribution", "pk.metabolism", "pk.transport", "pk.excretion", "pk.unspecified"),
    *("pd.additive", "pd.synergistic", "pd.antagonistic", "pd.sensitisation", "pd.masking"),
    *("incompatibility", "unknown", NO_MECHANISM),
)
LABELS: Mapping[Axis, tuple[str, ...]] = {"severity": SEVERITIES, "direction": DIRECTIONS, "mechanism": MECHANISMS}
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Hints:
    """Privileged information: what the outcome is known to be. Teachers may be told, students never are.

    `affected`: the medicine whose exposure or effect changes, "" where it is not known or both are.
    """

    direction: Direction
    affected: Literal["A", "B", ""] = ""


@dataclass(frozen=True, slots=True)
class PairItem:
    """A pair to be judged. `id` names it in votes, splits and reports; `facts.first` is medicine A, `facts.second` medicine B."""

    id: str
    facts: PairFacts
    hints: Hints | None = None

    def digest(self) -> str:
        """SHA-256 over all that a teacher is told, so that an answer is never taken for an answer to other facts."""
        told = [self.facts.first.substance, self.facts.first.name, self.facts.second.substance, self.facts.second.name]
        facts = [[fact.id, fact.side, *fact.codes] for fact in self.facts.facts]
        hints = None if self.hints is None else [self.hints.direction, self.hints.affected]
        return hashlib.sha256(json.dumps([self.id, told, facts, hints]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a teacher says of one pair.

    The labels are distributions that sum to 1; where the teacher abstains they are even and count for nothing.
    `steps`: what of its reasoning the compact language can say, unverified. `management`: codes without figures.
    `prose`: the rationale in its own words, or "". `privileged`: whether the teacher was given the hints.
    `wording`: which wording of its question it answered, 0 where there is only one.
    `rejected`: why its answers were not taken, as a code that is counted, or ""; a teacher whose answers were rejected abstains.
    """

    item: str
    teacher: str
    version: str
    severity: Distribution
    direction: Distribution
    mechanism: Distribution
    steps: tuple[ReasonedStep, ...] = ()
    management: tuple[str, ...] = ()
    prose: str = ""
    abstains: bool = False
    privileged: bool = False
    wording: int = 0
    rejected: str = ""

    def __post_init__(self) -> None:
        for given, labels in ((self.severity, SEVERITIES), (self.direction, DIRECTIONS), (self.mechanism, MECHANISMS)):
            check_distribution(given, labels)


class Teacher(Protocol):
    """Anything that judges pairs. Making one is cheap: what is heavy is opened when the first pair is judged."""

    @property
    def name(self) -> str:
        """Name in votes, cards and reports."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same item could get another judgement; goes into keys and cards."""
        ...

    def judge(self, item: PairItem) -> Judgement:
        """Label and explain one pair."""
        ...


def check_distribution(given: Distribution, labels: tuple[str, ...]) -> None:
    """See that a distribution is one over these labels.

    Raises:
        ValueError: an unknown label, a value outside 0 to 1, or a sum that is not 1.
    """
    unknown = set(given) - set(labels)
    if unknown:
        raise ValueError(f"no labels: {sorted(unknown)}")
    if not all(math.isfinite(value) and 0.0 <= value <= 1.0 + _TOLERANCE for value in given.values()):
        raise ValueError("a probability outside 0 to 1")
    if abs(math.fsum(given.values()) - 1.0) > _TOLERANCE:
        raise ValueError("probabilities that do not sum to 1")


def certain(label: str) -> dict[str, float]:
    """The distribution that is sure of one label."""
    return {label: 1.0}


def even(labels: tuple[str, ...]) -> dict[str, float]:
    """The distribution that knows nothing."""
    return dict.fromkeys(labels, 1.0 / len(labels))


def sure(item: PairItem, teacher: Teacher, label: Label, steps: tuple[ReasonedStep, ...] = ()) -> Judgement:
    """The judgement of a teacher that has one label and no doubt."""
    labels = certain(label.severity), certain(label.direction), certain(label.mechanism)
    return Judgement(item.id, teacher.name, teacher.version, *labels, steps)


def abstention(item: PairItem, teacher: Teacher, rejected: str = "") -> Judgement:
    """The judgement of a teacher that has nothing to say of this pair."""
    labels = even(SEVERITIES), even(DIRECTIONS), even(MECHANISMS)
    return Judgement(item.id, teacher.name, teacher.version, *labels, abstains=True, rejected=rejected)

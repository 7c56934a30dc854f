"""What every teacher takes and gives: the mechanism facts of a pair in, distributions over labels and a rationale out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Side = Literal["A", "B", "patient"]
StepObject = Literal["A", "B", ""]
Change = Literal["increase", "decrease", ""]
Distribution = Mapping[str, float]

SEVERITIES = ("contraindicated", "major", "moderate", "minor", "none")
DIRECTIONS = ("A_increase", "A_decrease", "B_increase", "B_decrease", "both", "none")
# The kinds of `vocabulary_mechanisms.tsv` (a test compares), and that there is none.
MECHANISMS = (
    *("pk.absorption", "pk.distribution", "pk.metabolism", "pk.transport", "pk.excretion", "pk.unspecified"),
    *("pd.additive", "pd.synergistic", "pd.antagonistic", "pd.sensitisation", "pd.masking"),
    *("incompatibility", "unknown", "none"),
)
# Steps that are not a mechanism's.
CLOSING_STEPS = ("net_effect", "severity", "management")
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class PairSubstance:
    """One medicine of a pair: its id in the knowledge tables and the name that is shown."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PairFact:
    """A mechanism fact of a pair: `id` is "F1", "F2", ...; `codes` say the same as `text` in the compact language's words."""

    id: str
    side: Side
    text: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hints:
    """Privileged information: what the answer is known to be. Teachers may see it and students never do.

    `direction`: a label of :data:`DIRECTIONS`. `affected`: the medicine whose exposure or effect changes, or "".
    """

    direction: str
    affected: StepObject = ""

    def __post_init__(self) -> None:
        if self.direction not in DIRECTIONS:
            raise ValueError(f"no direction: {self.direction}")


@dataclass(frozen=True, slots=True)
class PairItem:
    """A pair to be judged. `first` is side A, `second` is side B."""

    id: str
    first: PairSubstance
    second: PairSubstance
    facts: tuple[PairFact, ...]
    hints: Hints | None = None

    def fact_ids(self) -> frozenset[str]:
        """The ids that a rationale may cite."""
        return frozenset(fact.id for fact in self.facts)


@dataclass(frozen=True, slots=True)
class RationaleStep:
    """One step of a rationale.

    `kind`: a mechanism or one of :data:`CLOSING_STEPS`. `facts`: ids that it cites. `object`: the side whose exposure or effect
    it says changes, `direction`: which way, both "" where it says nothing of that kind. `codes`: the step in the compact
    language's words, empty where the teacher writes prose.
    """

    kind: str
    text: str
    facts: tuple[str, ...] = ()
    object: StepObject = ""
    direction: Change = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a teacher says of one pair.

    The three labels are distributions that sum to 1, also where the teacher abstains (they are then even and count for nothing).
    `management`: codes of the vocabulary of managements. `prose`: the rationale as it was written, or "". `privileged`: whether
    the teacher had been given hints. `wording`: which wording of its prompt it answered, 0 for teachers that have only one.
    """

    item: str
    teacher: str
    version: str
    severity: Distribution
    direction: Distribution
    mechanism: Distribution
    steps: tuple[RationaleStep, ...] = ()
    management: tuple[str, ...] = ()
    prose: str = ""
    abstains: bool = False
    privileged: bool = False
    wording: int = 0

    def __post_init__(self) -> None:
        for named, labels in ((self.severity, SEVERITIES), (self.direction, DIRECTIONS), (self.mechanism, MECHANISMS)):
            check_distribution(named, labels)


class Teacher(Protocol):
    """Anything that judges pairs. `name` and `version` go into cache keys and cards: what changes an answer changes a version."""

    @property
    def name(self) -> str:
        """Name in votes, cards and reports."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same item could get another judgement."""
        ...

    def judge(self, item: PairItem) -> Judgement:
        """Label and explain one pair."""
        ...


def check_distribution(given: Distribution, labels: tuple[str, ...]) -> None:
    """See that a distribution is one over these labels; labels left out have probability 0.

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


def abstention(item: str, teacher: str, version: str) -> Judgement:
    """The judgement of a teacher that has nothing to say of this pair."""
    return Judgement(item, teacher, version, even(SEVERITIES), even(DIRECTIONS), even(MECHANISMS), abstains=True)

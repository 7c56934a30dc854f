"""The mechanism teacher: causal reasoning over the facts of a pair, by the engine's own rules.

What the facts lead to is reasoned (:mod:`distill.teachers.findings`); how sure one may be of it is measured on training pairs:
how often pairs with such a leading mechanism were rated how. That facts lead to nothing is no proof that nothing happens: where
little is known the teacher abstains, elsewhere it says "none" as often as that was right, and never beyond a bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from distill.corpora.pair_inputs import OTHER_SIDE
from distill.teachers.findings import Finding, findings_of, steps_of
from distill.teachers.measured import MeasuredLabels, measure, short
from distill.teachers.protocol import MECHANISMS, SEVERITIES, Distribution, Judgement, PairItem, abstention
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.language import DIRECTIONS, NO_MECHANISM, Direction, Label
from engine.reasoning.pair_facts import PairFacts
from engine.report import severity_rank

_VERSION = "1"
# Rows of knowledge that each medicine must have before silence says anything.
_RICH = 5
_RICHER = 9
# No certainty from silence.
_MOST_NONE = 0.8
_KEPT = 0.6
_NOTHING: tuple[Distribution, Distribution, Distribution] = (
    {"none": 0.6, "minor": 0.15, "moderate": 0.15, "major": 0.08, "contraindicated": 0.02},
    {"none": 0.8, "A_increase": 0.06, "B_increase": 0.06, "A_decrease": 0.03, "B_decrease": 0.03, "both": 0.02},
    {NO_MECHANISM: 0.6, "unknown": 0.2, "pd.additive": 0.2},
)


@dataclass(frozen=True, slots=True)
class Sureness:
    """How sure the teacher may be: measured on training pairs, or nothing measured yet."""

    severity: MeasuredLabels
    direction: MeasuredLabels
    mechanism: MeasuredLabels

    def digest(self) -> str:
        """Short name of all that was measured."""
        return "".join(part.digest()[:4] for part in (self.severity, self.direction, self.mechanism))


UNMEASURED = Sureness(MeasuredLabels(), MeasuredLabels(), MeasuredLabels())


class MechanismTeacher:
    """Labels and explains a pair by its mechanism facts alone."""

    name = "mechanism"

    def __init__(self, store: KnowledgeStore, sureness: Sureness = UNMEASURED) -> None:
        self._store = store
        self._sureness = sureness
        self.version = f"{_VERSION}.{sureness.digest()}"

    def judge(self, item: PairItem) -> Judgement:
        """Reason over one pair; abstains where the facts lead to nothing and little is known of one of the two."""
        findings = findings_of(self._store, item.facts)
        kind = _kind(findings, item.facts)
        if kind is None:
            return abstention(item, self)
        beforehand = _beforehand(findings)
        severity = self._sureness.severity.distribution(kind, beforehand[0])
        direction = self._sureness.direction.distribution(kind, beforehand[1])
        mechanism = self._sureness.mechanism.distribution(kind, beforehand[2])
        if not findings:
            severity, direction, mechanism = (_bounded(one) for one in (severity, direction, mechanism))
        elif findings[0].object == "B":
            direction = _mirrored(direction)
        labels = short(severity), short(direction), short(mechanism)
        return Judgement(item.id, self.name, self.version, *labels, steps_of(findings))


def measure_sureness(store: KnowledgeStore, pairs: Iterable[tuple[PairItem, Label]]) -> Sureness:
    """Measure on training pairs with the labels that a regulator gave them."""
    seen = [
        (kind, findings, label)
        for item, label in pairs
        if (kind := _kind(findings := findings_of(store, item.facts), item.facts)) is not None
    ]
    return Sureness(
        measure((kind, label.severity, 1.0) for kind, _, label in seen),
        measure(one for kind, findings, label in seen for one in _oriented(kind, findings, label.direction)),
        measure((kind, label.mechanism, 1.0) for kind, _, label in seen),
    )


def _kind(findings: tuple[Finding, ...], facts: PairFacts) -> tuple[str, ...] | None:
    """What sort of pair this is, from the general to the special; None where nothing can be said."""
    if not findings:
        known = min(sum(fact.row is not None and fact.side == side for fact in facts.facts) for side in ("A", "B"))
        return ("nothing", "much" if known >= _RICHER else "some") if known >= _RICH else None
    lead = findings[0]
    others = sorted({f"{one.kind} {one.via}" for one in findings[1:]})
    return (lead.kind, f"{lead.severity} {lead.sureness} {lead.change}", f"{lead.via} {lead.role}", ", ".join(others))


def _oriented(
    kind: tuple[str, ...], findings: tuple[Finding, ...], direction: Direction
) -> Iterator[tuple[tuple[str, ...], str, float]]:
    """A direction as seen from the object of the leading mechanism, as if that were A; where there is none, from both sides."""
    mirrored = OTHER_SIDE[direction]
    side: Literal["A", "B"] | None = findings[0].object if findings else None
    if side is None:
        yield kind, direction, 0.5
        yield kind, mirrored, 0.5
    else:
        yield kind, direction if side == "A" else mirrored, 1.0


def _beforehand(findings: tuple[Finding, ...]) -> tuple[Distribution, Distribution, Distribution]:
    """What is believed before anything was measured; a direction is told as if the object were A."""
    if not findings:
        return _NOTHING
    lead = findings[0]
    worst = severity_rank(lead.severity)
    near = {level: 1.0 / (1 + abs(rank - worst)) ** 2 for rank, level in enumerate(SEVERITIES)}
    towards = "none" if lead.object is None else f"A_{lead.change}"
    return _softened(near), _kept(towards, DIRECTIONS), _kept(lead.kind, MECHANISMS)


def _kept(label: str, labels: tuple[str, ...]) -> dict[str, float]:
    rest = (1.0 - _KEPT) / (len(labels) - 1)
    return {one: _KEPT if one == label else rest for one in labels}


def _softened(weights: Distribution) -> dict[str, float]:
    total = sum(weights.values())
    return {label: weight / total for label, weight in weights.items()}


def _mirrored(distribution: Distribution) -> dict[str, float]:
    return {OTHER_SIDE[one]: distribution.get(one, 0.0) for one in DIRECTIONS}


def _bounded(distribution: Distribution) -> dict[str, float]:
    """No more of "none" than silence can prove; what is too much goes to the other labels in proportion."""
    none = distribution.get("none", 0.0)
    rest = 1.0 - none
    if none <= _MOST_NONE or rest <= 0.0:
        return dict(distribution)
    scale = (1.0 - _MOST_NONE) / rest
    return {label: _MOST_NONE if label == "none" else value * scale for label, value in distribution.items()}

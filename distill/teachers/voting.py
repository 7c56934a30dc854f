"""The vote: what the teachers say of a pair, weighed, and how far they agree.

A vote is the weighted mean of the distributions of all teachers that do not abstain. Its entropy says how unsure it is, the
Jensen-Shannon divergence of the voters (Lin, IEEE Transactions on Information Theory 1991) how much they disagree; both in bits,
of the severity.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from distill.teachers.protocol import LABELS, Distribution, Judgement
from engine.reasoning.language import AXES, Axis, Label

REGULATOR = "regulator"
# Teachers that were trained on data whose terms do not let a student ship.
RESEARCH_ONLY = frozenset({"structure"})
# A teacher that is never right keeps a trace of weight, so that no label is ever impossible.
_LEAST = 1e-6
_STEPS = 500
_STEP = 2.0


class VoteSettings(BaseModel):
    """Who votes and with what weight.

    `weights`: of each teacher for each axis. `allow_research`: whether teachers may vote whose students may not ship.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[str, dict[Axis, float]] = Field(min_length=1)
    allow_research: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        research = sorted(RESEARCH_ONLY & self.weights.keys())
        if research and not self.allow_research:
            raise ValueError(f"the teacher '{research[0]}' is for research: a student that learned from its vote may not ship")
        for name, by_axis in self.weights.items():
            if set(by_axis) != set(AXES) or not all(math.isfinite(one) and one >= 0.0 for one in by_axis.values()):
                raise ValueError(f"the teacher '{name}' needs a weight for each of {', '.join(AXES)}, none below 0")
        return self


class Vote(BaseModel):
    """What all teachers together say of one pair.

    `entropy`: of the severity. `disagreement`: of the voters' severities. `voters`: those that did not abstain, in alphabetical
    order; none where all abstained, and then the distributions are even.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    severity: dict[str, float]
    direction: dict[str, float]
    mechanism: dict[str, float]
    entropy: float
    disagreement: float
    voters: tuple[str, ...]

    def of(self, axis: Axis) -> dict[str, float]:
        """The distribution of one axis."""
        return distribution_of(self, axis)


def distribution_of(said: Judgement | Vote, axis: Axis) -> dict[str, float]:
    """What was said of one axis, over all its labels."""
    given: Distribution = {"severity": said.severity, "direction": said.direction, "mechanism": said.mechanism}[axis]
    return {label: given.get(label, 0.0) for label in LABELS[axis]}


def likeliest(distribution: Distribution) -> str:
    """The label of most probability; of equal ones, the first."""
    return max(distribution, key=lambda label: distribution[label])


def vote_of(item: str, judgements: Iterable[Judgement], settings: VoteSettings) -> Vote:
    """The vote of a pair. Of several judgements of one teacher (differently worded questions), each has its part of the weight.

    Raises:
        ValueError: a judgement of another pair, or of a teacher that has no weight.
    """
    said = [one for one in judgements if not one.abstains]
    unknown = sorted({one.teacher for one in said} - settings.weights.keys())
    if unknown or any(one.item != item for one in said):
        raise ValueError(f"no judgement of this pair by a teacher with a weight: {unknown or item}")
    means = {axis: _mean(said, axis, settings) for axis in AXES}
    shares = _shares(said, "severity", settings)
    parts = [_entropy(distribution_of(one, "severity").values()) for one in said]
    entropy = _entropy(means["severity"].values())
    disagreement = entropy - math.fsum(share * part for share, part in zip(shares, parts, strict=True)) if said else 0.0
    return Vote(
        item=item,
        severity=means["severity"],
        direction=means["direction"],
        mechanism=means["mechanism"],
        entropy=entropy,
        disagreement=max(0.0, disagreement),
        voters=tuple(sorted({one.teacher for one in said})),
    )


def fitted_weights(judged: Sequence[tuple[Label, Sequence[Judgement]]]) -> dict[str, dict[Axis, float]]:
    """Weights of the teachers that sum to 1 for each axis and make known labels likeliest (least mean log loss).

    `judged`: pairs that no teacher has seen, each with its label and what the teachers say, at most once each. Descent by the
    gradient of the weights' logarithms: few numbers, always the same result.

    Raises:
        ValueError: no teacher says anything.
    """
    names = sorted({one.teacher for _label, said in judged for one in said if not one.abstains})
    if not names:
        raise ValueError("no teacher says anything of these pairs")
    fitted = {axis: _fitted(judged, axis, names) for axis in AXES}
    return {name: {axis: float(fitted[axis][place]) for axis in AXES} for place, name in enumerate(names)}


def with_regulator(weights: Mapping[str, Mapping[Axis, float]], share: float) -> dict[str, dict[Axis, float]]:
    """Weights of teachers (each axis summing to 1) beside the regulator's record, which has `share` of all.

    Raises:
        ValueError: a share outside 0 to 1.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError("a share is between 0 and 1")
    rest = {name: {axis: by_axis[axis] * (1.0 - share) for axis in AXES} for name, by_axis in weights.items()}
    return rest | {REGULATOR: dict.fromkeys(AXES, share)}


def _fitted(judged: Sequence[tuple[Label, Sequence[Judgement]]], axis: Axis, names: Sequence[str]) -> NDArray[np.float64]:
    """(teachers,) weights of one axis."""
    likelihoods = np.zeros((len(judged), len(names)))
    spoke = np.zeros((len(judged), len(names)))
    for row, (label, said) in enumerate(judged):
        for one in said:
            if not one.abstains:
                column = names.index(one.teacher)
                truth = {"severity": label.severity, "direction": label.direction, "mechanism": label.mechanism}[axis]
                likelihoods[row, column] = max(distribution_of(one, axis)[truth], _LEAST)
                spoke[row, column] = 1.0
    heard = spoke.any(axis=1)
    likelihoods, spoke = likelihoods[heard], spoke[heard]
    logarithms = np.zeros(len(names))
    for _ in range(_STEPS):
        weights = np.exp(logarithms - logarithms.max())
        mixed, whole = likelihoods @ weights, spoke @ weights
        gradient = weights * (likelihoods / mixed[:, None] - spoke / whole[:, None]).mean(axis=0)
        logarithms += _STEP * gradient
    weights = np.exp(logarithms - logarithms.max())
    fitted: NDArray[np.float64] = np.maximum(weights / weights.sum(), _LEAST)
    return fitted


def _shares(said: Sequence[Judgement], axis: Axis, settings: VoteSettings) -> list[float]:
    """Part of each judgement in the mean; they sum to 1."""
    times = {one.teacher: sum(other.teacher == one.teacher for other in said) for one in said}
    weights = [settings.weights[one.teacher][axis] / times[one.teacher] for one in said]
    total = math.fsum(weights)
    # Where only teachers without weight speak, they count alike.
    return [weight / total if total > 0.0 else 1.0 / len(said) for weight in weights]


def _mean(said: Sequence[Judgement], axis: Axis, settings: VoteSettings) -> dict[str, float]:
    labels = LABELS[axis]
    if not said:
        return dict.fromkeys(labels, 1.0 / len(labels))
    shares = _shares(said, axis, settings)
    given = [distribution_of(one, axis) for one in said]
    return {label: math.fsum(share * one[label] for share, one in zip(shares, given, strict=True)) for label in labels}


def _entropy(values: Iterable[float]) -> float:
    """In bits."""
    return -math.fsum(value * math.log2(value) for value in values if value > 0.0)

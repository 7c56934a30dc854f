"""Whether a student's probabilities mean what they say, and how right it is when it may abstain."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_BINS = 15
_LOWEST, _HIGHEST = 0.05, 20.0
_STEPS = 60
# A temperature of fewer answers would be chance.
_FEWEST = 20


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = _BINS) -> float:
    """Mean distance of confidence from accuracy over equally wide bins, weighted by their size (Guo et al., ICML 2017).

    Raises:
        ValueError: nothing is given, or not one truth for each confidence.
    """
    if not confidences or len(confidences) != len(right):
        raise ValueError("there must be one truth for each confidence")
    sums = [[0.0, 0.0, 0.0] for _ in range(bins)]
    for confidence, is_right in zip(confidences, right, strict=True):
        held = sums[min(bins - 1, int(confidence * bins))]
        held[0] += 1
        held[1] += confidence
        held[2] += is_right
    return sum(abs(confidence - hits) for count, confidence, hits in sums if count) / len(confidences)


def fitted_temperature(logits: NDArray[np.float32], truths: NDArray[np.int64]) -> float:
    """The temperature with the least negative log likelihood on held-out answers (Guo et al., ICML 2017), by golden section.

    `logits` (answers, classes), `truths` (answers,). The likelihood has one maximum in the inverse temperature, so the search
    cannot stop at a lesser one.

    Raises:
        ValueError: nothing is given, or not one truth for each answer.
    """
    if not len(logits) or len(logits) != len(truths):
        raise ValueError("there must be one truth for each answer")
    shifted = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64)
    of_truth = shifted[np.arange(len(truths)), truths]

    def loss(inverse: float) -> float:
        return float((np.log(np.exp(shifted * inverse).sum(axis=1)) - of_truth * inverse).sum())

    ratio = (math.sqrt(5.0) - 1.0) / 2.0
    low, high = 1.0 / _HIGHEST, 1.0 / _LOWEST
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    left_loss, right_loss = loss(left), loss(right)
    for _ in range(_STEPS):
        if left_loss < right_loss:
            high, right, right_loss = right, left, left_loss
            left = high - ratio * (high - low)
            left_loss = loss(left)
        else:
            low, left, left_loss = left, right, right_loss
            right = low + ratio * (high - low)
            right_loss = loss(right)
    return 2.0 / (low + high)


def rising_temperatures(
    logits: NDArray[np.float32], truths: NDArray[np.int64], unseen: NDArray[np.int64]
) -> tuple[float, float, float]:
    """Temperatures of pairs with none, one and two unseen substances. None is below the one before it: a pair of which less was
    learned is never told with more certainty, however a small sample may come out."""
    found: list[float | None] = []
    least: float | None = None
    for count in range(3):
        those = unseen == count
        if those.sum() >= _FEWEST:
            own = fitted_temperature(logits[those], truths[those])
            least = own if least is None else max(least, own)
        found.append(least)
    # What comes before the first that could be fitted is no surer than that one, nor surer than as it was said.
    first = max(1.0, next((one for one in found if one is not None), 1.0))
    known, one, both = (first if each is None else each for each in found)
    return known, one, both


def selective_accuracy(confidences: Sequence[float], right: Sequence[bool], coverage: float = 0.95) -> tuple[float, float]:
    """(accuracy, threshold): how often the most confident share of answers is right, and the least confidence among them.

    Raises:
        ValueError: nothing is given, or the coverage is not above 0 and at most 1.
    """
    if not confidences or not 0.0 < coverage <= 1.0:
        raise ValueError("there must be answers, and a coverage above 0 and at most 1")
    ranked = sorted(zip(confidences, right, strict=True), key=lambda one: -one[0])
    kept = ranked[: max(1, round(coverage * len(ranked)))]
    return sum(is_right for _confidence, is_right in kept) / len(kept), kept[-1][0]

"""When sampling may stop: when another run, with other chance, would be expected to name the same top words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

TOP_WORDS = 5
_DRAWS = 100


@dataclass(frozen=True, slots=True)
class Estimate:
    """Weights of the free words and how far off they may be.

    `errors` (independent parts, free words): what each independent part of the sample added to the error, so the squares summed
    over the parts are the variances; no parts where nothing was left to chance. `samples`: distinct masks. `fit`: weighted R² of
    a local linear model, None where there is none.
    """

    weights: NDArray[np.float64]
    errors: NDArray[np.float64]
    samples: int
    fit: float | None = None

    @property
    def standard_errors(self) -> NDArray[np.float64]:
        """One a free word, in probability."""
        return np.asarray(np.sqrt(np.square(self.errors).sum(axis=0)), dtype=np.float64)


def top_words(weights: NDArray[np.float64], count: int = TOP_WORDS) -> frozenset[int]:
    """Places of the words of largest weight, whatever its sign; of equal ones, the first. Words of weight 0 are none."""
    order = np.argsort(-np.abs(weights), kind="stable")[:count]
    return frozenset(int(place) for place in order if weights[place] != 0)


def shared(one: frozenset[int], other: frozenset[int]) -> float:
    """Share of the larger set that the two have in common; 1 where both are empty."""
    most = max(len(one), len(other))
    return len(one & other) / most if most else 1.0


def mean_overlap(tops: Sequence[frozenset[int]]) -> float:
    """Mean share of the top words that two of the runs have in common."""
    found = [shared(one, other) for one, other in combinations(tops, 2)]
    # Rounded, so that a mean of exactly the bar is not below it by the last digit of the arithmetic.
    return round(float(np.mean(found)), 9) if found else 1.0


def expected_overlap(estimate: Estimate, seed: int) -> float:
    """Share of the top words that two runs of this size would have in common, from the errors of this one (wild bootstrap)."""
    if not len(estimate.errors):
        return 1.0
    signs = np.random.default_rng(seed).standard_normal((2 * _DRAWS, len(estimate.errors)))
    runs = estimate.weights + signs @ estimate.errors
    tops = [top_words(run) for run in runs]
    return float(np.mean([shared(one, other) for one, other in zip(tops[:_DRAWS], tops[_DRAWS:], strict=True)]))


def same_magnitude(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether the top words of two estimates are the same, each with the same sign and at most twice or half the weight."""
    tops = top_words(one)
    if tops != top_words(other):
        return False
    return all(one[place] * other[place] > 0 and 0.5 <= one[place] / other[place] <= 2 for place in tops)

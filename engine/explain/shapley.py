"""Shapley values over words, by permutation sampling (Castro et al., Comput Oper Res 2009;36:1726-1730).

Words join the two names one after the other in a random order; a word's value is the mean rise when it joins. Each order is
also taken backwards, so that a word that came early comes late. The values of each order sum to the whole change, and so do
their means.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from engine.cancellation import Progress
from engine.explain.asking import AskedMasks
from engine.explain.drawing import ALL_MASKS_UP_TO
from engine.explain.model import Mode
from engine.explain.settling import Estimate, expected_overlap, same_magnitude

# Fewer orders say nothing of their spread.
_FEWEST_ORDERS = 3


@dataclass(frozen=True, slots=True)
class Orders:
    """`most_masks`: asked at most, but for the fewest orders; `step`: orders (each taken both ways) between two looks at the
    result; `overlap`: as for LIME."""

    most_masks: int
    step: int
    overlap: float

    def most(self, words: int) -> int:
        """Orders at most for so many free words."""
        return max(_FEWEST_ORDERS, self.most_masks // (2 * words))


ORDERS: dict[Mode, Orders] = {"quick": Orders(600, 3, 0.8), "full": Orders(4000, 4, 0.9)}


def shapley(asked: AskedMasks, label: int, mode: Mode, seed: int) -> Generator[Progress, None, Estimate]:
    """Values of the free words for the class at place `label`, in probability; they sum to what all words change together.

    Raises:
        CancelledError: the student's answer was cancelled.
    """
    words = len(asked.free)
    if words <= ALL_MASKS_UP_TO:
        return (yield from _exact(asked, label))
    random = np.random.default_rng(seed)
    orders = ORDERS[mode]
    most = orders.most(words)
    total = most * 2 * words
    rises = np.zeros((0, words))
    seen: set[bytes] = set()
    before: Estimate | None = None
    found: Estimate | None = None
    while len(rises) < most:
        count = min(orders.step, most - len(rises))
        drawn = np.array([random.permutation(words) for _ in range(count)])
        standing = np.concatenate([chain(order) for order in drawn] + [chain(order[::-1]) for order in drawn])
        seen.update(row.tobytes() for row in np.packbits(standing, axis=1))
        steps = asked.in_steps(asked.masks_of(standing), before=len(rises) * 2 * words, total=total, together=True)
        answers = yield from steps
        values = answers[:, label].astype(np.float64).reshape(2, count, words + 1)
        new = [(_rises(order, there) + _rises(order[::-1], back)) / 2 for order, there, back in zip(drawn, *values, strict=True)]
        rises = np.vstack([rises, new])
        found = estimate(rises, len(seen))
        settled = before is not None and same_magnitude(before.weights, found.weights)
        if settled and len(rises) >= _FEWEST_ORDERS and expected_overlap(found, seed) >= orders.overlap:
            break
        before = found
    if found is None:
        raise ValueError("there is always at least one order")
    return found


def chain(order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Masks (words + 1, words): none stand, then one more each, in order."""
    standing = np.zeros((len(order) + 1, len(order)), dtype=np.bool_)
    standing[:, order] = np.tri(len(order) + 1, len(order), -1, dtype=np.bool_)
    return standing


def _rises(order: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    rises = np.zeros(len(order))
    rises[order] = np.diff(values)
    return rises


def estimate(rises: NDArray[np.float64], samples: int) -> Estimate:
    """Mean of what the orders (orders, words) say, and how far each lies from it."""
    count = len(rises)
    mean = rises.mean(axis=0)
    errors = (rises - mean) / np.sqrt(count * max(count - 1, 1))
    return Estimate(mean, errors, samples)


def _exact(asked: AskedMasks, label: int) -> Generator[Progress, None, Estimate]:
    """All masks of a short sentence, each with the share of orders in which it is met."""
    words = len(asked.free)
    numbers = np.arange(2**words)
    standing = (numbers[:, None] >> np.arange(words)) & 1 == 1
    answers = yield from asked.in_steps(asked.masks_of(standing), total=len(numbers))
    values = answers[:, label].astype(np.float64)
    sizes = standing.sum(axis=1)
    share = np.array([factorial(size) * factorial(words - 1 - size) / factorial(words) for size in range(words)])
    weights = np.zeros(words)
    for word in range(words):
        without = numbers[~standing[:, word]]
        weights[word] = share[sizes[without]] @ (values[without | (1 << word)] - values[without])
    return Estimate(weights, np.zeros((0, words)), len(numbers))

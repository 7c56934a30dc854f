"""Counts of right and wrong answers, F1 from them, and an interval by drawing documents again.

Micro-averaged F1 as in DDI Extraction 2013 (Segura-Bedmar et al., SemEval 2013 task 9): precision and recall over all positive
classes together, the class "none" left out. The interval resamples whole documents, since sentences of one are alike
(percentile bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Counts:
    """Answers that were right, given though wrong, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Share of the given answers that are right; 0 where none was given."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """Share of the true answers that were given; 0 where there is none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 0.0


def total(parts: Iterable[Counts]) -> Counts:
    """Counts added up."""
    return sum(parts, Counts())


def mean_f1(truths: Sequence[Hashable], answers: Sequence[Hashable]) -> float:
    """Macro-averaged F1, 0 to 1: the mean over the labels that are true at least once; 0 where there are none.

    Raises:
        ValueError: not one answer for each truth.
    """
    right = Counter(truth for truth, answer in zip(truths, answers, strict=True) if truth == answer)
    given, true = Counter(answers), Counter(truths)
    parts = [Counts(right[label], given[label] - right[label], true[label] - right[label]).f1 for label in true]
    return math.fsum(parts) / len(parts) if parts else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds between which the given share of resampled figures lies."""

    value: float
    low: float
    high: float


def bootstrap(documents: Sequence[Counts], *, seed: int, draws: int = 1000, share: float = 0.95) -> Interval:
    """F1 over all documents and its percentile interval over `draws` resamples of whole documents.

    Raises:
        ValueError: there are no documents.
    """
    if not documents:
        raise ValueError("there are no documents to draw from")
    parts = np.array([(one.right, one.wrong, one.missed) for one in documents], dtype=np.int64)
    drawing = np.random.default_rng(seed)
    drawn = np.stack([parts[drawing.integers(len(parts), size=len(parts))].sum(axis=0) for _ in range(draws)])
    whole = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    values = np.sort(2 * drawn[:, 0] / np.maximum(whole, 1))
    edge = (1.0 - share) / 2.0
    high = min(draws - 1, int((1.0 - edge) * draws))
    return Interval(total(documents).f1, float(values[int(edge * draws)]), float(values[high]))

"""LIME over whole words: a linear model of how the answer changes when words are left out (Ribeiro et al., KDD 2016, `lime`).

The `lime` library fits the model; the masks are ours (see `drawing`), because its own sampler asks the same masks again, spends
most of them far from the sentence, and cannot keep the two names. Sampling goes on in growing steps until another run would be
expected to name the same top words. What the library's model leaves over is told for masks that were not asked, from those that
were (see `smoothing`): the slopes then hang less on which masks were drawn.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.cancellation import Progress
from engine.explain.asking import AskedMasks
from engine.explain.drawing import Drawing
from engine.explain.model import Mode
from engine.explain.settling import Estimate, expected_overlap, same_magnitude
from engine.explain.smoothing import smoothed

# The library's ridge has a penalty of 1. Weights scaled up by this leave it no say, so that the weights of a sentence with few
# words are not shrunk.
_SCALE = 1e6
# Masks that are not asked but told of, always the same ones, and the seed that draws them.
_OTHERS, _OTHERS_SEED = 1000, 20_131_108


@dataclass(frozen=True, slots=True)
class Sampling:
    """`first`, `most`: masks of the first step and of the last; `growth`: of one step over the one before; `overlap`: share of
    the top words that two runs must be expected to have in common; `per_word`: masks at least for each free word, since a
    linear model of more words than masks says nothing."""

    first: int
    most: int
    growth: float
    overlap: float
    per_word: float

    def steps(self, words: int) -> list[int]:
        """Numbers of masks, step by step, for a sentence with so many free words."""
        least = int(self.per_word * words)
        sizes = [max(self.first, least)]
        most = max(self.most, 2 * least)
        while sizes[-1] < most:
            sizes.append(min(most, int(sizes[-1] * self.growth)))
        return sizes


SAMPLING: dict[Mode, Sampling] = {
    # Of 56 stated relations (40 of the DDI corpus, 16 of the sample text) a most of 288 masks left 33 without colours, of 432 27;
    # on average 240 and 302 masks were asked.
    "quick": Sampling(first=96, most=432, growth=1.5, overlap=0.8, per_word=2.0),
    # Of five runs each; none knows less than a quick one.
    "full": Sampling(first=160, most=438, growth=1.4, overlap=0.85, per_word=3.0),
}


def lime(asked: AskedMasks, label: int, mode: Mode, seed: int) -> Generator[Progress, None, Estimate]:
    """Weights of the free words for the class at place `label`, in probability.

    Raises:
        CancelledError: the student's answer was cancelled.
    """
    sampling = SAMPLING[mode]
    words = len(asked.free)
    drawing = Drawing(words, seed)
    others = None if drawing.whole else unasked(words)
    sizes = sampling.steps(words)
    before: Estimate | None = None
    found: Estimate | None = None
    for size in sizes:
        standing, weights, chance = drawing.first(size)
        so_far = before.samples if before is not None else 0
        answers = yield from asked.in_steps(asked.masks_of(standing), before=so_far, total=sizes[-1], together=True)
        found = fit(Sample(standing, answers[:, label].astype(np.float64), weights, chance), others)
        settled = before is not None and same_magnitude(before.weights, found.weights)
        if drawing.whole or (settled and expected_overlap(found, seed) >= sampling.overlap):
            break
        before = found
    if found is None:
        raise ValueError("a sampling has at least one step")
    return found


@dataclass(frozen=True, slots=True)
class Sample:
    """Masks (masks, words), the whole sentence first, their probabilities and weights; `chance`: masks whose choice was left to
    chance, the only ones that add to the error."""

    standing: NDArray[np.bool_]
    probabilities: NDArray[np.float64]
    weights: NDArray[np.float64]
    chance: NDArray[np.bool_]


def unasked(words: int) -> Sample:
    """Masks that are told of without being asked, the same ones each time; what they would answer is not known yet."""
    standing, weights, chance = Drawing(words, _OTHERS_SEED).first(_OTHERS)
    return Sample(standing, np.zeros(len(standing)), weights, chance)


def fit(sample: Sample, others: Sample | None = None) -> Estimate:
    """The linear model of a sample, mended by what `others` would have answered."""
    data = sample.standing.astype(np.float64)
    slopes, score = _linear(data, sample.probabilities, sample.weights)
    share = sample.weights / sample.weights.sum()
    rest = sample.probabilities - share @ sample.probabilities - (data - share @ data) @ slopes
    surprise = rest
    if others is not None:
        unasked_data = others.standing.astype(np.float64)
        told = smoothed(data, rest, unasked_data)
        mending, _ = _linear(unasked_data, told.expected, others.weights)
        slopes, surprise = slopes + mending, told.surprise
    errors = _pull(data, sample.weights) * surprise[:, None]
    distinct = len(np.unique(np.packbits(sample.standing, axis=1), axis=0))
    constant = bool(np.ptp(sample.probabilities) == 0)
    return Estimate(slopes, errors[sample.chance], distinct, 0.0 if constant else score)


def _linear(
    data: NDArray[np.float64], values: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Slopes of the linear model that the `lime` library fits, and its weighted R²."""
    from lime.lime_base import LimeBase

    # The weights are known from the drawing, so they stand in the place of distances.
    base = LimeBase(kernel_fn=_as_they_are, random_state=0)
    _, pairs, score, _ = base.explain_instance_with_data(
        data, values[:, None], weights * _SCALE, 0, data.shape[1], feature_selection="none"
    )
    slopes = np.zeros(data.shape[1])
    for place, slope in pairs:
        slopes[int(place)] = slope
    return slopes, float(score)


def _as_they_are(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return weights


def _pull(data: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each mask's rest moves the slopes (masks, words), raised by its leverage as the jackknife does."""
    share = weights / weights.sum()
    centred = data - share @ data
    spread = centred.T @ (weights[:, None] * centred) + np.eye(data.shape[1]) / _SCALE
    pull = np.linalg.solve(spread, centred.T).T * weights[:, None]
    leverage = share + np.einsum("mw,mw->m", pull, centred)
    # A mask that alone decides a slope has leverage 1; what it says is then all that is known, and the bound keeps it finite.
    return np.asarray(pull / np.maximum(1 - leverage, 0.1)[:, None], dtype=np.float64)

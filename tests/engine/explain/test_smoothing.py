"""The rest of masks that were not asked, told from those that were."""

import numpy as np
import pytest

from engine.explain.asking import AskedMasks
from engine.explain.drawing import Drawing
from engine.explain.lime_words import Sample, fit, lime, unasked
from engine.explain.smoothing import likeness, smoothed
from tests.engine.explain.fakes import FunctionAnswer, linear
from tests.engine.explain.test_methods import ended, noisy

WORDS = 24


def test_likeness_falls_with_each_word_that_differs() -> None:
    whole, one_less, none = np.ones(WORDS), np.ones(WORDS), np.zeros(WORDS)
    one_less[3] = 0
    found = likeness(np.array([whole]), np.array([whole, one_less, none]))
    assert found[0].tolist() == pytest.approx([1, np.exp(-1 / WORDS), np.exp(-1)])


def test_what_was_asked_is_told_again_and_what_is_alike_comes_near() -> None:
    masks = Drawing(WORDS, 1).first(800)[0].astype(np.float64)
    values = noisy(masks)
    rest = values - values.mean()
    told = smoothed(masks[:400], rest[:400], masks)
    assert np.abs(told.expected[:400] - rest[:400]).mean() <= 0.3 * np.abs(rest).mean()
    unseen = np.square(told.expected[400:] - rest[400:]).mean()
    assert unseen <= 0.6 * np.square(rest[400:]).mean()
    # Each asked mask's surprise is of the size of the error at masks that were not asked.
    assert 0.6 <= np.square(told.surprise).mean() / unseen <= 1.7


def test_slopes_are_nearer_to_those_of_all_masks_than_plain_ones() -> None:
    def drawn(seed: int, count: int) -> Sample:
        standing, weights, chance = Drawing(WORDS, seed).first(count)
        return Sample(standing, noisy(standing.astype(np.float64)), weights, chance)

    wanted, others = fit(drawn(77, 10_000)).weights, unasked(WORDS)
    samples = [drawn(seed, 300) for seed in range(6)]
    plain, mended = (
        np.mean([np.square(fit(sample, beside).weights - wanted).sum() for sample in samples]) for beside in (None, others)
    )
    assert mended <= 0.8 * plain


def test_a_linear_answer_needs_no_mending() -> None:
    slopes = np.linspace(-0.02, 0.02, WORDS)
    found = ended(lime(AskedMasks(FunctionAnswer(linear(slopes.tolist(), 0.5), WORDS)), 1, "full", 0))
    assert found.weights == pytest.approx(slopes, abs=1e-5)
    assert found.standard_errors.max() <= 1e-5

"""Each method on functions whose right answer is known."""

from collections.abc import Callable, Generator
from itertools import combinations
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.cancellation import Progress
from engine.explain.asking import AskedMasks
from engine.explain.attention import attend, roll_out
from engine.explain.drawing import ALL_MASKS_UP_TO, Drawing, kernel
from engine.explain.lime_words import SAMPLING, Sample, fit, lime
from engine.explain.model import Mode
from engine.explain.occlusion import occlude
from engine.explain.settling import Estimate, expected_overlap, mean_overlap, same_magnitude, top_words
from engine.explain.shapley import ORDERS, chain, shapley
from tests.engine.explain.fakes import FunctionAnswer, linear, looking_up

T = TypeVar("T")
Run = Callable[[AskedMasks, int, Mode, int], Generator[Progress, None, Estimate]]
TWELVE = (0.2, -0.1, 0.0, 0.05, 0.15, 0.01, -0.02, 0.3, 0.0, 0.08, 0.0, 0.03)


def ended(steps: Generator[Progress, None, T]) -> T:
    """The result of work that is driven to its end; progress never goes back nor beyond its total."""
    last = 0
    while True:
        try:
            progress = next(steps)
        except StopIteration as stop:
            found: T = stop.value
            return found
        assert last <= progress.done <= progress.total
        last = progress.done


def pairwise(masks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Words 0 and 1 only together, and word 5 alone; of twelve. Shapley values: 0.25, 0.25, and 0.2."""
    found: NDArray[np.float64] = 0.1 + 0.5 * masks[:, 0] * masks[:, 1] + 0.2 * masks[:, 5]
    return found


def noisy(masks: NDArray[np.float64]) -> NDArray[np.float64]:
    """A function of 24 words in which pairs of neighbours matter as much as single words."""
    score = masks @ np.linspace(-1, 1.4, 24) + 2 * (masks[:, :-1] * (1 - masks[:, 1:])) @ np.sin(np.arange(23))
    found: NDArray[np.float64] = 1 / (1 + np.exp(-score))
    return found


@pytest.mark.parametrize("mode", ["quick", "full"])
@pytest.mark.parametrize("method", [lime, shapley])
def test_slopes_of_a_linear_function(method: Run, mode: Mode) -> None:
    found = ended(method(AskedMasks(FunctionAnswer(linear(TWELVE), 12)), 1, mode, 3))
    assert np.allclose(found.weights, TWELVE, atol=1e-5)
    assert np.allclose(found.standard_errors, 0, atol=1e-5)
    against = ended(method(AskedMasks(FunctionAnswer(linear(TWELVE), 12)), 0, mode, 3))
    assert np.allclose(against.weights, -np.array(TWELVE), atol=1e-5)


def test_occlusion_is_the_fall_for_each_word() -> None:
    answer = FunctionAnswer(pairwise, 12, fixed=(2, 7))
    found = ended(occlude(AskedMasks(answer), 1))
    free = [0, 1, 3, 4, 5, 6, 8, 9, 10, 11]
    assert np.allclose(found.weights, [{0: 0.5, 1: 0.5, 5: 0.2}.get(word, 0) for word in free], atol=1e-6)
    assert found.samples == answer.asked == 11


@pytest.mark.parametrize("method", [lime, shapley])
def test_samples_are_the_distinct_masks_that_were_asked(method: Run) -> None:
    answer = FunctionAnswer(pairwise, 10, fixed=(2,))
    assert ended(method(AskedMasks(answer), 1, "full", 0)).samples == answer.asked


def test_shapley_values_of_an_interaction_within_their_errors() -> None:
    found = ended(shapley(AskedMasks(FunctionAnswer(pairwise, 12)), 1, "full", 0))
    expected = np.array([{0: 0.25, 1: 0.25, 5: 0.2}.get(word, 0) for word in range(12)])
    assert (np.abs(found.weights - expected) <= 4 * found.standard_errors + 1e-6).all()
    assert top_words(found.weights, 3) == {0, 1, 5}


def test_shapley_values_of_a_short_sentence_are_exact() -> None:
    answer = FunctionAnswer(lambda masks: 0.1 + 0.5 * masks[:, 0] * masks[:, 1] * masks[:, 2] + 0.2 * masks[:, 5], 8, fixed=(5,))
    found = ended(shapley(AskedMasks(answer), 1, "quick", 0))
    assert np.allclose(found.weights, [0.5 / 3, 0.5 / 3, 0.5 / 3, 0, 0, 0, 0], atol=1e-6)
    assert (found.samples, len(found.errors)) == (2**7, 0)


@given(st.integers(9, 30), st.integers(0, 1000))
def test_shapley_values_sum_to_the_whole_change(words: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    one, two = random.normal(size=(2, words))
    answer = FunctionAnswer(lambda masks: 1 / (1 + np.exp(-(masks @ one) - (masks @ two) ** 2 / words)), words)
    found = ended(shapley(AskedMasks(answer), 1, "quick", seed))
    ends = answer.predict_proba(np.array([[True] * words, [False] * words]))[:, 1].astype(np.float64)
    assert found.weights.sum() == pytest.approx(ends[0] - ends[1], abs=1e-6)
    assert found.samples <= answer.asked


def test_a_chain_adds_words_in_order() -> None:
    assert chain(np.array([2, 0, 1])).tolist() == [[False] * 3, [False, False, True], [True, False, True], [True] * 3]


@given(st.integers(1, 40), st.integers(0, 10_000), st.integers(1, 600))
def test_drawn_masks_are_a_fair_and_growing_sample(words: int, seed: int, count: int) -> None:
    drawing = Drawing(words, seed)
    masks, weights, chance = drawing.first(count)
    assert masks[0].all()
    assert not chance[0]
    assert weights.sum() == pytest.approx(len(masks))
    assert np.array_equal(drawing.first(count + 50)[0][: len(masks)], masks)
    assert np.array_equal(Drawing(words, seed).first(count)[0], masks)
    if words <= ALL_MASKS_UP_TO:
        assert len(np.unique(masks, axis=0)) == 2**words
        assert not chance.any()
    else:
        # Each word is left out as often as the others, but for the last shuffled order.
        out = (~masks[chance]).sum(axis=0)
        assert len(masks) == max(count, words + 2)
        assert out.max() - out.min() <= 2


def test_weights_of_the_masks_are_those_of_the_kernel() -> None:
    masks, weights, _ = Drawing(15, 4).first(4000)
    left_out = 15 - masks.sum(axis=1)
    share = np.bincount(left_out, weights=weights, minlength=16) / weights.sum()
    expected = kernel(np.arange(16), 15)
    assert np.allclose(share, expected / expected.sum(), atol=0.005)


def test_lime_of_all_masks_is_the_weighted_least_squares_fit() -> None:
    words = 7
    random = np.random.default_rng(5)
    table = random.random(2**words)

    looked_up = looking_up(table)
    found = ended(lime(AskedMasks(FunctionAnswer(looked_up, words)), 1, "quick", 0))
    masks, weights, _ = Drawing(words, 0).first(2**words)
    design = np.column_stack([np.ones(len(masks)), masks.astype(float)])
    root = np.sqrt(weights)[:, None]
    expected = np.linalg.lstsq(design * root, looked_up(masks.astype(float)) * root[:, 0], rcond=None)[0][1:]
    assert np.allclose(found.weights, expected, atol=1e-5)
    assert found.samples == 2**words


def test_the_errors_of_lime_are_those_between_seeds() -> None:
    runs = [ended(lime(AskedMasks(FunctionAnswer(noisy, 24)), 1, "quick", seed)) for seed in range(30)]
    spread = np.std([run.weights for run in runs], axis=0, ddof=1)
    stated = np.mean([run.standard_errors for run in runs], axis=0)
    assert 0.7 <= float(np.median(stated / spread)) <= 1.6
    tops = [top_words(run.weights) for run in runs]
    expected = float(np.mean([expected_overlap(run, 0) for run in runs]))
    assert abs(expected - mean_overlap(tops)) <= 0.15


def test_full_mode_asks_more_and_names_the_same_words_each_time() -> None:
    quick = [ended(lime(AskedMasks(FunctionAnswer(noisy, 24)), 1, "quick", seed)) for seed in range(5)]
    full = [ended(lime(AskedMasks(FunctionAnswer(noisy, 24)), 1, "full", seed)) for seed in range(5)]
    assert np.mean([run.samples for run in full]) > np.mean([run.samples for run in quick])
    assert mean_overlap([top_words(run.weights) for run in full]) >= 0.6
    assert all(run.samples <= SAMPLING["full"].most for run in full)
    assert all(run.samples <= SAMPLING["quick"].most for run in quick)


def test_sampling_stops_as_soon_as_the_words_are_settled() -> None:
    settled = ended(lime(AskedMasks(FunctionAnswer(linear(TWELVE), 12)), 1, "full", 0))
    assert settled.samples <= 2 * SAMPLING["full"].first
    values = ended(shapley(AskedMasks(FunctionAnswer(linear(TWELVE), 12)), 1, "full", 0))
    assert values.samples <= 2 * ORDERS["full"].step * 2 * 12


def test_the_same_seed_gives_the_same_weights() -> None:
    for run in (lime, shapley):
        one, same, other = (ended(run(AskedMasks(FunctionAnswer(noisy, 24)), 1, "quick", seed)) for seed in (1, 1, 2))
        assert one.weights.tolist() == same.weights.tolist() != other.weights.tolist()


def test_attention_rolled_out_from_the_markers() -> None:
    found = attend(AskedMasks(FunctionAnswer(linear([0.1] * 6), 6, fixed=(0,))))
    # Half of each marker is itself in both layers, and a quarter comes straight from the second word.
    assert np.argmax(found.weights) == 0
    assert found.weights[0] > 0.25
    assert (found.weights >= 0).all()
    assert found.weights.sum() < 1


def test_roll_out_of_no_attention_to_others_is_the_text_itself() -> None:
    assert np.allclose(roll_out(np.tile(np.eye(4, dtype=np.float32), (3, 1, 1))), np.eye(4))
    mixed = np.full((1, 2, 2), 0.5, dtype=np.float32)
    assert np.allclose(roll_out(mixed), [[0.75, 0.25], [0.25, 0.75]])


def test_a_constant_answer_has_no_weights_and_no_fit() -> None:
    found = ended(lime(AskedMasks(FunctionAnswer(lambda masks: np.full(len(masks), 0.7), 12)), 1, "full", 0))
    assert np.abs(found.weights).max() <= 1e-9
    assert found.fit == 0


def test_fit_survives_more_words_than_masks() -> None:
    masks = np.vstack([np.ones(20, dtype=np.bool_), np.random.default_rng(0).random((9, 20)) < 0.5])
    found = fit(Sample(masks, masks.mean(axis=1), np.ones(10), np.arange(10) > 0))
    assert np.isfinite(found.weights).all()
    assert np.isfinite(found.errors).all()


def test_top_words_and_what_runs_share() -> None:
    weights = np.array([0.1, -0.5, 0.0, 0.1, 0.3, 0.2, 0.1])
    assert top_words(weights) == {0, 1, 3, 4, 5}
    assert top_words(np.zeros(4)) == frozenset()
    assert mean_overlap([frozenset({1, 2}), frozenset({1, 3}), frozenset({1, 2})]) == pytest.approx(2 / 3)
    assert mean_overlap([frozenset(), frozenset()]) == 1
    # A mean of exactly the bar, whatever the arithmetic makes of it.
    assert mean_overlap([frozenset({1, 2, 3, 4, last}) for last in range(5, 10)]) == 0.8
    assert same_magnitude(weights, weights * 1.5)
    assert not same_magnitude(weights, weights * 3)
    assert not same_magnitude(weights, -weights)


@given(st.floats(0.001, 0.2))
def test_expected_overlap_falls_with_the_errors(error: float) -> None:
    weights = np.linspace(0.01, 0.2, 12)
    sure = expected_overlap(Estimate(weights, np.zeros((0, 12)), 1), 0)
    parts = np.random.default_rng(1).normal(size=(200, 12)) / np.sqrt(200)
    less, more = (expected_overlap(Estimate(weights, parts * size, 200), 0) for size in (error, 3 * error))
    assert sure == 1
    assert more <= less + 0.03


def test_shapley_values_against_every_order() -> None:
    """The formula over subsets, written another way, on a random function of five words."""
    table = np.random.default_rng(9).random(32)
    answer = FunctionAnswer(looking_up(table), 5)
    found = ended(shapley(AskedMasks(answer), 1, "full", 0)).weights
    for word in range(5):
        others = [one for one in range(5) if one != word]
        total = 0.0
        for size in range(5):
            rises = [
                table[sum(2**one for one in (*chosen, word))] - table[sum(2**one for one in chosen)]
                for chosen in combinations(others, size)
            ]
            total += float(np.mean(rises)) / 5
        assert found[word] == pytest.approx(total, abs=1e-6)

"""A whole explanation: figures of trust, the bar, odd sentences, progress, cancel."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.cancellation import CancelledError
from engine.explain.asking import AskedMasks
from engine.explain.explaining import NO_CHANGE, NO_WORDS, explain_in_steps
from engine.explain.model import METHODS, Explanation, Method, Mode, Trust
from engine.explain.settling import Estimate
from engine.explain.trust import doubts, faithfulness, remark_of, top_share
from tests.engine.explain.fakes import Function, FunctionAnswer, linear, looking_up
from tests.engine.explain.test_methods import ended

SOUND = Trust(0.9, 0.6, 0.1, 0.05, 0.4, 1.0)


def two_words(masks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of fifteen words, 3 and 9 carry it."""
    found: NDArray[np.float64] = 0.05 + 0.5 * masks[:, 3] + 0.4 * masks[:, 9]
    return found


def explained(function: Function, count: int, method: Method, mode: Mode = "quick", fixed: Sequence[int] = (0, 5)) -> Explanation:
    return ended(explain_in_steps(FunctionAnswer(function, count, fixed), method, "effect", mode, 0))


@pytest.mark.parametrize("mode", ["quick", "full"])
@pytest.mark.parametrize("method", ["lime", "shapley", "occlusion"])
def test_a_plain_answer_is_explained_and_stable(method: Method, mode: Mode) -> None:
    found = explained(two_words, 15, method, mode)
    assert (found.method, found.mode, found.label, found.seed) == (method, mode, "effect", 0)
    assert found.probability == pytest.approx(0.95, abs=1e-6)
    assert found.weights[3] == pytest.approx(0.5, abs=0.01)
    assert found.weights[9] == pytest.approx(0.4, abs=0.01)
    assert found.weights[0] == found.weights[5] == 0
    assert len(found.weights) == len(found.words) == len(found.spans) == 15
    assert found.samples >= 14
    assert found.trust.comprehensiveness == pytest.approx(0.9, abs=1e-5)
    assert found.trust.sufficiency == pytest.approx(0, abs=1e-5)
    assert 0.05 < found.trust.random_comprehensiveness < 0.4
    assert (found.trust.local_fit is not None) == (method == "lime")
    assert (found.trust.top_overlap is None) == (method == "occlusion")


def test_attention_that_points_elsewhere_is_unstable() -> None:
    # The markers look at the second word alone; two others carry the answer.
    found = explained(linear([0.0] * 13 + [0.4, 0.4]), 15, "attention")
    assert not found.stable
    assert found.remark.startswith("Unstable: leaving out its top words changes the answer hardly more")


def test_the_full_modes_overlap_is_that_of_five_runs() -> None:
    answer = FunctionAnswer(two_words, 15)
    quick = ended(explain_in_steps(AskedMasks(answer), "lime", "effect", "quick", 0))
    asked = answer.asked
    memory = AskedMasks(answer)
    full = ended(explain_in_steps(memory, "lime", "effect", "full", 0))
    # The sixth to tenth word are noise of rounding, so only sampling could name them the same: two words carry it.
    assert memory.asked > 3 * full.samples > 3 * quick.samples * 0.5
    assert memory.asked > 2 * asked
    assert full.trust.top_overlap is not None


def test_samples_that_disagree_are_unstable() -> None:
    table = np.random.default_rng(3).random(2**20)
    found = explained(looking_up(table), 20, "lime", fixed=())
    assert not found.stable
    assert "other random samples name other words" in found.remark
    assert "weights that add up do not describe this answer" in found.remark


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("mode", ["quick", "full"])
def test_only_names(method: Method, mode: Mode) -> None:
    found = explained(linear([0.3, 0.2]), 2, method, mode, fixed=(0, 1))
    assert (found.weights, found.stable, found.remark, found.samples) == ((0.0, 0.0), False, NO_WORDS, 1)
    assert found.probability == pytest.approx(0.6)


@pytest.mark.parametrize("method", METHODS)
def test_one_word_beside_the_names(method: Method) -> None:
    found = explained(linear([0.0, 0.5, 0.0]), 3, method, "full", fixed=(0, 2))
    assert found.weights[1] > 0
    if method != "attention":
        assert found.weights[1] == pytest.approx(0.5, abs=0.01)
        assert found.trust.comprehensiveness == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_three_hundred_words(method: Method) -> None:
    slopes = np.zeros(300)
    slopes[[20, 100, 250]] = 0.2
    found = explained(linear(slopes.tolist()), 300, method, fixed=(1, 2))
    assert len(found.weights) == 300
    if method != "attention":
        assert set(np.argsort(found.weights)[-3:]) == {20, 100, 250}


def test_an_answer_that_no_word_changes() -> None:
    for method in ("lime", "shapley", "occlusion"):
        found = explained(lambda masks: np.full(len(masks), 0.8), 12, method)
        assert (found.stable, found.remark) == (False, NO_CHANGE)


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(ValueError, match="not in"):
        ended(explain_in_steps(FunctionAnswer(two_words, 15), "lime", "advise", "quick"))


def test_a_cancel_ends_it() -> None:
    def cancelled(masks: NDArray[np.float64]) -> NDArray[np.float64]:
        if len(masks) > 1:
            raise CancelledError
        return masks[:, 0]

    for method in ("lime", "shapley", "occlusion"):
        with pytest.raises(CancelledError):
            explained(cancelled, 15, method)


@settings(max_examples=25)
@given(st.integers(0, 14), st.integers(0, 10_000), st.sampled_from(METHODS), st.sampled_from(["quick", "full"]))
def test_every_explanation_keeps_the_contract(words: int, seed: int, method: Method, mode: Mode) -> None:
    random = np.random.default_rng(seed)
    one, two = random.normal(size=(2, words + 2))
    answer = FunctionAnswer(lambda masks: 1 / (1 + np.exp(-(masks @ one) * (masks @ two))), words + 2, fixed=(0, words + 1))
    found, again = (ended(explain_in_steps(answer, method, "effect", mode, seed)) for _ in range(2))
    assert found == again
    assert np.isfinite(found.weights).all()
    assert all(weight == 0 for weight, fixed in zip(found.weights, found.fixed, strict=True) if fixed)
    assert found.stable == (found.remark == "")
    overlap = found.trust.top_overlap
    assert overlap is None or 0 <= overlap <= 1
    if method == "shapley" and words:
        ends = answer.predict_proba(np.array([[True] * (words + 2), [False] * (words + 2)]) | np.array(answer.fixed))
        assert sum(found.weights) == pytest.approx(float(ends[0, 1]) - float(ends[1, 1]), abs=1e-5)


def test_faithfulness_of_known_words() -> None:
    answer = FunctionAnswer(linear([0.1] * 10, 0.0), 10)
    ranking = Estimate(np.arange(10.0), np.zeros((0, 10)), 1)
    found = ended(faithfulness(AskedMasks(answer), 1, ranking, None, 0, total=100))
    # Two words of ten count alike, whichever they are.
    assert found.comprehensiveness == pytest.approx(0.2, abs=1e-6)
    assert found.random_comprehensiveness == pytest.approx(0.2, abs=1e-6)
    assert found.sufficiency == pytest.approx(0.8, abs=1e-6)
    assert found.random_sufficiency == pytest.approx(0.8, abs=1e-6)
    assert top_share(ranking.weights).tolist() == [9, 8]
    assert len(top_share(np.zeros(2))) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"top_overlap": 0.79}, "other random samples"),
        ({"local_fit": 0.4}, "weights that add up"),
        ({"comprehensiveness": 0.15}, "leaving out its top words"),
        ({"comprehensiveness": 0.02, "random_comprehensiveness": -0.01}, "leaving out its top words"),
        ({"sufficiency": 0.5}, "its top words alone"),
    ],
)
def test_each_doubt(change: dict[str, float], words: str) -> None:
    assert (doubts(SOUND), remark_of(SOUND, "quick")) == ((), "")
    values = {name: getattr(SOUND, name) for name in Trust.__dataclass_fields__}
    doubtful = Trust(**{**values, **change})
    assert len(doubts(doubtful)) == 1
    assert remark_of(doubtful, "full").startswith("Unstable: ")
    assert words in remark_of(doubtful, "full")
    assert ("Full mode" in remark_of(doubtful, "quick")) == ("random samples" in words)
    assert "Full mode" not in remark_of(doubtful, "full")


def test_lime_is_loaded_only_when_it_is_asked_for() -> None:
    code = (
        "import sys, engine.explain.explaining, engine.explain.sentence\n"
        "heavy = {'lime', 'sklearn', 'scipy', 'pandas', 'shap', 'torch', 'matplotlib', 'onnxruntime', 'tokenizers'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Our Shapley values against those of the shap library, which the application itself does not carry."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.explain.asking import AskedMasks
from engine.explain.model import Mode
from engine.explain.sentence import answer_of
from engine.explain.settling import top_words
from engine.explain.shapley import shapley
from engine.installation import find_installation
from engine.students.opening import open_reader
from tests.engine.explain.fakes import Function, FunctionAnswer, looking_up
from tests.engine.explain.test_methods import ended

# shap loads its plots, whose colours use what matplotlib will give up.
pytestmark = pytest.mark.filterwarnings("ignore:The set_.* function will be deprecated:PendingDeprecationWarning")
SENTENCE = "Ketoconazole increases the concentration of simvastatin, so avoid it."


def reference(function: Function, words: int, orders: int) -> NDArray[np.float64]:
    """Values by the permutation explainer of the shap library, which takes each order both ways too."""
    # Compiling what is run a few hundred times takes longer than running it uncompiled.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUMBA_DISABLE_JIT", "1")
        shap = pytest.importorskip("shap", reason="shap is not installed on this machine")
    explainer = shap.PermutationExplainer(function, shap.maskers.Independent(np.zeros((1, words))), seed=0)
    found = explainer(np.ones((1, words)), max_evals=orders * (2 * words + 1), silent=True)
    return np.asarray(found.values[0], dtype=np.float64)


def crossed(masks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Twelve words with interactions between neighbours and across."""
    score = masks @ np.linspace(-1, 1, 12) + 1.5 * masks[:, 1] * masks[:, 7] - masks[:, 3] * (1 - masks[:, 4])
    found: NDArray[np.float64] = 1 / (1 + np.exp(-score))
    return found


def test_exact_values_of_a_short_sentence() -> None:
    function = looking_up(np.random.default_rng(4).random(2**7))
    ours = ended(shapley(AskedMasks(FunctionAnswer(function, 7)), 1, "quick", 0))
    assert np.allclose(ours.weights, reference(function, 7, 1000), atol=0.02)


def test_sampled_values_lie_within_their_errors() -> None:
    theirs = reference(crossed, 12, 2000)
    bounds: dict[Mode, float] = {"quick": 0.03, "full": 0.02}
    for mode, bound in bounds.items():
        ours = ended(shapley(AskedMasks(FunctionAnswer(crossed, 12)), 1, mode, 0))
        assert (np.abs(ours.weights - theirs) <= 4 * ours.standard_errors + 0.002).all()
        assert np.abs(ours.weights - theirs).mean() <= bound
        assert top_words(ours.weights) == top_words(theirs)


def test_values_of_the_real_student() -> None:
    folder = find_installation().students / "reader"
    if not folder.is_dir():
        pytest.skip("there is no reader student here")
    # Nine words beside the names, so that both ask hardly more than all masks there are, each once.
    first, second = SENTENCE.index("Ketoconazole"), SENTENCE.index("simvastatin")
    asked = answer_of(open_reader(folder), SENTENCE, (first, first + 12), (second, second + 11), "ddi")
    label = int(np.argmax(asked.predict_proba(np.ones((1, len(asked.words)), dtype=np.bool_))[0]))
    ours = ended(shapley(asked, label, "full", 0))

    def of_free_words(masks: NDArray[np.float64]) -> NDArray[np.float64]:
        return asked.predict_proba(asked.masks_of(masks > 0.5), together=True)[:, label].astype(np.float64)

    theirs = reference(of_free_words, len(asked.free), 100)
    assert ours.weights.sum() == pytest.approx(theirs.sum(), abs=1e-5)
    assert (np.abs(ours.weights - theirs) <= 4 * ours.standard_errors + 0.01).all()
    assert np.corrcoef(ours.weights, theirs)[0, 1] >= 0.95

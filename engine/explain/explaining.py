"""An explanation from beginning to end: the method, then the figures that say how far to trust it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from engine.cancellation import Progress
from engine.explain.asking import AskedMasks
from engine.explain.attention import attend
from engine.explain.lime_words import SAMPLING, lime
from engine.explain.model import Explanation, MaskedAnswer, Method, Mode, Trust
from engine.explain.occlusion import occlude
from engine.explain.settling import Estimate, expected_overlap, mean_overlap, top_words
from engine.explain.shapley import ORDERS, shapley
from engine.explain.trust import TRUST_MASKS, faithfulness, remark_of

# Runs with other chance that are compared in full mode, the shown one counted.
RUNS = 5
NO_WORDS = "The sentence holds no words beside the two names, so no word can be held to account."
NO_CHANGE = "Unstable: no word changes this answer."
# Weights below this are rounding of the student's arithmetic, not words that matter.
_LEAST_WEIGHT = 1e-6
_NOT_MEASURED = Trust(None, 0.0, 0.0, 0.0, 0.0, None)


@dataclass(frozen=True, slots=True)
class Asking:
    """Which explanation is asked for."""

    method: Method
    label: str
    mode: Mode
    seed: int


def explain_in_steps(
    answer: MaskedAnswer, method: Method, label: str, mode: Mode, seed: int = 0
) -> Generator[Progress, None, Explanation]:
    """Explain why the answer gives `label` its probability. The same arguments give the same explanation.

    In full mode a method that draws samples runs five times with different seeds, of which the first is shown, and `top_overlap`
    is what these runs have in common. In quick mode it runs once, and `top_overlap` is estimated from the spread in its sample.

    Raises:
        ValueError: the answer has no such label.
        CancelledError: the student's answer was cancelled.
    """
    place, asking = answer.labels.index(label), Asking(method, label, mode, seed)
    asked = AskedMasks(answer)
    probability = float(asked.predict_proba(np.ones((1, len(answer.words)), dtype=np.bool_))[0, place])
    if not len(asked.free):
        return _explanation(asked, asking, Estimate(np.zeros(0), np.zeros((0, 0)), 1), probability, _NOT_MEASURED, NO_WORDS)
    runs = RUNS if mode == "full" and method in ("lime", "shapley") else 1
    most = _most(method, mode, len(asked.free))
    total = runs * most + TRUST_MASKS
    estimates: list[Estimate] = []
    for run in range(runs):
        steps = _method(asked, method, place, mode, seed * RUNS + run)
        estimates.append((yield from _moved(steps, run * most, total)))
    shown = estimates[0]
    overlap: float | None = None
    if runs > 1:
        overlap = mean_overlap([top_words(one.weights) for one in estimates])
    elif method in ("lime", "shapley"):
        overlap = expected_overlap(shown, seed)
    trust = yield from faithfulness(asked, place, shown, overlap, seed, before=runs * most, total=total)
    remark = remark_of(trust, mode) if np.abs(shown.weights).max() >= _LEAST_WEIGHT else NO_CHANGE
    return _explanation(asked, asking, shown, probability, trust, remark)


def _moved(steps: Generator[Progress, None, Estimate], before: int, total: int) -> Generator[Progress, None, Estimate]:
    """The steps of one run, counted as part of the whole."""
    while True:
        try:
            progress = next(steps)
        except StopIteration as stop:
            found: Estimate = stop.value
            return found
        yield Progress(before + progress.done, total)


def _most(method: Method, mode: Mode, words: int) -> int:
    """Masks that one run may ask at most."""
    if method == "lime":
        return SAMPLING[mode].steps(words)[-1]
    if method == "shapley":
        return ORDERS[mode].most(words) * 2 * words
    return words + 1 if method == "occlusion" else 0


def _method(asked: AskedMasks, method: Method, label: int, mode: Mode, seed: int) -> Generator[Progress, None, Estimate]:
    if method == "lime":
        return (yield from lime(asked, label, mode, seed))
    if method == "shapley":
        return (yield from shapley(asked, label, mode, seed))
    if method == "occlusion":
        return (yield from occlude(asked, label))
    return attend(asked)


def _explanation(
    asked: AskedMasks, asking: Asking, estimate: Estimate, probability: float, trust: Trust, remark: str
) -> Explanation:
    weights = np.zeros(len(asked.words))
    weights[asked.free] = estimate.weights
    return Explanation(
        method=asking.method,
        mode=asking.mode,
        label=asking.label,
        seed=asking.seed,
        words=asked.words,
        spans=asked.spans,
        fixed=asked.fixed,
        weights=tuple(weights.tolist()),
        probability=probability,
        samples=estimate.samples,
        trust=trust,
        stable=not remark,
        remark=remark,
    )

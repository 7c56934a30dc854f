"""How far an explanation can be trusted, measured on the student itself, and the bar below which no colours are shown.

Comprehensiveness and sufficiency are those of ERASER (DeYoung et al., ACL 2020, pages 4443-4458): how far the probability falls
without the words that an explanation ranks first, and with only these. Both are compared with random words of the same number,
because any gap in a sentence moves a student somewhat.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from engine.cancellation import Progress
from engine.explain.asking import AskedMasks
from engine.explain.model import Mode, Trust
from engine.explain.settling import Estimate

TOP_SHARE = 0.2
RANDOM_DRAWS = 20
# Masks that the figures need: the whole sentence, without and with only the top words, and the same for the random ones.
TRUST_MASKS = 3 + 2 * RANDOM_DRAWS

# One in five top words may change between two runs: the last of five is often tied with the sixth.
LEAST_OVERLAP = 0.8
# Below half, the straight line misses more of what the student does than it tells.
LEAST_FIT = 0.5
# The top words must matter twice as much as random ones, and by more than the spread that leaving words out brings anyway.
LEAST_TIMES_RANDOM = 2.0
LEAST_FALL = 0.05
_BY_CHANCE = "other random samples name other words"


def top_share(weights: NDArray[np.float64]) -> NDArray[np.intp]:
    """Places of the fifth of the words (at least one) that speak most for the class."""
    count = max(1, round(TOP_SHARE * len(weights)))
    return np.argsort(-weights, kind="stable")[:count]


def faithfulness(
    asked: AskedMasks, label: int, estimate: Estimate, top_overlap: float | None, seed: int, before: int = 0, total: int = 0
) -> Generator[Progress, None, Trust]:
    """The figures of an explanation of the class at place `label`. `before`, `total`: for the progress.

    Raises:
        CancelledError: the student's answer was cancelled.
    """
    words = len(asked.free)
    top = top_share(estimate.weights)
    random = np.random.default_rng(seed)
    chosen = np.zeros((1 + RANDOM_DRAWS, words), dtype=np.bool_)
    chosen[0, top] = True
    for line in chosen[1:]:
        line[random.choice(words, size=len(top), replace=False)] = True
    standing = np.vstack([np.ones((1, words), dtype=np.bool_), ~chosen, chosen])
    answers = yield from asked.in_steps(asked.masks_of(standing), before=before, total=total)
    probabilities = answers[:, label].astype(np.float64)
    without, only = np.split(probabilities[0] - probabilities[1:], 2)
    return Trust(
        local_fit=estimate.fit,
        comprehensiveness=float(without[0]),
        random_comprehensiveness=float(without[1:].mean()),
        sufficiency=float(only[0]),
        random_sufficiency=float(only[1:].mean()),
        top_overlap=top_overlap,
    )


def doubts(trust: Trust) -> tuple[str, ...]:
    """What keeps an explanation below the bar, as ends of a sentence; none where it is stable."""
    found = []
    if trust.top_overlap is not None and trust.top_overlap < LEAST_OVERLAP:
        found.append(_BY_CHANCE)
    if trust.local_fit is not None and trust.local_fit < LEAST_FIT:
        found.append("weights that add up do not describe this answer")
    gain = trust.comprehensiveness - trust.random_comprehensiveness
    if trust.comprehensiveness < LEAST_TIMES_RANDOM * trust.random_comprehensiveness or gain < LEAST_FALL:
        found.append("leaving out its top words changes the answer hardly more than leaving out random ones")
    if trust.sufficiency > trust.random_sufficiency:
        found.append("its top words alone keep the answer no better than random ones")
    return tuple(found)


def remark_of(trust: Trust, mode: Mode) -> str:
    """The sentence beside an explanation; empty where it is stable. Of a quick one it says where the full one may help."""
    found = doubts(trust)
    if not found:
        return ""
    more = " Full mode takes more samples, which may settle it." if mode == "quick" and found == (_BY_CHANCE,) else ""
    return f"Unstable: {'; '.join(found)}.{more}"

"""Occlusion: by how much the probability falls when one word is left out."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from engine.cancellation import Progress
from engine.explain.asking import AskedMasks
from engine.explain.settling import Estimate


def occlude(asked: AskedMasks, label: int) -> Generator[Progress, None, Estimate]:
    """Weights of the free words for the class at place `label`, in probability; nothing in it is left to chance.

    Raises:
        CancelledError: the student's answer was cancelled.
    """
    count = len(asked.free)
    standing = np.ones((count + 1, count), dtype=np.bool_)
    standing[1:][np.diag_indices(count)] = False
    answers = yield from asked.in_steps(asked.masks_of(standing), total=count + 1)
    probabilities = answers[:, label].astype(np.float64)
    return Estimate(probabilities[0] - probabilities[1:], np.zeros((0, count)), count + 1)

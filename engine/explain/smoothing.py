"""What masks that were not asked would have answered, as far as masks that are alike answered alike.

A linear model leaves a rest: words that matter only together. Which masks were drawn decides how that rest leans, and so it is
the larger part of what differs between two runs. Masks that differ in few words mostly share their rest, so it can be told for
masks that were not asked (a Gaussian process; Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, chapter 2).
On sentences of the DDI corpus, slopes from 270 masks that are mended in this way are as near to those of another 1,024 masks as
slopes from 400 that are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Share of a mask's rest that no other mask knows of: the student's rounding, and what only this very mask does.
_OWN = 0.02


def likeness(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of the rest two masks share (masks of `one`, masks of `other`): 1 for the same mask, falling with each word in
    which they differ, to 1/e for opposite ones."""
    differing = one.sum(axis=1)[:, None] + other.sum(axis=1)[None] - 2 * one @ other.T
    return np.asarray(np.exp(-differing / one.shape[1]), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Smoothed:
    """`expected`: the rest of masks that were not asked. `surprise`: how far each asked mask's rest lies from what all the others
    would have told of it."""

    expected: NDArray[np.float64]
    surprise: NDArray[np.float64]


def smoothed(asked: NDArray[np.float64], rest: NDArray[np.float64], others: NDArray[np.float64]) -> Smoothed:
    """The rest at `others` (masks, words) from that at `asked` (masks, words; 1 where a word stands)."""
    inverse = np.linalg.inv(likeness(asked, asked) + _OWN * np.eye(len(asked)))
    pull = inverse @ rest
    return Smoothed(likeness(others, asked) @ pull, pull / np.diag(inverse))

"""Which masks LIME asks about: drawn as its neighbourhood weighs them, so that none is spent on a mask that hardly counts.

LIME leaves out a number of words drawn evenly and gives each mask a weight by its cosine distance from the whole sentence. Here
the same weights decide how often each number is drawn, and the masks then count alike. Masks of which there are few (no word,
one word, every word left out; all masks of a short sentence) are asked all, with the weight of their number: chance has no part
in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

# As in LIME for text: width of its kernel, in hundredths of cosine distance.
KERNEL_WIDTH = 25.0
# Up to here all masks are asked: 2 ** 8 of them.
ALL_MASKS_UP_TO = 8
# The golden ratio's fraction: any first part of its multiples is spread evenly.
_GOLDEN = 0.6180339887498949


def kernel(left_out: NDArray[np.int64], words: int) -> NDArray[np.float64]:
    """Weight of masks that leave out so many of `words` words: the kernel of LIME for text, at most 1."""
    distance = 100 * (1 - np.sqrt(1 - left_out / words))
    return np.asarray(np.sqrt(np.exp(-np.square(distance) / KERNEL_WIDTH**2)), dtype=np.float64)


class Drawing:
    """Masks over `words` free words (at least one) in a fixed order that a seed decides; any first part of it is a sample."""

    def __init__(self, words: int, seed: int) -> None:
        self._words = words
        self._random = np.random.default_rng(seed)
        shares = kernel(np.arange(words + 1), words)
        self._shares = shares / shares.sum()
        self._drawn: list[NDArray[np.bool_]] = []
        self._source = self._draw()

    @property
    def whole(self) -> bool:
        """Whether all masks are asked, so that nothing is left to chance."""
        return self._words <= ALL_MASKS_UP_TO

    def _listed(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Masks that are asked all, the whole sentence first, and the share of each in the neighbourhood."""
        words = self._words
        if self.whole:
            masks = (np.arange(2**words)[::-1, None] >> np.arange(words)) & 1 == 1
        else:
            whole = np.ones((1, words), dtype=np.bool_)
            masks = np.vstack([whole, ~np.eye(words, dtype=np.bool_), ~whole])
        left_out = words - masks.sum(axis=1)
        among = np.bincount(left_out, minlength=words + 1)
        return masks, self._shares[left_out] / among[left_out]

    def first(self, count: int) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.bool_]]:
        """About `count` masks (masks, words), the whole sentence first; the weight of each (they sum to their number); and which
        were left to chance. Fewer where there are no more, and never fewer than those that are asked all."""
        masks, weights = self._listed()
        wanted = 0 if self.whole else max(0, count - len(masks))
        self._drawn += islice(self._source, max(0, wanted - len(self._drawn)))
        drawn = self._drawn[:wanted]
        if drawn:
            masks = np.vstack([masks, np.array(drawn)])
            rest = (1 - weights.sum()) / len(drawn)
            weights = np.concatenate([weights, np.full(len(drawn), rest)])
        chance = np.arange(len(masks)) >= len(masks) - len(drawn)
        return masks, weights * len(masks) / weights.sum(), chance

    def _draw(self) -> Iterator[NDArray[np.bool_]]:
        """Numbers of words in even steps through their shares, and words in turn from one shuffled order after the other: each is
        left out as often as the others."""
        shares = self._shares.copy()
        shares[[0, 1, -1]] = 0
        steps = np.cumsum(shares / shares.sum())
        turn = float(self._random.random())
        queue: list[int] = []
        while True:
            turn = (turn + _GOLDEN) % 1
            left_out = int(np.searchsorted(steps, turn, side="right"))
            taken, queue = queue[:left_out], queue[left_out:]
            if len(taken) < left_out:
                order = self._random.permutation(self._words).tolist()
                used = frozenset(taken)
                others = [word for word in order if word not in used]
                more = others[: left_out - len(taken)]
                gone = frozenset(more)
                taken, queue = taken + more, [word for word in order if word not in gone]
            mask = np.ones(self._words, dtype=np.bool_)
            mask[taken] = False
            yield mask

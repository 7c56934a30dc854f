"""Asking about masks sparingly: each distinct mask once, in chunks between which work can stop.

A mask can be asked in two ways. Alone, its answer depends on nothing else: so it must be where single answers are compared
(one word left out, the top words left out). Together with masks of like length it costs two thirds of that, but an int8 model
quantises a whole batch with one scale, and its neighbours move the answer (8 sentences of the DDI corpus, 1,024 masks each: a
probability by 0.02 on average, 0.18 at most). That is good enough where hundreds of answers are averaged: the top words of two
runs agree as often. And it is the same each time, since the same masks are asked in the same order.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from engine.cancellation import Progress
from engine.explain.model import MaskedAnswer

# Masks of one step: well under a second of the student's time, so that progress moves and a cancel is heard.
CHUNK_MASKS = 64


class AskedMasks:
    """A masked answer that remembers. It is one itself, so it may stand around another that remembers for longer."""

    def __init__(self, answer: MaskedAnswer) -> None:
        self._answer = answer
        self._fixed = np.array(answer.fixed, dtype=np.bool_)
        self._alone: dict[bytes, NDArray[np.float32]] = {}
        self._together: dict[bytes, NDArray[np.float32]] = {}

    @property
    def words(self) -> tuple[str, ...]:
        """As in the contract."""
        return self._answer.words

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """As in the contract."""
        return self._answer.spans

    @property
    def fixed(self) -> tuple[bool, ...]:
        """As in the contract."""
        return self._answer.fixed

    @property
    def labels(self) -> tuple[str, ...]:
        """As in the contract."""
        return self._answer.labels

    @property
    def token_words(self) -> tuple[int, ...]:
        """As in the contract."""
        return self._answer.token_words

    @property
    def free(self) -> NDArray[np.intp]:
        """Places of the words that may be left out."""
        return np.flatnonzero(~self._fixed)

    @property
    def asked(self) -> int:
        """Distinct masks asked so far."""
        return len(self._alone.keys() | self._together.keys())

    def attention(self) -> NDArray[np.float32]:
        """As in the contract."""
        return self._answer.attention()

    def predict_proba(self, masks: NDArray[np.bool_], *, together: bool = False) -> NDArray[np.float32]:
        """As in the contract; masks that were asked before cost nothing."""
        steps = self.in_steps(masks, together=together)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                return np.asarray(stop.value, dtype=np.float32)

    def in_steps(
        self, masks: NDArray[np.bool_], before: int = 0, total: int = 0, *, together: bool = False
    ) -> Generator[Progress, None, NDArray[np.float32]]:
        """Probabilities (masks, classes) of masks (masks, words), with a step for each chunk that is asked.

        `before`, `total`: what the steps add to and count towards. `together`: see above; an answer that was asked alone serves
        then too, never the other way. The words of the names stand whatever the masks say.

        Raises:
            CancelledError: the student's answer was cancelled.
        """
        whole = masks | self._fixed
        keys = [row.tobytes() for row in np.packbits(whole, axis=1)]
        known = self._together if together else self._alone
        if together:
            known.update((key, self._alone[key]) for key in keys if key in self._alone)
        new = {key: place for place, key in enumerate(keys) if key not in known}
        places = list(new.values())
        for start in range(0, len(places), CHUNK_MASKS):
            chunk = places[start : start + CHUNK_MASKS]
            for place, answer in zip(chunk, self._answer.predict_proba(whole[chunk], together=together), strict=True):
                known[keys[place]] = answer
            yield Progress(before + start + len(chunk), total)
        if not keys:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        return np.stack([known[key] for key in keys])

    def masks_of(self, standing: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Masks over all words from masks (masks, free words) over those that may be left out."""
        masks = np.ones((len(standing), len(self._fixed)), dtype=np.bool_)
        masks[:, self.free] = standing
        return masks

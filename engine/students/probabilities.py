"""Logits of the reader as calibrated probabilities: the one place where a head's classes, temperature and biases are applied."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.students.manifest import Head
from engine.students.temperatures import NO_INTERACTION

# Whatever bar a student brings: of two classes the likelier one has half of the probability at least, which says little.
_LEAST_SURE = 0.6
# How many of two medicines may be unseen: none, one, both.
_UNSEEN = 3


def calibrated(logits: NDArray[np.float32], head: Head) -> NDArray[np.float32]:
    """Probabilities of one head's labels, float32 (..., labels of the head), from the logits of all heads of its kind
    (..., classes): `RowAnswer.names` for a names head, `RowAnswer.relations` for a relation head. Each last row sums to 1."""
    return _shares(_own(logits, head), head, np.float32(head.temperature))


def is_sure(probability: float, head: Head) -> bool:
    """Whether an answer of a head is likely enough to be relied on."""
    return probability >= max(_LEAST_SURE, head.abstain_below)


def calibrated_pairs(logits: NDArray[np.float32], head: Head, unseen: NDArray[np.int64]) -> NDArray[np.float32]:
    """As :func:`calibrated`, for a labeller's logits (pairs, classes): pairs with medicines that it never learned from, and those
    where "none" is the likeliest, have temperatures of their own, where the head says so. `unseen`: how many of each pair's two
    medicines it never learned from."""
    own = _own(logits, head)
    nothing = own.argmax(axis=-1) == (head.labels.index(NO_INTERACTION) if NO_INTERACTION in head.labels else -1)
    something = (head.temperature, *head.unseen_temperatures)
    table = np.full((2, _UNSEEN), head.temperature, dtype=np.float32)
    for row, temperatures in zip(table, (something, head.nothing_temperatures or something), strict=True):
        row[: len(temperatures)] = temperatures
    return _shares(own, head, table[nothing.astype(np.int64), unseen][:, None])


def _own(logits: NDArray[np.float32], head: Head) -> NDArray[np.float32]:
    own = logits[..., head.start : head.start + len(head.labels)].astype(np.float32)
    if own.shape[-1] != len(head.labels):
        raise ValueError(f"the head '{head.name}' lies outside the logits")
    return own


def _shares(own: NDArray[np.float32], head: Head, temperature: np.float32 | NDArray[np.float32]) -> NDArray[np.float32]:
    scaled = own / temperature
    if head.biases:
        scaled = scaled + np.asarray(head.biases, dtype=np.float32)
    # The largest is taken away first, so that no power overflows.
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return shares

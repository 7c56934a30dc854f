"""Attention, rolled out: how much of what the markers hold came from each word.

Abnar and Zuidema (ACL 2020, pages 4190-4197): each layer passes on half of what a token was and half of what it attends to,
and the layers are multiplied. It shows where information flowed, never for which class, and so it is the weakest of the methods
as a reason.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.explain.asking import AskedMasks
from engine.explain.model import MARKER_TOKEN
from engine.explain.settling import Estimate

_RESIDUAL = 0.5


def roll_out(attention: NDArray[np.float32]) -> NDArray[np.float64]:
    """Flow (tokens, tokens) from the text to each token's last state, of attention (layers, tokens, tokens); rows sum to 1."""
    flow = np.eye(attention.shape[-1])
    for layer in attention.astype(np.float64):
        mixed = _RESIDUAL * layer + (1 - _RESIDUAL) * np.eye(len(layer))
        flow = (mixed / mixed.sum(axis=1, keepdims=True)) @ flow
    return flow


def word_flow(flow: NDArray[np.float64], token_words: Sequence[int], words: int) -> NDArray[np.float64]:
    """Share of each of `words` words in what the markers hold, mean of the markers, summed over a word's tokens."""
    places = np.asarray(token_words)
    markers = flow[places == MARKER_TOKEN].mean(axis=0)
    return np.bincount(places[places >= 0], weights=markers[places >= 0], minlength=words).astype(np.float64)


def attend(asked: AskedMasks) -> Estimate:
    """Weights of the free words: shares of the flow, the same for every class, never negative.

    Raises:
        CancelledError: the student's answer was cancelled.
    """
    shares = word_flow(roll_out(asked.attention()), asked.token_words, len(asked.words))
    return Estimate(shares[asked.free], np.zeros((0, len(asked.free))), 1)

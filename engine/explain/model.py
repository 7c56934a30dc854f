"""The contract of all explanations: an answer as a function of which words stand, and what a method makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Method = Literal["lime", "shapley", "attention", "occlusion"]
METHODS: tuple[Method, ...] = ("lime", "shapley", "attention", "occlusion")
Mode = Literal["quick", "full"]
# Tokens that belong to no word: signs of the row, and the two markers from which the answer is read.
SIGN_TOKEN = -1
MARKER_TOKEN = -2


class MaskedAnswer(Protocol):
    """`predict_proba` over word masks. Words that do not stand are left out of the row, their positions stay empty."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the sentence, in order."""

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Half-open offsets of each word in the sentence."""

    @property
    def fixed(self) -> tuple[bool, ...]:
        """Words that always stand: those of the two names."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Classes, in the order of the answers."""

    def predict_proba(self, masks: NDArray[np.bool_], *, together: bool = False) -> NDArray[np.float32]:
        """Calibrated probabilities (masks, classes) for masks (masks, words): True where a word stands. `together`: in batches,
        faster and less exact. Raises CancelledError."""

    def attention(self) -> NDArray[np.float32]:
        """Attention of the whole sentence (layers, tokens, tokens), mean over heads. Raises CancelledError."""

    @property
    def token_words(self) -> tuple[int, ...]:
        """For each token of `attention`: the place of its word, `SIGN_TOKEN` or `MARKER_TOKEN`."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How far an explanation can be trusted.

    `local_fit`: weighted R² of a local linear model (LIME), None elsewhere. `comprehensiveness`, `sufficiency`: fall of the
    probability without, and with only, the top 20 % of words; the `random_` ones the same for random words of that number.
    `top_overlap`: mean share of the top five words common to runs with 5 seeds; None for a method without chance.
    """

    local_fit: float | None
    comprehensiveness: float
    random_comprehensiveness: float
    sufficiency: float
    random_sufficiency: float
    top_overlap: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Weights of words for one class of one pair.

    `weights`: one a word, positive where the word speaks for `label`; 0 for fixed words. `samples`: distinct masks that were
    asked. `stable`: whether the bar of trust is reached; otherwise colours are withheld and `remark` says "unstable".
    """

    method: Method
    mode: Mode
    label: str
    seed: int
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    fixed: tuple[bool, ...]
    weights: tuple[float, ...]
    probability: float
    samples: int
    trust: Trust
    stable: bool
    remark: str = ""

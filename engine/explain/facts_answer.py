"""A pair's facts as the features of an explanation: a student's label as a function of which facts it is told.

The contract is that of words in a sentence, so LIME, Shapley values, occlusion and the figures of trust serve both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError, ResourceError
from engine.reasoning.language import Axis
from engine.reasoning.pair_facts import PairFacts


class LabelSource(Protocol):
    """What gives the parts of a label their probabilities: the labeller, or the reasoner by its log-probabilities."""

    def labels(self, part: Axis) -> tuple[str, ...]:
        """Classes of a part, in the order of the probabilities."""

    def told(self, facts: PairFacts) -> PairFacts:
        """The facts that it has words for. Raises InputError where there is nothing to label by."""

    def probabilities(self, several: Sequence[PairFacts], part: Axis, check: Callable[[], None] | None) -> NDArray[np.float32]:
        """Probabilities (pairs, classes). `check` is called now and then, and may raise CancelledError. Raises ResourceError."""


class FactsAnswer:
    """What a student says of a pair, as a function of the facts that it is told; one for each fact in `texts`. Each is one
    that it has words for: what nobody was told moves nothing.

    Facts that are left out are not told at all, and those that stay are numbered anew, as in every prompt. No fact is fixed: the
    two medicines stand as A and B whatever is told of them.
    """

    def __init__(
        self,
        source: LabelSource,
        part: Axis,
        facts: PairFacts,
        texts: Sequence[str],
        check: Callable[[], None] | None = None,
    ) -> None:
        """Raises:
        InputError: there is nothing to reason from.
        ValueError: not as many texts as facts, or a fact that the source has no words for.
        """
        if not facts:
            raise InputError("There is nothing to explain: of these two medicines, no fact is known that the student is told.")
        if source.told(facts).facts != facts.facts:
            raise ValueError("facts are told that the student has no words for")
        if len(texts) != len(facts.facts):
            raise ValueError("each fact needs a text")
        self._source = source
        self._part = part
        self._facts = facts
        self._check = check
        self.words = tuple(texts)
        self.fixed = (False,) * len(texts)
        self.token_words: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The facts, a line each."""
        return "\n".join(self.words)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Half-open offsets of each fact in `text`."""
        ends = accumulate(len(word) + 1 for word in self.words)
        return tuple((end - 1 - len(word), end - 1) for end, word in zip(ends, self.words, strict=True))

    @property
    def labels(self) -> tuple[str, ...]:
        """As in the contract."""
        return self._source.labels(self._part)

    def predict_proba(self, masks: NDArray[np.bool_], *, together: bool = False) -> NDArray[np.float32]:
        """As in the contract, over facts; whether `together` or not, each answer depends on its own facts alone."""
        del together
        return self._source.probabilities([self._told(mask) for mask in masks.tolist()], self._part, self._check)

    def attention(self) -> NDArray[np.float32]:
        """Not told: which token looks at which says nothing of facts that are some tokens each."""
        raise ResourceError("Attention is not shown for facts: choose another method.")

    def _told(self, mask: list[bool]) -> PairFacts:
        kept = [fact for fact, stands in zip(self._facts.facts, mask, strict=True) if stands]
        numbered = tuple(replace(fact, id=f"F{number}") for number, fact in enumerate(kept, start=1))
        return replace(self._facts, facts=numbered)

"""Hidden words, which an encoder learns to guess (Devlin et al., NAACL 2019, with whole words as in its authors' later models).

Of the words that are guessed eight in ten are hidden, one is replaced by another and one stands as it is. A word is hidden or
replaced with all of its pieces, so that no piece gives away the others. The guess is made over the vocabulary by the word
embedding itself, as the base was trained.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import InputError
from engine.students.encoding import NO_WORD
from engine.students.rows import Row

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MASK = "[MASK]"
_HIDDEN, _REPLACED = 0.8, 0.9


class Text(Protocol):
    """A row of text, such as an example."""

    @property
    def row(self) -> Row:
        """Its tokens."""

    @property
    def words(self) -> tuple[int, ...]:
        """Number of the word of each token, `NO_WORD` for signs."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`mask`: the token that hides; `others`: those that stand in for another, which are the ones that the texts hold."""

    mask: int
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text as it is shown, which of its tokens are to be guessed, and what they truly are."""

    row: Row
    guessed: tuple[int, ...]
    truth: tuple[int, ...]


def vocabulary_of(texts: Iterable[Text], tokenizer: Tokenizer) -> Vocabulary:
    """What hides and what replaces.

    Raises:
        InputError: the vocabulary has no token that hides.
    """
    mask = tokenizer.token_to_id(_MASK)
    if mask is None:
        raise InputError(f"The base's vocabulary has no {_MASK}, so that words cannot be hidden.")
    used = {token for one in texts for token, word in zip(one.row.ids, one.words, strict=True) if word != NO_WORD}
    return Vocabulary(mask, tuple(sorted(used)))


def hide(text: Text, share: float, vocabulary: Vocabulary, order: random.Random) -> Hidden:
    """The text with a share of its words (at least one) to be guessed."""
    words = sorted(set(text.words) - {NO_WORD})
    drawn = set(order.sample(words, min(len(words), max(1, round(share * len(words))))))
    fate = {word: order.random() for word in sorted(drawn)}
    ids = list(text.row.ids)
    guessed = tuple(place for place, word in enumerate(text.words) if word in drawn)
    for place in guessed:
        if fate[text.words[place]] < _HIDDEN:
            ids[place] = vocabulary.mask
        elif fate[text.words[place]] < _REPLACED:
            ids[place] = order.choice(vocabulary.others)
    return Hidden(replace(text.row, ids=tuple(ids)), guessed, tuple(text.row.ids[place] for place in guessed))


class Guess(nn.Module):
    """From states to logits over the vocabulary; only this begins anew, the vocabulary's own weights are the word embedding's."""

    def __init__(self, width: int, tokens: int) -> None:
        super().__init__()
        self.transform = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
        self.bias = nn.Parameter(torch.zeros(tokens))

    def forward(self, states: Tensor, embedding: Tensor) -> Tensor:
        """Logits (guessed tokens, vocabulary) from their states and the word embedding (vocabulary, width)."""
        return functional.linear(self.transform(states), embedding, self.bias)


def guessed_of(shown: Sequence[Hidden | None], width: int) -> tuple[Tensor, Tensor]:
    """Which tokens of a batch (rows, `width` tokens) are guessed, and what they truly are; None is a row without such."""
    places = torch.zeros(len(shown), width, dtype=torch.bool)
    truth: list[int] = []
    for number, one in enumerate(shown):
        if one is not None:
            places[number, list(one.guessed)] = True
            truth += one.truth
    return places, torch.tensor(truth, dtype=torch.long)


def guess_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross entropy of the true tokens, mean over those that are guessed; nothing where none is."""
    return functional.cross_entropy(logits.float(), truth) if len(truth) else logits.sum() * 0.0

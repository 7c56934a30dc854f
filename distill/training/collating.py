"""Examples as tensors of one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from distill.training.examples import IGNORED, Example
from distill.training.guessing import Hidden
from distill.training.reader_model import Inputs
from engine.students.encoding import NO_WORD, leave_out
from engine.students.rows import Row
from engine.students.session import INPUTS, feeds_of


@dataclass(frozen=True, slots=True)
class Taken:
    """An example as it stands in one batch: its row, perhaps with words left out, and the places of its tokens in the whole.
    `hidden`: its row with words to be guessed, which then stands in its place."""

    place: int
    example: Example
    row: Row
    left: tuple[int, ...]
    hidden: Hidden | None = None


def whole(place: int, example: Example) -> Taken:
    """The example with all its words."""
    return Taken(place, example, example.row, tuple(range(len(example.row.ids))))


def without(place: int, example: Example, kept: Sequence[bool]) -> Taken:
    """The example without some words."""
    row, left = leave_out(example.row, example.words, kept)
    return Taken(place, example, row, left)


def inputs_of(rows: Sequence[Row]) -> Inputs:
    """Padded inputs, as the shipped student gets them; without any pair there is one that means nothing."""
    feeds = feeds_of(rows)
    return Inputs(*(torch.from_numpy(feeds[name]) for name in INPUTS))


@dataclass(frozen=True, slots=True)
class Truth:
    """True classes of a batch: `tags` by names head (rows, tokens); `pairs` by relation head, for every pair of the batch,
    `IGNORED` where the pair belongs to another head. `first_tokens` (rows, tokens): where a word begins, but for those of a
    passage that are held back for tuning."""

    tags: Mapping[str, Tensor]
    pairs: Mapping[str, Tensor]
    first_tokens: Tensor


def truth_of(taken: Sequence[Taken], name_heads: Sequence[str], relation_heads: Sequence[str]) -> Truth:
    """The truth beside :func:`inputs_of` the same rows."""
    width = max(len(one.row.ids) for one in taken)

    def tags(head: str) -> Tensor:
        rows = []
        for one in taken:
            labels = one.example.tags.get(head)
            row = [IGNORED] * len(one.left) if labels is None else [labels[token] for token in one.left]
            rows.append([*row, *[IGNORED] * (width - len(row))])
        return torch.tensor(rows, dtype=torch.long)

    def pairs(head: str) -> Tensor:
        found = [label if one.example.relation == head else IGNORED for one in taken for label in one.example.pair_labels]
        return torch.tensor(found or [IGNORED], dtype=torch.long)

    begins = []
    for one in taken:
        words = [one.example.words[token] for token in one.left]
        row = [word != NO_WORD and (at == 0 or words[at - 1] != word) for at, word in enumerate(words)]
        if one.example.parts:
            told = [any(labels[token] != IGNORED for labels in one.example.tags.values()) for token in one.left]
            row = [first and counts for first, counts in zip(row, told, strict=True)]
        begins.append([*row, *[False] * (width - len(row))])
    return Truth(
        {head: tags(head) for head in name_heads},
        {head: pairs(head) for head in relation_heads},
        torch.tensor(begins, dtype=torch.bool),
    )

"""Heads that learn alone: all other weights, and in single precision all other answers, stay as they were, to the bit.

Text does not see the markers of a pair (`reader_model.seen`), so that vectors of markers may learn and move no answer but of
heads that have these markers.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from distill.training.examples import marker_ids
from distill.training.reader_model import Reader
from distill.training.tasks import task_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def freeze_all_but(reader: Reader, heads: Collection[str], tokenizer: Tokenizer) -> None:
    """Let only these relation heads of a reader learn, and the vectors of their markers. Optimisers must not let weights decay:
    the vectors of all words are one weight.

    Raises:
        InputError: the vocabulary lacks their markers.
        KeyError: the reader has no such head.
    """
    for parameter in reader.parameters():
        parameter.requires_grad_(False)
    words = reader.encoder.get_input_embeddings().weight
    learns = torch.zeros(len(words), 1)
    for head in heads:
        for parameter in reader.relation_heads[head].parameters():
            parameter.requires_grad_(True)
        learns[list(marker_ids(task_of(head), tokenizer))] = 1.0
    words.requires_grad_(True)

    def of_markers(gradient: Tensor) -> Tensor:
        return gradient * learns.to(gradient)

    words.register_hook(of_markers)

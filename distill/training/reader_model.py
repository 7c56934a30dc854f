"""The reader: one encoder that reads a row once, and heads for names and for every pair that the row asks.

Markers that see the text without being seen by it: Zhong and Chen, "A Frustratingly Easy Approach for Entity and Relation
Extraction", NAACL 2021 (their approximation). A relation is read from the states of its two markers and of its names' first
tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

from distill.training.guessing import Guess
from distill.training.tasks import Layout
from engine.errors import InputError
from engine.students.rows import PADDING_GROUP, TEXT_GROUP

_DROPOUT = 0.1
# Added to the scores of what must not be seen; finite, so that a row of padding stays a number.
_UNSEEN = -1e4


@dataclass(frozen=True, slots=True)
class Inputs:
    """A batch: `ids`, `positions`, `groups` (rows, tokens), `pairs` (pairs, 5): row, two markers, two names' first tokens.
    `guessed` (rows, tokens): hidden words to be guessed, where there are any."""

    ids: Tensor
    positions: Tensor
    groups: Tensor
    pairs: Tensor
    guessed: Tensor | None = None

    def to(self, device: torch.device) -> Inputs:
        """The batch on a device."""
        guessed = None if self.guessed is None else self.guessed.to(device)
        return Inputs(self.ids.to(device), self.positions.to(device), self.groups.to(device), self.pairs.to(device), guessed)


@dataclass(frozen=True, slots=True)
class Answers:
    """`names` (rows, tokens, classes of all names heads), `relations` (pairs, classes of all relation heads), `states` (rows,
    tokens, width) of the last layer, `guesses` (guessed tokens, vocabulary)."""

    names: Tensor
    relations: Tensor
    states: Tensor
    guesses: Tensor | None = None


def seen(groups: Tensor) -> Tensor:
    """Additive attention mask (rows, 1, tokens, tokens): a token sees the text and its own group, never padding."""
    keys, queries = groups.unsqueeze(1), groups.unsqueeze(2)
    allowed = keys.ne(PADDING_GROUP) & (keys.eq(TEXT_GROUP) | keys.eq(queries))
    return allowed.logical_not().float().unsqueeze(1) * _UNSEEN


def states_of(encoder: PreTrainedModel, inputs: Inputs) -> Tensor:
    """States of an encoder's last layer (rows, tokens, width)."""
    mask = seen(inputs.groups)
    states: Tensor = encoder(input_ids=inputs.ids, position_ids=inputs.positions, attention_mask=mask).last_hidden_state
    return states


class Reader(nn.Module):
    """An encoder with heads, in the order of its layout."""

    def __init__(self, encoder: PreTrainedModel, width: int, layout: Layout) -> None:
        super().__init__()
        self.encoder = encoder
        self.layout = layout
        # Only while it learns from hidden words; no part of what a stage leaves.
        self.guess: Guess | None = None
        self.dropout = nn.Dropout(_DROPOUT)
        self.name_head = nn.Linear(width, max(1, layout.name_classes))
        self.relation_heads = nn.ModuleDict(
            {task.name: _relation_head(width, len(task.labels)) for task, _at in layout.relations}
        )

    def forward(self, inputs: Inputs) -> Answers:
        """Logits of all heads for a batch."""
        found = self.answers(states_of(self.encoder, inputs), inputs.pairs)
        if self.guess is None or inputs.guessed is None:
            return found
        return replace(found, guesses=self.guess(found.states[inputs.guessed], self.encoder.get_input_embeddings().weight))

    def answers(self, states: Tensor, pairs: Tensor) -> Answers:
        """Logits from states."""
        names = self.name_head(self.dropout(states))
        row = pairs[:, 0]
        pooled = self.dropout(torch.cat([states[row, pairs[:, place]] for place in range(1, 5)], dim=-1))
        found = [head(pooled) for head in self.relation_heads.values()]
        relations = torch.cat(found, dim=-1) if found else pooled[:, :1]
        return Answers(names, relations, states)


def _relation_head(width: int, classes: int) -> nn.Module:
    return nn.Sequential(nn.Linear(4 * width, width), nn.GELU(), nn.Dropout(_DROPOUT), nn.Linear(width, classes))


def encoder_of(folder: Path, *, attention_dropout: float | None = None, written_out: bool = False) -> PreTrainedModel:
    """The encoder in a folder with config.json and model.safetensors. `attention_dropout`: while it trains; else as it says
    itself. `written_out`: its attention step by step in place of PyTorch's one function, which on a processor computes dropout
    and its gradients slowly and in single precision whatever it is given.

    Raises:
        InputError: the folder holds no encoder that can be read from safetensors, or not all of its weights.
    """
    try:
        with _quiet():
            config = AutoConfig.from_pretrained(folder, local_files_only=True)
            if attention_dropout is not None:
                config.attention_probs_dropout_prob = attention_dropout
            encoder, told = AutoModel.from_pretrained(
                folder,
                local_files_only=True,
                use_safetensors=True,
                add_pooling_layer=False,
                output_loading_info=True,
                config=config,
                attn_implementation="eager" if written_out else "sdpa",
            )
    except (OSError, ValueError) as error:
        raise InputError(f"The base '{folder}' has no config.json and model.safetensors that can be read.") from error
    # The library would fill them with random numbers and go on.
    lacking = sorted(told["missing_keys"])
    if lacking:
        raise InputError(f"The base '{folder}' lacks weights of its encoder, such as '{lacking[0]}'.")
    found: PreTrainedModel = encoder
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no table of weights on the terminal: which weights are left over says nothing to a user, and which
    are missing is an error here."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def reader_from_base(
    folder: Path, layout: Layout, *, attention_dropout: float | None = None, written_out: bool = False
) -> Reader:
    """A reader over published weights, with new heads. Of attention: see :func:`encoder_of`.

    Raises:
        InputError: the folder holds no encoder that can be read from safetensors, or not all of its weights.
    """
    encoder = encoder_of(folder, attention_dropout=attention_dropout, written_out=written_out)
    return Reader(encoder, int(encoder.config.hidden_size), layout)


def empty_reader(folder: Path, layout: Layout, *, attention: bool = False) -> Reader:
    """A reader of a configuration, whose weights are loaded afterwards; `attention`: in the slower form that can show it."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    form = "eager" if attention else "sdpa"
    encoder = AutoModel.from_config(config, add_pooling_layer=False, attn_implementation=form)
    return Reader(encoder, int(config.hidden_size), layout)

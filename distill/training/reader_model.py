"""The reader: one encoder, and a small head for each task.

A relation is read from the states of its two marked names and of [CLS]; a name from the state of each word's first token.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from distill.training.tasks import Task, task_of

_DROPOUT = 0.1


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a batch: `logits` (batch, classes) for a relation or (batch, tokens, classes) for names, and
    `states` (batch, tokens, width) of the last layer."""

    logits: Tensor
    states: Tensor


class Reader(nn.Module):
    """An encoder with heads. `forward` takes ids and attention (batch, tokens), and places (batch, 2) for a relation."""

    def __init__(self, encoder: nn.Module, width: int, tasks: tuple[str, ...]) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleDict({name: _head(task_of(name), width) for name in tasks})

    def forward(self, task: str, ids: Tensor, attention: Tensor, places: Tensor) -> Reading:
        """Logits of one task for a batch."""
        states = self.encoder(input_ids=ids, attention_mask=attention).last_hidden_state
        head = self.heads[task]
        if task_of(task).kind == "names":
            return Reading(head(states), states)
        rows = torch.arange(ids.shape[0], device=ids.device)
        pooled = torch.cat((states[:, 0], states[rows, places[:, 0]], states[rows, places[:, 1]]), dim=-1)
        return Reading(head(pooled), states)


def _head(task: Task, width: int) -> nn.Module:
    if task.kind == "names":
        return nn.Sequential(nn.Dropout(_DROPOUT), nn.Linear(width, len(task.labels)))
    wide = nn.Linear(3 * width, width)
    return nn.Sequential(nn.Dropout(_DROPOUT), wide, nn.GELU(), nn.Dropout(_DROPOUT), nn.Linear(width, len(task.labels)))


def reader_from_base(folder: Path, tasks: tuple[str, ...]) -> Reader:
    """A reader over published weights, with new heads.

    Raises:
        OSError: the folder holds no model that transformers can read from safetensors.
    """
    encoder = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True, add_pooling_layer=False)
    return Reader(encoder, int(encoder.config.hidden_size), tasks)


def empty_reader(folder: Path, tasks: tuple[str, ...]) -> Reader:
    """A reader of a configuration, whose weights are loaded afterwards."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    return Reader(AutoModel.from_config(config, add_pooling_layer=False), int(config.hidden_size), tasks)

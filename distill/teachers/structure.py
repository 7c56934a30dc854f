"""The structure network: fingerprints of two medicines in, the type of their interaction out. For research only.

It learns from DrugBank's types, whose terms do not let a student ship: :mod:`distill.teachers.voting` keeps it out of votes
unless research is allowed. Both medicines go through one layer, in their published order (mostly the second is the one affected),
and what comes out of it, side by side, through another. Needs torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.nn import functional

from distill.corpora.interaction_types import TypedPair
from distill.teachers.fingerprints import Fingerprints
from engine.cancellation import Progress

_ANSWERED_AT_ONCE = 8192


class StructureSettings(BaseModel):
    """How the network is made and trained. `hidden`: width of both layers. `dropout`: share of their outputs left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden: int = Field(default=256, gt=0)
    dropout: float = Field(default=0.2, ge=0.0, lt=1.0)
    epochs: int = Field(default=20, gt=0)
    batch: int = Field(default=1024, gt=0)
    learning_rate: float = Field(default=2e-3, gt=0.0)
    seed: int = 0
    threads: int = Field(default=1, gt=0)


class StructureNetwork(nn.Module):
    """Two fingerprints to a type. Medicines without a structure stand for an empty one."""

    def __init__(self, prints: Fingerprints, types: int, settings: StructureSettings) -> None:
        super().__init__()
        self._prints, self._hidden = prints, settings.hidden
        count, bits = prints.bits.shape
        # Bits that are set, medicine after medicine: some fifty of two thousand, so that adding up their rows is far less work.
        places, held = np.nonzero(prints.bits)
        self._bits = torch.tensor(held)
        self._starts = torch.tensor(np.searchsorted(places, np.arange(count)))
        self.medicine = nn.EmbeddingBag(bits, settings.hidden, mode="sum")
        self.norm = nn.LayerNorm(settings.hidden)
        self.pair = nn.Sequential(
            nn.GELU(),
            nn.Dropout(settings.dropout),
            nn.Linear(2 * settings.hidden, settings.hidden),
            nn.GELU(),
            nn.Dropout(settings.dropout),
            nn.Linear(settings.hidden, types),
        )

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """(pairs, types) logits of rows (pairs,) of the two medicines."""
        # The last row, which -1 means, stands for a medicine without a structure.
        medicines = torch.cat([self.norm(self.medicine(self._bits, self._starts)), torch.zeros(1, self._hidden)])
        logits: Tensor = self.pair(torch.cat([medicines[first], medicines[second]], dim=1))
        return logits

    def knows(self, medicine: str) -> bool:
        """Whether the medicine has a structure."""
        return self._prints.row(medicine) >= 0

    def rows(self, pairs: Sequence[TypedPair]) -> tuple[Tensor, Tensor]:
        """Rows (pairs,) of the first and the second medicines."""
        return (
            torch.tensor([self._prints.row(pair.first) for pair in pairs]),
            torch.tensor([self._prints.row(pair.second) for pair in pairs]),
        )

    def probabilities(self, pairs: Sequence[TypedPair]) -> NDArray[np.float32]:
        """(pairs, types) How likely each type is."""
        self.eval()
        first, second = self.rows(pairs)
        parts: list[NDArray[np.float32]] = []
        with torch.inference_mode():
            for start in range(0, len(pairs), _ANSWERED_AT_ONCE):
                part = slice(start, start + _ANSWERED_AT_ONCE)
                parts.append(functional.softmax(self(first[part], second[part]), dim=1).numpy())
        return np.concatenate(parts)


def train_structure(
    prints: Fingerprints, pairs: Sequence[TypedPair], types: int, settings: StructureSettings, show: Callable[[Progress], None]
) -> StructureNetwork:
    """Train a network; shows after each epoch how far it is. The same on the same machine with one thread.

    Raises:
        ValueError: there are no pairs.
    """
    if not pairs:
        raise ValueError("there are no pairs to learn from")
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    network = StructureNetwork(prints, types, settings)
    first, second = network.rows(pairs)
    labels = torch.tensor([pair.label for pair in pairs])
    steps = -(-len(pairs) // settings.batch)
    optimiser = torch.optim.AdamW(network.parameters(), lr=settings.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.learning_rate, total_steps=steps * settings.epochs)
    for epoch in range(settings.epochs):
        network.train()
        order = torch.randperm(len(pairs))
        for start in range(0, len(pairs), settings.batch):
            some = order[start : start + settings.batch]
            optimiser.zero_grad()
            functional.cross_entropy(network(first[some], second[some]), labels[some]).backward()
            optimiser.step()
            schedule.step()
        show(Progress(epoch + 1, settings.epochs))
    return network

"""The labeller: a small encoder over the facts of a pair. A fact is one element of a set: numbers and order say nothing.

Attention over a set without places: Lee et al., "Set Transformer", ICML 2019. A fact is the sum of its codes, and two facts about
the same enzyme are alike in that code, which is what lets them find each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.init import normal_

from distill.training.labeller_settings import LabellerShape
from engine.reasoning.language import Axis
from engine.students.fact_rows import PADDING

_DROPOUT = 0.1
_UNSEEN = -1e4


class Labeller(nn.Module):
    """Facts in, logits of all labels out. `heads`: labels of each part, in order."""

    def __init__(self, codes: int, shape: LabellerShape, heads: Mapping[Axis, Sequence[str]]) -> None:
        super().__init__()
        self.codes = nn.Embedding(codes + 1, shape.width, padding_idx=PADDING)
        self.whole = nn.Parameter(torch.zeros(1, 1, shape.width))
        self.fact = nn.Sequential(nn.LayerNorm(shape.width), nn.Linear(shape.width, shape.width), nn.GELU())
        self.layers = nn.ModuleList(_Layer(shape.width, shape.attention_heads) for _layer in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        self.heads = nn.ModuleDict({name: nn.Linear(shape.width, len(labels)) for name, labels in heads.items()})
        normal_(self.codes.weight, std=0.3)
        normal_(self.whole, std=0.3)

    def forward(self, facts: Tensor) -> Tensor:
        """Logits (pairs, labels of all heads) of `facts` (pairs, facts, `CODES_A_FACT`): ids of codes, or `PADDING`."""
        told = self.fact(self.codes(facts).sum(dim=2))
        states = torch.cat([self.whole.expand(told.shape[0], -1, -1), told], dim=1)
        stands = torch.cat([torch.ones_like(facts[:, :1, 0]), facts[:, :, 0]], dim=1).ne(PADDING)
        mask = stands.logical_not().float()[:, None, None, :] * _UNSEEN
        for layer in self.layers:
            states = layer(states, mask)
        pooled = self.norm(states[:, 0])
        return torch.cat([head(pooled) for head in self.heads.values()], dim=-1)


class _Layer(nn.Module):
    """Attention and a feed-forward part, norms first."""

    def __init__(self, width: int, attention_heads: int) -> None:
        super().__init__()
        self._attention_heads = attention_heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.asked, self.mixed = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widened = nn.Sequential(nn.Linear(width, 3 * width), nn.GELU(), nn.Dropout(_DROPOUT), nn.Linear(3 * width, width))
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        rows, places, width = states.shape
        parts = self.asked(self.before(states)).reshape(rows, places, 3, self._attention_heads, width // self._attention_heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        states = states + self.dropout(self.mixed(mixed.transpose(1, 2).reshape(rows, places, width)))
        widened: Tensor = self.dropout(self.widened(self.between(states)))
        return states + widened

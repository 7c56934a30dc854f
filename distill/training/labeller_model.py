"""The labeller: small encoders over the facts of a pair. A fact is one element of a set: numbers and order say nothing.

Attention over a set without places: Lee et al., "Set Transformer", ICML 2019. A row is the sum of its codes. Several encoders
that began from other weights answer together (Lakshminarayanan et al., "Simple and scalable predictive uncertainty estimation
using deep ensembles", NeurIPS 2017), and each is asked of the pair both ways round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.init import normal_

from distill.corpora.pair_inputs import OTHER_SIDE
from distill.training.labeller_settings import LabellerShape
from engine.reasoning.language import DIRECTIONS, Axis
from engine.students.fact_rows import CODES_A_FACT, FIRST_SIDE, PADDING, SECOND_SIDE, code_ids

_DROPOUT = 0.1
_UNSEEN = -1e4


class Labeller(nn.Module):
    """Rows of pairs in, what each of its encoders says out. `heads`: labels of each part, in order."""

    def __init__(self, codes: int, shape: LabellerShape, heads: Mapping[Axis, Sequence[str]]) -> None:
        super().__init__()
        self.meetings = shape.meetings
        self.members = nn.ModuleList(_Encoder(codes, shape, heads) for _member in range(shape.members))

    def forward(self, rows: Tensor) -> Tensor:
        """Logits (members, pairs, labels of all heads) of `rows` (pairs, rows, codes): ids of codes, or `PADDING`."""
        return torch.stack([member(rows) for member in self.members])


class Together(nn.Module):
    """A trained labeller as it ships: the mean of what its members say of a pair, each asked with A first and with B first."""

    _turned: Tensor
    _mirrored: Tensor

    def __init__(self, labeller: Labeller, vocabulary: Sequence[str], heads: Mapping[Axis, Sequence[str]]) -> None:
        super().__init__()
        self.labeller = labeller
        self._meetings = labeller.meetings
        self._lengths = [len(labels) for labels in heads.values()]
        ids = code_ids(vocabulary)
        turned = list(range(len(vocabulary) + 1))
        if FIRST_SIDE in ids and SECOND_SIDE in ids:
            turned[ids[FIRST_SIDE]], turned[ids[SECOND_SIDE]] = ids[SECOND_SIDE], ids[FIRST_SIDE]
        mirrored: list[int] = []
        for axis, labels in heads.items():
            others = [OTHER_SIDE[one] for one in DIRECTIONS] if axis == "direction" else labels
            mirrored += [len(mirrored) + labels.index(one) for one in others]
        # They go to a GPU with the model, and are no weights.
        self.register_buffer("_turned", torch.tensor(turned), persistent=False)
        self.register_buffer("_mirrored", torch.tensor(mirrored), persistent=False)

    def forward(self, rows: Tensor) -> Tensor:
        """Logarithms of the mean probabilities (pairs, labels of all heads), each head for itself."""
        said = torch.cat([self.labeller(rows), self.labeller(self._turned_round(rows))[..., self._mirrored]])
        parts = [functional.log_softmax(part, dim=-1).exp().mean(dim=0).log() for part in said.split(self._lengths, dim=-1)]
        return torch.cat(parts, dim=-1)

    def _turned_round(self, rows: Tensor) -> Tensor:
        turned = self._turned[rows]
        first, second = turned[..., :CODES_A_FACT], turned[..., CODES_A_FACT:]
        if not self._meetings:
            return turned
        # Where two facts meet, that of A stands first.
        found: Tensor = torch.where(second[..., :1].ne(PADDING), torch.cat([second, first], dim=-1), turned)
        return found


class _Encoder(nn.Module):
    def __init__(self, codes: int, shape: LabellerShape, heads: Mapping[Axis, Sequence[str]]) -> None:
        super().__init__()
        # A code of the second fact of a row has weights of its own, or nobody could tell which fact it belongs to.
        self.codes = nn.ModuleList(_Codes(codes, shape.width) for _fact in range(2 if shape.meetings else 1))
        self.whole = nn.Parameter(torch.zeros(1, 1, shape.width))
        self.row = nn.Sequential(nn.LayerNorm(shape.width), nn.Linear(shape.width, shape.width), nn.GELU())
        self.layers = nn.ModuleList(_Layer(shape.width, shape.attention_heads) for _layer in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        self.heads = nn.ModuleDict({name: nn.Linear(shape.width, len(labels)) for name, labels in heads.items()})
        normal_(self.whole, std=0.3)

    def forward(self, rows: Tensor) -> Tensor:
        parts = rows.split(CODES_A_FACT, dim=-1)
        sums = torch.stack([table(part).sum(dim=2) for table, part in zip(self.codes, parts, strict=True)]).sum(dim=0)
        told = self.row(sums)
        states = torch.cat([self.whole.expand(told.shape[0], -1, -1), told], dim=1)
        stands = torch.cat([torch.ones_like(rows[:, :1, 0]), rows[:, :, 0]], dim=1).ne(PADDING)
        mask = stands.logical_not().float()[:, None, None, :] * _UNSEEN
        for layer in self.layers:
            states = layer(states, mask)
        pooled = self.norm(states[:, 0])
        return torch.cat([head(pooled) for head in self.heads.values()], dim=-1)


class _Codes(nn.Embedding):
    """Weights of codes; padding has none."""

    def __init__(self, codes: int, width: int) -> None:
        super().__init__(codes + 1, width, padding_idx=PADDING)
        with torch.no_grad():
            self.weight.normal_(std=0.3)
            self.weight[PADDING] = 0.0


class _Layer(nn.Module):
    """Attention and a feed-forward part, norms first."""

    def __init__(self, width: int, attention_heads: int) -> None:
        super().__init__()
        self._attention_heads = attention_heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.asked, self.mixed = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widened = nn.Sequential(nn.Linear(width, 3 * width), nn.GELU(), nn.Linear(3 * width, width))
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        rows, places, width = states.shape
        parts = self.asked(self.before(states)).reshape(rows, places, 3, self._attention_heads, width // self._attention_heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        states = states + self._dropped(self.mixed(mixed.transpose(1, 2).reshape(rows, places, width)))
        return states + self._dropped(self.widened(self.between(states)))

    def _dropped(self, change: Tensor) -> Tensor:
        """A feature is left out of a whole pair or not at all: what is drawn for each row would take a third of the time."""
        kept: Tensor = self.dropout(torch.ones_like(change[:, :1]))
        return change * kept

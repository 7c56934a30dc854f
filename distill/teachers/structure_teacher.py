"""The structure network as a teacher of pairs: the types that it expects, as directions and mechanisms. For research only.

Every type is an interaction of some kind, so that the network cannot say "none"; and types have no severity, of which this
teacher says nothing: its distribution is even, and weights that are fitted leave it out there.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import torch

from distill.corpora.interaction_types import TypedPair
from distill.corpora.pair_inputs import OTHER_SIDE
from distill.teachers.measured import short
from distill.teachers.protocol import SEVERITIES, Judgement, PairItem, abstention, even
from distill.teachers.structure import StructureNetwork
from distill.teachers.type_outcomes import outcome_of

_VERSION = "1"


class StructureTeacher:
    """Judges pairs whose structures are known. `codes`: DrugBank id by substance; `descriptions`: sentence of each type."""

    name = "structure"

    def __init__(self, network: StructureNetwork, codes: Mapping[str, str], descriptions: Sequence[str]) -> None:
        self._network, self._codes = network, dict(codes)
        self._outcomes = [outcome_of(description) for description in descriptions]
        self.version = f"{_VERSION}.{_digest(network, codes)}"

    def judge(self, item: PairItem) -> Judgement:
        """What the network expects of the pair, whichever medicine stands first; abstains where a structure is not known."""
        codes = [self._codes.get(one.substance, "") for one in (item.facts.first, item.facts.second)]
        if not all(map(self._network.knows, codes)):
            return abstention(item, self)
        shares = self._network.probabilities([TypedPair(codes[0], codes[1], 0), TypedPair(codes[1], codes[0], 0)]) / 2.0
        direction: defaultdict[str, float] = defaultdict(float)
        mechanism: defaultdict[str, float] = defaultdict(float)
        for turned, row in enumerate(shares.astype(np.float64).tolist()):
            for (change, kind), share in zip(self._outcomes, row, strict=True):
                direction[OTHER_SIDE[change] if turned else change] += share
                mechanism[kind] += share
        return Judgement(item.id, self.name, self.version, even(SEVERITIES), _whole(direction), _whole(mechanism))


def _whole(shares: Mapping[str, float]) -> dict[str, float]:
    """Summing to 1: single precision does not quite."""
    total = sum(shares.values())
    return short({label: share / total for label, share in shares.items()})


def _digest(network: StructureNetwork, codes: Mapping[str, str]) -> str:
    found = hashlib.sha256(repr(sorted(codes.items())).encode())
    for name, values in _sorted(network.state_dict().items()):
        found.update(name.encode() + values.numpy().tobytes())
    return found.hexdigest()[:12]


def _sorted(tensors: Iterable[tuple[str, torch.Tensor]]) -> list[tuple[str, torch.Tensor]]:
    return sorted(tensors, key=lambda one: one[0])

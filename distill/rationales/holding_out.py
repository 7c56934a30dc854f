"""Some of the learned substances held out once more, to calibrate by.

Probabilities about two medicines that a student never learned from cannot be set by a student that learned from them, and the
substances that are held out for development meet each other in too few pairs. So the same training runs a second time without a
fifth of its substances, and its answers to their pairs say what such answers are worth. That second student is never used for
anything else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from distill.corpora.pair_groups import Division
from distill.corpora.pairs import PairCorpus, PairRecord
from distill.corpora.splitting import place_of
from distill.rationales.items import ItemFile, TrainingItem

# As many as the tests hold out.
_SHARE, _SEED = 0.2, "calibration-1"


@dataclass(frozen=True, slots=True)
class SecondTraining:
    """The same training without some substances. `trained`: its folder; `records`: the pairs between those substances."""

    trained: Path
    records: tuple[PairRecord, ...]


def held_out(division: Division, share: float = _SHARE, seed: str = _SEED) -> frozenset[str]:
    """About this share of the substances that are learned from: relatives by name together, as in the tests."""
    seen = division.substances("seen")
    return frozenset(one for one in seen if place_of(division.groups[one], seed) < share)


def without(file: ItemFile, substances: Collection[str]) -> ItemFile:
    """The items with the training items of these substances left out, and all in which one medicine stands for another of the
    same roles: whose label they have they do not say."""

    def stays(item: TrainingItem) -> bool:
        return item.kind != "exchanged" and not any(one in substances for one in item.pair.split("+"))

    return replace(file, items=tuple(item for item in file.items if item.split != "train" or stays(item)))


def learned_from(corpus: PairCorpus) -> tuple[str, ...]:
    """The substances of the training pairs."""
    return tuple(sorted({one for record in corpus.splits["train"] for one in (record.first, record.second)}))


def pairs_between(corpus: PairCorpus, substances: Collection[str]) -> tuple[PairRecord, ...]:
    """The training pairs whose medicines are both among these."""
    return tuple(record for record in corpus.splits["train"] if record.first in substances and record.second in substances)

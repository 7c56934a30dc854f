"""The pairs that a report asks about: the same ones of everybody, from all over each test."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import TEST_SPLITS, PairCorpus, PairRecord, PairSplit
from engine.knowledge.store import KnowledgeStore


@dataclass(frozen=True, slots=True)
class ReportPairs:
    """What is asked and by whose facts. `records`: by split; none of which nothing is known, since the application does not ask
    about those. `note`: is told what is being done."""

    store: KnowledgeStore
    corpus: PairCorpus
    inputs: PairInputs
    records: dict[PairSplit, tuple[PairRecord, ...]]
    note: Callable[[str], None]

    def digest(self) -> str:
        """Of the knowledge and of which pairs are asked."""
        told = [
            self.store.digest,
            *(f"{split} {one.id} {one.label}" for split, several in self.records.items() for one in several),
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def every(self) -> list[PairRecord]:
        """All pairs of all splits."""
        return [record for several in self.records.values() for record in several]


def report_pairs(store: KnowledgeStore, corpus: PairCorpus, most: int, note: Callable[[str], None]) -> ReportPairs:
    """Pairs of each test, at most so many."""
    inputs = PairInputs(store)
    records: dict[PairSplit, tuple[PairRecord, ...]] = {}
    for split in TEST_SPLITS:
        told = [record for record in corpus.splits[split] if inputs.facts(record)]
        records[split] = tuple(told[:: max(1, -(-len(told) // most))])
    return ReportPairs(store, corpus, inputs, records, note)

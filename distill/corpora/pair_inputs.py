"""What teachers and students are given of a pair: its mechanism facts, from the records of the corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from distill.corpora.pair_labels import exposure_of
from distill.corpora.pairs import PairRecord
from distill.teachers.protocol import Hints, PairItem
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.language import Direction, Label
from engine.reasoning.pair_facts import DrugFacts, PairFacts, drug_facts, facts_of

# Each direction as it reads when the two medicines change places.
OTHER_SIDE: dict[Direction, Direction] = {
    "A_increase": "B_increase",
    "A_decrease": "B_decrease",
    "B_increase": "A_increase",
    "B_decrease": "A_decrease",
    "both": "both",
    "none": "none",
}


class PairInputs:
    """Makes the facts of pairs when they are asked for; the rows of each substance are read once."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._drugs: dict[tuple[str, int, str | None], DrugFacts] = {}

    def facts(self, record: PairRecord, *, swap: bool = False) -> PairFacts:
        """The facts of a pair, numbered; with `swap`, those of the pair the other way round (see :func:`swapped`)."""
        about = record.circumstances
        one, other = (record.first, about.first_route), (record.second, about.second_route)
        (first, first_route), (second, second_route) = (other, one) if swap else (one, other)
        return facts_of(self._drug(first, 0, first_route), self._drug(second, 1, second_route), about.patient)

    def item(self, record: PairRecord, *, swap: bool = False, hints: bool = False) -> PairItem:
        """A pair to be judged; with `hints`, teachers are told the direction and the affected side."""
        label = swapped(record.label) if swap else record.label
        return PairItem(record.id, self.facts(record, swap=swap), hints_of(label) if hints else None)

    def items(self, records: Iterable[PairRecord], *, hints: bool = False) -> Iterator[PairItem]:
        """Pairs to be judged, made one at a time."""
        return (self.item(record, hints=hints) for record in records)

    def _drug(self, substance: str, index: int, route: str | None) -> DrugFacts:
        key = (substance, index, route)
        known = self._drugs.get(key)
        if known is None:
            known = self._drugs[key] = drug_facts(self._store, exposure_of(self._store, substance, index, route))
        return known


def swapped(label: Label) -> Label:
    """The label of the same pair the other way round."""
    return replace(label, direction=OTHER_SIDE[label.direction])


def hints_of(label: Label) -> Hints:
    """What a teacher may be told of the outcome."""
    affected: Literal["A", "B", ""] = ""
    if label.direction.startswith(("A_", "B_")):
        affected = "A" if label.direction.startswith("A_") else "B"
    return Hints(label.direction, affected)

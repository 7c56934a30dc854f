"""Relations of a sentence: the student's answers with what the words state and what the knowledge says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from engine.reading.asking import ADE, DDI, AskedRow
from engine.reading.comparing import Compared, Comparer
from engine.reading.cues import CueWords, SentenceCues, Stated
from engine.reading.model import Entity, Relation
from engine.students.probabilities import calibrated

if TYPE_CHECKING:
    from engine.students.rows import RowAnswer

NOTHING_STATED = "none"


class SentenceRelations:
    """Makes the relations of one sentence."""

    def __init__(self, text: str, entities: Sequence[Entity], cues: CueWords, comparer: Comparer) -> None:
        self._text = text
        self._entities = entities
        self._words = cues
        self._comparer = comparer

    @cached_property
    def _cues(self) -> SentenceCues:
        # Most sentences state nothing: their words are looked at only when one does.
        return SentenceCues(self._words, self._text, [(one.start, one.end, _key(one)) for one in self._entities])

    def made(self, asked: Iterable[tuple[AskedRow, RowAnswer]]) -> tuple[Relation, ...]:
        """Relations that the answers hold, in the order of their names; pairs of which nothing is stated are left out."""
        found = [relation for row, answer in asked for relation in self._of_row(row, answer)]
        return tuple(sorted(found, key=lambda one: (one.task != DDI, one.task != ADE, one.first, one.second)))

    def _of_row(self, row: AskedRow, answer: RowAnswer) -> Iterator[Relation]:
        head = row.head
        shares = calibrated(answer.relations, head)
        for pair, best, values in zip(row.pairs, shares.argmax(axis=-1).tolist(), shares.tolist(), strict=True):
            label = head.labels[best]
            if label == NOTHING_STATED:
                continue
            stated, compared = Stated(), Compared("not_checked")
            mechanisms: tuple[str, ...] = ()
            first, second = sorted(pair)
            if head.name == DDI:
                stated = self._cues.stated(first, second)
                mechanisms = self._cues.mechanisms(first, second, label)
                obj = None if stated.object is None else self._entities[stated.object]
                compared = self._comparer.compare(
                    self._entities[first], self._entities[second], obj, stated.direction, exposure=stated.exposure
                )
            yield Relation(
                first=first,
                second=second,
                task=head.name,
                label=label,
                probability=values[best],
                probabilities=tuple(zip(head.labels, values, strict=True)),
                abstained=values[best] < head.abstain_below,
                direction=stated.direction,
                object=stated.object,
                mechanisms=mechanisms,
                knowledge=compared.state,
                documented=compared.rules,
                severity=compared.severity,
            )


def _key(entity: Entity) -> str:
    """The same for two mentions of one medicine, and for what is no medicine of a pair as well: its own words."""
    return "+".join(entity.substance_ids) or entity.text.casefold()

"""Relations of a sentence: the student's answers with what the words state and what the knowledge says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from engine.reading.asking import ADE, CHEMPROT, DDI, AskedRow
from engine.reading.comparing import Compared, Comparer
from engine.reading.cues import SentenceCues, Stated
from engine.reading.doubts import SentenceDoubts
from engine.reading.model import Entity, Relation
from engine.students.probabilities import calibrated

if TYPE_CHECKING:
    from engine.reading.lexicon import Lexicon
    from engine.students.rows import RowAnswer

NOTHING_STATED = "none"
# Whatever bar a student brings: of two classes the likelier one has half of the probability at least, which says little.
_LEAST_SURE = 0.6


class SentenceRelations:
    """Makes the relations of one sentence. `english`: whether its text seems to be; of another all are in doubt."""

    def __init__(
        self, text: str, entities: Sequence[Entity], words: Lexicon, comparer: Comparer, *, english: bool = True
    ) -> None:
        self._text = text
        self._english = english
        self._entities = entities
        self._words = words
        self._comparer = comparer

    @cached_property
    def _cues(self) -> SentenceCues:
        # Most sentences state nothing: their words are looked at only when one does.
        return SentenceCues(self._words.cues, self._text, [(one.start, one.end, _key(one)) for one in self._entities])

    @cached_property
    def _doubts(self) -> SentenceDoubts:
        return SentenceDoubts(self._words.doubts, self._text, self._entities)

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
            first, second = pair
            doubt = self._doubts.of(head.name, label, first, second) if self._english else "language"
            stated, mechanisms = Stated(), tuple[str, ...]()
            # What is denied or only asked has no direction to show.
            if head.name == DDI and doubt is None:
                stated = self._cues.stated(first, second)
                mechanisms = self._cues.mechanisms(first, second, label)
            compared = self._compared(head.name, label, pair, stated)
            yield Relation(
                first=first,
                second=second,
                task=head.name,
                label=label,
                probability=values[best],
                probabilities=tuple(zip(head.labels, values, strict=True)),
                abstained=values[best] < max(_LEAST_SURE, head.abstain_below) or doubt is not None,
                direction=stated.direction,
                object=stated.object,
                mechanisms=mechanisms,
                knowledge=compared.state,
                documented=compared.rules,
                severity=compared.severity,
                doubt=doubt,
            )

    def _compared(self, task: str, label: str, pair: tuple[int, int], stated: Stated) -> Compared:
        first, second = (self._entities[place] for place in pair)
        if task == DDI:
            obj = None if stated.object is None else self._entities[stated.object]
            return self._comparer.compare(first, second, obj, stated.direction, exposure=stated.exposure)
        if task == CHEMPROT:
            return self._comparer.compare_role(first, second, label)
        return Compared("not_compared")


def _key(entity: Entity) -> str:
    """The same for two mentions of one medicine, and for what is no medicine of a pair as well: its own words."""
    return "+".join(entity.substance_ids) or entity.text.casefold()

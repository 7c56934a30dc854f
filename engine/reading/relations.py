"""Relations of a sentence: the student's answers with what the words state and what the knowledge says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from engine.reading.asking import ADE, CHEMPROT, DDI, AskedRow
from engine.reading.comparing import Compared, Comparer
from engine.reading.cues import SentenceCues, Stated
from engine.reading.directing import agreed
from engine.reading.doubts import SentenceDoubts
from engine.reading.model import Entity, Relation
from engine.students.probabilities import calibrated, is_sure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.reading.lexicon import Lexicon
    from engine.students.manifest import Head
    from engine.students.rows import RowAnswer

NOTHING_STATED = "none"
# Of these the student's head of directions learned.
_DIRECTED = frozenset({"mechanism", "effect", "advise"})


class SentenceRelations:
    """Makes the relations of one sentence. `directions`: the student's head of them, if it has one. `english`: whether its text
    seems to be; of another all are in doubt."""

    def __init__(
        self,
        text: str,
        entities: Sequence[Entity],
        words: Lexicon,
        comparer: Comparer,
        directions: Head | None = None,
        *,
        english: bool = True,
    ) -> None:
        self._text = text
        self._english = english
        self._entities = entities
        self._words = words
        self._comparer = comparer
        self._directions = directions

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
        for place, (pair, values) in enumerate(zip(row.pairs, shares.tolist(), strict=True)):
            best = max(values)
            label = head.labels[values.index(best)]
            if label == NOTHING_STATED:
                continue
            first, second = pair
            doubt = self._doubts.of(head.name, label, first, second) if self._english else "language"
            sure = doubt is None and is_sure(best, head)
            words, mechanisms = Stated(), tuple[str, ...]()
            # What is denied or only asked has no direction to show.
            if head.name == DDI and doubt is None:
                words = self._cues.stated(first, second)
                mechanisms = self._cues.mechanisms(first, second, label)
            stated = self._with_student(words, pair, answer.relations[place]) if sure and label in _DIRECTED else words
            compared = self._compared(head.name, label, pair, words, stated, sure=sure)
            yield Relation(
                first=first,
                second=second,
                task=head.name,
                label=label,
                probability=best,
                probabilities=tuple(zip(head.labels, values, strict=True)),
                abstained=not sure,
                direction=stated.direction,
                direction_probability=stated.probability,
                object=stated.object,
                mechanisms=mechanisms,
                knowledge=compared.state,
                documented=compared.rules,
                severity=compared.severity,
                doubt=doubt,
            )

    def _with_student(self, words: Stated, pair: tuple[int, int], logits: NDArray[np.float32]) -> Stated:
        """What changes in a pair of medicines. `logits`: of all relation heads, which answer beside each other."""
        if self._directions is None:
            return words
        return agreed(words, pair, calibrated(logits, self._directions).tolist(), self._directions)

    def _compared(self, task: str, label: str, pair: tuple[int, int], words: Stated, stated: Stated, *, sure: bool) -> Compared:
        first, second = (self._entities[place] for place in pair)
        if task == DDI:
            # What the words say stays a reason for care where the student silences them: it must not make a tick of it.
            said = stated if words.direction is None else words
            obj = None if said.object is None else self._entities[said.object]
            found = self._comparer.compare(first, second, obj, said.direction, exposure=said.exposure)
            plain = sure and said == stated and said.probability is None
        elif task == CHEMPROT:
            found, plain = self._comparer.compare_role(first, second, label), sure
        else:
            return Compared("not_compared")
        # That knowledge says otherwise is too much to be said where only one of student and words reads the sentence so, or where
        # the student is not sure that it states anything.
        return found if plain or found.state != "contradicted" else replace(found, state="other_direction")


def _key(entity: Entity) -> str:
    """The same for two mentions of one medicine, and for what is no medicine of a pair as well: its own words."""
    return "+".join(entity.meant) or entity.text.casefold()

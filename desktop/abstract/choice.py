"""Which relation is chosen on the abstract page. Text, table, explanation and network share one selection and follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from engine.reading.model import Entity, Reading, ReadSentence, Relation

# Place of the sentence in the reading, place of the relation in the sentence.
ChosenRelation = tuple[int, int]


class RelationSelection(QObject):
    """The one choice of the page; `changed` follows a new one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._chosen: ChosenRelation | None = None

    @property
    def chosen(self) -> ChosenRelation | None:
        """Places of the sentence and of the relation in it; None where nothing is chosen."""
        return self._chosen

    def select(self, chosen: ChosenRelation | None) -> None:
        """Choose a relation, or nothing."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.changed.emit()


def of_medicines(relation: Relation) -> bool:
    """Whether it is a statement on two medicines; others join one with a disease or a protein."""
    return relation.task == "ddi"


def picked(reading: Reading | None, chosen: ChosenRelation | None) -> tuple[ReadSentence, Relation] | None:
    """What a choice means in a reading; None where there is no such relation."""
    if reading is None or chosen is None:
        return None
    place, number = chosen
    if not 0 <= place < len(reading.sentences):
        return None
    sentence = reading.sentences[place]
    return (sentence, sentence.relations[number]) if 0 <= number < len(sentence.relations) else None


def _means(sentence: ReadSentence, relation: Relation) -> tuple[str, str, tuple[str, int], tuple[str, int]]:
    """What stays the same when other parts of the text change."""

    def key(entity: Entity) -> tuple[str, int]:
        return entity.text, entity.start

    return relation.task, sentence.text, key(sentence.entities[relation.first]), key(sentence.entities[relation.second])


def carried(before: Reading | None, now: Reading | None, chosen: ChosenRelation | None) -> ChosenRelation | None:
    """Where the chosen relation of an older reading stands in a newer one; None where it is gone."""
    found = picked(before, chosen)
    if found is None or now is None:
        return None
    wanted = _means(*found)
    for place, sentence in enumerate(now.sentences):
        if sentence.text != found[0].text:
            continue
        for number, relation in enumerate(sentence.relations):
            if _means(sentence, relation) == wanted:
                return place, number
    return None


def first_relation(reading: Reading | None) -> ChosenRelation | None:
    """The first relation that is sure enough to be said, one of two medicines before others; else an unsure one, or None."""
    places = [
        (relation.abstained, not of_medicines(relation), place, number)
        for place, sentence in enumerate(reading.sentences if reading is not None else ())
        for number, relation in enumerate(sentence.relations)
    ]
    return min(places)[2:] if places else None

"""The relations of a reading as rows of the table: which are shown, in which order, and what each says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from desktop.abstract.choice import ChosenRelation, of_medicines
from desktop.abstract.relations_words import (
    class_words,
    doubt_sentence,
    knowledge_sign,
    knowledge_words,
    names_of,
    probability_words,
    severity_word,
)
from desktop.widgets.badge import Badge
from desktop.widgets.severity import LOOKS

if TYPE_CHECKING:
    from engine.reading.model import Reading, ReadSentence, Relation
    from engine.report import Severity

_ORDER = tuple(LOOKS)


class Show(Enum):
    """Which relations are shown."""

    ALL = "all"
    MEDICINES = "those of two medicines"
    STATED = "those sure enough to be said"
    UNSURE = "unsure ones"
    DOCUMENTED = "those that knowledge documents"
    OTHER = "those that it does not document"


class Sort(Enum):
    """The order of the rows; unsure ones come after the others in each."""

    MEDICINES = "those of two medicines first, each as in the text"
    PLACE = "as in the text"
    FIRST = "by the first name"
    SECOND = "by the second name"
    KIND = "by what is stated"
    PROBABILITY = "surest first"
    KNOWLEDGE = "worst first"


@dataclass(frozen=True, slots=True)
class RelationRow:
    """One row. `probability`: 0 to 1. `badge`: severity where knowledge documents one. `sentence`: on one line.

    `of_medicines`: whether it is a statement on two medicines, which is what the page is for. `doubt`: what the words of
    the sentence hold against it.
    """

    place: ChosenRelation
    first: str
    second: str
    kind: str
    probability: float
    probability_words: str
    abstained: bool
    state: str
    knowledge: str
    badge: Badge | None
    rank: int
    sentence: str
    of_medicines: bool
    doubt: str = ""

    @property
    def spoken(self) -> str:
        """The whole row in one line, as a screen reader reads it."""
        sure = f"{self.probability_words} {self.doubt}".strip()
        return f"{self.first}, {self.second}: {self.kind}. {sure}. {self.knowledge}. {self.sentence}"


def severity_of(relation: Relation) -> Severity | None:
    """The highest severity that knowledge documents for a relation."""
    return next((severity for severity in _ORDER if severity == relation.severity), None)


def row_of(place: ChosenRelation, sentence: ReadSentence, relation: Relation) -> RelationRow:
    """The row of a relation."""
    first, second = names_of(sentence, relation)
    severity = severity_of(relation)
    badge = Badge(knowledge_sign(relation.knowledge))
    knowledge = knowledge_words(relation.knowledge)
    if severity is not None:
        look = LOOKS[severity]
        badge = Badge(look.shape, look.text, look.background)
        knowledge = f"{severity_word(severity)}, {knowledge}"
    return RelationRow(
        place,
        " ".join(first.split()),
        " ".join(second.split()),
        class_words(relation.task, relation.label),
        relation.probability,
        probability_words(relation),
        relation.abstained,
        relation.knowledge,
        knowledge,
        badge,
        _ORDER.index(severity) if severity is not None else len(_ORDER),
        " ".join(sentence.text.split()),
        of_medicines(relation),
        doubt_sentence(relation),
    )


def rows_of(reading: Reading) -> tuple[RelationRow, ...]:
    """A row for each relation, in the order of the text."""
    return tuple(
        row_of((place, number), sentence, relation)
        for place, sentence in enumerate(reading.sentences)
        for number, relation in enumerate(sentence.relations)
    )


# Of a pair that a source documents, as the sentence has it or otherwise.
_DOCUMENTED = ("documented", "other_object", "other_direction")
_KEEPS: dict[Show, Callable[[RelationRow], bool]] = {
    Show.ALL: lambda _row: True,
    Show.MEDICINES: lambda row: row.of_medicines,
    Show.STATED: lambda row: not row.abstained,
    Show.UNSURE: lambda row: row.abstained,
    Show.DOCUMENTED: lambda row: row.state in _DOCUMENTED,
    Show.OTHER: lambda row: row.state not in _DOCUMENTED,
}
_KEYS: dict[Sort, Callable[[RelationRow], tuple[object, ...]]] = {
    Sort.MEDICINES: lambda row: (not row.of_medicines, row.place),
    Sort.PLACE: lambda row: (row.place,),
    Sort.FIRST: lambda row: (row.first.casefold(), row.second.casefold(), row.place),
    Sort.SECOND: lambda row: (row.second.casefold(), row.first.casefold(), row.place),
    Sort.KIND: lambda row: (row.kind.casefold(), row.place),
    Sort.PROBABILITY: lambda row: (-row.probability, row.place),
    Sort.KNOWLEDGE: lambda row: (row.rank, row.knowledge, row.place),
}


def arranged(rows: Sequence[RelationRow], show: Show, sort: Sort) -> list[RelationRow]:
    """The rows that are shown, in their order; unsure ones apart, at the end."""
    key = _KEYS[sort]
    return sorted(filter(_KEEPS[show], rows), key=lambda row: (row.abstained, *key(row)))

"""What an export of a reading is made from, and its lines on where everything comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.explain.model import Explanation
    from engine.reading.model import Reading, ReadingProvenance, ReadSentence, Relation

READ_BY = "A student (a small language model) read this text. It makes mistakes: look at the sentence itself before you act."
NO_STUDENT = "No student took part: names come from the dictionary alone, and no statement was looked for."
AUTHORS_SAY = (
    "What a sentence states is what its authors wrote; it is no finding of Coprescribe. A probability is that the sentence "
    "states it, not that it is true, holds for people, or matters."
)
NO_PROOF = (
    "Only what one sentence states is looked for, not what several say together, and sentences that deny an interaction are not "
    "listed. Nothing read is no proof that there is nothing."
)
SEVERITY_KEY = (
    "A severity is the highest that the knowledge here documents for the two medicines (of a group: for one of its "
    "members), whatever the dose and the patient; it says nothing about the sentence. "
    "Check the two as a list to see its conditions and sources."
)


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation with the relation that it is of: places of the sentence in the reading and of the relation in it."""

    sentence: int
    relation: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class ReadingHead:
    """What stands above an export: a title, whence the text comes (a file, a PMID), and the time, which carries its zone.

    Raises:
        ValueError: the time has no zone.
    """

    title: str = ""
    source: str = ""
    made_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.made_at is not None and self.made_at.tzinfo is None:
            raise ValueError("the time of an export carries its zone")

    @property
    def date(self) -> str:
        """Day and minute with the zone; empty where no time is given."""
        return self.made_at.strftime("%Y-%m-%d %H:%M UTC%z").removesuffix("+0000") if self.made_at is not None else ""


@dataclass(frozen=True, slots=True)
class Stated:
    """A relation with its number in an export (from 1) and where it stands."""

    number: int
    sentence_number: int
    relation_number: int
    sentence: ReadSentence
    relation: Relation


def stated(reading: Reading) -> tuple[Stated, ...]:
    """All relations in the order of the text."""
    found: list[Stated] = []
    for place, sentence in enumerate(reading.sentences):
        for number, relation in enumerate(sentence.relations):
            found.append(Stated(len(found) + 1, place, number, sentence, relation))
    return tuple(found)


def versions_of(made: ReadingProvenance) -> str:
    """Versions and digests of everything that took part, in one line."""
    student = "no student: names from the dictionary alone"
    if made.student is not None:
        student = f"student {made.student}, SHA-256 of its model {made.student_sha256 or 'not known'}"
    return (
        f"Coprescribe {made.application}; knowledge {made.knowledge}, SHA-256 of its content {made.knowledge_digest}; {student}"
    )


def terms_of(made: ReadingProvenance) -> str:
    """The student's terms of use as a sentence; empty without a student."""
    if made.student is None:
        return ""
    terms = f"Licence of the student: {(made.licence or 'not stated').rstrip('.')}."
    return f"{terms} Not for commercial use." if made.non_commercial else terms


def cautions(reading: Reading) -> tuple[str, ...]:
    """What must be said with a reading: who read it and what it does not mean."""
    severe = any(one.severity is not None for sentence in reading.sentences for one in sentence.relations)
    return cautions_of(reading.provenance, severities=severe)


def cautions_of(made: ReadingProvenance, *, severities: bool) -> tuple[str, ...]:
    """The same of whatever was read so; `severities`: whether it shows any."""
    reader = READ_BY if made.student is not None else NO_STUDENT
    return (reader, AUTHORS_SAY, NO_PROOF, *([SEVERITY_KEY] if severities else ()))


def not_read(reading: Reading) -> tuple[tuple[int, str, str], ...]:
    """Sentences that the student could not read: number from 1, text and reason."""
    rows = enumerate(reading.sentences, start=1)
    return tuple((number, sentence.text, sentence.unread) for number, sentence in rows if sentence.unread is not None)

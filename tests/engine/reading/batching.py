"""A reader of many abstracts for tests: it knows four names and three statements, and answers like a student."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable
from pathlib import Path

from engine.abstracts.model import Abstract
from engine.cancellation import Progress
from engine.errors import InputError
from engine.reading.batch import BatchReader, read_many
from engine.reading.batch_file import RunHeader
from engine.reading.model import Entity, KnowledgeState, Reading, ReadingProvenance, ReadSentence, Relation, Span

KNOWN = {"warfarin": "warfarin", "coumadin": "warfarin", "aspirin": "acetylsalicylic acid", "xyzolumab": None}
# Words for which the knowledge says something else than that the pair is documented.
STATES: dict[str, KnowledgeState] = {"reversed": "other_object", "refuted": "contradicted"}
UNREADABLE = "unreadable"
BROKEN = "broken"


def provenance(student: str = "a" * 64, knowledge: str = "b" * 64) -> ReadingProvenance:
    return ReadingProvenance("0.1.0", "2026", knowledge, "reader 1", student, "CC BY-NC 4.0", True)


def read_text(text: str, made: ReadingProvenance | None = None) -> Reading:
    """Names by a list; of two names in a sentence it says "effect"; where it says "may", it is unsure."""
    if UNREADABLE in text:
        raise InputError("The text is in another language.")
    if BROKEN in text:
        raise ZeroDivisionError(text)
    sentences = []
    for match in re.finditer(r"[^.\n]+\.?", text):
        sentence = match.group()
        entities = tuple(
            Entity(found.start(), found.end(), found.group(), "drug", "student", 0.9, (), KNOWN[found.group().casefold()])
            for found in re.finditer("|".join(KNOWN), sentence, re.IGNORECASE)
        )
        relations: tuple[Relation, ...] = ()
        if len(entities) > 1:
            unsure = "may" in sentence
            probability = 0.4 if unsure else 0.8
            known = all(one.name for one in entities[:2])
            told: KnowledgeState = next((state for word, state in STATES.items() if word in sentence), "documented")
            state: KnowledgeState = told if known else "not_checked"
            relations = (
                Relation(
                    *(0, 1, "ddi", "effect", probability, (("none", 1 - probability), ("effect", probability)), unsure),
                    *("increase", 0, ("pd.additive",)),
                    knowledge=state,
                    documented=("R1",) if known else (),
                    severity="major" if known else None,
                    direction_probability=0.95,
                ),
            )
        patients = sentence.find("patients")
        spans = (Span(patients, patients + 8, "PAR", 0.7),) if patients >= 0 else ()
        sentences.append(ReadSentence(sentence, match.start(), entities, relations, spans))
    return Reading(text, tuple(sentences), (), made or provenance(), "Not reviewed by a clinician.")


def reader(made: ReadingProvenance | None = None, called: Callable[[str], None] | None = None) -> BatchReader:
    """`called` is told each text that is read."""
    own = made or provenance()

    def read(text: str, check: Callable[[], None]) -> Reading:
        check()
        if called is not None:
            called(text)
        return read_text(text, own)

    return BatchReader(read, own, ("drug-names", "ddi", "pico"), "Not reviewed by a clinician.")


def go_on() -> None:
    """The check of work that nobody cancels."""


def finished(steps: Generator[Progress, None, RunHeader]) -> RunHeader:
    """Drive a run to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            header: RunHeader = stop.value
            return header


def run(path: Path, abstracts: Iterable[Abstract], by: BatchReader | None = None) -> RunHeader:
    return finished(read_many(path, "source", abstracts, by or reader(), check=go_on))


def abstract(number: int, text: str | None = None, **more: str | int | None) -> Abstract:
    """An abstract of its own number."""
    given: dict[str, str | int | None] = {"pmid": f"{1000 + number}", "year": 2000 + number % 5, "source": "a.nbib"}
    given |= {"place": number} | more
    words = f"In study {number} warfarin with aspirin caused bleeding." if text is None else text
    pmid, year, source, place = given["pmid"], given["year"], given["source"], given["place"]
    assert pmid is None or isinstance(pmid, str)
    assert year is None or isinstance(year, int)
    assert isinstance(source, str)
    assert isinstance(place, int)
    return Abstract(words, f"Title {number}" if words else "", pmid, year, "J Test", source, place, str(given.get("remark", "")))

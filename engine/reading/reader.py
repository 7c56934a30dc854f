"""Reading a text: sentences, names, pairs, relations. Two passes of the student over a bounded stretch of text at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cancellation import Progress
from engine.errors import InputError, ResourceError
from engine.reading import language
from engine.reading.asking import MOST_PAIRS, asking
from engine.reading.comparing import Comparer
from engine.reading.directing import head_of
from engine.reading.model import Reading, ReadingProvenance, ReadSentence
from engine.reading.naming import CHEMICALS, MEDICINES, Namer, pico_spans
from engine.reading.relations import SentenceRelations
from engine.reading.tagging import Tagged, read_together
from engine.students.encoding import encode

if TYPE_CHECKING:
    from engine.application import Application
    from engine.reading.lexicon import Lexicon
    from engine.students.manifest import Head
    from engine.students.opening import ReaderStudent

MOST_CHARACTERS = 2_000_000
# About three abstracts: enough rows for full batches, and little to wait for between two looks at a cancel.
_STRETCH = 4000
_STRETCH_SENTENCES = 32
NO_MEDICINES = "No medicine was found in this text."
# Of 500 medicines, the most that a check takes.
_LONGEST_LIST = 20_000
A_LIST = "This looks like a list of medicines: check it as a prescription to see what is documented on them."
ONLY_DICTIONARY = "Only names of the dictionary are shown; relations were not read."
Check = Callable[[], None]


@dataclass(slots=True)
class _Missed:
    """Pairs that were not asked, and the sentences that hold them."""

    too_far: int = 0
    too_many: int = 0
    long_lists: int = 0

    def remarks(self) -> Iterator[str]:
        if self.too_far:
            yield f"{_pairs(self.too_far)} stand too far apart in a sentence to be read together; they were not read."
        if self.too_many:
            where = "One sentence names" if self.long_lists == 1 else f"{self.long_lists} sentences name"
            yield f"{where} very many medicines: beyond {MOST_PAIRS} pairs in a sentence, {_pairs(self.too_many)} were not read."


def _pairs(count: int) -> str:
    return "One pair of names" if count == 1 else f"{count} pairs of names"


def read(application: Application, text: str) -> Reading:
    """Read a text; see :func:`read_in_steps`."""
    steps = read_in_steps(application, text)
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            reading: Reading = finished.value
            return reading


def read_in_steps(application: Application, text: str, *, check: Check | None = None) -> Generator[Progress, None, Reading]:
    """Read a text; yields how many of its characters are done. `check` may raise `CancelledError` between two batches.

    Without a student, names of the dictionary are found, and a remark says that relations were not read.

    Raises:
        InputError: the text has more than `MOST_CHARACTERS`.
        ResourceError: a word table is missing, or the student stops on this text.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"This text is too long to be read at once: at most {MOST_CHARACTERS:,} characters are read.")
    yield Progress(0, len(text))
    remarks = list(language.remarks_on(text, application.lexicon.common_words, application.lexicon.names))
    student: ReaderStudent | None = None
    try:
        student = application.students.reader()
    except ResourceError as error:
        remarks += [error.sentence, ONLY_DICTIONARY]
    reader = _TextReader(application, student, check, english=language.NOT_ENGLISH not in remarks)
    sentences: list[ReadSentence] = []
    for stretch in _stretches(application.lexicon.splitter.spans(text)):
        if check is not None:
            check()
        sentences += reader.read([(text[start:end], start) for start, end in stretch])
        yield Progress(stretch[-1][1], len(text))
    remarks += reader.missed.remarks()
    if sentences and not any(entity.kind in MEDICINES for sentence in sentences for entity in sentence.entities):
        remarks.append(NO_MEDICINES)
    if student is not None and not any(sentence.relations for sentence in sentences) and _is_list(text, application.lexicon):
        remarks = [*(one for one in remarks if one != language.NOT_ENGLISH), A_LIST]
    return Reading(text, tuple(sentences), tuple(remarks), provenance(application, student), application.notice)


def _is_list(text: str, lexicon: Lexicon) -> bool:
    return len(text) <= _LONGEST_LIST and language.is_list(text, lexicon.names, lexicon.dosing_words)


def provenance(application: Application, student: ReaderStudent | None) -> ReadingProvenance:
    """Versions and digests of what reads."""
    store = application.store
    manifest = None if student is None else student.manifest
    return ReadingProvenance(
        application=application.checker.version,
        knowledge=store.version,
        knowledge_digest=store.digest,
        student=None if manifest is None else f"{manifest.name} {manifest.version}",
        student_sha256=None if student is None else student.sha256,
        licence=None if manifest is None else manifest.licence,
        non_commercial=manifest is not None and manifest.non_commercial,
    )


def _stretches(spans: Iterator[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    stretch: list[tuple[int, int]] = []
    for span in spans:
        stretch.append(span)
        if span[1] - stretch[0][0] >= _STRETCH or len(stretch) >= _STRETCH_SENTENCES:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


class _TextReader:
    """Reads the stretches of one text in order."""

    def __init__(self, application: Application, student: ReaderStudent | None, check: Check | None, *, english: bool) -> None:
        store = application.store
        self._english = english
        self._lexicon = application.lexicon
        chemicals = student is not None and student.manifest.head(CHEMICALS) is not None
        self._namer = Namer(application.lexicon, lambda substance: store.substance(substance).name, chemicals=chemicals)
        self._comparer = Comparer(store)
        self._student = student
        self._check = check
        self.missed = _Missed()

    def read(self, sentences: Sequence[tuple[str, int]]) -> Iterator[ReadSentence]:
        """Read sentences, given with their first characters in the text."""
        if self._student is None:
            for text, start in sentences:
                yield ReadSentence(text, start, self._namer.entities(text, ()))
            return
        yield from self._with_student(self._student, sentences)

    def _with_student(self, student: ReaderStudent, sentences: Sequence[tuple[str, int]]) -> Iterator[ReadSentence]:
        manifest, session = student.manifest, student.session
        readable = [not language.other_script(text) for text, _start in sentences]
        encoded = [
            encode(student.tokenizer, text) if good else None for (text, _start), good in zip(sentences, readable, strict=True)
        ]
        texts = [(text, one) for (text, _start), one in zip(sentences, encoded, strict=True)]
        groups = read_together(texts, manifest.max_tokens, by_passages=manifest.passages)
        answers = iter(session.answer([row for one in groups for row in one.rows.rows], check=self._check))
        heads, directions = _name_heads(manifest.heads), head_of(manifest)
        tags: list[list[Tagged]] = [[] for _sentence in sentences]
        for group in groups:
            for number, stretch in group.tagged([next(answers).names for _row in group.rows.rows], heads):
                tags[number].append(stretch)
        entities = [self._namer.entities(text, found) for (text, _start), found in zip(sentences, tags, strict=True)]
        asked = [None if one is None else asking(one, found, manifest) for one, found in zip(encoded, entities, strict=True)]
        for one in asked:
            if one is not None:
                self.missed.too_far += one.too_far
                self.missed.too_many += one.too_many
                self.missed.long_lists += one.too_many > 0
        questions = [row.row for one in asked if one is not None for row in one.rows]
        replies = iter(session.answer(questions, check=self._check))
        for number, (text, start) in enumerate(sentences):
            part = asked[number]
            if part is None:
                yield ReadSentence(text, start, entities[number], unread=language.OTHER_SCRIPT)
                continue
            maker = SentenceRelations(text, entities[number], self._lexicon, self._comparer, directions, english=self._english)
            relations = maker.made([(row, next(replies)) for row in part.rows])
            yield ReadSentence(text, start, entities[number], relations, pico_spans(tags[number]))


def _name_heads(heads: Sequence[Head]) -> list[Head]:
    """Heads whose names are read: those of diseases by one head alone."""
    named = {head.name: head for head in heads if head.kind == "names"}
    chosen = [
        named.get("drug-names"),
        named.get("chemicals"),
        named.get("diseases", named.get("ncbi-diseases")),
        named.get("pico"),
    ]
    return [head for head in chosen if head is not None]

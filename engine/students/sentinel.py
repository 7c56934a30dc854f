"""Sentences that any sound reader reads rightly: if it does not, its file or this machine's arithmetic is off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.students.encoding import EncodedText, Question, encode, make_row
from engine.students.manifest import Head
from engine.students.opening import ReaderStudent
from engine.students.probabilities import calibrated

SENTINEL = "Ketoconazole increases the plasma concentration of simvastatin."
SENTINEL_NAMES = ("Ketoconazole", "simvastatin")
PLAIN_SENTINEL = "The patients were seen again after two weeks."
NAMES_HEAD, RELATION_HEAD = "drug-names", "ddi"


@dataclass(frozen=True, slots=True)
class SentinelReading:
    """What came out: `wrong` holds a sentence for each fault; `label` and `probability` are of the relation, None where the
    student has no head for it."""

    wrong: tuple[str, ...]
    label: str | None
    probability: float | None


def read_sentinels(student: ReaderStudent) -> SentinelReading:
    """Ask the reader for the names of both sentences and the relation of the first.

    Raises:
        ResourceError: the model does not run.
    """
    wrong = []
    names, relation = student.manifest.head(NAMES_HEAD), student.manifest.head(RELATION_HEAD)
    if names is not None:
        for sentence, expected in ((SENTINEL, SENTINEL_NAMES), (PLAIN_SENTINEL, ())):
            if _found_names(student, names, sentence) != expected:
                wrong.append(f"The reader does not find the right names in '{sentence}'.")
    if relation is None:
        return SentinelReading(tuple(wrong), None, None)
    label, probability = _relation(student, relation)
    if label == relation.labels[0]:
        wrong.append(f"The reader finds no interaction in '{SENTINEL}'.")
    return SentinelReading(tuple(wrong), label, probability)


def _inner(encoded: EncodedText) -> range:
    return range(1, len(encoded.ids) - 1)


def _found_names(student: ReaderStudent, head: Head, sentence: str) -> tuple[str, ...]:
    """The words that begin a name."""
    encoded = encode(student.tokenizer, sentence)
    (answer,) = student.session.answer([make_row(encoded, _inner(encoded))])
    best = calibrated(answer.names, head).argmax(axis=-1)
    spans = encoded.word_spans
    begins = [
        encoded.words[place]
        for place in _inner(encoded)
        if encoded.words[place] != encoded.words[place - 1] and head.labels[best[place]].startswith("B-")
    ]
    return tuple(sentence[slice(*spans[word])] for word in begins)


def _relation(student: ReaderStudent, head: Head) -> tuple[str, float]:
    if head.markers is None:
        raise ValueError(f"the relation head '{head.name}' has no markers")
    encoded = encode(student.tokenizer, SENTINEL)
    starts = [SENTINEL.index(name) for name in SENTINEL_NAMES]
    first, second = (encoded.tokens_in(start, start + 1)[0] for start in starts)
    (answer,) = student.session.answer([make_row(encoded, _inner(encoded), [Question(first, second, head.markers)])])
    shares = calibrated(answer.relations, head)[0]
    best = int(np.argmax(shares))
    return head.labels[best], float(shares[best])

"""Scores of a reader, whatever answers: the PyTorch student while it is made, the int8 file as it ships.

Relations follow the official protocol of DDI Extraction 2013: every pair of the test documents counts, those that no row can hold
as answered "none". Names are strict: the same characters and the same kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distill.corpora.model import NO_RELATION, Corpus, Mention, Sentence, Split
from distill.evaluation.calibration import expected_calibration_error, selective_accuracy
from distill.evaluation.counts import Counts, bootstrap, total
from distill.evaluation.names import strict_counts
from distill.evaluation.relations import Answer, by_document, class_counts, detection_counts, micro_counts
from distill.training.examples import IGNORED, Example, unaskable
from distill.training.tasks import OUTSIDE, Source
from engine.reading.tagging import leaning, likeliest_tags, spelled, stretches
from engine.students.encoding import NO_WORD, in_sentence
from engine.students.manifest import Head
from engine.students.probabilities import calibrated, is_sure
from engine.students.rows import Row, RowAnswer

Answering = Callable[[Sequence[Row]], list[RowAnswer]]
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Said:
    """Examples and what was answered to each."""

    examples: tuple[Example, ...]
    answers: tuple[RowAnswer, ...]


def said_of(answering: Answering, examples: Sequence[Example]) -> Said:
    """Ask about every example."""
    return Said(tuple(examples), tuple(answering([one.row for one in examples])))


def relation_logits(said: Said, head: Head, task: str) -> tuple[NDArray[np.float32], tuple[int, ...]]:
    """Logits (pairs, classes up to the head's last) and true classes of all pairs that ask `task`."""
    rows = [np.zeros((0, head.start + len(head.labels)), dtype=np.float32)]
    truths: list[int] = []
    for example, answer in zip(said.examples, said.answers, strict=True):
        if example.relation == task and example.pair_labels:
            rows.append(answer.relations[:, : head.start + len(head.labels)])
            truths += example.pair_labels
    return np.concatenate(rows), tuple(truths)


def relation_figures(
    said: Said, head: Head, source: Source, corpus: Corpus, split: Split, *, stated_only: bool = False
) -> Figures:
    """Micro-F1 over positive classes with its interval, per class, by origin, detection, calibration and selective accuracy.

    `stated_only`: the corpus holds stated relations only, so that "none" is not an answer (ChemProt's protocol).
    """
    logits, truths = relation_logits(said, head, source.relation)
    shares = calibrated(logits, head)
    if stated_only:
        shares = shares.copy()
        shares[:, 0] = 0.0
        shares /= shares.sum(axis=1, keepdims=True)
    best = shares.argmax(axis=1)
    places = [
        (one.document, one.origin) for one in said.examples if one.relation == source.relation for _label in one.pair_labels
    ]
    answers = [
        Answer(document, origin, head.labels[truth], head.labels[int(guess)])
        for (document, origin), truth, guess in zip(places, truths, best, strict=True)
    ]
    right = [one.truth == one.said for one in answers]
    confidences = [float(row[guess]) for row, guess in zip(shares, best, strict=True)]
    answers += [
        Answer(document, origin, label, NO_RELATION)
        for document, origin, label in unaskable(source, corpus, split, said.examples)
    ]
    return _relation_summary(answers, head, confidences, right)


def _relation_summary(answers: list[Answer], head: Head, confidences: list[float], right: list[bool]) -> Figures:
    interval = bootstrap(by_document(answers), seed=0)
    figures = {
        "micro_f1": interval.value,
        "micro_f1_low": interval.low,
        "micro_f1_high": interval.high,
        "detection_f1": detection_counts(answers).f1,
        "ece": expected_calibration_error(confidences, right),
        "accuracy_at_95_coverage": selective_accuracy(confidences, right)[0],
        "pairs": float(len(answers)),
    }
    figures |= {f"f1/{label}": class_counts(answers, label).f1 for label in head.labels if label != NO_RELATION}
    origins = sorted({one.origin for one in answers})
    if len(origins) > 1:
        parts = {origin: micro_counts([one for one in answers if one.origin == origin]).f1 for origin in origins}
        figures |= {f"micro_f1/{origin}": value for origin, value in parts.items()}
    return figures


def shown_figures(said: Said, head: Head, source: Source, corpus: Corpus, split: Split) -> Figures:
    """Precision and recall of what the head is sure enough of to be shown, by its bar, and how much that is. What the words of a
    sentence hold against it is not asked here."""
    logits, truths = relation_logits(said, head, source.relation)
    missed = sum(label != NO_RELATION for *_names, label in unaskable(source, corpus, split, said.examples))
    shares = calibrated(logits, head)
    best, true = shares.argmax(axis=1), np.asarray(truths)
    shown = np.array(
        [guess > 0 and is_sure(float(row[guess]), head) for row, guess in zip(shares, best, strict=True)], dtype=bool
    )
    right = float((shown & (best == true)).sum())
    return {
        "shown_precision": right / max(1.0, float(shown.sum())),
        "shown_recall": right / max(1.0, float((true > 0).sum()) + missed),
        "shown": float(shown.sum()),
    }


def name_figures(said: Said, head: Head, task: str, corpus: Corpus, split: Split) -> Figures:
    """Strict F1 with its interval, precision, recall, calibration of the tags of words, and F1 by origin."""
    guessed: dict[str, list[Mention]] = {}
    confidences: list[float] = []
    right: list[bool] = []
    for example, answer in zip(said.examples, said.answers, strict=True):
        # A sentence with many pairs has several rows; its names are read from those that hold its tags, so that each counts once.
        if task not in example.tags:
            continue
        _firsts, spans = _words(example)
        logits, truths = word_answers(example, answer, task)
        shares = calibrated(logits, head)
        tags = likeliest_tags(shares, head.labels)
        found = stretches([head.labels[tag] for tag in tags])
        for kind, first, last in found:
            name, start, end = _in_sentence(example, spans[first][0], spans[last - 1][1])
            guessed.setdefault(name, []).append(Mention("", kind, "", ((start, end),)))
        for truth, share, tag in zip(truths, shares, tags, strict=True):
            if truth != IGNORED:
                confidences.append(float(share[tag]))
                right.append(int(tag) == truth)
    kinds = {label[2:] for label in head.labels if label != OUTSIDE}
    documents = [_document_counts(document.sentences, guessed, kinds) for document in corpus.splits[split]]
    interval, whole = bootstrap(documents, seed=0), total(documents)
    origins: dict[str, list[Counts]] = {}
    for document, counts in zip(corpus.splits[split], documents, strict=True):
        origins.setdefault(document.origin, []).append(counts)
    parts = {f"f1/{origin}": total(origins[origin]).f1 for origin in sorted(origins)} if len(origins) > 1 else {}
    return {
        "f1": interval.value,
        "f1_low": interval.low,
        "f1_high": interval.high,
        "precision": whole.precision,
        "recall": whole.recall,
        "ece": expected_calibration_error(confidences, right),
        "accuracy_at_95_coverage": selective_accuracy(confidences, right)[0],
        **parts,
    }


def _in_sentence(example: Example, start: int, end: int) -> tuple[str, int, int]:
    """The sentence in which a name of a row begins, and its characters there."""
    if not example.parts:
        return example.sentence, start, end
    place, start, end = in_sentence([first for _name, first in example.parts], start, end)
    return example.parts[place][0], start, end


def _document_counts(sentences: Iterable[Sentence], guessed: dict[str, list[Mention]], kinds: set[str]) -> Counts:
    parts = []
    for sentence in sentences:
        truth = [mention for mention in sentence.mentions if mention.kind in kinds]
        parts.append(strict_counts(truth, guessed.get(sentence.id, [])))
    return total(parts)


def word_answers(example: Example, answer: RowAnswer, task: str) -> tuple[NDArray[np.float32], list[int]]:
    """Logits of all names heads of each word (words, classes), as they are read, and its true class, that of its first token;
    `IGNORED` where a window begins within a word."""
    firsts, _spans = _words(example)
    logits = leaning(answer.names[firsts], spelled(example.words, example.row.ids))
    return logits, [example.tags[task][place] for place in firsts]


def _words(example: Example) -> tuple[list[int], list[tuple[int, int]]]:
    """The first token of each word, whose tag is the word's, and the word's characters."""
    firsts: list[int] = []
    spans: list[tuple[int, int]] = []
    before = NO_WORD
    for place, word in enumerate(example.words):
        if word == NO_WORD:
            continue
        if word == before:
            spans[-1] = (spans[-1][0], example.offsets[place][1])
        else:
            firsts.append(place)
            spans.append(example.offsets[place])
        before = word
    return firsts, spans

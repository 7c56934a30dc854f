"""Scores of relations between two names: micro-F1 over positive classes, per class, and detection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from distill.corpora.model import NO_RELATION
from distill.evaluation.counts import Counts, total


@dataclass(frozen=True, slots=True)
class Answer:
    """What is true of a pair, what was said of it, and the document that it comes from."""

    document: str
    origin: str
    truth: str
    said: str


def class_counts(answers: Sequence[Answer], label: str) -> Counts:
    """Counts of one class against all others."""
    right = sum(one.truth == one.said == label for one in answers)
    return Counts(right, sum(one.said == label for one in answers) - right, sum(one.truth == label for one in answers) - right)


def micro_counts(answers: Sequence[Answer]) -> Counts:
    """Counts over all positive classes: a positive pair given the wrong positive class is both wrong and missed."""
    labels = {one.truth for one in answers} | {one.said for one in answers}
    return total(class_counts(answers, label) for label in sorted(labels - {NO_RELATION}))


def detection_counts(answers: Sequence[Answer]) -> Counts:
    """Counts of "some relation" against none, whatever its class."""
    right = sum(NO_RELATION not in (one.truth, one.said) for one in answers)
    said = sum(one.said != NO_RELATION for one in answers)
    true = sum(one.truth != NO_RELATION for one in answers)
    return Counts(right, said - right, true - right)


def by_document(answers: Sequence[Answer]) -> tuple[Counts, ...]:
    """Micro counts of each document, for the bootstrap."""
    found: dict[str, list[Answer]] = {}
    for one in answers:
        found.setdefault(one.document, []).append(one)
    return tuple(micro_counts(part) for part in found.values())

"""Scores of names in text: strict, that is the same stretches and the same kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from distill.corpora.model import Mention
from distill.evaluation.counts import Counts

Span = tuple[str, tuple[tuple[int, int], ...]]


def strict_counts(truth: Iterable[Mention], said: Iterable[Mention]) -> Counts:
    """Counts of one sentence; a mention given twice is wrong the second time."""
    wanted, given = Counter(map(_span, truth)), Counter(map(_span, said))
    right = sum((wanted & given).values())
    return Counts(right, sum(given.values()) - right, sum(wanted.values()) - right)


def _span(mention: Mention) -> Span:
    return mention.kind, mention.spans

"""How much each item counts: rare severities more, and items that are the same as one."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from distill.rationales.items import ItemKind, TrainingItem
from distill.teachers.protocol import Distribution


def merged(items: list[TrainingItem]) -> list[TrainingItem]:
    """Items of the same prompt and the same answers as one: many medicines have the same facts, and share them with others."""
    groups: defaultdict[tuple[ItemKind, tuple[str, ...], tuple[tuple[str, ...], ...]], list[TrainingItem]] = defaultdict(list)
    for item in items:
        groups[item.kind, item.prompt, item.answers].append(item)
    return [_together(group) for group in groups.values()]


def _together(items: list[TrainingItem]) -> TrainingItem:
    weight = math.fsum(item.weight for item in items)

    def mean(distributions: Iterable[Distribution]) -> Distribution:
        told: defaultdict[str, float] = defaultdict(float)
        for item, distribution in zip(items, distributions, strict=True):
            for label, share in distribution.items():
                told[label] += share * item.weight / weight
        return dict(told)

    return replace(
        items[0],
        severity=mean(item.severity for item in items),
        direction=mean(item.direction for item in items),
        mechanism=mean(item.mechanism for item in items),
        weight=weight,
    )


def balanced(items: list[TrainingItem], power: float) -> list[TrainingItem]:
    """Weights by how rare the severity is among the items, the mean weight as before."""
    counts = Counter(item.answer[0] for item in items)
    shares = {severity: (len(items) / count) ** power for severity, count in counts.items()}
    mean = math.fsum(shares[item.answer[0]] for item in items) / max(len(items), 1)
    return [replace(item, weight=item.weight * shares[item.answer[0]] / mean) for item in items]

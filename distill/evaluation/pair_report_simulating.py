"""Simulatability: whether a simple model that sees only the codes of a rationale's steps can tell the student's label.

A rationale that says why tells more of the label than knowing nothing does (Doshi-Velez and Kim 2017, forward simulation). Steps
are seen without the facts that they cite, and without what to do, which would give the label away. Needs scikit-learn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import numpy as np

from distill.evaluation.pair_report_rows import Kept
from distill.evaluation.reasoner import AskedPair
from engine.reasoning.language import AXES, Answer, Axis, ReasonedStep

Among = Literal["all pairs", "pairs with a step"]
_FOLDS = 5
_SEED = 0


class Simulated(Kept):
    """Of one part of the label: how often the simple model told it, and how often the most frequent label alone is right."""

    axis: Axis
    among: Among
    pairs: int
    told: float
    nothing: float


def simulated(asked: Sequence[AskedPair]) -> tuple[Simulated, ...]:
    """Learn from four fifths of the answers, tell the labels of the last, five times."""
    answers = [answer for one in asked if (answer := one.answer) is not None]
    stepping = [answer for answer in answers if answer.steps]
    groups: tuple[tuple[Among, list[Answer]], ...] = (("all pairs", answers), ("pairs with a step", stepping))
    return tuple(_simulated(axis, among, given) for among, given in groups for axis in AXES if len(given) >= 2 * _FOLDS)


def _simulated(axis: Axis, among: Among, answers: Sequence[Answer]) -> Simulated:
    labels = [answer.label.on(axis) for answer in answers]
    guesses, blind = cross_validated([codes_of_steps(answer.steps) for answer in answers], labels)
    told = sum(guess == label for guess, label in zip(guesses, labels, strict=True)) / len(labels)
    nothing = sum(guess == label for guess, label in zip(blind, labels, strict=True)) / len(labels)
    return Simulated(axis=axis, among=among, pairs=len(labels), told=told, nothing=nothing)


def codes_of_steps(steps: Sequence[ReasonedStep]) -> frozenset[str]:
    """What the steps say, without the numbers of their facts."""
    found = set()
    for step in steps:
        outcome = f"{step.role}/{step.object}/{step.change}"
        found |= {step.kind, f"{step.kind}/{step.via}", f"{step.kind}/{outcome}", outcome}
    return frozenset(found)


def cross_validated(seen: Sequence[frozenset[str]], labels: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is told of each from the others: by logistic regression on what is seen, and by the most frequent label alone."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    columns = {code: place for place, code in enumerate(sorted(set().union(*seen)))}
    table = np.zeros((len(seen), max(1, len(columns))), dtype=np.uint8)
    for row, codes in enumerate(seen):
        table[row, [columns[code] for code in codes]] = 1
    truths = np.array(labels)
    folds = np.random.default_rng(_SEED).permutation(len(seen)) % _FOLDS
    guesses, blind = np.array(labels, dtype=object), np.array(labels, dtype=object)
    for fold in range(_FOLDS):
        asked = folds == fold
        learned = truths[~asked]
        known = Counter(learned.tolist())
        ((commonest, _count),) = known.most_common(1)
        blind[asked] = guesses[asked] = commonest
        # One label alone leaves nothing to learn, and so do labels that hardly come twice.
        if 1 < len(known) <= len(learned) // 2:
            with threadpool_limits(1):
                model = LogisticRegression(max_iter=500, random_state=_SEED).fit(table[~asked], learned)
                guesses[asked] = model.classes_[model.predict_proba(table[asked]).argmax(axis=1)]
    return [str(one) for one in guesses], [str(one) for one in blind]

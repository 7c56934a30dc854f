"""What is tuned on development data alone: the temperature of each head, weights of classes, and when to abstain."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from distill.evaluation.calibration import fitted_temperature
from distill.evaluation.reader import Said, relation_logits, word_answers
from distill.training.examples import IGNORED
from engine.students.manifest import Head
from engine.students.probabilities import calibrated

Logits = NDArray[np.float32]
_STEPS = np.arange(-2.0, 2.01, 0.25)
_ROUNDS = 3
# A weight is moved only for a gain that is unlikely to be chance: one point, or more on fewer positive pairs than these.
_LEAST_GAIN, _OF_PAIRS = 0.01, 400
# Of the relations that are said, this share should be right on development data; no more than this share is kept back for it.
_WANTED_PRECISION, _MOST_ABSTAINED = 0.85, 0.35
_MOST_WORDS = 60_000
# The logit of a class that is no answer.
_NEVER = -1e4
# Where little is gained by what is kept back: each hundredth, as long as so many answers tell.
_FINE_BARS = tuple(hundredths / 100 for hundredths in range(50, 100))
_ENOUGH = 50


def tuned_names(said: Said, head: Head, task: str) -> Head:
    """The head with the temperature that fits the tags of words best; unchanged where the data say nothing of it."""
    rows, truths = [], []
    for example, answer in zip(said.examples, said.answers, strict=True):
        if task in example.tags:
            logits, known = word_answers(example, answer, task)
            rows += [
                row[head.start : head.start + len(head.labels)]
                for row, truth in zip(logits, known, strict=True)
                if truth != IGNORED
            ]
            truths += [truth for truth in known if truth != IGNORED]
    if not rows:
        return head
    rows, truths = rows[:_MOST_WORDS], truths[:_MOST_WORDS]
    return head.model_copy(update={"temperature": fitted_temperature(np.stack(rows), np.asarray(truths))})


def tuned_relation(
    said: Said,
    head: Head,
    task: str,
    precision: float | None = None,
    *,
    beside: Said | None = None,
    stated_only: bool = False,
) -> Head:
    """The head with weights of its classes, temperature and the bar below which it abstains; unchanged where nothing was said.

    `precision`: share of what is said that should be right, whatever is kept back for it; else the ordinary share, for which not
    everything is given. `beside`: answers to other documents, which tune too, and by which alone the bar is found. `stated_only`:
    `said` is judged by stated relations alone, and "none" is no answer there.
    """
    logits, known = _answers(said, head, task, stated_only=stated_only)
    barring = (logits, known)
    if beside is not None:
        barring = _answers(beside, head, task)
        logits, known = np.concatenate([logits, barring[0]]), np.concatenate([known, barring[1]])
    if not len(known):
        return head
    own = logits[:, head.start : head.start + len(head.labels)]
    weights = _class_weights(own, known)
    temperature = fitted_temperature(own + weights, known)
    biases = tuple(float(weight / temperature) for weight in weights)
    tuned = head.model_copy(update={"temperature": temperature, "biases": biases if any(biases) else ()})
    shares = calibrated(barring[0], tuned)
    found = _bar(shares, barring[1]) if precision is None else _bar_of_precision(shares, barring[1], precision)
    return tuned.model_copy(update={"abstain_below": found})


def _answers(said: Said, head: Head, task: str, *, stated_only: bool = False) -> tuple[Logits, NDArray[np.int64]]:
    """Logits of all heads (pairs, classes) and the true classes of this one (pairs,)."""
    logits, truths = relation_logits(said, head, task)
    known = np.asarray(truths, dtype=np.int64)
    if stated_only:
        logits, known = logits[known > 0].copy(), known[known > 0]
        logits[:, head.start] = _NEVER
    return logits, known


def micro_f1(said: NDArray[np.int64], truths: NDArray[np.int64]) -> float:
    """Micro-F1 over the positive classes (all but 0), by class numbers."""
    right = int(((said == truths) & (truths > 0)).sum())
    whole = int((said > 0).sum() + (truths > 0).sum())
    return 2 * right / whole if whole else 0.0


def least_gain(positives: int) -> float:
    """The gain of micro-F1 for which a weight is moved: chance falls with the root of the number of positive pairs."""
    return _LEAST_GAIN * max(1.0, math.sqrt(_OF_PAIRS / max(1, positives)))


def _class_weights(logits: Logits, truths: NDArray[np.int64]) -> NDArray[np.float32]:
    """Added to the logits, one class after the other, as long as micro-F1 grows; of equals the smallest."""
    weights = np.zeros(logits.shape[1], dtype=np.float32)
    best, least = micro_f1(logits.argmax(axis=1), truths), least_gain(int((truths > 0).sum()))
    for _round in range(_ROUNDS):
        before = best
        for label in range(1, logits.shape[1]):
            for step in sorted(_STEPS, key=abs):
                tried = weights.copy()
                tried[label] = step
                value = micro_f1((logits + tried).argmax(axis=1), truths)
                if value > best + least:
                    best, weights = value, tried
        if best == before:
            break
    return weights


def _bar(shares: Logits, truths: NDArray[np.int64]) -> float:
    """The least probability of a positive answer from which on the wanted precision is reached, within what may be kept back."""
    said, sure = shares.argmax(axis=1), shares.max(axis=1)
    positive = said > 0
    if not positive.any():
        return 0.5
    for bar in np.arange(0.3, 0.96, 0.05):
        kept = positive & (sure >= bar)
        if kept.sum() < (1.0 - _MOST_ABSTAINED) * positive.sum():
            return float(round(max(0.3, bar - 0.05), 2))
        if (said[kept] == truths[kept]).mean() >= _WANTED_PRECISION:
            return float(round(bar, 2))
    return 0.95


def _bar_of_precision(shares: Logits, truths: NDArray[np.int64], precision: float) -> float:
    """The least probability of a positive answer from which on this share of enough answers is right; certainty where none is."""
    said, sure = shares.argmax(axis=1), shares.max(axis=1)
    for bar in _FINE_BARS:
        kept = (said > 0) & (sure >= bar)
        if kept.sum() >= _ENOUGH and (said[kept] == truths[kept]).mean() >= precision:
            return bar
    return 1.0

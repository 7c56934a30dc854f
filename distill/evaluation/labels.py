"""How well labels of pairs are answered: severity by macro-F1, direction and mechanism by accuracy, each with its calibration.

Macro-F1 is the mean F1 over the levels that occur as truth; its interval resamples pairs (percentile bootstrap: Efron and
Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distill.evaluation.calibration import expected_calibration_error
from distill.evaluation.counts import Interval
from distill.evaluation.reader import Figures
from distill.teachers.voting import likeliest
from engine.reasoning.language import AXES, Axis, Label

_DRAWS, _SHARE = 1000, 0.95


@dataclass(frozen=True, slots=True)
class LabelAnswer:
    """What was answered of one pair, as distributions over labels, beside the truth. `written`: the label, where one was written;
    else the likeliest of each part is what was answered."""

    truth: Label
    severity: Mapping[str, float]
    direction: Mapping[str, float]
    mechanism: Mapping[str, float]
    written: Label | None = None

    def on(self, axis: Axis) -> Mapping[str, float]:
        """What was answered of one part of the label."""
        parts: dict[Axis, Mapping[str, float]] = {
            "severity": self.severity,
            "direction": self.direction,
            "mechanism": self.mechanism,
        }
        return parts[axis]

    def said(self, axis: Axis) -> str:
        """What was answered."""
        return likeliest(self.on(axis)) if self.written is None else self.written.on(axis)

    def sure(self, axis: Axis) -> float:
        """The probability of what was answered."""
        return self.on(axis).get(self.said(axis), 0.0)

    def right(self, axis: Axis) -> bool:
        """Whether it is true."""
        return self.said(axis) == self.truth.on(axis)


def label_figures(answers: Sequence[LabelAnswer], seed: int = 0) -> Figures:
    """Figures of one split, shares from 0 to 1; names as in reports and manifests.

    Raises:
        ValueError: nothing is given.
    """
    if not answers:
        raise ValueError("there are no answers")
    severity = macro_f1([one.truth.severity for one in answers], [one.said("severity") for one in answers], seed)
    figures = {
        "pairs": float(len(answers)),
        "severity_macro_f1": severity.value,
        "severity_macro_f1_low": severity.low,
        "severity_macro_f1_high": severity.high,
    }
    for name in AXES:
        right = [one.right(name) for one in answers]
        figures[f"{name}_accuracy"] = sum(right) / len(right)
        figures[f"{name}_ece"] = expected_calibration_error([one.sure(name) for one in answers], right)
        # "none" too unsure and all else too sure can look right together: bins of both are mixed.
        for part, nothing in (("none", True), ("other", False)):
            told = [(one.sure(name), one.right(name)) for one in answers if (one.said(name) == "none") == nothing]
            if told:
                sure, hits = zip(*told, strict=True)
                figures[f"{name}_ece_{part}"] = expected_calibration_error(sure, hits)
    return figures


def macro_f1(truths: Sequence[str], answers: Sequence[str], seed: int = 0) -> Interval:
    """Mean F1 over the labels that occur as truth, with its interval.

    Raises:
        ValueError: nothing is given, or not one answer for each truth.
    """
    if not truths or len(truths) != len(answers):
        raise ValueError("there must be one answer for each truth")
    labels = sorted({*truths, *answers})
    places = {label: place for place, label in enumerate(labels)}
    pairs = np.array([(places[truth], places[answer]) for truth, answer in zip(truths, answers, strict=True)])
    drawing = np.random.default_rng(seed)
    drawn = sorted(_macro_f1(pairs[drawing.integers(len(pairs), size=len(pairs))], len(labels)) for _ in range(_DRAWS))
    edge = (1.0 - _SHARE) / 2.0
    high = min(_DRAWS - 1, int((1.0 - edge) * _DRAWS))
    return Interval(_macro_f1(pairs, len(labels)), drawn[int(edge * _DRAWS)], drawn[high])


def _macro_f1(pairs: NDArray[np.int64], labels: int) -> float:
    table = np.bincount(pairs[:, 0] * labels + pairs[:, 1], minlength=labels * labels).reshape(labels, labels)
    truths, answers, right = table.sum(axis=1), table.sum(axis=0), np.diag(table)
    occurring = truths > 0
    return float((2 * right[occurring] / (truths[occurring] + answers[occurring])).mean())


def split_lines(figures: Mapping[str, Figures]) -> list[str]:
    """A table of the splits' figures, in points."""
    head = "| split | pairs | severity macro-F1 (95 %) | severity | direction | mechanism | ECE severity, direction, mechanism |"
    lines = ["## Figures", "", head, "|---|---|---|---|---|---|---|"]
    for split, part in figures.items():
        low, high = 100 * part["severity_macro_f1_low"], 100 * part["severity_macro_f1_high"]
        shares = " | ".join(f"{100 * part[f'{name}_accuracy']:.1f}" for name in AXES)
        errors = ", ".join(f"{part[f'{name}_ece']:.3f}" for name in AXES)
        macro = f"{100 * part['severity_macro_f1']:.1f} ({low:.1f}-{high:.1f})"
        lines.append(f"| {split} | {part['pairs']:.0f} | {macro} | {shares} | {errors} |")
    lines += [
        "",
        "warm: both medicines seen in training, the pair not; s1: one of them unseen; s2: both unseen. Truth is what the",
    ]
    return [*lines, "regulator documents; as many undocumented pairs stand beside, matched by degree."]

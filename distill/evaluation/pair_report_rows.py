"""A row of the report on students of pairs: what one that labels answers, in figures that a file can keep."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from distill.corpora.pairs import PairSplit
from distill.evaluation.calibration import selective_accuracy
from distill.evaluation.labels import LabelAnswer, label_figures, macro_f1
from distill.evaluation.reader import Figures
from engine.reasoning.language import AXES

COVERAGE = 0.95
SPLIT_NAMES: dict[PairSplit, str] = {"warm": "warm", "s1": "S1", "s2": "S2"}
_T = TypeVar("_T")
RowKind = Literal["baseline", "student", "arm", "teacher"]
# How sure a severity was, and whether it was right.
Sure = tuple[float, bool]


class Kept(BaseModel):
    """Something measured that a file holds until the next run."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(Kept):
    """One that labels. `figures`: shares from 0 to 1, by split. `severity`: each answer of a split. `labels_per_s`: asked about
    one pair at a time; `batched_per_s`: about many at once; per second of one processor core, None where not measured. `remark`:
    what a reader must know of it."""

    name: str
    kind: RowKind
    figures: dict[PairSplit, dict[str, float]]
    severity: dict[PairSplit, tuple[Sure, ...]]
    labels_per_s: float | None = None
    batched_per_s: float | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Speed:
    """Labels per second of processor time."""

    alone: float | None = None
    batched: float | None = None


def row_of(
    name: str,
    kind: RowKind,
    answers: Mapping[PairSplit, Sequence[LabelAnswer]],
    speed: Speed,
    asked: Mapping[PairSplit, int] | None = None,
    remark: str = "",
) -> Row:
    """A row from its answers. `asked`: how many pairs there were, where some were not answered."""
    figures: dict[PairSplit, dict[str, float]] = {}
    severity: dict[PairSplit, tuple[Sure, ...]] = {}
    for split, given in answers.items():
        # One that says nothing about any pair of a split has no figures there.
        if given:
            figures[split] = row_figures(given, len(given) if asked is None else asked[split])
            severity[split] = tuple(_sure(one) for one in given)
    return Row(
        name=name,
        kind=kind,
        figures=figures,
        severity=severity,
        labels_per_s=speed.alone,
        batched_per_s=speed.batched,
        remark=remark,
    )


def row_figures(answers: Sequence[LabelAnswer], asked: int) -> Figures:
    """Figures of labels with macro-F1 of every part, the share of pairs that were answered, and selective accuracy.

    Raises:
        ValueError: nothing is given.
    """
    figures = label_figures(answers) | {"answered": len(answers) / asked}
    for name in AXES[1:]:
        found = macro_f1([one.truth.on(name) for one in answers], [one.said(name) for one in answers])
        figures |= {f"{name}_macro_f1": found.value, f"{name}_macro_f1_low": found.low, f"{name}_macro_f1_high": found.high}
    sure = [_sure(one) for one in answers]
    kept, _threshold = selective_accuracy([share for share, _right in sure], [right for _share, right in sure], COVERAGE)
    return figures | {"severity_selective": kept}


def _sure(answer: LabelAnswer) -> Sure:
    return round(answer.sure("severity"), 6), answer.right("severity")


def timed(work: Callable[[], Sequence[_T]]) -> tuple[list[_T], float]:
    """What was made, and how many of it per second of processor time: other programs on the machine do not count."""
    started = time.process_time()
    found = list(work())
    return found, len(found) / max(1e-9, time.process_time() - started)

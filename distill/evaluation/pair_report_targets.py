"""What students of pairs should reach, and what was found: a miss is said as plainly as a hit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from distill.corpora.pairs import PairSplit
from distill.evaluation.pair_report_page import NOT_MEASURED, Block, Heading, Table, percent
from distill.evaluation.pair_report_rows import SPLIT_NAMES, Row
from distill.evaluation.pair_report_students import MeasuredReasoner
from distill.evaluation.planted import PlantedFigures
from engine.reasoning.language import AXES

_MOST_WRONG = 0.015
_MOST_ECE = 0.05
_MOST_REJECTED = 0.02
_UNSEEN: tuple[PairSplit, ...] = ("s1", "s2")
_EVERYWHERE: tuple[PairSplit, ...] = ("warm", "s1", "s2")
_BOOSTING = "gradient boosting"


def target_blocks(rows: Sequence[Row], shipped: MeasuredReasoner, planted: PlantedFigures) -> Iterator[Block]:
    """Each target with what was found."""
    yield Heading("Targets")
    by_name = {row.name: row for row in rows}
    labeller, boosting = by_name.get("labeller"), by_name.get(_BOOSTING)
    told = [
        *_compared("reasoner at or above the labeller", shipped.row, labeller, _EVERYWHERE),
        *_compared("labeller above gradient boosting", labeller, boosting, _UNSEEN),
        *_compared("reasoner above gradient boosting", shipped.row, boosting, _UNSEEN),
        *_wrong("its own label", shipped.steps),
        *_wrong("the labeller's label", shipped.steps_shipped),
        *(_calibrated(row, split) for row in (labeller, shipped.row) if row is not None for split in _UNSEEN),
        _missed(planted),
        _rejected(planted),
    ]
    yield Table(
        "Where two macro-F1 are compared, intervals that overlap leave open which is higher",
        ("target", "where", "found", "met?"),
        tuple(told),
    )


def _compared(words: str, one: Row | None, other: Row | None, splits: Sequence[PairSplit]) -> Iterator[tuple[str, ...]]:
    for split in splits:
        parts = [None if row is None else row.figures.get(split) for row in (one, other)]
        where = f"severity macro-F1, {SPLIT_NAMES[split]}"
        first, second = parts
        if first is None or second is None:
            yield words, where, NOT_MEASURED, NOT_MEASURED
            continue
        values = [part["severity_macro_f1"] for part in (first, second)]
        met = _met(values[0] >= values[1])
        apart = (
            first["severity_macro_f1_low"] > second["severity_macro_f1_high"]
            or second["severity_macro_f1_low"] > first["severity_macro_f1_high"]
        )
        yield words, where, f"{percent(values[0])} and {percent(values[1])}", met if apart else f"{met}; intervals overlap"


def _wrong(words: str, steps: dict[PairSplit, dict[str, float]]) -> Iterator[tuple[str, ...]]:
    target = f"wrong-direction steps at most {_MOST_WRONG:.1%} of steps"
    if not steps:
        yield target, words, NOT_MEASURED, NOT_MEASURED
    else:
        worst = max(part["wrong_direction"] for part in steps.values())
        yield target, f"{words}, worst split", f"{percent(worst, 2)} %", _met(worst <= _MOST_WRONG)


def _calibrated(row: Row, split: PairSplit) -> tuple[str, ...]:
    target, part = f"{row.name}: calibration error at most {_MOST_ECE}", row.figures.get(split)
    if part is None:
        return target, SPLIT_NAMES[split], NOT_MEASURED, NOT_MEASURED
    errors = [part[f"{axis}_ece"] for axis in AXES]
    where, found = f"severity, direction, mechanism, {SPLIT_NAMES[split]}", ", ".join(f"{one:.3f}" for one in errors)
    return target, where, found, _met(max(errors) <= _MOST_ECE)


def _missed(planted: PlantedFigures) -> tuple[str, ...]:
    number = sum(sum(badges.values()) for badges in planted.badges.values())
    return "no planted error badged as supported", "verifier", f"{planted.missed} of {number:,}", _met(planted.missed == 0)


def _rejected(planted: PlantedFigures) -> tuple[str, ...]:
    target = f"true steps wrongly rejected at most {_MOST_REJECTED:.0%}"
    found = f"{percent(planted.rejected_share, 2)} % of {planted.true_steps:,}"
    return target, "verifier", found, _met(planted.rejected_share <= _MOST_REJECTED)


def _met(met: bool) -> str:
    return "met" if met else "missed"

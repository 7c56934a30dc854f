"""The report's part on the ablation: each arm beside the reference, which is the same recipe at the same budget with nothing
changed. Only trainings of as many steps of the same size are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.corpora.pairs import TEST_SPLITS, PairSplit
from distill.evaluation.pair_report_page import NOT_MEASURED, Block, Heading, Points, Table, Words, percent
from distill.evaluation.pair_report_rows import SPLIT_NAMES, Row
from distill.evaluation.pair_report_students import MeasuredReasoner
from distill.evaluation.pair_report_training import REPORT, Training, read_training
from distill.export.arms import REFERENCE, TRAINING, arm_named
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.recipes import read_named

_SETTINGS = "settings.json"
_OTHER_BUDGET, _NOT_SAID = "other budget", "not said"
_SPLITS = tuple(SPLIT_NAMES.values())
_DRAWS, _SHARE = 1000, 0.95


@dataclass(frozen=True, slots=True)
class ArmTraining:
    """How an arm was trained."""

    told: Training
    settings: ReasonerSettings

    @property
    def budget(self) -> tuple[int, int, int]:
        """Steps, tokens of each, and weights that learn: what arms must have in common."""
        return self.told.steps, self.settings.batch_tokens, self.told.parameters


def arm_trainings(students: Mapping[str, Path]) -> dict[str, ArmTraining]:
    """The trainings beside the students of arms, by name; students given from elsewhere have none there.

    Raises:
        InputError: the report or the settings of a training are damaged.
    """
    folders = {name: folder.parent / TRAINING for name, folder in students.items()}
    return {
        name: ArmTraining(read_training(name, folder), read_named("reasoner", str(folder / _SETTINGS), ReasonerSettings))
        for name, folder in folders.items()
        if (folder / REPORT).is_file()
    }


def ablation_blocks(arms: Sequence[MeasuredReasoner], trainings: Mapping[str, ArmTraining]) -> Iterator[Block]:
    """The arms: how they were trained, and by how much each differs from the reference."""
    if not arms:
        return
    yield Heading("Ablation")
    reference = next((one for one in arms if one.row.name == REFERENCE.name), None)
    budget = trainings.get(REFERENCE.name)
    if reference is None or budget is None:
        yield Words(
            f"The reference of the ablation, '{REFERENCE.name}', was not given with its training: arms stand in the tables, "
            "but what each part is worth is not said."
        )
    else:
        yield Words(
            f"Each arm differs in one part from '{REFERENCE.name}'; all have {budget.told.steps:,} steps of at most "
            f"{budget.settings.batch_tokens:,} tokens and {budget.told.parameters:,} weights, which is another budget than the "
            "shipped reasoner's: arms are compared with that reference alone."
        )
    yield Points(tuple(f"{one.row.name}: {_changed(one)}." for one in arms))
    yield _training_table(arms, trainings)
    if reference is not None and budget is not None:
        others = [one for one in arms if one is not reference]
        alike = {name for name, one in trainings.items() if one.budget == budget.budget}
        yield _severity_table(reference, others, alike)
        yield _step_table(reference, others, alike)
        yield Words(
            "Above 0 the arm is better than the reference, below 0 it is worse; with steps of wrong direction (against all "
            "that the pair's facts lead to) it is the other way round. "
            "Intervals resample the pairs that both answered. Macro-F1 leans on the rarest severities: that of the reference "
            f"alone has intervals {_widths(reference.row)} points wide, so small differences of it say nothing. How "
            "trainings differ by chance is in no interval: arms that differ in the seed alone show it."
        )


def _training_table(arms: Sequence[MeasuredReasoner], trainings: Mapping[str, ArmTraining]) -> Table:
    rows = []
    for one in arms:
        training = trainings.get(one.row.name)
        told = (_NOT_SAID,) * 4
        if training is not None:
            items, steps, hours = training.told.items, training.told.steps, training.told.seconds / 3600
            told = (f"{items:,}", f"{steps:,}", f"{hours:.2f}", training.told.device)
        rows.append((one.row.name, *told))
    return Table("How arms were trained", ("who", "items", "steps", "hours", "device"), tuple(rows))


def _changed(one: MeasuredReasoner) -> str:
    arm = arm_named(one.row.name)
    return _NOT_SAID if arm is None else arm.words


def _severity_table(reference: MeasuredReasoner, others: Sequence[MeasuredReasoner], alike: set[str]) -> Table:
    head = ("who", *(f"macro-F1, {split}" for split in _SPLITS), *(f"accuracy, {split}" for split in _SPLITS))
    rows = [_row(one, alike, _severity_cells(one.row, reference.row), len(head)) for one in others]
    return Table("Severity, difference to the reference in points (accuracy with its 95 % interval)", head, tuple(rows))


def _severity_cells(row: Row, reference: Row) -> Iterator[str]:
    for split in TEST_SPLITS:
        own, theirs = (one.figures.get(split, {}).get("severity_macro_f1") for one in (row, reference))
        yield _points(own, theirs)
    for split in TEST_SPLITS:
        yield _paired(row, reference, split)


def _paired(row: Row, reference: Row, split: PairSplit) -> str:
    """Both answered the same pairs in the same order."""
    own, theirs = row.severity.get(split, ()), reference.severity.get(split, ())
    if not own or len(own) != len(theirs):
        return NOT_MEASURED
    value, low, high = paired_difference([right for _share, right in own], [right for _share, right in theirs])
    return f"{_signed(value)} ({_signed(low)} to {_signed(high)})"


def paired_difference(own: Sequence[bool], theirs: Sequence[bool]) -> tuple[float, float, float]:
    """By how much more often one is right than another about the same pairs, with a 95 % interval that resamples pairs.

    Raises:
        ValueError: there are no pairs, or not as many of each.
    """
    if not own or len(own) != len(theirs):
        raise ValueError("both answer the same pairs")
    differences = np.array(own, dtype=float) - np.array(theirs, dtype=float)
    drawing = np.random.default_rng(0)
    means = [float(drawing.choice(differences, size=len(differences)).mean()) for _draw in range(_DRAWS)]
    tail = (1.0 - _SHARE) / 2.0
    return float(differences.mean()), float(np.quantile(means, tail)), float(np.quantile(means, 1.0 - tail))


def _step_table(reference: MeasuredReasoner, others: Sequence[MeasuredReasoner], alike: set[str]) -> Table:
    head = (
        "who",
        "direction macro-F1, all splits",
        "mechanism macro-F1, all splits",
        "steps supported",
        "steps of wrong direction",
    )
    rows = [_row(one, alike, _step_cells(one, reference), len(head)) for one in others]
    return Table("Other labels and steps, difference to the reference in points", head, tuple(rows))


def _step_cells(one: MeasuredReasoner, reference: MeasuredReasoner) -> Iterator[str]:
    for axis in ("direction", "mechanism"):
        yield _points(_mean(one.row, f"{axis}_macro_f1"), _mean(reference.row, f"{axis}_macro_f1"))
    for name in ("steps_supported", "wrong_direction"):
        yield _points(_of_all_steps(one, name), _of_all_steps(reference, name), digits=2)


def _mean(row: Row, name: str) -> float | None:
    """The mean over the splits, each as much as the others."""
    parts = [row.figures[split][name] for split in TEST_SPLITS if split in row.figures]
    return sum(parts) / len(parts) if len(parts) == len(TEST_SPLITS) else None


def _of_all_steps(one: MeasuredReasoner, name: str) -> float | None:
    """A share of the steps of all splits; None where there is no step."""
    steps = sum(part["steps"] for part in one.steps.values())
    return sum(part["steps"] * part[name] for part in one.steps.values()) / steps if steps else None


def _row(one: MeasuredReasoner, alike: set[str], cells: Iterator[str], width: int) -> tuple[str, ...]:
    name = one.row.name
    return (name, *cells) if name in alike else (name, *(_OTHER_BUDGET for _cell in range(width - 1)))


def _points(own: float | None, theirs: float | None, digits: int = 1) -> str:
    return NOT_MEASURED if own is None or theirs is None else _signed(own - theirs, digits)


def _signed(difference: float, digits: int = 1) -> str:
    return f"{100 * difference:+.{digits}f}"


def _widths(row: Row) -> str:
    parts = [row.figures[split] for split in TEST_SPLITS if split in row.figures]
    widths = [part["severity_macro_f1_high"] - part["severity_macro_f1_low"] for part in parts]
    return ", ".join(map(percent, widths))

"""What is chosen on the page. Findings, matrix, loads and detail share one selection and follow it.

A choice names what it means by keys that stay the same while the list changes, so that it outlives a check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from engine.report import CumulativeLoad, Drug, Duplicate, Interaction, MissingDatum, PatientStatement, Report

    Chosen = Interaction | CumulativeLoad | Duplicate | PatientStatement | MissingDatum

ChoiceKind = Literal["pair", "load", "duplicate", "patient", "missing"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A pair of medicines, a load, a duplicate, a statement on the patient, or a missing datum."""

    kind: ChoiceKind
    key: tuple[str, ...]


def row_keys(drugs: Iterable[Drug]) -> list[str]:
    """Each medicine of the list by its substance and how many times that stood before: stable when other lines change."""
    earlier: Counter[str] = Counter()
    keys = []
    for drug in drugs:
        keys.append(f"{drug.substance}#{earlier[drug.substance]}")
        earlier[drug.substance] += 1
    return keys


def _rows_of(report: Report, choice: Choice) -> tuple[int, ...]:
    """The places of a pair in the report's `drugs`, in order; empty where one is gone."""
    rows = tuple(row for row, key in enumerate(row_keys(report.drugs)) if key in choice.key)
    return rows if len(rows) == len(choice.key) else ()


def pair_of(keys: Sequence[str], rows: tuple[int, int]) -> Choice:
    """The pair of two places, whichever comes first, where the keys of all rows are at hand."""
    return Choice("pair", tuple(sorted(keys[row] for row in rows)))


def pair_choice(report: Report, rows: tuple[int, int]) -> Choice:
    """The pair of two places in the report's `drugs`, whichever comes first."""
    return pair_of(row_keys(report.drugs), rows)


def choice_of(report: Report, chosen: Chosen) -> Choice:
    """The choice that stands for a part of a report."""
    from engine.report import CumulativeLoad, Duplicate, Interaction, PatientStatement

    if isinstance(chosen, Interaction):
        return pair_choice(report, chosen.rows)
    if isinstance(chosen, CumulativeLoad):
        return Choice("load", (chosen.tag,))
    if isinstance(chosen, Duplicate):
        return Choice("duplicate", (chosen.kind, chosen.subgroup))
    if isinstance(chosen, PatientStatement):
        return Choice("patient", (chosen.drug, chosen.datum, chosen.text))
    return Choice("missing", (chosen.datum,))


def chosen_of(report: Report, choice: Choice) -> tuple[Chosen, ...]:
    """What a choice means in a report: all findings of a pair (worst first), or one part of another kind; empty if it is gone."""
    if choice.kind == "pair":
        rows = _rows_of(report, choice)
        return tuple(one for one in report.interactions if one.rows in (rows, rows[::-1]))
    parts: dict[ChoiceKind, tuple[Chosen, ...]] = {
        "load": report.cumulative,
        "duplicate": report.duplicates,
        "patient": report.patient,
        "missing": report.missing,
    }
    return tuple(part for part in parts[choice.kind] if choice_of(report, part) == choice)


class Selection(QObject):
    """The one choice of the page; `changed` follows a new one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice | None = None

    @property
    def choice(self) -> Choice | None:
        """What is chosen; None where nothing is."""
        return self._choice

    def choose(self, choice: Choice | None) -> None:
        """Choose, or choose nothing."""
        if choice != self._choice:
            self._choice = choice
            self.changed.emit()

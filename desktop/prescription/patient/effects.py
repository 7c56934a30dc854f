"""What each datum of the patient changes in a report, and what it would change: worked out without widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.prescription.choice import Choice, choice_of, pair_choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.knowledge.records import Context
    from engine.report import Interaction, Report

HISTORY = "history"
# The engine's word for a datum, by the field of the patient that answers it.
FIELD_OF_DATUM: dict[str, str] = {
    "age": "age_years",
    "sex": "sex",
    "weight": "weight_kg",
    "eGFR": "egfr_ml_min",
    "liver function (Child-Pugh class)": "child_pugh",
    "pregnancy": "pregnant",
    "breastfeeding": "breastfeeding",
    "QTc": "qtc_ms",
    "potassium": "potassium_mmol_l",
    "INR": "inr",
    "smoking": "smoker",
    "alcohol": "alcohol",
    "history": HISTORY,
}


def field_of(datum: str) -> str | None:
    """The field that answers a datum; None where the list itself answers it, as with a dose or a route."""
    if datum.startswith("use of "):
        return HISTORY
    return FIELD_OF_DATUM.get(datum)


@dataclass(frozen=True, slots=True)
class Effect:
    """A statement or a pair that a known datum decides, with the choice that opens it."""

    text: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class Missing:
    """A datum that is not known, and how many pairs and medicines it would change."""

    datum: str
    pairs: int
    medicines: int


def effects_of(report: Report) -> dict[str, tuple[Effect, ...]]:
    """By field: statements that the datum triggers, then pairs whose severity it decides; no choice twice."""
    found: dict[str, dict[Choice, Effect]] = {}
    for statement in report.patient:
        field = field_of(statement.datum)
        if field is not None:
            choice = choice_of(report, statement)
            found.setdefault(field, {}).setdefault(choice, Effect(statement.text, choice))
    for interaction in report.interactions:
        for note in interaction.conditions:
            field = field_of(note.needs) if note.known else None
            if field is not None:
                choice = pair_choice(report, interaction.rows)
                found.setdefault(field, {}).setdefault(choice, Effect(" + ".join(interaction.drugs), choice))
    return {field: tuple(effects.values()) for field, effects in found.items()}


def missing_of(report: Report) -> dict[str, tuple[Missing, ...]]:
    """By field: what is not known and would matter, most changes first; under "" what the list itself answers."""
    found: dict[str, list[Missing]] = {}
    for missing in report.missing:
        pairs = sum(1 for names in missing.would_change if len(names) > 1)
        row = Missing(missing.datum, pairs, len(missing.would_change) - pairs)
        found.setdefault(field_of(missing.datum) or "", []).append(row)
    return {field: tuple(sorted(rows, key=lambda row: (-row.pairs, -row.medicines))) for field, rows in found.items()}


def _said(interaction: Interaction) -> str:
    parts = [level.condition or "" for level in interaction.source_level]
    return " | ".join([*parts, *(f"{note.needs}: {note.effect}" for note in interaction.conditions)])


def contexts_that_matter(report: Report, contexts: Mapping[str, Context]) -> frozenset[str]:
    """Codes of the circumstances on which what is said of this list depends."""
    said = " | ".join([*map(_said, report.interactions), *(statement.text for statement in report.patient)]).casefold()
    return frozenset(code for code, context in contexts.items() if context.words.casefold() in said)

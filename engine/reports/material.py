"""What every export is made from: one report with its patient, text and time, and the words that a store knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.knowledge.records import NONE
from engine.prescriptions.patient import Patient
from engine.prescriptions.units import SHOWN_DIGITS, shown, unit_of
from engine.report import LEFT_OUT, LEFT_OUT_BETWEEN, Interaction, Report, severity_rank
from engine.settings import Units

if TYPE_CHECKING:
    from engine.knowledge.records import PlainWords
    from engine.knowledge.store import KnowledgeStore

# A laboratory gives creatinine to two or three digits: more would look like a measurement that nobody made.
_DIGITS = {"creatinine_umol_l": 3}

_FIELDS: tuple[tuple[str, str], ...] = (
    ("age_years", "age"),
    ("sex", "sex"),
    ("weight_kg", "weight"),
    ("height_cm", "height"),
    ("egfr_ml_min", "eGFR"),
    ("creatinine_umol_l", "creatinine"),
    ("child_pugh", "Child-Pugh class"),
    ("pregnant", "pregnant"),
    ("breastfeeding", "breastfeeding"),
    ("qtc_ms", "QTc"),
    ("potassium_mmol_l", "potassium"),
    ("inr", "INR"),
    ("smoker", "smoker"),
    ("alcohol", "alcohol"),
)


@dataclass(frozen=True, slots=True)
class Wordbook:
    """Words of the knowledge that a report does not carry itself."""

    sources: Mapping[str, str]
    contexts: Mapping[str, str]
    plain: Mapping[tuple[str, str], PlainWords]
    tag_effects: Mapping[str, str]

    @classmethod
    def of(cls, store: KnowledgeStore) -> Wordbook:
        """The words of a store."""
        told = {source.id: (source.title, source.publisher, source.date) for source in store.sources.values()}
        sources = {name: "; ".join(part for part in parts if part != NONE) for name, parts in told.items()}
        contexts = {context.code: context.words for context in store.contexts.values()}
        return cls(sources, contexts, store.plain_words, {tag.code: tag.effect for tag in store.tags.values()})


@dataclass(frozen=True, slots=True)
class Material:
    """A checked list as it is exported. `made_at` carries its zone; the patient's figures are written in `units`.

    Raises:
        ValueError: `made_at` has no zone.
    """

    report: Report
    patient: Patient | None
    text: str
    made_at: datetime
    words: Wordbook
    title: str = ""
    remark: str = ""
    units: Units = "si"

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("the time of an export carries its zone")

    @property
    def date(self) -> str:
        """Day and minute with the zone."""
        return self.made_at.strftime("%Y-%m-%d %H:%M UTC%z").removesuffix("+0000")


def patient_values(material: Material) -> tuple[str, ...]:
    """What is known of the patient, one text a value with its unit; empty where nothing is."""
    patient = material.patient
    if patient is None:
        return ()
    rows = []
    for name, label in _FIELDS:
        value = getattr(patient, name)
        if value is None:
            continue
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, float):
            value = f"{shown(name, value, material.units, _DIGITS.get(name, SHOWN_DIGITS))} {unit_of(name, material.units).name}"
        rows.append(f"{label}: {value}".rstrip())
    for label, codes in (("history", patient.history), ("not in the history", patient.history_absent)):
        if codes:
            rows.append(f"{label}: {', '.join(material.words.contexts.get(code, code) for code in codes)}")
    return tuple(rows)


def lines_left_out(report: Report) -> int:
    """How many pieces of the list were taken for headings or remarks; at least one where anything was."""
    said = (one for one in report.assumed if one.startswith(LEFT_OUT))
    return sum(len(one.removeprefix(LEFT_OUT).split(LEFT_OUT_BETWEEN)) for one in said)


def some(count: int, one: str, more: str) -> str:
    """A count with its noun."""
    return f"{count} {one if count == 1 else more}"


def worst_first(report: Report) -> list[Interaction]:
    """Findings worst first, documented before inferred, otherwise in the report's order."""
    return sorted(report.interactions, key=lambda one: (severity_rank(one.severity), not one.documented))


def versions(material: Material) -> str:
    """Versions and digests of everything that took part, in one line."""
    made = material.report.provenance
    students = ", ".join(f"{name} {version}" for name, version in sorted(made.students.items())) or "none"
    return (
        f"Coprescribe {made.application}; knowledge {made.knowledge}, SHA-256 of its content {made.knowledge_digest}; "
        f"students that took part: {students}"
    )

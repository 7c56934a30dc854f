"""Words of the detail that are not the engine's: names of steps, verdicts and weights, and where to enter what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from engine.prescriptions.patient import Patient
    from engine.report import ConditionNote, Evidence, Interaction, Seriousness, SourceLevel, StepStatus

translate = QCoreApplication.translate
# A datum that stands in the line of a medicine, as the engine names it.
_OF_A_LINE = ("dose of ", "daily dose of ", "weekly dose of ", "route of ")


def step_title(kind: str) -> str:
    """What a step of the reasoning is about."""
    group, _, part = kind.partition(".")
    part = part.replace("_", " ")
    if group == "pk":
        return translate("Detail", "Pharmacokinetics: {0}").format(part)
    if group == "pd":
        return translate("Detail", "Pharmacodynamics: {0}").format(part)
    titles = {
        "net_effect": translate("Detail", "Net effect"),
        "severity": translate("Detail", "Severity"),
        "management": translate("Detail", "What to do"),
        "incompatibility": translate("Detail", "Incompatibility"),
    }
    return titles.get(group, translate("Detail", "Mechanism"))


def step_verdict(status: StepStatus) -> str:
    """Whether the cited facts bear a step out: sign and word."""
    verdicts: dict[StepStatus, str] = {
        "supported": translate("Detail", "✓ supported"),
        "contradicted": translate("Detail", "✗ contradicted"),
        "no_record": translate("Detail", "? no record"),
    }
    return verdicts[status]


def seriousness_words(seriousness: Seriousness) -> str:
    """How bad the outcome is, apart from the severity."""
    words: dict[Seriousness, str] = {
        "yes": translate("Detail", "serious"),
        "no": translate("Detail", "not serious as a rule"),
        "unknown": translate("Detail", "seriousness not known"),
    }
    return words[seriousness]


def evidence_words(evidence: Evidence) -> str:
    """What the finding rests on."""
    words: dict[Evidence, str] = {
        "regulator": translate("Detail", "a regulator's text"),
        "label": translate("Detail", "a product's label"),
        "study": translate("Detail", "a study"),
        "mechanism": translate("Detail", "mechanism facts only"),
        "model": translate("Detail", "a model only"),
    }
    return words[evidence]


def origin_words(finding: Interaction) -> str:
    """Documented or inferred, and provisional where a name waits."""
    if finding.documented:
        origin = translate("Detail", "Documented: a source says so.")
    else:
        origin = translate("Detail", "Inferred from mechanism facts; no source at hand documents this pair.")
    if finding.provisional:
        origin += " " + translate("Detail", "? Provisional: a name is not confirmed.")
    return origin


def roles_words(finding: Interaction) -> str:
    """Which medicine changes which."""
    if not finding.object or not finding.precipitant:
        return translate("Detail", "Both act together; neither is named as the one that changes the other.")
    ways = {
        "increase": translate("Detail", "{0} (precipitant) increases the exposure or effect of {1} (object)."),
        "decrease": translate("Detail", "{0} (precipitant) decreases the exposure or effect of {1} (object)."),
    }
    way = ways.get(
        finding.direction or "", translate("Detail", "{0} (precipitant) changes the exposure or effect of {1} (object).")
    )
    words = way.format(finding.precipitant, finding.object)
    return words[:1].upper() + words[1:]


def condition_words(state: str | None) -> str:
    """State of a condition: sign and word."""
    states = {
        "met": translate("Detail", "✓ met"),
        "not met": translate("Detail", "✗ not met"),
        "unknown": translate("Detail", "? not known"),
    }
    return states[state] if state is not None else translate("Detail", "no condition")


def note_state(note: ConditionNote) -> str:
    """State of a condition's note: sign and word."""
    if not note.known:
        return condition_words("unknown")
    return condition_words("met" if note.met else "not met")


def level_effect(level: SourceLevel) -> str:
    """A source's level with its condition, in the words of the notes on conditions."""
    return f"{level.level} applies when {level.condition}"


def what_to_enter(needs: str) -> str:
    """Where a missing datum is written."""
    if needs.startswith(_OF_A_LINE):
        return translate("Detail", "Write it in the medicine's line: {0}.").format(needs)
    return translate("Detail", "Enter it with the patient's data: {0}.").format(needs)


def datum_value(datum: str, patient: Patient) -> str | None:
    """The patient's value of a datum as the engine names it; None where there is none to show."""
    if datum == "eGFR" and patient.egfr_ml_min is None:
        computed = patient.effective_egfr_ml_min()
        return None if computed is None else translate("Detail", "{0} mL/min, computed from creatinine").format(f"{computed:.0f}")
    figures = {
        "age": (patient.age_years, translate("Detail", "years")),
        "weight": (patient.weight_kg, "kg"),
        "eGFR": (patient.egfr_ml_min, "mL/min"),
        "potassium": (patient.potassium_mmol_l, "mmol/L"),
        "QTc": (patient.qtc_ms, "ms"),
        "INR": (patient.inr, ""),
    }
    if datum in figures:
        figure, unit = figures[datum]
        return None if figure is None else f"{figure:g} {unit}".rstrip()
    if datum == "liver function (Child-Pugh class)":
        return patient.child_pugh
    if datum == "sex":
        return {"female": translate("Detail", "female"), "male": translate("Detail", "male"), None: None}[patient.sex]
    states = {
        "pregnancy": patient.pregnant,
        "breastfeeding": patient.breastfeeding,
        "smoking": patient.smoker,
        "alcohol": patient.alcohol,
    }
    state = states.get(datum)
    return None if state is None else (translate("Detail", "yes") if state else translate("Detail", "no"))

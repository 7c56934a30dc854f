"""Dose, route and schedule of one dosage in the words of a prescription, and a count of what could not be said in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.dosage import Dosage, DosageDoseAndRate
from fhir.resources.R4B.range import Range
from fhir.resources.R4B.ratio import Ratio

from engine.records.fhir.names import amount, figure, one_line, unit_of
from engine.records.fhir.timing import is_all_said, words_of_timing

# SNOMED CT codes of routes, for codings without a display, as in the value set "route-codes" of FHIR.
_SNOMED = "http://snomed.info/sct"
_ROUTES = {
    "26643006": "oral",
    "47625008": "intravenous",
    "78421000": "intramuscular",
    "34206005": "subcutaneous",
    "37839007": "sublingual",
    "37161004": "rectal",
    "46713006": "nasal",
    "54485002": "ophthalmic",
    "10547007": "otic",
    "6064005": "topical",
    "45890007": "transdermal",
    "16857009": "vaginal",
}
_MAX_DIRECTIONS = 400
_FIGURES = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Directions:
    """Words for a line, and whether something that the file says is not in them."""

    words: str
    complete: bool


def directions_of(dosages: Sequence[Dosage]) -> Directions:
    """The directions of a medicine; several dosages follow each other after commas."""
    ordered = sorted(dosages, key=lambda one: one.sequence if one.sequence is not None else 0)
    said = [_directions_of_one(one) for one in ordered]
    words = ", ".join(dict.fromkeys(one.words for one in said if one.words))
    if len(words) > _MAX_DIRECTIONS:
        return Directions("", complete=False)
    return Directions(words, all(one.complete for one in said))


def _directions_of_one(dosage: Dosage) -> Directions:
    if dosage.modifierExtension:
        return Directions("", complete=False)
    doses = dosage.doseAndRate or []
    dose = _dose(doses[0]) if len(doses) == 1 else "" if not doses else None
    timing = words_of_timing(dosage.timing)
    written = one_line(dosage.text)
    if written and (not dose or not timing):
        # What a person wrote says more than half of what was coded.
        return Directions(written, complete=not timing and (not dose or _is_in(dose, written)))
    needed = "as needed" if dosage.asNeededBoolean or dosage.asNeededCodeableConcept is not None else ""
    words = [dose or "", _route(dosage.route), timing or "", needed, _most(dosage.maxDosePerPeriod)]
    return Directions(" ".join(filter(None, words)), _is_all(dosage, dose, timing) and not written)


def _is_all(dosage: Dosage, dose: str | None, timing: str | None) -> bool:
    """Whether nothing of the dosage is left unsaid."""
    unsaid = (
        *(dosage.additionalInstruction, dosage.patientInstruction, dosage.asNeededCodeableConcept, dosage.site, dosage.method),
        *(dosage.maxDosePerAdministration, dosage.maxDosePerLifetime),
        dosage.route is not None and not _route(dosage.route),
        dosage.maxDosePerPeriod is not None and not _most(dosage.maxDosePerPeriod),
    )
    return dose is not None and timing is not None and is_all_said(dosage.timing) and not any(unsaid)


def _is_in(dose: str, written: str) -> bool:
    """Whether the figures of a coded dose stand in what a person wrote."""
    return set(_FIGURES.findall(dose)) <= set(_FIGURES.findall(written))


def _dose(one: DosageDoseAndRate) -> str | None:
    """ "40 mg" or "1-2 tablets"; empty where none is written, None where it cannot be said."""
    if one.rateQuantity is not None or one.rateRange is not None or one.rateRatio is not None:
        return None
    if one.doseQuantity is not None:
        return amount(one.doseQuantity) or None
    return _range(one.doseRange) if one.doseRange is not None else ""


def _range(doses: Range) -> str | None:
    if doses.low is None or doses.high is None:
        return None
    units = {unit_of(doses.low), unit_of(doses.high)} - {""}
    low, high = figure(doses.low.value), figure(doses.high.value)
    return f"{low}-{high} {units.pop()}" if low and high and len(units) == 1 else None


def _route(concept: CodeableConcept | None) -> str:
    if concept is None:
        return ""
    displays = [one_line(coding.display) for coding in concept.coding or []]
    codes = [_ROUTES.get(coding.code or "", "") for coding in concept.coding or [] if coding.system in (None, _SNOMED)]
    written = next(filter(None, [*codes, one_line(concept.text), *displays]), "")
    return written if len(written) <= 80 else ""


def _most(ratio: Ratio | None) -> str:
    """ "max 4 g per day"; empty for another period."""
    if ratio is None or ratio.denominator is None:
        return ""
    period, above = ratio.denominator, amount(ratio.numerator)
    hours_24 = period.value == 24 and (period.code or period.unit) in ("h", "hours", "hour")
    a_day = period.value == 1 and (period.code or period.unit) in ("d", "day")
    return f"max {above} per day" if above and (a_day or hours_24) else ""

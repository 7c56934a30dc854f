"""The patient of a bundle: age, sex and the newest measurements by their LOINC codes, each with its date in a remark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient as FhirPatient
from fhir.resources.R4B.quantity import Quantity
from pydantic import ValidationError

from engine.prescriptions.patient import Patient
from engine.prescriptions.units import CM_PER_INCH, KG_PER_LB, UMOL_L_PER_MG_DL_CREATININE
from engine.records.fhir.names import one_line
from engine.records.fhir.resources import Raw, checked, is_turned

PATIENT_FIELDS = frozenset({"birthDate", "gender", "name", "deceasedBoolean", "deceasedDateTime"})
OBSERVATION_FIELDS = frozenset({"status", "code", "subject", "effectiveDateTime", "valueQuantity"})
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_SURE = frozenset({"final", "amended", "corrected"})
_UMOL_L = Decimal(str(UMOL_L_PER_MG_DL_CREATININE))
_LB = Decimal(str(KG_PER_LB))
_INCH = Decimal(str(CM_PER_INCH))
_MG_DL = {"mg/dL": _UMOL_L, "umol/L": Decimal(1), "µmol/L": Decimal(1), "μmol/L": Decimal(1)}
_RATE = dict.fromkeys(("mL/min/{1.73_m2}", "mL/min/1.73m2", "mL/min/{1.73m2}", "mL/min/1.73 m2", "mL/min"), Decimal(1))
_MMOL = dict.fromkeys(("mmol/L", "meq/L", "mEq/L"), Decimal(1))
_KG = {"kg": Decimal(1), "g": Decimal("0.001"), "[lb_av]": _LB, "lb": _LB, "lbs": _LB}
_CM = {"cm": Decimal(1), "m": Decimal(100), "[in_i]": _INCH, "in": _INCH}
_RATIO = dict.fromkeys(("{INR}", "1", "INR", "{ratio}", ""), Decimal(1))


@dataclass(frozen=True, slots=True)
class _Kind:
    field: str
    words: str
    factors: dict[str, Decimal]


_NORMALISED = (
    "The eGFR of the file is for 1.73 m² of body surface and was taken as it stands: for a person who is much smaller or larger, "
    "work out the value for their own surface where a dose or a limit depends on it."
)
_WEIGHT = _Kind("weight_kg", "weight", _KG)
_HEIGHT = _Kind("height_cm", "height", _CM)
_CREATININE = _Kind("creatinine_umol_l", "creatinine", _MG_DL)
_EGFR = _Kind("egfr_ml_min", "eGFR", _RATE)
_POTASSIUM = _Kind("potassium_mmol_l", "potassium", _MMOL)
_INR = _Kind("inr", "INR", _RATIO)
# LOINC codes, held against value sets of HL7 (FHIR vital signs; the guides on clinical practice and on interactions of
# medicines; CH RAD-Order for the INR in blood) and, for QTc and the eGFR of 2021, against published FHIR profiles.
_KINDS = {
    "29463-7": _WEIGHT,
    "3141-9": _WEIGHT,
    "8302-2": _HEIGHT,
    "3137-7": _HEIGHT,
    "2160-0": _CREATININE,
    "14682-9": _CREATININE,
    "2823-3": _POTASSIUM,
    "6298-4": _POTASSIUM,
    # MDRD, CKD-EPI 2009 and CKD-EPI 2021: all of them for 1.73 m² of body surface, whatever the unit leaves out.
    "33914-3": _EGFR,
    "62238-1": _EGFR,
    "98979-8": _EGFR,
    # The MDRD formula in two variants (for black people and for all others): where a file has both with two values on one day,
    # nobody can tell which one holds, and none is taken.
    "48642-3": _EGFR,
    "48643-1": _EGFR,
    "6301-6": _INR,
    "34714-6": _INR,
    "38875-1": _INR,
    "8636-3": _Kind("qtc_ms", "QTc", {"ms": Decimal(1)}),
}


def title_of(raw: Raw | None, place: int) -> str:
    """Name and birth date, to tell the people of one file apart."""
    found = checked(FhirPatient, raw, PATIENT_FIELDS) if raw is not None else None
    if found is None:
        return f"Patient {place}"
    names = found.name or []
    name = ""
    if names:
        given = " ".join(part for part in names[0].given or [] if part)
        name = one_line(names[0].text) or one_line(f"{given} {names[0].family or ''}")
    return ", ".join(filter(None, (name[:100] or f"Patient {place}", f"born {found.birthDate}" if found.birthDate else "")))


def person_of(raw: Raw | None, observations: Iterable[Raw], today: date) -> tuple[Patient | None, tuple[str, ...]]:
    """(what is known of the patient or None, sentences on what was taken and what was not)."""
    values: dict[str, object] = {}
    told: list[str] = []
    odd: list[str] = []
    found = checked(FhirPatient, raw, PATIENT_FIELDS) if raw is not None and not is_turned(raw) else None
    if raw is not None and found is None:
        odd.append("the patient's own entry")
    if found is not None:
        _take_own(found, today, values, told, odd)
    for kind, value, when in _newest(observations, odd):
        if _fits(kind.field, value):
            values[kind.field] = value
            told.append(f"{kind.words} ({when.isoformat() if when is not None else 'no date'})")
        else:
            odd.append(kind.words)
    remarks = []
    if told:
        remarks.append(f"Taken from the file for the patient: {', '.join(told)}. Please look whether they still hold.")
    if _EGFR.field in values:
        remarks.append(_NORMALISED)
    if odd:
        remarks.append(f"Not taken, because value, unit or date cannot be used: {', '.join(sorted(set(odd)))}.")
    return (Patient.model_validate(values) if values else None), tuple(remarks)


def _take_own(found: FhirPatient, today: date, values: dict[str, object], told: list[str], odd: list[str]) -> None:
    # A month or a year alone comes as text, whatever the model's type says.
    born: object = found.birthDate
    if isinstance(born, date) and not isinstance(born, datetime):
        age = _age_years(born, today)
        if _fits("age_years", age):
            values["age_years"] = age
            told.append("age")
        else:
            odd.append("age")
    elif born is not None:
        odd.append("age")
    if found.gender in ("female", "male"):
        values["sex"] = found.gender
        told.append("sex")
    if found.deceasedBoolean or found.deceasedDateTime is not None:
        odd.append("age (the file says that the patient died)")


def _age_years(born: date, today: date) -> float:
    """Whole years; for children under two, years with two places."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return float(years) if years >= 2 else round((today - born).days / 365.25, 2)


def _newest(observations: Iterable[Raw], odd: list[str]) -> list[tuple[_Kind, float, date | None]]:
    """The newest value of each kind; several without dates are no value, since nobody knows which is newer."""
    found: dict[str, list[tuple[date | None, float, _Kind]]] = {}
    for raw in observations:
        one = checked(Observation, raw, OBSERVATION_FIELDS)
        kind = kind_of(raw)
        if kind is None:
            continue
        value = _value(one, kind) if one is not None and not is_turned(raw) else None
        if one is None or value is None:
            odd.append(kind.words)
        else:
            found.setdefault(kind.field, []).append((_day(one), value, kind))
    newest: list[tuple[_Kind, float, date | None]] = []
    for values in found.values():
        dated = [row for row in values if row[0] is not None]
        if len(values) > 1 and len(dated) < len(values):
            odd.append(values[0][2].words)
            continue
        last = max(values, key=lambda row: row[0] or date.min)
        if len({value for day, value, _kind in values if day == last[0]}) > 1:
            odd.append(last[2].words)
            continue
        newest.append((last[2], last[1], last[0]))
    return newest


def kind_of(raw: Raw) -> _Kind | None:
    """What an observation measures, if it is one that is read."""
    code = raw.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    for coding in codings if isinstance(codings, list) else []:
        if isinstance(coding, dict) and coding.get("system") == _LOINC and isinstance(coding.get("code"), str):
            kind = _KINDS.get(str(coding["code"]))
            if kind is not None:
                return kind
    return None


def _value(one: Observation, kind: _Kind) -> float | None:
    quantity = one.valueQuantity
    if one.status not in _SURE or quantity is None or quantity.value is None or quantity.comparator:
        return None
    factor = _factor(quantity, kind)
    if factor is None or not quantity.value.is_finite() or abs(quantity.value) > 1_000_000:
        return None
    return float(round(quantity.value * factor, 3))


def _factor(quantity: Quantity, kind: _Kind) -> Decimal | None:
    """What the figure is multiplied by; None where code and unit are unknown, or say two things."""
    if not quantity.code and not quantity.unit:
        return kind.factors.get("")
    if quantity.code and quantity.code not in kind.factors and quantity.system in (None, _UCUM):
        return None
    known = {kind.factors[one] for one in (quantity.code, quantity.unit) if one and one in kind.factors}
    return known.pop() if len(known) == 1 else None


def _day(one: Observation) -> date | None:
    # A date alone or a month comes as what it is, whatever the model's type says.
    when: object = one.effectiveDateTime
    return when.date() if isinstance(when, datetime) else when if isinstance(when, date) else None


def _fits(field: str, value: float) -> bool:
    try:
        Patient.model_validate({field: value})
    except ValidationError:
        return False
    return True

"""The name of a medicine as a resource gives it: its text, a code's display, the medication it refers to, or the code itself."""

from __future__ import annotations

import re
from decimal import Decimal

from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.coding import Coding
from fhir.resources.R4B.medication import Medication, MedicationIngredient
from fhir.resources.R4B.quantity import Quantity
from fhir.resources.R4B.ratio import Ratio
from fhir.resources.R4B.reference import Reference

from engine.records.codes import CodeLookup
from engine.records.fhir.resources import Index, Raw, checked, is_turned

_FIELDS = frozenset({"code", "form", "ingredient", "status"})
_SYSTEMS = {
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://www.whocc.no/atc": "atc",
    "http://snomed.info/sct": "snomed",
    "http://hl7.org/fhir/sid/ndc": "ndc",
}
_UNITS = {
    "ug": "mcg",
    "[iU]": "IU",
    "[IU]": "IU",
    "meq": "mEq",
    "{tbl}": "tablet",
    "{tablet}": "tablet",
    "{cap}": "capsule",
    "{capsule}": "capsule",
    "{puff}": "puff",
    "[puff]": "puff",
    "[drp]": "drop",
    "{drop}": "drop",
    "{patch}": "patch",
    "U": "units",
}
_MAX_NAME = 300
_LEAST = Decimal("0.000001")
_MOST = Decimal(1_000_000_000)
_CUTTING = re.compile(r"[;\uff1b]")


def one_line(text: str | None) -> str:
    """Words as they fit into a line of a list: no breaks, nothing that cuts a line in two."""
    return _CUTTING.sub(",", " ".join((text or "").split()))


def figure(value: Decimal | None) -> str:
    """A figure as people write it; empty for none and for what no dose can be."""
    if value is None or not value.is_finite() or not _LEAST < value < _MOST:
        return ""
    value = value.quantize(_LEAST).normalize()
    return f"{value:f}"


def unit_of(quantity: Quantity) -> str:
    """The unit in the words of a prescription."""
    written = one_line(quantity.unit) or one_line(quantity.code)
    return _UNITS.get(written, written)


def amount(quantity: Quantity | None) -> str:
    """ "40 mg"; empty where figure or unit is missing, or where it is only a bound ("less than")."""
    if quantity is None or quantity.comparator:
        return ""
    number, unit = figure(quantity.value), unit_of(quantity)
    return f"{number} {unit}" if number and unit and len(unit) < 40 else ""


def written_name(concept: CodeableConcept | None) -> str:
    """The text, else a display."""
    if concept is None:
        return ""
    displays = [one_line(coding.display) for coding in _codings(concept)]
    return next(filter(None, [one_line(concept.text), *displays]), "")


def _codings(concept: CodeableConcept) -> list[Coding]:
    return sorted(concept.coding or [], key=lambda coding: not coding.userSelected)


class Names:
    """Names of medicines in one bundle; `take_coded` tells what became of codes without a name."""

    def __init__(self, index: Index, lookup: CodeLookup | None) -> None:
        self._index = index
        self._lookup = lookup
        self._found: list[str] = []
        self._unknown: list[str] = []

    @property
    def looks_up(self) -> bool:
        """Whether there is anything to look codes up in."""
        return self._lookup is not None

    def take_coded(self) -> tuple[list[str], list[str]]:
        """(names with the code that they were found by, codes without a name) since this was last asked."""
        told = self._found, self._unknown
        self._found, self._unknown = [], []
        return told

    def of(self, concept: CodeableConcept | None, reference: Reference | None, within: Raw) -> str:
        """The name that a request or a statement gives; empty where it gives none that can be used."""
        name = self._of_concept(concept)
        if not name and reference is not None:
            raw = self._index.find(reference.reference, within)
            name = self._of_medication(raw, within) if raw is not None else ""
            name = name or one_line(reference.display)
        return name if len(name) <= _MAX_NAME else ""

    def _of_concept(self, concept: CodeableConcept | None) -> str:
        """What is written, else what the look-up says, else the code with its system."""
        written = written_name(concept)
        if written or concept is None:
            return written
        coded = [
            (_SYSTEMS.get(coding.system or "", "code"), one_line(coding.code)) for coding in _codings(concept) if coding.code
        ]
        if not coded:
            return ""
        first = f"{coded[0][0]}:{coded[0][1]}"
        names = {name for system, code in coded if self._lookup is not None and (name := self._lookup(system, code))}
        if len(names) == 1:
            name = names.pop()
            self._found.append(f"{name} ({first})")
            return name
        # No name, or codes that name two medicines, and yet a medicine: the check will say that it is not recognised.
        self._unknown.append(first)
        return first

    def _of_medication(self, raw: Raw, within: Raw) -> str:
        medication = checked(Medication, raw, _FIELDS) if raw.get("resourceType") == "Medication" else None
        if medication is None or is_turned(raw) or medication.status == "entered-in-error":
            return ""
        name = self._of_concept(medication.code)
        ingredients = [one for one in medication.ingredient or [] if one.isActive is not False]
        if name and (len(ingredients) != 1 or any(sign.isdigit() for sign in name)):
            return name
        if name:
            return f"{name} {_strength(ingredients[0].strength)}".strip()
        named = [self._of_ingredient(one, raw, within) for one in ingredients]
        return " / ".join(named) if all(named) else ""

    def _of_ingredient(self, one: MedicationIngredient, raw: Raw, within: Raw) -> str:
        name = self._of_concept(one.itemCodeableConcept)
        if not name and one.itemReference is not None:
            # One step and no further: references may go in circles.
            found = self._index.find(one.itemReference.reference, raw) or self._index.find(one.itemReference.reference, within)
            medication = checked(Medication, found, _FIELDS) if found is not None else None
            name = self._of_concept(medication.code) if medication is not None else ""
            name = name or one_line(one.itemReference.display)
        return f"{name} {_strength(one.strength)}".strip() if name else ""


def _strength(ratio: Ratio | None) -> str:
    """ "40 mg" of 40 mg in one tablet, "250 mg/5 mL" of a liquid."""
    if ratio is None or ratio.numerator is None:
        return ""
    above, below = amount(ratio.numerator), ratio.denominator
    if not above or below is None or below.value is None:
        return above
    if unit_of(below).casefold() == "ml":
        number = figure(below.value)
        return f"{above}/{number} mL" if number else ""
    return above if below.value == 1 else ""

"""Conditions of documented rules: parsed once, evaluated to true, false or unknown, and put into words.

Grammar (see `resources/knowledge/CODING.md`): atoms joined by " & "; an atom is `subject.field operator value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.interactions.exposure import Exposure, route_matches
from engine.knowledge.records import Context
from engine.prescriptions.patient import Patient

_ATOM = re.compile(r"(a|b|patient)\.([a-z_]+)(!=|>=|<=|=|>|<)(\S+)")
_NUMBER_FIELDS: dict[str, tuple[str, str]] = {
    "dose_mg_per_dose": ("dose", "mg per dose"),
    "dose_mg_per_day": ("daily dose", "mg a day"),
    "dose_mg_per_week": ("weekly dose", "mg a week"),
    "age_years": ("age", "years"),
    "weight_kg": ("weight", "kg"),
    "egfr_ml_min": ("eGFR", "mL/min"),
    "potassium_mmol_l": ("potassium", "mmol/L"),
    "qtc_ms": ("QTc", "ms"),
    "inr": ("INR", ""),
}
# Nobody swallows more than one dose an hour; pumps and injections by need may well give more.
_MOST_DOSES_A_DAY = 24
_TEXT_FIELDS = frozenset({"substance", "route", "context", "sex", "pregnant", "breastfeeding", "child_pugh", "smoker", "alcohol"})
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
}
# How a person names the datum and puts it in a sentence, where the field's own name is not that.
_DATUM_WORDS: dict[str, str] = {
    "context": "history",
    "child_pugh": "liver function (Child-Pugh class)",
    "pregnant": "pregnancy",
    "smoker": "smoking",
}
_STATE_WORDS: dict[tuple[str, str], str] = {
    ("pregnant", "yes"): "pregnant",
    ("breastfeeding", "yes"): "breastfeeding",
    ("smoker", "yes"): "smoker",
    ("alcohol", "yes"): "drinks alcohol",
}
_SIGN_WORDS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}


@dataclass(frozen=True, slots=True)
class Atom:
    """One test on a side of the rule or on the patient."""

    subject: str
    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What a condition is evaluated against: the two medicines in the order of the rule's sides, and the patient."""

    a: Exposure
    b: Exposure
    patient: Patient

    def side(self, subject: str) -> Exposure:
        """The medicine on side `a` or `b`."""
        return self.a if subject == "a" else self.b


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> tuple[Atom, ...]:
    """Read a condition.

    Raises:
        ValueError: the text is not in the grammar.
    """
    atoms = []
    for part in text.split(" & "):
        match = _ATOM.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"not a condition atom: {part!r}")
        atom = Atom(*match.groups())
        numeric = atom.operator in _COMPARE
        if numeric != (atom.field in _NUMBER_FIELDS) or not (numeric or atom.field in _TEXT_FIELDS):
            raise ValueError(f"field and operator do not fit: {part!r}")
        if numeric:
            float(atom.value)
        atoms.append(atom)
    return tuple(atoms)


def _number(atom: Atom, situation: Situation) -> float | None:
    if atom.subject == "patient":
        if atom.field == "egfr_ml_min":
            return situation.patient.effective_egfr_ml_min()
        value = getattr(situation.patient, atom.field)
        return None if value is None else float(value)
    side = situation.side(atom.subject)
    if atom.field == "dose_mg_per_dose":
        return side.dose_mg
    days = 7.0 if atom.field == "dose_mg_per_week" else 1.0
    if side.dose_mg_per_day is None:
        return _deciding_amount(side, days, float(atom.value))
    return side.dose_mg_per_day * days


def _deciding_amount(side: Exposure, days: float, limit_mg: float) -> float | None:
    """An amount in mg that decides a limit for `days` days although only the single dose is written, or None.

    One dose alone may already exceed the limit. At the other end, 24 doses a day are the most that is swallowed, also as needed:
    where even they stay below the limit ("aspirin 75 mg": 1.8 g, of a limit of 3 g), so does every lesser frequency. All
    operators agree on both sides of the limit; an amount between the two ends could be either, and stays unknown.
    """
    if side.dose_mg is None:
        return None
    if side.dose_mg > limit_mg:
        return side.dose_mg
    most_mg = side.dose_mg * _MOST_DOSES_A_DAY * days
    return most_mg if side.may_be_swallowed and most_mg < limit_mg else None


def _text_state(atom: Atom, situation: Situation) -> bool | None:
    """Whether the positive form of a text atom holds."""
    values = atom.value.split("|")
    if atom.subject == "patient":
        patient = situation.patient
        if atom.field == "context":
            return _context_state(values, patient)
        known = getattr(patient, atom.field)
        if known is None:
            return None
        written = ("yes" if known else "no") if isinstance(known, bool) else str(known)
        return written in values
    side = situation.side(atom.subject)
    if atom.field == "substance":
        return side.substance in values
    if atom.field == "route":
        return route_matches(side.route, atom.value)
    if "use_single_dose" in values and side.single_dose:
        return True
    # How a medicine is used is rarely written on a prescription line: unknown unless the patient's history tells.
    return _context_state(values, situation.patient)


def _context_state(values: list[str], patient: Patient) -> bool | None:
    if any(value in patient.history for value in values):
        return True
    return False if all(value in patient.history_absent for value in values) else None


def evaluate_atom(atom: Atom, situation: Situation) -> bool | None:
    """True, False, or None where the datum is not known."""
    if atom.operator in _COMPARE:
        number = _number(atom, situation)
        return None if number is None else _COMPARE[atom.operator](number, float(atom.value))
    state = _text_state(atom, situation)
    if atom.operator == "!=" and state is not None:
        return not state
    return state


def evaluate(condition: str | None, situation: Situation) -> bool | None:
    """Three-valued conjunction of a condition's atoms; a missing condition is true."""
    if condition is None:
        return True
    states = [evaluate_atom(atom, situation) for atom in parse_condition(condition)]
    if any(state is False for state in states):
        return False
    return None if any(state is None for state in states) else True


def speaks_of(condition: str | None, situation: Situation) -> bool:
    """Whether a condition is about these two medicines at all, rather than about other members of a class."""
    if condition is None:
        return True
    members = [atom for atom in parse_condition(condition) if atom.field == "substance"]
    return all(evaluate_atom(atom, situation) is True for atom in members)


def datum_of(atom: Atom, situation: Situation) -> str:
    """The datum that would decide an atom, named for a person."""
    if atom.subject == "patient":
        return _DATUM_WORDS.get(atom.field) or _NUMBER_FIELDS.get(atom.field, (atom.field, ""))[0]
    name = situation.side(atom.subject).name
    if atom.field.startswith("dose_"):
        return f"{_NUMBER_FIELDS[atom.field][0]} of {name}"
    return f"{'use' if atom.field == 'context' else atom.field} of {name}"


def _words(atom: Atom, situation: Situation, contexts: Mapping[str, Context], name: Callable[[str], str]) -> str:
    negated = atom.operator == "!="
    subject = "" if atom.subject == "patient" else situation.side(atom.subject).name
    if atom.operator in _COMPARE:
        label, unit = _NUMBER_FIELDS[atom.field]
        label = f"{label} of {subject}" if subject else label
        return f"{label} {_SIGN_WORDS[atom.operator]} {atom.value} {unit}".rstrip()
    if atom.field == "context":
        what = " or ".join(contexts[value].words for value in atom.value.split("|"))
        phrase = f"{subject} {what}" if subject else what
        return f"not: {phrase}" if negated else phrase
    if atom.field == "substance":
        listed = " or ".join(name(value) for value in atom.value.split("|"))
        return f"the medicine is {'not ' if negated else ''}{listed}"
    state = _STATE_WORDS.get((atom.field, atom.value))
    if state is not None:
        return f"not {state}" if negated else state
    value = atom.value.replace("|", " or ")
    label = f"{atom.field} of {subject}" if subject else _DATUM_WORDS.get(atom.field, atom.field)
    return f"{label} {'other than' if negated else 'is'} {value}"


def describe(
    condition: str,
    situation: Situation,
    contexts: Mapping[str, Context],
    name: Callable[[str], str],
    *,
    undecided_only: bool = False,
) -> str:
    """A condition in words, without the parts that are decided by which class member is taken.

    `undecided_only` leaves out the parts that are known to hold.
    `contexts` are the circumstances by code; `name` gives the display name of a substance id.
    """
    atoms = [atom for atom in parse_condition(condition) if atom.field != "substance"]
    if undecided_only:
        atoms = [atom for atom in atoms if evaluate_atom(atom, situation) is None]
    return " and ".join(_words(atom, situation, contexts, name) for atom in atoms)

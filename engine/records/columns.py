"""What the columns of a table of medicines mean, by their headings: English, and what German, French and Spanish tables write."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Meaning = Literal["drug", "strength", "dose", "unit", "form", "route", "frequency", "directions", "as needed", "duration"]
TIMES_A_DAY = "times daily"
Role = Meaning | Literal["person", "status", "stopped"]

_HEADINGS: dict[Role, str] = {
    "drug": "drug|drug name|drugname|medicine|medicines|medicine name|medication|medications|medication name|name|generic name"
    "|active ingredient|product|product name|substance|item|prescription|medikament|arzneimittel|wirkstoff|praparat"
    "|medicament|specialite|medicamento|farmaco",
    "strength": "strength|prod strength|product strength|concentration|starke|wirkstarke|dosage fort|concentracion",
    "dose": "dose|dosage|dose value|dose amount|amount|quantity per dose|dosis|dosierung|posologie|dosis unitaria",
    "unit": "unit|units|dose unit|dose units|uom|einheit|unite|unidad",
    "form": "form|dosage form|dose form|formulation|darreichungsform|forme|forma",
    "route": "route|route of administration|administration route|roa|applikation|verabreichung|voie|via",
    "frequency": "frequency|freq|schedule|timing|how often|haufigkeit|einnahme|frequence|frecuencia",
    "directions": "sig|directions|instructions|direction|dosing|dosing instructions|how taken|einnahmehinweis|instruction",
    "as needed": "prn|as needed|when needed|if needed",
    "duration": "duration|days supply|dauer|duree|duracion",
    "person": "patient|patient id|patient name|patientid|patient number|patient no|mrn|medical record number|nhs number"
    "|subject id|subject|person|person id|admission|admission id|hadm id|encounter|encounter id|visit|visit id|case|case id"
    "|stay id|patientennummer|fall|fallnummer|paciente",
    "status": "status|state|active|current|is active|currently taking|taking|medication status",
    "stopped": "stopped|discontinued|ceased|inactive|on hold|held",
}
_ROLES: dict[str, Role] = {name: role for role, names in _HEADINGS.items() for name in names.split("|")}
_BETWEEN = re.compile(r"[\W_]+")
# A heading may name its unit: "dose (mg)", "dose_mg".
_DOSE_WITH_UNIT = re.compile(r"(?:dose|strength|dosis) (mg|g|mcg|ug|ml|units|iu|mmol|meq)")

_TAKEN = frozenset({"", "active", "current", "taking", "ongoing", "yes", "y", "true", "1", "on", "started", "new", "continued"})
_NOT_TAKEN = frozenset(
    {"inactive", "stopped", "discontinued", "ceased", "ended", "completed", "cancelled", "canceled", "held", "on hold", "hold"}
    | {"suspended", "no", "n", "false", "0", "not taking", "not taken", "off", "past", "entered in error", "draft", "expired"}
)
_NOTHING = frozenset({"", "none", "null", "na", "n a", "nil"})
_NOT_STOPPED = frozenset({"no", "n", "false", "0", "active", "ongoing", "current", "taking", "continued", "not stopped"})
_STOPPED = frozenset({"yes", "y", "true", "1", "x", "stopped", "discontinued", "ceased", "ended", "inactive"}) | frozenset(
    {"on hold", "held", "hold", "past", "off"}
)
_YEAR = re.compile(r"\b(?:19|20)\d\d|\b\d{1,2} \d{1,2} \d\d\b")


def plain(heading: str) -> str:
    """A heading or value as it is compared: small letters without accents, words apart by one space."""
    letters = unicodedata.normalize("NFKD", heading[:200]).casefold()
    return _BETWEEN.sub(" ", "".join(sign for sign in letters if not unicodedata.combining(sign))).strip()


def role_of(heading: str) -> tuple[Role | None, str]:
    """(what a column means or None, the unit that its heading names or an empty text)."""
    name = plain(heading)
    if name == "times per day":
        return "frequency", TIMES_A_DAY
    if (found := _DOSE_WITH_UNIT.fullmatch(name)) is not None:
        return ("strength" if name.startswith("strength") else "dose"), found.group(1)
    return _ROLES.get(name), ""


def is_taken(value: str) -> bool | None:
    """Whether a cell of a status column says that the medicine is taken; None where it says neither."""
    name = plain(value)
    return True if name in _TAKEN else False if name in _NOT_TAKEN else None


def is_stopped(value: str) -> bool | None:
    """Whether a cell of a "stopped" column says so, as a date there does; None where it says neither."""
    name = plain(value)
    if name in _NOTHING or name in _NOT_STOPPED:
        return False
    return True if name in _STOPPED or _YEAR.search(name) is not None else None

"""Coprescribe's own file of a list: text, patient and confirmed names, with the format's number in it."""

from __future__ import annotations

import json
from pathlib import Path

from engine.errors import InputError
from engine.prescriptions.parser import MAX_CHARACTERS
from engine.prescriptions.patient import Patient, patient_from_json
from engine.records.model import MedicationList
from engine.records.strict_json import Json
from engine.records.writing import write_file

FORMAT = 1
KIND = "coprescribe list"
SUFFIX = ".coprescribe.json"
_MAX_NAMES = 5_000
_MAX_NAME = 500
_DAMAGED = "The saved list is damaged:"


def is_saved(value: Json) -> bool:
    """Whether a JSON value calls itself a list of Coprescribe."""
    return isinstance(value, dict) and value.get("kind") == KIND


def saved_bytes(saved: MedicationList, application: str) -> bytes:
    """The content of a saved list; `application` is the version that writes it. Title and remarks belong to the file read."""
    patient = None if saved.patient is None else saved.patient.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    content = {
        "format": FORMAT,
        "kind": KIND,
        "application": application,
        "text": saved.text,
        "patient": patient,
        "confirmed_names": sorted(saved.confirmed_names),
    }
    # Escaped, because an editor may hold half of a sign, which UTF-8 cannot say.
    return (json.dumps(content, indent=1) + "\n").encode("ascii")


def list_of_saved(value: Json) -> MedicationList:
    """A saved list from its JSON value.

    Raises:
        InputError: it is from a newer version, or damaged.
    """
    if not isinstance(value, dict):
        raise InputError(f"{_DAMAGED} it is not one JSON object.")
    number = value.get("format")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise InputError(f"{_DAMAGED} the number of its format is missing.")
    if number > FORMAT:
        raise InputError("The list was saved by a newer version of Coprescribe; open it there, or save it there as text.")
    if set(value) - {"format", "kind", "application", "text", "patient", "confirmed_names"}:
        raise InputError(f"{_DAMAGED} it holds fields that this version does not know.")
    text = value.get("text")
    if not isinstance(text, str) or len(text) > MAX_CHARACTERS:
        raise InputError(f"{_DAMAGED} the text of the list is missing or too long.")
    return MedicationList("", text, _patient(value.get("patient")), _names(value.get("confirmed_names", [])))


def _patient(value: Json) -> Patient | None:
    return None if value is None else patient_from_json(json.dumps(value, default=float))


def _names(value: Json) -> frozenset[str]:
    if not isinstance(value, list) or len(value) > _MAX_NAMES:
        raise InputError(f"{_DAMAGED} the confirmed names are not a list of names.")
    names = [name for name in value if isinstance(name, str) and 0 < len(name) <= _MAX_NAME]
    if len(names) != len(value):
        raise InputError(f"{_DAMAGED} the confirmed names are not a list of names.")
    return frozenset(names)


def save_list(path: Path, saved: MedicationList, application: str) -> None:
    """Write a list in our own format, in place of what is there.

    Raises:
        InputError: it cannot be written; what was there is untouched.
    """
    write_file(path, saved_bytes(saved, application))


def save_text(path: Path, text: str) -> None:
    """Write the text of a list alone: neither the patient's data nor what was confirmed are in such a file.

    Raises:
        InputError: it cannot be written; what was there is untouched.
    """
    write_file(path, (text.rstrip("\n") + "\n").encode("utf-8", errors="replace"))

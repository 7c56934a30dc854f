"""Resources of a bundle: found by reference, held against the library's models, and refused where they are of another version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from fhir.resources.R4B.resource import Resource

from engine.errors import InputError
from engine.records.strict_json import Json

T = TypeVar("T", bound=Resource)
Raw = Mapping[str, Json]

_LOCAL = re.compile(r"(?:^|/)([A-Z][A-Za-z]{1,50}/[A-Za-z0-9.\-]{1,64})(?:/_history/[A-Za-z0-9.\-]{1,64})?$")
# What only other versions have: DSTU2 and STU3, then R5.
_OLDER = {
    "MedicationRequest": frozenset({"context", "definition"}),
    "MedicationStatement": frozenset({"taken", "wasNotTaken", "patient", "reasonNotTaken", "medication"}),
}
_NEWER = {"MedicationRequest": frozenset({"medication", "reason"}), "MedicationStatement": frozenset({"adherence", "reason"})}
_OTHER_VERSION = "The file is FHIR of {0} version than R4; only R4 is read, so ask for an export as R4."
# These may turn the meaning of a resource around, and we do not know them.
_TURNING = ("modifierExtension", "implicitRules")


def refuse_other_versions(raw: Raw) -> None:
    """Stop at a resource that R4 does not know in this shape.

    Raises:
        InputError: it is of an older or of a newer version.
    """
    kind = raw.get("resourceType")
    if kind == "MedicationOrder":
        raise InputError(_OTHER_VERSION.format("an older"))
    if not isinstance(kind, str) or kind not in _OLDER:
        return
    # A statement whose medicine is an object with a concept is R5; its other shape was never one.
    if kind == "MedicationStatement" and isinstance(raw.get("medication"), dict):
        raise InputError(_OTHER_VERSION.format("a newer"))
    if _OLDER[kind] & set(raw):
        raise InputError(_OTHER_VERSION.format("an older"))
    if _NEWER[kind] & set(raw):
        raise InputError(_OTHER_VERSION.format("a newer"))


def is_turned(raw: Raw) -> bool:
    """Whether the resource has something that may change its meaning and that is not read."""
    return any(raw.get(name) for name in _TURNING)


def checked(model: type[T], raw: Raw, fields: frozenset[str]) -> T | None:
    """The resource by the library's model, of those fields that are read; None where it does not keep to R4.

    What is not read (a narrative, identifiers, what is contained) is left aside, so that a slip there loses no medicine.
    """
    picked = {name: value for name, value in raw.items() if name in fields or name == "resourceType"}
    try:
        return model.model_validate(picked)
    except (ValueError, KeyError, TypeError):
        # The library meets types of resources that it does not know with a KeyError.
        return None


@dataclass(slots=True)
class Index:
    """The resources of a bundle by what refers to them."""

    by_url: dict[str, Raw] = field(default_factory=dict)
    by_name: dict[str, Raw] = field(default_factory=dict)

    def add(self, raw: Raw, full_url: Json) -> None:
        """Take one entry; of two with the same name the first counts."""
        if isinstance(full_url, str):
            self.by_url.setdefault(full_url, raw)
        kind, identity = raw.get("resourceType"), raw.get("id")
        if isinstance(kind, str) and isinstance(identity, str):
            self.by_name.setdefault(f"{kind}/{identity}", raw)

    def find(self, reference: str | None, within: Raw | None = None) -> Raw | None:
        """The resource that a reference names: contained in `within`, or an entry of the bundle."""
        if not reference:
            return None
        if reference.startswith("#"):
            contained = within.get("contained") if within is not None else None
            found = [one for one in contained if _has_id(one, reference[1:])] if isinstance(contained, list) else []
            return found[0] if len(found) == 1 else None
        if reference in self.by_url:
            return self.by_url[reference]
        named = _LOCAL.search(reference)
        return self.by_name.get(named.group(1)) if named is not None else None


def _has_id(raw: Json, identity: str) -> bool:
    return isinstance(raw, dict) and raw.get("id") == identity

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
_VERSION = re.compile(r"/_history/[A-Za-z0-9.\-]{1,64}$")
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
    """The resources of a bundle by what refers to them.

    Entries of one bundle may come from several servers, whose numbers mean different people and medicines: an address counts
    before a number, and a number that means two things means none.
    """

    by_url: dict[str, Raw] = field(default_factory=dict)
    by_name: dict[str, Raw | None] = field(default_factory=dict)
    _bases: dict[int, str] = field(default_factory=dict)

    def add(self, raw: Raw, full_url: Json) -> None:
        """Take one entry; of two with the same address the first counts."""
        name = f"{raw.get('resourceType')}/{raw.get('id')}"
        if isinstance(full_url, str):
            self.by_url.setdefault(full_url, raw)
            if local := _local_name(full_url):
                self._bases[id(raw)] = full_url[: full_url.rindex(local)]
        if not isinstance(raw.get("resourceType"), str) or not isinstance(raw.get("id"), str):
            return
        known = self.by_name.setdefault(name, raw)
        if known is not None and known is not raw and self._differs(known, raw):
            self.by_name[name] = None

    def _differs(self, known: Raw, other: Raw) -> bool:
        base = self._bases.get(id(known))
        return known != other and (base is None or base != self._bases.get(id(other)))

    def address(self, reference: str, within: Raw) -> str:
        """A reference with the server of the entry that holds it, where that is known, and without a version."""
        whole = _VERSION.sub("", reference)
        return whole if ":" in whole else self._bases.get(id(within), "") + whole

    def find(self, reference: str | None, within: Raw) -> Raw | None:
        """The resource that a reference in `within` names: contained in it, or an entry of the bundle."""
        if not reference:
            return None
        if reference.startswith("#"):
            contained = within.get("contained")
            found = [one for one in contained if _has_id(one, reference[1:])] if isinstance(contained, list) else []
            return found[0] if len(found) == 1 else None
        whole = self.address(reference, within)
        if whole in self.by_url:
            return self.by_url[whole]
        numbered = self.by_name.get(_local_name(reference))
        base = self._bases.get(id(numbered))
        # The same number at another server is another resource.
        elsewhere = base is not None and whole.startswith(("http:", "https:")) and not whole.startswith(base)
        return None if elsewhere else numbered

    def means_two(self, reference: str) -> bool:
        """Whether a reference is a number that different entries have."""
        name = _local_name(reference)
        return name in self.by_name and self.by_name[name] is None


def _local_name(reference: str) -> str:
    """ "Patient/1" of a reference; empty where it is none of that kind."""
    named = _LOCAL.search(reference)
    return named.group(1) if named is not None else ""


def _has_id(raw: Json, identity: str) -> bool:
    return isinstance(raw, dict) and raw.get("id") == identity

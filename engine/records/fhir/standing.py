"""Whether a medicine of a file is taken: status, intent, and words against it. What is not clear is named."""

from __future__ import annotations

from enum import Enum

from fhir.resources.R4B.medicationrequest import MedicationRequest
from fhir.resources.R4B.medicationstatement import MedicationStatement


class Standing(Enum):
    """How a medicine stands; the value is the sentence that names it, empty where nothing needs to be said."""

    TAKEN = ""
    UNCLEAR = "The file does not say whether these are taken now; they are in the list: {}."
    ENDED = "Left out, because the file says that they ended or were stopped: {}."
    HELD = "Left out, because the file says that they are on hold: {}."
    NOT_TAKEN = "Left out, because the file says that they are not taken or must not be given: {}."
    NOT_ORDERED = "Left out, because the file only drafts, plans or proposes them: {}."
    ERROR = "Left out, because the file says that they were entered in error: {}."
    OTHER = "Left out, because their status is none that FHIR R4 knows: {}."

    @property
    def in_list(self) -> bool:
        """Whether the medicine is a line of the list."""
        return self in (Standing.TAKEN, Standing.UNCLEAR)


_STATUS = {
    "active": Standing.TAKEN,
    # May be taken some day: in the list, so that nothing is missed, and named.
    "intended": Standing.UNCLEAR,
    "unknown": Standing.UNCLEAR,
    "completed": Standing.ENDED,
    "stopped": Standing.ENDED,
    "cancelled": Standing.ENDED,
    "on-hold": Standing.HELD,
    "not-taken": Standing.NOT_TAKEN,
    "draft": Standing.NOT_ORDERED,
    "entered-in-error": Standing.ERROR,
}
_ORDERS = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})


def standing_of(resource: MedicationRequest | MedicationStatement) -> Standing:
    """How the medicine of a request or a statement stands."""
    standing = Standing.UNCLEAR if resource.status is None else _STATUS.get(resource.status, Standing.OTHER)
    if isinstance(resource, MedicationStatement):
        return standing
    if resource.doNotPerform:
        return Standing.NOT_TAKEN
    if not standing.in_list or resource.intent in _ORDERS:
        return standing
    if resource.intent is None:
        return Standing.UNCLEAR
    # A plan that somebody reported is how medicines bought without a prescription are written.
    reported = resource.reportedBoolean or resource.reportedReference is not None
    return standing if resource.intent == "plan" and reported else Standing.NOT_ORDERED

"""FHIR resources for tests, and the lists that are read from them."""

from __future__ import annotations

import json
from datetime import date

from engine.records.codes import CodeLookup
from engine.records.fhir.bundle import lists_of_fhir
from engine.records.model import MedicationList
from engine.records.strict_json import Json, read_json
from tests.engine.records.driving import driven

TODAY = date(2026, 11, 21)


def lists(value: dict[str, Json], lookup: CodeLookup | None = None) -> tuple[MedicationList, ...]:
    read = read_json(json.dumps(value))
    assert isinstance(read, dict)
    return driven(lists_of_fhir(read, lookup, TODAY))


def request(**fields: Json) -> dict[str, Json]:
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/1"},
        "medicationCodeableConcept": {"text": "Simvastatin"},
        **fields,
    }


def dosed(repeat: dict[str, Json], **fields: Json) -> dict[str, Json]:
    rate = {"doseQuantity": {"value": 10, "unit": "mg"}}
    return request(dosageInstruction=[{"timing": {"repeat": repeat}, "doseAndRate": [rate], "route": {"text": "oral"}, **fields}])


def bundle(*resources: dict[str, Json], **fields: Json) -> dict[str, Json]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources], **fields}

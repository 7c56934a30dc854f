"""JSON Schemas of what the command line prints and reads."""

from __future__ import annotations

import json

from pydantic import BaseModel

from engine.cli.batch_line import BatchLine
from engine.cli.known import KnownDrugs
from engine.errors import InputError
from engine.prescriptions.patient import Patient
from engine.reading.as_json import ReadResult
from engine.reading.batch_json import BatchResult
from engine.report import Report

_PRINTED: dict[str, type[BaseModel]] = {
    "report": Report,
    "drug": KnownDrugs,
    "batch": BatchLine,
    "read": ReadResult,
    "read-batch": BatchResult,
}


def schema_text(name: str) -> str:
    """The JSON Schema of `report`, `patient`, `drug`, `batch` (one line of what a batch writes), `read` or `read-batch`.

    Raises:
        InputError: another name.
    """
    if name == "patient":
        # Read, where the others are written: what may be left out differs.
        return json.dumps(Patient.model_json_schema(), indent=1)
    if name not in _PRINTED:
        raise InputError("There is no schema of that name; known are: report, patient, drug, batch, read, read-batch.")
    return json.dumps(_PRINTED[name].model_json_schema(mode="serialization"), indent=1)

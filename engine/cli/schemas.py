"""JSON Schemas of what the command line prints and reads."""

from __future__ import annotations

import json

from engine.cli.batch_line import BatchLine
from engine.cli.known import KnownDrugs
from engine.errors import InputError
from engine.prescriptions.patient import Patient
from engine.report import Report


def schema_text(name: str) -> str:
    """The JSON Schema of `report`, `patient`, `drug` or `batch` (one line of what a batch writes).

    Raises:
        InputError: another name.
    """
    if name == "report":
        schema = Report.model_json_schema(mode="serialization")
    elif name == "patient":
        schema = Patient.model_json_schema()
    elif name == "drug":
        schema = KnownDrugs.model_json_schema(mode="serialization")
    elif name == "batch":
        schema = BatchLine.model_json_schema(mode="serialization")
    else:
        raise InputError("There is no schema of that name; known are: report, patient, drug, batch.")
    return json.dumps(schema, indent=1)

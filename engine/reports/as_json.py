"""The data of an export: the report as `check --json` prints it, with the list, the patient and the time beside it.

`report` validates against the package's schema "report" and `patient` against its schema "patient".
"""

from __future__ import annotations

import json

from engine.reports.material import Material

FORMAT = "coprescribe-export"
VERSION = 1


def data_json(material: Material) -> bytes:
    """One JSON object in UTF-8."""
    patient = material.patient
    content = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": material.made_at.isoformat(timespec="seconds"),
        "title": material.title,
        "remark": material.remark,
        "text": material.text,
        "patient": None if patient is None else patient.model_dump(mode="json", exclude_none=True),
        "report": material.report.model_dump(mode="json"),
    }
    # Half of a surrogate pair, which a paste can hold, is no text in UTF-8: it leaves as its escape.
    return (json.dumps(content, indent=1, ensure_ascii=True) + "\n").encode("ascii")

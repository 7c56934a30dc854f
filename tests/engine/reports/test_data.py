"""The data: what `check --json` prints, by the schemas that the package exports."""

import json

import jsonschema
import pytest
from typer.testing import CliRunner

from engine.application import Application
from engine.cli.main import app
from engine.reports.as_json import FORMAT, VERSION, data_json
from tests.engine.reports.making import HOSTILE, OLD_WOMAN, RICH, material_of


def exported_schema(name: str) -> dict[str, object]:
    """The schema as `coprescribe schema` prints it."""
    shown = CliRunner().invoke(app, ["schema", name])
    assert shown.exit_code == 0
    schema = json.loads(shown.stdout)
    assert isinstance(schema, dict)
    return schema


@pytest.mark.parametrize("text", [RICH, HOSTILE, "xyzolumab", "warfarin 5 mg"])
def test_report_and_patient_follow_their_schemas(application: Application, text: str) -> None:
    made = material_of(application, text, OLD_WOMAN, title="Ward 3", remark="at noon", units="us")
    content = json.loads(data_json(made))
    jsonschema.validate(content["report"], exported_schema("report"))
    jsonschema.validate(content["patient"], exported_schema("patient"))
    assert content["report"] == made.report.model_dump(mode="json")
    assert content["report"]["not_checked"] == [row.model_dump(mode="json") for row in made.report.not_checked]
    assert content["report"]["assumed"] == list(made.report.assumed)
    assert content["report"]["notice"] == made.report.notice
    assert content["report"]["provenance"]["knowledge_digest"] == made.report.provenance.knowledge_digest
    assert (content["format"], content["version"], content["made_at"]) == (FORMAT, VERSION, "2026-11-21T09:30:00+00:00")
    assert (content["text"], content["title"], content["remark"]) == (text, "Ward 3", "at noon")
    # Data keep the units of their field names, whatever a person likes to read.
    assert content["patient"]["weight_kg"] == 50.0


def test_no_patient_is_null(application: Application) -> None:
    assert json.loads(data_json(material_of(application, "warfarin")))["patient"] is None


def test_half_a_character_of_a_paste_comes_back(application: Application) -> None:
    text = "warfarin 5 mg \ud83d é"
    assert json.loads(data_json(material_of(application, text)))["text"] == text

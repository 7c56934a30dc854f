"""A reading as JSON: as the design has it, with explanations only where they can be trusted."""

import json

import jsonschema
import pytest

from engine.cli.schemas import schema_text
from engine.explain.model import Explanation, Trust
from engine.reading.as_json import reading_json
from engine.reports.reading_material import Explained
from tests.engine.reading.batching import read_text

TEXT = "Coumadin with aspirin caused bleeding in patients. Nothing else."


def explanation(*, stable: bool = True) -> Explanation:
    words, spans = ("Coumadin", "with", "aspirin", "caused"), ((0, 8), (9, 13), (14, 21), (22, 28))
    trust = Trust(0.9, 0.4, 0.1, 0.02, 0.3, 0.8)
    fixed, weights = (True, False, True, False), (0.0, 0.1, 0.0, -0.3)
    remark = "" if stable else "unstable"
    return Explanation("lime", "quick", "effect", 7, words, spans, fixed, weights, 0.8, 200, trust, stable, remark)


def test_it_is_as_its_schema_and_the_design_say() -> None:
    value = json.loads(reading_json(read_text(TEXT), title="A title", pmid="12", year=2001).model_dump_json())
    jsonschema.validate(value, json.loads(schema_text("read")))
    assert value["format"] == 1
    first, second = value["sentences"]
    assert {"text", "entities", "relations"} <= set(first)
    entity = first["entities"][0]
    assert (entity["start"], entity["end"], entity["name"], entity["kind"]) == (0, 8, "warfarin", "drug")
    assert first["text"][entity["start"] : entity["end"]] == entity["text"] == "Coumadin"
    relation = first["relations"][0]
    assert {"a", "b", "label", "probability", "abstained", "direction", "knowledge", "explanation"} <= set(relation)
    assert (relation["a"], relation["b"], relation["label"], relation["knowledge"]) == (0, 1, "effect", "documented")
    assert relation["explanation"] is None
    assert [span["text"] for span in first["spans"]] == ["patients"]
    assert second["relations"] == []
    assert value["provenance"]["non_commercial"] is True
    assert value["notice"]


def test_an_explanation_stands_at_its_relation() -> None:
    value = json.loads(reading_json(read_text(TEXT), [Explained(0, 0, explanation())]).model_dump_json())
    jsonschema.validate(value, json.loads(schema_text("read")))
    said = value["sentences"][0]["relations"][0]["explanation"]
    assert (said["method"], said["seed"], said["trust"]["top_overlap"]) == ("lime", 7, 0.8)
    assert [word["weight"] for word in said["words"]] == [None, 0.1, None, -0.3]
    assert all(TEXT[word["start"] : word["end"]] == word["text"] for word in said["words"])


def test_weights_of_an_unstable_one_are_withheld() -> None:
    value = json.loads(reading_json(read_text(TEXT), [Explained(0, 0, explanation(stable=False))]).model_dump_json())
    said = value["sentences"][0]["relations"][0]["explanation"]
    assert said["stable"] is False
    assert {word["weight"] for word in said["words"]} == {None}


@pytest.mark.parametrize("places", [[(0, 1)], [(1, 0)], [(5, 0)], [(0, 0), (0, 0)]])
def test_explanations_must_fit(places: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        reading_json(read_text(TEXT), [Explained(*place, explanation()) for place in places])

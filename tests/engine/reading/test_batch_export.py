"""A run as a file: nothing is lost, no cell is a formula, and the file is there whole or not at all."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

from engine.abstracts.model import Abstract
from engine.cancellation import CancelledError
from engine.cli.schemas import schema_text
from engine.errors import InputError
from engine.reading.batch_export import COLUMNS, export_format, export_in_steps
from engine.reading.batch_file import RUN_SUFFIX
from engine.reading.batch_rows import RunRows
from tests.engine.reading.batching import UNREADABLE, abstract, go_on, reader, run

HOSTILE = '=HYPERLINK("http://x")'


@pytest.fixture
def rows(tmp_path: Path) -> RunRows:
    place = tmp_path / f"run{RUN_SUFFIX}"
    texts = [
        abstract(1, "Warfarin with aspirin caused bleeding in patients."),
        replace(abstract(2, 'Nothing, "quoted"\nand cut.'), title=HOSTILE, journal="+1"),
        abstract(3, UNREADABLE),
        Abstract("", source="@scan.pdf", remark="-The PDF is scanned."),
    ]
    run(place, texts)
    return RunRows(place)


def exported(rows: RunRows, path: Path) -> str:
    for _ in export_in_steps(rows, path, check=go_on):
        pass
    return path.read_text(encoding="utf-8-sig")


def test_the_table_holds_every_record(rows: RunRows, tmp_path: Path) -> None:
    read = list(csv.DictReader(io.StringIO(exported(rows, tmp_path / "Tabelle ü.csv"), newline="")))
    assert tuple(read[0]) == COLUMNS
    kinds = [row["row"] for row in read]
    assert kinds[:4] == ["statement", "no statement", "not read", "not read"]
    assert {"totals", "caution", "terms of use", "versions", "intended use"} <= set(kinds)
    assert (read[0]["name_1"], read[0]["written_2"], read[0]["knowledge"]) == ("warfarin", "aspirin", "documented")
    assert (read[0]["participants"], read[0]["unsure"], read[0]["year"]) == ("patients", "no", "2001")
    assert "Not for commercial use" in next(row["text"] for row in read if row["row"] == "terms of use")


def test_no_cell_is_a_formula_and_a_spreadsheet_reads_it(rows: RunRows, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    exported(rows, path)
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert f"'{HOSTILE}" in set(frame["title"])
    assert not [cell for column in frame for cell in frame[column] if cell.lstrip().startswith(("=", "+", "-", "@"))]


def test_json_is_as_its_schema_says(rows: RunRows, tmp_path: Path) -> None:
    value = json.loads(exported(rows, tmp_path / "run.json"))
    jsonschema.validate(value, json.loads(schema_text("read-batch")))
    assert value["counts"] == {"abstracts": 2, "relations": 1, "unsure": 0, "pairs": 1, "faults": 2, "duplicates": 0}
    assert value["abstracts"][0]["relations"][0]["mechanisms"] == ["pd.additive"]
    assert value["abstracts"][1]["title"] == HOSTILE
    assert value["network"] == [
        {"first": "acetylsalicylic acid", "second": "warfarin", "label": "effect", "relations": 1, "abstracts": 1}
    ]
    assert value["finished"] is True


def test_an_empty_run_is_valid_json_too(tmp_path: Path) -> None:
    place = tmp_path / "empty.run"
    run(place, [])
    value = json.loads(exported(RunRows(place), tmp_path / "empty.json"))
    jsonschema.validate(value, json.loads(schema_text("read-batch")))
    assert value["abstracts"] == []


def test_what_was_stopped_and_what_was_not_looked_for_is_said(tmp_path: Path) -> None:
    from engine.reading.batch import read_many

    place = tmp_path / "stopped.run"
    steps = read_many(place, "source", [abstract(1), abstract(2)], replace(reader(), heads=("ddi",)), check=go_on)
    next(steps)
    steps.close()
    text = exported(RunRows(place), tmp_path / "table.csv")
    assert "the reading was stopped and is not whole" in text
    assert "does not look for participants" in text


def test_a_cancelled_export_leaves_what_was_there(rows: RunRows, tmp_path: Path) -> None:
    run(rows.path, [abstract(n) for n in range(5, 250)])
    path = tmp_path / "table.csv"
    path.write_text("before")

    def cancel() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        for _ in export_in_steps(rows, path, check=cancel):
            pass
    assert path.read_text() == "before"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["run.run", "table.csv"]


def test_formats_by_name() -> None:
    assert export_format(Path("x.CSV")) == "csv"
    assert export_format(Path("x.json")) == "json"
    with pytest.raises(InputError, match=r"\.csv or \.json"):
        export_format(Path("x.xlsx"))

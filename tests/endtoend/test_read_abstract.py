"""`coprescribe read` as a person runs it: the program, the knowledge and the student of this checkout."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from engine.cli.schemas import schema_text
from tests.engine.students.real import needs_student

ABSTRACT = (
    "Concomitant use of clarithromycin increases the plasma concentration of simvastatin. "
    "Patients who take warfarin should avoid aspirin because of bleeding. "
    "We are grateful to all who took part."
)


def coprescribe(*arguments: str, text: str | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "desktop.main", *arguments]
    return subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False, timeout=300)


@pytest.fixture(scope="module")
def read() -> dict[str, object]:
    done = coprescribe("read", "-", "--json", text=ABSTRACT)
    assert done.returncode == 0, done.stderr
    value: dict[str, object] = json.loads(done.stdout)
    return value


@needs_student
def test_it_is_as_its_schema_says(read: dict[str, object]) -> None:
    jsonschema.validate(read, json.loads(schema_text("read")))
    assert isinstance(read["sentences"], list)
    assert [one["text"].strip() for one in read["sentences"]] == [f"{one.strip('.')}." for one in ABSTRACT.split(". ")]


@needs_student
def test_the_medicines_and_what_is_stated_of_them(read: dict[str, object]) -> None:
    assert isinstance(read["sentences"], list)
    first, second, third = read["sentences"]
    assert {one["name"] for one in first["entities"]} >= {"clarithromycin", "simvastatin"}
    assert {one["name"] for one in second["entities"]} >= {"warfarin", "acetylsalicylic acid"}
    assert third["relations"] == []
    for sentence in (first, second):
        for one in sentence["entities"]:
            assert sentence["text"][one["start"] : one["end"]] == one["text"]
    stated = {one["label"]: one["knowledge"] for one in first["relations"]}
    assert stated.get("mechanism") == "documented"


@needs_student
def test_a_folder_is_read_into_a_table(tmp_path: Path) -> None:
    folder, out = tmp_path / "Auszüge", tmp_path / "Tabelle für Mai.csv"
    folder.mkdir()
    (folder / "a.txt").write_text(ABSTRACT, encoding="utf-8")
    for _ in range(2):
        done = coprescribe("read", "--batch", str(folder), "--out", str(out))
        assert done.returncode == 0, done.stderr
        assert "Abstracts read: 1" in done.stdout
    assert "clarithromycin" in out.read_text(encoding="utf-8-sig")

"""`check FILE` and `--batch` open what the window opens: saved lists with their patient, FHIR, tables, compressed or not."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.prescriptions.patient import Patient
from engine.records.model import MedicationList
from engine.records.saved import save_list

BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "resource": {
                "resourceType": "MedicationStatement",
                "status": "active",
                "medicationCodeableConcept": {"text": name},
                "subject": {"reference": "Patient/p"},
            }
        }
        for name in ("warfarin 5 mg", "aspirin 75 mg")
    ],
}


def check(capsys: pytest.CaptureFixture[str], resources: Path, *arguments: str) -> tuple[dict[str, list[dict[str, object]]], str]:
    code = main(["check", *arguments, "--json", "--resources", str(resources)])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return json.loads(printed.out), printed.err


def test_a_saved_list_is_checked_with_its_patient_and_what_was_confirmed(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path
) -> None:
    path, other = tmp_path / "list.json", tmp_path / "patient.json"
    confirmed = frozenset({"metformin"})
    save_list(path, MedicationList("", "metformine 1 g bd", Patient(egfr_ml_min=20), confirmed), "1")
    report, _ = check(capsys, resources, str(path))
    assert report["patient"]
    other.write_text('{"egfr_ml_min": 90}', encoding="utf-8")
    report, err = check(capsys, resources, str(path), "--patient", str(other))
    assert not report["patient"]
    assert "what --patient gives is used" in err


def test_a_name_confirmed_in_the_window_needs_no_second_look(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path
) -> None:
    path = tmp_path / "list.json"
    for confirmed in (frozenset[str](), frozenset({"warfarin"})):
        save_list(path, MedicationList("", "warfarrin 5 mg", None, confirmed), "1")
        report, err = check(capsys, resources, str(path))
        assert [drug["confirmed"] for drug in report["drugs"]] == [bool(confirmed)]
        assert ("Provisional" in err) is not bool(confirmed)


def test_fhir_and_tables_are_opened(capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path) -> None:
    fhir, table = tmp_path / "bundle.json", tmp_path / "list.csv.gz"
    fhir.write_text(json.dumps(BUNDLE), encoding="utf-8")
    table.write_bytes(gzip.compress(b"drug,dose\nwarfarin,5 mg\naspirin,75 mg\n"))
    for path in (fhir, table):
        report, _ = check(capsys, resources, str(path))
        assert [drug["name"] for drug in report["drugs"]] == ["warfarin", "acetylsalicylic acid"]


def test_a_folder_of_every_kind(capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out.jsonl"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(BUNDLE), encoding="utf-8")
    (folder / "b.csv").write_text("drug,dose\nwarfarin,5 mg\naspirin,75 mg\n", encoding="utf-8")
    (folder / "c.txt").write_text("warfarin 5 mg\naspirin 75 mg\n", encoding="utf-8")
    save_list(folder / "d.json", MedicationList("", "warfarin 5 mg\naspirin 75 mg", Patient(age_years=80)), "1")
    assert main(["check", "--batch", str(folder), "--out", str(out), "--resources", str(resources)]) == 0
    assert "Lists checked                 4" in capsys.readouterr().out
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["file"] for line in lines] == ["a.json", "b.csv", "c.txt", "d.json"]
    assert len({len(line["report"]["interactions"]) for line in lines}) == 1


def test_a_number_of_a_list_beyond_all_bounds_is_one_sentence(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path
) -> None:
    path = tmp_path / "list.txt"
    path.write_text("warfarin", encoding="utf-8")
    assert main(["check", str(path), "--list", "9" * 5000, "--resources", str(resources)]) == 2
    assert capsys.readouterr().err.startswith("The file holds no list of that title or number")


def test_a_source_that_is_not_there_leaves_the_last_output(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    out.write_text("from before", encoding="utf-8")
    arguments = ["check", "--batch", str(tmp_path / "gone"), "--out", str(out), "--resources", str(resources)]
    assert main(arguments) == 2
    assert capsys.readouterr().err.strip() == "There is no file or folder of the name that --batch gives."
    assert out.read_text(encoding="utf-8") == "from before"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("out", ["out.csv", "out.jsonl"])
def test_a_name_that_is_no_text_and_folders_inside(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path, out: str
) -> None:
    source = tmp_path / "lists"
    (source / "inside").mkdir(parents=True)
    (source / os.fsdecode(b"m\xfcller.txt")).write_text("warfarin; aspirin", encoding="utf-8")
    assert main(["check", "--batch", str(source), "--out", str(tmp_path / out), "--resources", str(resources)]) == 0
    assert "no files (folders inside a folder are not looked into): 1." in capsys.readouterr().err
    assert "m\ufffdller.txt" in (tmp_path / out).read_text(encoding="utf-8")


def test_nothing_checked_is_said_so(capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\n")
    arguments = ["check", "--batch", str(tmp_path / "a.csv"), "--out", str(tmp_path / "out.csv"), "--resources", str(resources)]
    assert main(arguments) == 2
    assert "No list could be checked; the output file says why." in capsys.readouterr().err


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Let this be what comes through the standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def test_what_comes_through_a_pipe_is_told_apart_as_a_file_is(
    capsys: pytest.CaptureFixture[str], resources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, json.dumps(BUNDLE, indent=1).encode())
    report, _ = check(capsys, resources, "-")
    assert [drug["name"] for drug in report["drugs"]] == ["warfarin", "acetylsalicylic acid"]
    piped(monkeypatch, b"drug,status\nwarfarin,stopped\naspirin,active\n")
    report, err = check(capsys, resources, "-")
    assert [drug["name"] for drug in report["drugs"]] == ["acetylsalicylic acid"]
    assert "not taken: warfarin" in err
    piped(monkeypatch, b"patient,drug\nA,warfarin\nB,aspirin\n")
    report, _ = check(capsys, resources, "-", "--list", "B")
    assert [drug["name"] for drug in report["drugs"]] == ["acetylsalicylic acid"]


def test_why_a_list_is_empty_is_said(capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"drug,status\nwarfarin,stopped\n")
    assert main(["check", str(path), "--resources", str(resources)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == "Left out, because the table says that they are not taken: warfarin."
    assert second.startswith("There is no text to check")

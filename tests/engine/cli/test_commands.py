"""The command line: what it prints, its exit codes, and one sentence for every fault."""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.main import main

WARFARIN_ASPIRIN = "warfarin 5 mg od; aspirin 75 mg od"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_check_prints_json(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    code, out, err = run(capsys, "check", WARFARIN_ASPIRIN, "--json", "--resources", str(resources))
    report = json.loads(out)
    assert code == 0
    assert not err
    assert {drug["name"] for drug in report["drugs"]} == {"warfarin", "acetylsalicylic acid"}
    assert report["interactions"][0]["documented"]
    assert report["notice"]


def test_check_prints_for_people(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    code, out, _ = run(capsys, "check", f"{WARFARIN_ASPIRIN}; xyzolumab 5 mg", "--resources", str(resources))
    assert code == 0
    for wanted in (
        "warfarin + acetylsalicylic acid",
        "bleeding",
        "Not checked",
        "xyzolumab",
        "ansm-2019",
        "Not reviewed by a clinician",
    ):
        assert wanted in out


def test_a_spelling_match_is_provisional_and_named_on_standard_error(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    code, out, err = run(capsys, "check", "warfarrin 5 mg; aspirin 75 mg", "--json", "--resources", str(resources))
    report = json.loads(out)
    assert code == 0
    assert "confirm" in err
    assert report["drugs"][0]["confirmed"] is False
    assert report["interactions"][0]["provisional"] is True


def test_the_least_severity_filters(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    arguments = ("check", WARFARIN_ASPIRIN, "--json", "--resources", str(resources), "--severity", "contraindicated")
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    assert json.loads(out)["interactions"] == []


def test_files_and_standard_input(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "Liste für Frau Müller.txt"
    file.write_text("warfarin\naspirin\n", encoding="utf-8-sig")
    code, out, _ = run(capsys, "check", str(file), "--json", "--resources", str(resources))
    assert code == 0
    assert len(json.loads(out)["drugs"]) == 2
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"warfarin\naspirin")))
    code, out, _ = run(capsys, "check", "-", "--json", "--resources", str(resources))
    assert code == 0
    assert len(json.loads(out)["drugs"]) == 2


def test_a_patient_file_changes_the_report(capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path) -> None:
    file = tmp_path / "patient.json"
    file.write_text('{"egfr_ml_min": 20}', encoding="utf-8")
    code, out, _ = run(capsys, "check", "metformin 1 g bd", "--json", "--patient", str(file), "--resources", str(resources))
    assert code == 0
    assert json.loads(out)["patient"]


BAD_INPUT: dict[str, tuple[str, ...]] = {
    "empty text": ("check", ""),
    "blank text": ("check", " \n "),
    "unknown severity": ("check", "warfarin", "--severity", "terrible"),
    "unknown option": ("check", "warfarin", "--colour"),
    "missing patient file": ("check", "warfarin", "--patient", "/nowhere/patient.json"),
    "a folder": ("check", "/"),
    "unknown medicine": ("drug", "xyzolumab"),
    "empty name": ("drug", ""),
    "unknown command": ("frobnicate",),
    "unknown schema": ("schema", "universe"),
}


@pytest.mark.parametrize("arguments", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_gets_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], resources: Path, arguments: tuple[str, ...]
) -> None:
    where = () if arguments[0] in ("frobnicate", "schema") else ("--resources", str(resources))
    code, out, err = run(capsys, *arguments, *where)
    assert code == 2
    assert not out
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("content", [b"\xff\x00\xfe binary \x81", b"\x89PNG\r\n\x1a\n\x00\x01\xff"])
def test_a_binary_file_is_refused(capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(content)
    code, _, err = run(capsys, "check", str(file), "--resources", str(resources))
    assert code == 2
    assert "UTF-8" in err


@pytest.mark.parametrize("content", ["", "[]", "{", '{"age_years": -1}', '{"name": "x"}', '{"age_years": "old"}'])
def test_a_wrong_patient_file_is_refused(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "patient.json"
    file.write_text(content, encoding="utf-8")
    code, _, err = run(capsys, "check", "warfarin", "--patient", str(file), "--resources", str(resources))
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def test_drug_lists_facts_with_sources(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    code, out, _ = run(capsys, "drug", "Coumadin", "--resources", str(resources))
    assert code == 0
    assert "warfarin" in out
    assert "CYP2C9" in out
    assert "ansm-2019" in out
    code, out, _ = run(capsys, "drug", "warfarin", "--json", "--resources", str(resources))
    assert all(fact["source"] and fact["basis"] for fact in json.loads(out)[0]["facts"])


def test_doctor_is_content_with_a_whole_installation(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    code, out, err = run(capsys, "doctor", "--resources", str(resources))
    assert (code, err) == (0, "")
    assert "sentinel pairs" in out


def test_doctor_notices_one_changed_byte(capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(resources, tmp_path / "resources"))
    store = copy / "compiled" / "knowledge.sqlite"
    content = bytearray(store.read_bytes())
    content[len(content) // 2] ^= 1
    store.write_bytes(content)
    code, _, err = run(capsys, "doctor", "--resources", str(copy))
    assert code == 1
    assert len(err.strip().splitlines()) == 1
    assert "knowledge.sqlite" in err


def test_missing_resources_are_a_problem_of_the_installation(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "check", "warfarin", "--resources", str(tmp_path / "nowhere"))
    assert code == 1
    assert len(err.strip().splitlines()) == 1


def test_the_command_line_imports_no_qt_and_nothing_heavy(resources: Path) -> None:
    code = (
        "import sys; sys.argv = ['coprescribe', 'check', 'warfarin; aspirin', '--resources', sys.argv[1]]\n"
        "from desktop.main import main\n"
        "assert main() == 0\n"
        "heavy = {'PySide6', 'torch', 'transformers', 'lime', 'shap', 'matplotlib', 'llama_cpp', 'onnxruntime', 'distill'}\n"
        "found = heavy & {name.split('.')[0] for name in sys.modules}\n"
        "assert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(resources)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

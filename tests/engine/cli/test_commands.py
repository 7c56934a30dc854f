"""The command line: what it prints, its exit codes, and one sentence for every fault."""

import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from engine.cli.known import KnownDrug, KnownDrugs
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
    assert "not text" in err


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
    assert all(fact["source"] and fact["basis"] for fact in json.loads(out)["drugs"][0]["facts"])


def known(capsys: pytest.CaptureFixture[str], resources: Path, name: str) -> KnownDrug:
    """The one substance that `drug --json` tells of."""
    code, out, _ = run(capsys, "drug", name, "--json", "--resources", str(resources))
    assert code == 0
    _, schema, _ = run(capsys, "schema", "drug")
    jsonschema.validate(json.loads(out), json.loads(schema))
    printed = KnownDrugs.model_validate_json(out)
    assert printed.notice
    assert printed.provenance.knowledge_digest
    (drug,) = printed.drugs
    return drug


def test_drug_tells_rules_by_name_and_by_class(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    drug = known(capsys, resources, "simvastatin")
    through = {rule.through for rule in drug.rules}
    assert drug.name in through
    assert "statins" in through
    strong = next(rule for rule in drug.rules if rule.other == "strong CYP3A4 inhibitors")
    assert (strong.levels[0].level, strong.object, strong.direction) == ("contraindication", "simvastatin", "increase")
    assert (strong.source, strong.basis) == ("ansm-2019", "file")
    code, out, _ = run(capsys, "drug", "simvastatin", "--resources", str(resources))
    assert code == 0
    assert "contraindication — with strong CYP3A4 inhibitors: muscle damage" in out


def test_drug_leaves_out_levels_of_other_class_members(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    drug = known(capsys, resources, "lidocaine")
    antiarrhythmics = [rule for rule in drug.rules if "antiarrhythmic" in rule.through]
    assert antiarrhythmics
    assert not any("the medicine is" in (level.condition or "") for rule in antiarrhythmics for level in rule.levels)


def test_drug_tells_patient_rules_of_its_classes_and_properties(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    drug = known(capsys, resources, "ramipril")
    assert {"ACE inhibitors"} <= {rule.through for rule in drug.patient_rules}
    assert all(rule.condition and rule.source for rule in drug.patient_rules)


def test_drug_tells_changes_of_exposure_both_ways(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    texts = [fact.text for fact in known(capsys, resources, "fluconazole").facts if "AUC" in fact.text]
    assert any(text.startswith("fluconazole changed the AUC of") for text in texts)
    assert any("changed the AUC of fluconazole" in text for text in texts)


def test_names_that_no_source_gives_are_marked(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    names = {name.name: name.basis for name in known(capsys, resources, "warfarin").names}
    assert (names["warfarin"], names["Coumadin"]) == ("file", "recalled")
    _, out, _ = run(capsys, "check", "Coumadin 5 mg; simvastatin 20 mg", "--resources", str(resources))
    coumadin, simvastatin = out.splitlines()[:2]
    assert "(name not traced to a source)" in coumadin
    assert "not traced" not in simvastatin
    _, out, _ = run(capsys, "check", "Coumadin 5 mg; warfarin", "--json", "--resources", str(resources))
    bases = [(drug["name_basis"], drug["name_source"]) for drug in json.loads(out)["drugs"]]
    assert bases[0] == ("recalled", "recalled")
    assert bases[1][0] == "file"


def test_the_terminal_tells_who_is_affected_and_what_is_not_known(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    _, out, _ = run(capsys, "check", "simvastatin 40 mg; klarithromycin 500 mg", "--resources", str(resources))
    assert "Affected: simvastatin (exposure or effect raised by clarithromycin)" in out
    assert "Evidence: regulator" in out
    assert "provisional" in out
    assert "What to do:" in out
    _, out, _ = run(capsys, "check", "aspirin; methotrexate", "--resources", str(resources))
    assert "Not known: " in out


def test_a_very_long_line_is_repeated_in_part(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    text = f"warfarin 5 mg; {'xyz ' * 25_000}"
    for arguments in ((), ("--json",)):
        code, out, _ = run(capsys, "check", text, *arguments, "--resources", str(resources))
        assert code == 0
        assert "shortened, 99999 characters" in out
        assert len(out) < 5_000


def test_no_pair_checked_is_no_finding_of_none(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    _, out, _ = run(capsys, "check", "warfarin; xyzolumab", "--resources", str(resources))
    assert "No pair of medicines was checked. This does not mean that there is no interaction." in out
    _, out, _ = run(capsys, "check", "paracetamol; amoxicillin", "--resources", str(resources))
    assert "No interaction found in 1 checked pairs" in out


def test_no_text_is_said_to_be_none(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    code, _, err = run(capsys, "check", "", "--resources", str(resources))
    assert code == 2
    assert "no text" in err


def test_a_missing_file_is_no_medicine(capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path) -> None:
    for name in ("missing.txt", "for Mrs Jones.txt", "/nonexistent/list", "./list", "../list.csv", str(tmp_path / "none")):
        code, out, err = run(capsys, "check", name, "--resources", str(resources))
        assert (code, out) == (2, ""), name
        assert "no file" in err


def test_a_file_called_like_a_medicine_does_not_stand_in_for_it(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "aspirin").write_text("warfarin", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for written, name in (("aspirin", "acetylsalicylic acid"), ("./aspirin", "warfarin")):
        code, out, err = run(capsys, "check", written, "--json", "--resources", str(resources))
        assert code == 0
        assert [drug["name"] for drug in json.loads(out)["drugs"]] == [name]
        assert ("Taken as text" in err) == (written == "aspirin")


def test_doctor_is_content_with_a_whole_installation(capsys: pytest.CaptureFixture[str], resources: Path) -> None:
    code, out, err = run(capsys, "doctor", "--resources", str(resources))
    assert (code, err) == (0, "")
    assert out.count("OK: ") >= 10


@pytest.mark.parametrize("field", ["content_digest", "version"])
def test_doctor_notices_a_forged_manifest(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path, field: str
) -> None:
    copy = Path(shutil.copytree(resources, tmp_path / "resources"))
    path = copy / "compiled" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, field: "0" * len(manifest[field])}), encoding="utf-8")
    for command in (("doctor",), ("check", "warfarin")):
        code, out, err = run(capsys, *command, "--resources", str(copy))
        assert (code, out) == (1, "")
        assert len(err.strip().splitlines()) == 1


def test_doctor_notices_rows_that_are_not_those_of_the_digest(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(resources, tmp_path / "resources"))
    store = copy / "compiled" / "knowledge.sqlite"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("DELETE FROM rules WHERE a = 'simvastatin'")
        connection.commit()
    path = copy / "compiled" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    forged = {**manifest, "sha256": hashlib.sha256(store.read_bytes()).hexdigest()}
    path.write_text(json.dumps(forged), encoding="utf-8")
    code, _, err = run(capsys, "doctor", "--resources", str(copy))
    assert code == 1
    assert "another digest" in err


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
        "heavy = {'PySide6', 'torch', 'transformers', 'lime', 'shap', 'matplotlib', 'llama_cpp', 'onnxruntime', 'distill',\n"
        "         'numpy', 'scipy', 'sklearn', 'pandas', 'tokenizers', 'pypdf', 'defusedxml'}\n"
        "found = heavy & {name.split('.')[0] for name in sys.modules}\n"
        "assert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(resources)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

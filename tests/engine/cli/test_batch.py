"""`check --batch` and `--list`: every list of a file or folder, none lost, and a clear state after every fault."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.cli.batch_line import BatchLine, lines_recognised
from engine.cli.batch_summary import Summary
from engine.cli.main import main
from engine.report import Report

ORDERS = """hadm_id,drug_type,drug,prod_strength,dose_val_rx,dose_unit_rx,form_val_disp,form_unit_disp,route
11,MAIN,Warfarin,5mg Tablet,5,mg,1,TAB,PO
11,MAIN,Aspirin,81mg Tab,81,mg,1,TAB,PO
11,BASE,Vial,Send Vial,1,VIAL,1,VIAL,IV
12,MAIN,Xyzolumab,,5,mg,1,VIAL,SC
12,MAIN,Simvastatin,40mg Tab,40,mg,1,TAB,PO
"""

UNRELATED = "14,MAIN,Simvastatin,,40,mg,1,TAB,PO\n14,MAIN,Paracetamol,,500,mg,1,TAB,PO\n"


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A table of two admissions."""
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], resources: Path, *arguments: str) -> tuple[int, str, str]:
    code = main(["check", *arguments, "--resources", str(resources)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_list_is_a_line_with_the_report_of_a_single_check(
    capsys: pytest.CaptureFixture[str], resources: Path, application: Application, orders: Path
) -> None:
    out = orders.with_name("out.jsonl")
    code, printed, err = run(capsys, resources, "--batch", str(orders), "--out", str(out))
    assert code == 0, err
    first, second = lines_of(out)
    assert (first["list"], second["list"], first["file"]) == ("Admission 11", "Admission 12", "orders.csv")
    assert any("1 × Vial" in remark for remark in list(map(str, list_of(first["remarks"]))))
    alone = application.check(
        "Warfarin 5mg Tablet 5 mg 1 TAB PO\nAspirin 81mg Tab 81 mg 1 TAB PO", None, CheckOptions(with_alternatives=False)
    )
    assert Report.model_validate_json(json.dumps(first["report"])) == alone
    assert not orders.with_name("out.jsonl.part").exists()
    table = {row[:30].strip(): row[30:].split() for row in printed.splitlines() if row}
    assert table["Lists checked"] == ["2"]
    assert table["Lines recognised"] == ["75.0%", "of", "4"]
    found = len(alone.interactions)
    assert table["all"] == [str(found), "1", f"{found / 2:.1f}", f"{found / 2:.1f}", str(found)] or found == 0


def list_of(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def test_lines_keep_to_the_exported_schema(capsys: pytest.CaptureFixture[str], resources: Path, orders: Path) -> None:
    out = orders.with_name("out.jsonl")
    run(capsys, resources, "--batch", str(orders), "--out", str(out))
    assert main(["schema", "batch"]) == 0
    schema = json.loads(capsys.readouterr().out)
    for line in lines_of(out):
        jsonschema.validate(line, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"format": 1, "list": "x"}, schema)


def test_a_table_tells_nothing_found_from_not_checked(
    capsys: pytest.CaptureFixture[str], resources: Path, orders: Path, application: Application
) -> None:
    orders.write_text(ORDERS + "13,MAIN,=xyzolumab(1),,5,mg,1,VIAL,SC\n" + UNRELATED, encoding="utf-8")
    out = orders.with_name("out.csv")
    assert run(capsys, resources, "--batch", str(orders), "--out", str(out))[0] == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = {
        name: [row["row"] for row in rows if row["list"] == name] for name in (f"Admission {number}" for number in range(11, 15))
    }
    assert "finding" in kinds["Admission 11"]
    assert "remark" in kinds["Admission 11"]
    assert "not checked" in kinds["Admission 12"]
    assert "not checked" in kinds["Admission 13"]
    assert "finding" not in kinds["Admission 14"]
    pairs = {row["list"]: row["text"] for row in rows if row["row"] == "pairs"}
    assert pairs["Admission 13"].startswith("0 checked")
    assert pairs["Admission 14"].startswith("1 checked")
    assert next(row["line_1"] for row in rows if row["list"] == "Admission 13" and row["row"] == "not checked").startswith(
        "'=xyz"
    )
    assert {row["text"] for row in rows if row["row"] == "intended use"} == {application.notice}
    finding = next(row for row in rows if row["row"] == "finding")
    assert {finding["medicine_1"], finding["medicine_2"]} == {"warfarin", "acetylsalicylic acid"}
    assert all(finding[column] for column in ("file", "severity", "outcome", "source_levels"))


def test_a_folder_is_read_file_by_file_and_its_faults_are_named(
    capsys: pytest.CaptureFixture[str], resources: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "ward lists"
    (folder / "below").mkdir(parents=True)
    (folder / "b.txt").write_text("warfarin 5 mg\naspirin 75 mg\n", encoding="utf-8")
    (folder / "a.txt").write_bytes(b"\xff\x00\xfe binary \x81")
    (folder / ".hidden").write_text("warfarin", encoding="utf-8")
    (folder / "c.txt").write_text("\n".join(["warfarin 5 mg"] * 501), encoding="utf-8")
    out = folder / "out.jsonl"
    for _ in range(2):  # The second time what the first has written lies in the folder.
        code, printed, err = run(capsys, resources, "--batch", str(folder), "--out", str(out))
        assert code == 2
        lines = lines_of(out)
        assert [line["file"] for line in lines] == ["a.txt", "b.txt", "c.txt"]
        assert [line["report"] is None for line in lines] == [True, False, True]
        assert "at most 500" in str(lines[2]["error"])
        assert all(said in err for said in ("a.txt: ", "c.txt: ", "not checked: 2"))
        assert "Lists checked                 1" in printed
        assert "Lists or files not checked    2" in printed


def test_the_least_severity_and_alternatives(capsys: pytest.CaptureFixture[str], resources: Path, orders: Path) -> None:
    orders.write_text(ORDERS + "14,MAIN,Simvastatin,,40,mg,1,TAB,PO\n14,MAIN,Clarithromycin,,500,mg,1,TAB,PO\n", encoding="utf-8")
    out = orders.with_name("out.jsonl")
    arguments = ("--batch", str(orders), "--out", str(out), "--severity", "contraindicated")
    assert run(capsys, resources, *arguments)[0] == 0
    assert run(capsys, resources, *arguments, "--alternatives")[0] == 0
    found = Report.model_validate_json(json.dumps(lines_of(out)[2]["report"])).interactions
    assert {finding.severity for finding in found} == {"contraindicated"}
    assert any(finding.alternatives for finding in found)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--batch", "{orders}"),
        ("--batch", "{orders}", "--out", "{folder}/out.xlsx"),
        ("--batch", "{orders}", "--out", "{orders}"),
        ("--batch", "{orders}", "--out", "{folder}/nowhere/out.csv"),
        ("--batch", "{orders}", "--out", "{folder}/folder.csv"),
        ("--batch", "{folder}/empty", "--out", "{folder}/out.csv"),
        ("--batch", "{orders}", "--out", "{folder}/out.csv", "--severity", "terrible"),
        ("--batch", "{orders}", "--out", "{folder}/out.csv", "--json"),
        ("warfarin", "--batch", "{orders}", "--out", "{folder}/out.csv"),
        ("warfarin", "--out", "{folder}/out.csv"),
        ("warfarin", "--list", "1"),
        ("{orders}",),
        ("{orders}", "--list", "Admission 99"),
        ("{orders}", "--list", "3"),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], resources: Path, orders: Path, arguments: tuple[str, ...]
) -> None:
    folder = orders.parent
    (folder / "empty").mkdir()
    (folder / "folder.csv").mkdir()
    before = sorted(folder.rglob("*"))
    written = tuple(one.format(orders=orders, folder=folder) for one in arguments)
    code, out, err = run(capsys, resources, *written)
    assert code == 2
    assert not out
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    assert orders.read_text(encoding="utf-8") == ORDERS
    assert sorted(folder.rglob("*")) == before


def test_interrupted_it_says_where_the_lists_are_that_are_done(
    capsys: pytest.CaptureFixture[str], resources: Path, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = orders.with_name("out.jsonl")
    out.write_text("what was there before", encoding="utf-8")
    add = Summary.add

    def interrupted(summary: Summary, line: BatchLine) -> None:
        add(summary, line)
        raise KeyboardInterrupt

    monkeypatch.setattr(Summary, "add", interrupted)
    code, _, err = run(capsys, resources, "--batch", str(orders), "--out", str(out))
    assert code == 130
    assert "first 1 lists" in err
    assert "out.jsonl.part" in err
    assert out.read_text(encoding="utf-8") == "what was there before"
    assert [line["list"] for line in lines_of(out.with_name("out.jsonl.part"))] == ["Admission 11"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_sentence(capsys: pytest.CaptureFixture[str], resources: Path, orders: Path) -> None:
    out = orders.with_name("out.jsonl")
    out.write_text("what was there before", encoding="utf-8")
    out.with_name("out.jsonl.part").symlink_to("/dev/full")
    code, printed, err = run(capsys, resources, "--batch", str(orders), "--out", str(out))
    assert (code, printed) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert "cannot be written: No space left" in err
    assert out.read_text(encoding="utf-8") == "what was there before"


@pytest.mark.parametrize("wanted", ["Admission 12", "2"])
def test_one_list_of_several_by_title_or_number(
    capsys: pytest.CaptureFixture[str], resources: Path, orders: Path, wanted: str
) -> None:
    code, out, err = run(capsys, resources, str(orders), "--list", wanted, "--json")
    assert code == 0
    assert [drug["name"] for drug in json.loads(out)["drugs"]] == ["simvastatin"]
    assert "not given together" in err


def test_lines_are_recognised_if_every_name_on_them_is(application: Application) -> None:
    text = "warfarin 5 mg\nxyzolumab 5 mg\nglucagon 1 mg\naspirin 75 mg, xyzolumab 5 mg\nno longer on digoxin"
    report = application.check(text, None, CheckOptions(with_alternatives=False))
    recognised, unknown = lines_recognised(report.drugs, report.not_checked)
    assert recognised == {1, 3, 5}
    assert unknown == {2, 4}

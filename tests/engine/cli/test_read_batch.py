"""`coprescribe read --batch`: a folder into a table, gone on with by the same command, refused where it was read otherwise."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from engine.application import Application
from engine.cli import read_batch
from engine.cli.main import main
from engine.cli.schemas import schema_text
from engine.reading.batch_file import verify
from engine.reading.batch_rows import RunRows
from engine.reports.reading_material import AUTHORS_SAY, NO_PROOF, READ_BY
from tests.engine.reading.scripted import scripted, with_student

TAGS = {"aspirin": "drug-names/B-drug", "warfarin": "drug-names/B-drug", "ketoconazole": "drug-names/B-drug"}
RECORD = (
    "PMID- {0}\nDP  - 201{0} May\nTI  - Trial {0}.\nAB  - Ketoconazole increases warfarin in group {0}. Aspirin was taken.\n\n"
)


@pytest.fixture(autouse=True)
def student(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    made = with_student(application, scripted(TAGS, words=("in", "group", "was", "taken", "."))[0])
    monkeypatch.setattr(read_batch, "open_application", lambda _resources: made)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "Auszüge für Mai"
    place.mkdir()
    (place / "a.nbib").write_text("".join(RECORD.format(n) for n in (1, 2, 3, 1)), encoding="utf-8")
    (place / "b.txt").write_text("Warfarin with aspirin.", encoding="utf-8")
    return place


def run(capsys: pytest.CaptureFixture[str], folder: Path, out: Path) -> tuple[int, str, str]:
    code = main(["read", "--batch", str(folder), "--out", str(out)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def rows_of(path: Path, kind: str) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    return [row for row in csv.DictReader(io.StringIO(text, newline="")) if row["row"] == kind]


def test_a_table_and_its_run(application: Application, capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "Tabelle.csv"
    code, printed, err = run(capsys, folder, out)
    assert (code, err) == (0, "")
    for wanted in (
        "Abstracts read: 4",
        "Duplicates passed over: 1",
        "Not read: 0",
        "ketoconazole + warfarin: 3",
        "Tabelle.csv.run",
        *(READ_BY, AUTHORS_SAY, NO_PROOF),
        "Licence of the student:",
        application.notice,
    ):
        assert wanted in printed
    assert [row["pmid"] for row in rows_of(out, "statement")] == ["1", "2", "3"]
    assert len(rows_of(out, "duplicate")) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == [folder.name, "Tabelle.csv", "Tabelle.csv.run"]


def test_a_pair_of_which_all_is_unsure_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("There is no evidence that aspirin increases warfarin.", encoding="utf-8")
    code, printed, _ = run(capsys, tmp_path / "in", tmp_path / "out.csv")
    assert code == 0
    assert "acetylsalicylic acid + warfarin: 1 (all unsure; " in printed


def test_json_is_as_its_schema_says(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    code, _, _ = run(capsys, folder, out)
    value = json.loads(out.read_text(encoding="utf-8"))
    assert code == 0
    jsonschema.validate(value, json.loads(schema_text("read-batch")))
    assert value["counts"]["abstracts"] == 4
    assert [year["year"] for year in value["years"]] == [2011, 2012, 2013, None]


def test_the_same_command_goes_on(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    out = folder / "inside.run"
    assert run(capsys, folder, out)[0] == 0
    (folder / "c.nbib").write_text(RECORD.format(7), encoding="utf-8")
    code, printed, _ = run(capsys, folder, out)
    assert code == 0
    assert "Abstracts read: 5" in printed
    assert [one.pmid for one in RunRows(out).abstracts()] == ["1", "2", "3", "", "7"]
    assert not list(tmp_path.glob("*.csv"))


def test_a_fault_is_told_and_the_rest_is_read(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    (folder / "scan.pdf").write_bytes(b"%PDF-1.4 no more than that")
    out = tmp_path / "table.csv"
    code, printed, err = run(capsys, folder, out)
    assert code == 2
    assert "Abstracts read: 4" in printed
    assert err.startswith("scan.pdf: ")
    assert err.strip().splitlines()[-1] == "Records or files that were not read: 1; the others are in the output."
    assert [row["source"] for row in rows_of(out, "not read")] == ["scan.pdf"]


def test_another_source_and_a_damaged_run_are_refused(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.csv"
    assert run(capsys, folder, out)[0] == 0
    before = out.read_bytes()
    other = folder / "a.nbib"
    code, printed, err = run(capsys, other, out)
    assert (code, printed) == (2, "")
    assert "from another source" in err
    kept = tmp_path / "x.csv.run"
    raw = bytearray(kept.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 400] = b"\xff" * 400
    kept.write_bytes(bytes(raw))
    code, printed, err = run(capsys, folder, out)
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert out.read_bytes() == before


def test_another_student_is_refused(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "x.csv"
    assert run(capsys, folder, out)[0] == 0
    student, _ = scripted(TAGS)
    files = {"model.onnx": student.manifest.files["model.onnx"].model_copy(update={"sha256": "1" * 64})}
    from dataclasses import replace

    other = replace(student, manifest=student.manifest.model_copy(update={"files": files}))
    monkeypatch.setattr(read_batch, "open_application", lambda _resources: with_student(application, other))
    code, _, err = run(capsys, folder, out)
    assert code == 2
    assert "by another student" in err


def test_without_a_student_nothing_is_begun(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_batch, "open_application", lambda _resources: with_student(application, None))
    code, printed, err = run(capsys, folder, tmp_path / "x.csv")
    assert (code, printed) == (1, "")
    assert err.strip() == "The student that reads abstracts is not installed."
    assert [one.name for one in tmp_path.iterdir()] == [folder.name]


def test_interrupted_it_says_how_to_go_on(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "x.csv"
    told: list[int] = []

    def interrupt(_line: object, _file: str, done: int, _total: int) -> None:
        told.append(done)
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("engine.cli.progress.ProgressLine.show", interrupt)
    code = main(["read", "--batch", str(folder), "--out", str(out)])
    assert code not in (0, 1, 2)
    assert "goes on from there" in capsys.readouterr().err
    assert not out.exists()
    for _ in verify(tmp_path / "x.csv.run"):
        pass
    assert len(list(RunRows(tmp_path / "x.csv.run").abstracts())) == 2
    monkeypatch.undo()


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.run", "a.csv.run"])
def test_the_output_never_takes_the_place_of_what_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_text("Ketoconazole increases warfarin.", encoding="utf-8")
    code, printed, err = run(capsys, source, tmp_path / name.replace(".csv.run", ".csv"))
    assert (code, printed) == (2, "")
    assert "take the place of the file that is to be read" in err
    assert source.read_text(encoding="utf-8") == "Ketoconazole increases warfarin."
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_after_a_source_that_could_not_be_read_the_name_is_free(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(capsys, empty, tmp_path / "x.csv")[0] == 2
    assert not (tmp_path / "x.csv.run").exists()
    assert run(capsys, folder, tmp_path / "x.csv")[0] == 0


def test_an_output_that_cannot_be_written_keeps_the_run(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    code, printed, err = run(capsys, folder, tmp_path / "nowhere" / "x.csv")
    assert (code, printed) == (2, "")
    assert len(err.strip().splitlines()) == 1
    (tmp_path / "y.csv").mkdir()
    code, _, err = run(capsys, folder, tmp_path / "y.csv")
    assert code == 2
    assert "name of a folder" in err

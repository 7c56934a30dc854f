"""`coprescribe-distill evaluate types`: from files as they are published, few and small, to a page."""

import csv
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from distill import main
from distill.corpora.pair_labels import universe_of
from distill.corpora.pairs import read_pairs
from distill.rationales.run import PairRun
from distill.teachers.panel import Labelling, VotingSettings, make_votes, panel_of
from engine.application import Application
from engine.errors import InputError

ACIDS = {f"DB0000{n}": f"{'C' * n}C(=O)O" for n in range(1, 10)}
AMINES = {f"DB0001{n}": f"{'C' * n}N" for n in range(1, 10)}
DESCRIPTIONS = (
    "The metabolism of #Drug2 can be decreased when combined with #Drug1.",
    "#Drug1 may decrease the effect of #Drug2.",
)

HEADER = ("DrugBank ID", "Accession Numbers", "Common name", "CAS", "UNII", "Synonyms", "Standard InChI Key")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two types of which the order decides."""
    folder = tmp_path / "data" / "drugbank-ddi-types"
    folder.mkdir(parents=True)
    medicines = {**ACIDS, **AMINES}
    numbers = {medicine: number for number, medicine in enumerate(medicines)}
    (folder / "node2id.json").write_text(json.dumps(numbers), encoding="utf-8")
    with (folder / "interaction_types.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("Interaction type", "Description"), *enumerate(DESCRIPTIONS, start=1)])
    with (folder / "drug_smiles.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("drug_id", "smiles"), *medicines.items()])
    pairs = [(numbers[acid], numbers[amine], 0) for acid in ACIDS for amine in AMINES]
    pairs += [(second, first, 1) for first, second, _label in pairs]
    for name, rows in (("train", pairs[::2]), ("dev", pairs[1::20]), ("test", pairs[1::2])):
        (folder / f"{name}.txt").write_text("".join(f"{a} {b} {label}\n" for a, b, label in rows), encoding="utf-8")
    return folder.parent


def test_the_types_become_a_page_that_says_that_it_is_research(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("rdkit")
    out = tmp_path / "out"
    told = CliRunner().invoke(main.app, ["evaluate", "types", "--data", str(data), "--out", str(out)])
    page = (out / "types86.md").read_text(encoding="utf-8")
    assert page in told.output
    assert "For research alone: nothing of this is part of the application or of a student that ships." in page
    assert "CC BY-NC 4.0; research only, does not ship" in page
    for test in ("warm (official)", "S1 (one unseen)", "S2 (both unseen)"):
        for method in ("most frequent type", "most alike pair", "structure network"):
            assert sum(line.startswith(f"| {test} |") and f"| {method} |" in line for line in page.splitlines()) == 1
    assert "official splits: 20 of 20 epochs" in told.output
    assert "cold splits: 20 of 20 epochs" in told.output
    assert "Beside the teachers" not in page


def test_a_run_without_votes_is_refused_before_anything_is_measured(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("rdkit")
    words = ["evaluate", "types", "--data", str(data), "--out", str(tmp_path / "out"), "--run", str(tmp_path)]
    told = CliRunner().invoke(main.app, words)
    assert isinstance(told.exception, InputError)
    assert "has no votes of teachers" in told.exception.sentence
    assert "epochs" not in told.output


def test_what_the_network_would_add_to_a_vote_stands_beside_it(application: Application, data: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("rdkit")
    from distill.evaluation.types_page import write_types
    from distill.teachers.structure import StructureSettings

    store = application.store
    run = PairRun(application.installation.compiled, tmp_path / "run")
    run.__dict__["corpus"] = read_pairs(store, among=universe_of(store)[::20])
    labelling = Labelling(store, run.corpus, run.votes, lambda _split, _at: None)
    settings = VotingSettings()
    assert make_votes(labelling, panel_of(store, run.knowledge, run.corpus, settings), settings) is not None
    met = sorted({one for record in run.corpus.records("development") for one in (record.first, record.second)})
    rows = [("DB00001", "", "a", "", store.substance(met[0]).unii or "", "", "")]
    (data / "drugbank").mkdir()
    with (data / "drugbank" / "drugbank_vocabulary.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, *rows])
    before = {path: path.read_bytes() for path in run.votes.iterdir()}
    page = write_types(data, tmp_path / "out", lambda _words: None, StructureSettings(hidden=8, epochs=1), run)
    text = page.read_text(encoding="utf-8").partition("## Beside the teachers")[2]
    teachers = ("| structure |", "| mechanism |", "| neighbours |")
    for words in ("With the structure teacher (CC BY-NC", "| development_cold |", *teachers):
        assert words in text
    # The run's own votes know nothing of it.
    assert {path: path.read_bytes() for path in run.votes.iterdir()} == before


@pytest.mark.parametrize("given", [[], ["--data", "x"], ["--out", "x"]])
def test_what_is_not_given_is_asked_for(given: list[str]) -> None:
    fault = CliRunner().invoke(main.app, ["evaluate", "types", *given]).exception
    assert isinstance(fault, InputError)
    assert "give --data and --out" in fault.sentence


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch")
    for name in ("distill.evaluation.types_page", "distill.evaluation.types86", "distill.teachers.fingerprints"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "rdkit", None)
    monkeypatch.setattr(sys, "argv", ["coprescribe-distill", "evaluate", "types", "--data", "x", "--out", "y"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 1
    assert "'rdkit' is not installed; `make setup-distill` adds what training needs." in capsys.readouterr().err

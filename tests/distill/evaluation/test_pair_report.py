"""The report on students of pairs, whole: tiny students of random weights beside baselines and teachers over a small corpus."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")
pytest.importorskip("llama_cpp")

from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from distill.corpora.pair_labels import universe_of
from distill.corpora.pairs import PairCorpus, read_pairs
from distill.evaluation import pair_report
from distill.evaluation.boosting import BaselineSettings
from distill.evaluation.pair_report import ReportSettings, write_report
from distill.evaluation.pair_report_students import label_first
from distill.teachers.panel import Labelling, VotingSettings, make_votes, panel_of
from engine.application import Application
from engine.errors import InputError
from engine.reasoning.language import vocabulary
from engine.students.manifest import ReasonerManifest, StudentFile, TrainingData
from engine.students.opening import ReasonerStudent
from engine.students.worker_client import ReasonerProcess
from tests.engine.reasoning.scripted import scripted_labeller
from tests.engine.students.tiny_reasoner import TINY, VOCABULARY

FIRST = "Nobody taught this student: its weights are random."
PAIRS = 12


@pytest.fixture(scope="module")
def corpus(application: Application) -> PairCorpus:
    return read_pairs(application.store, among=universe_of(application.store)[::14])


@pytest.fixture(scope="module")
def run(application: Application, corpus: PairCorpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the teachers, as `teach` leaves it."""
    folder = tmp_path_factory.mktemp("run")
    labelling = Labelling(application.store, corpus, folder / "votes", lambda _split, _at: None)
    settings = VotingSettings()
    make_votes(labelling, panel_of(application.store, application.installation.compiled, corpus, settings), settings)
    return folder


def tiny(application: Application, folder: Path, *, first: bool = True) -> ReasonerStudent:
    """A reasoner of random weights that has words for what it is told; its card says where its label stands."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(TINY, folder / "model.gguf")
    card = f'{FIRST}\n\nSettings: `{{"seed":0,"label_first":{str(first).lower()}}}`\n'
    (folder / "card.md").write_text(card, encoding="utf-8")
    known = vocabulary(application.store)
    manifest = ReasonerManifest(
        name="tiny reasoner",
        kind="reasoner",
        version=folder.name,
        created="2026-11-21",
        files={"model.gguf": StudentFile(sha256="0" * 64, size_bytes=1)},
        first_line=FIRST,
        context_tokens=512,
        temperatures={"severity": 1.2, "none": 1.0, "direction": 1.0, "mechanism": 1.0},
        base="none",
        architecture="llama",
        parameters=94_000,
        licence="CC0-1.0",
        non_commercial=False,
        data=(TrainingData(name="none", licence="CC0-1.0", citation="none"),),
    )
    tokens = (*known, *(f"<unused{number}>" for number in range(VOCABULARY - len(known))))
    return ReasonerStudent(
        folder,
        manifest,
        Tokenizer(WordLevel({"<pair>": 0}, unk_token="<pair>")),
        tokens,
        ReasonerProcess(folder / "model.gguf", 512),
    )


@pytest.fixture
def settings(application: Application, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReportSettings:
    """A shipped reasoner with a labeller beside it, and an arm whose label comes last."""
    labeller = replace(scripted_labeller(application, {"strong": 1.0, "substrate": -0.5}), folder=tmp_path / "labeller")
    students = {tmp_path / name: tiny(application, tmp_path / name, first=name != "last") for name in ("reasoner", "last")}
    (tmp_path / "labeller").mkdir()
    (tmp_path / "labeller" / "manifest.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(pair_report, "open_reasoner", lambda folder: students[folder])
    monkeypatch.setattr(pair_report, "open_labeller", lambda _folder: labeller)
    monkeypatch.setattr(pair_report, "_PLANTED", 40)
    monkeypatch.setattr("distill.evaluation.labels._DRAWS", 40)
    return ReportSettings(
        tmp_path / "reasoner",
        tmp_path / "Bericht",
        run,
        arms={"rationale first": tmp_path / "last"},
        pairs=PAIRS,
        baselines=BaselineSettings(least_pairs=10, rounds=3, leaves=7),
    )


def rows_of(markdown: str, caption: str) -> dict[str, list[str]]:
    """The rows of a table by their first cell."""
    table = markdown.partition(f"**{caption}")[2].partition("\n\n|")[2].partition("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {row[0]: row[1:] for row in cells}


def test_a_training_that_is_named_stands_for_the_one_of_the_run_and_is_not_told_twice(tmp_path: Path) -> None:
    own, other = tmp_path / "reasoner-training", tmp_path / "other"
    own.mkdir()
    (own / "report.json").write_text("{}", encoding="utf-8")
    assert ReportSettings(tmp_path, tmp_path, tmp_path).every_training == {"reasoner": own}
    named = ReportSettings(tmp_path, tmp_path, tmp_path, stages={"reasoner": other, "again": own})
    assert named.every_training == {"reasoner": other, "again": own}


def test_one_page_says_all_and_measures_once(application: Application, corpus: PairCorpus, settings: ReportSettings) -> None:
    told: list[str] = []
    path = write_report(application.store, corpus, settings, told.append)
    assert path == settings.out / "report.html"
    page, markdown = (path.with_suffix(ending).read_text(encoding="utf-8") for ending in (".html", ".md"))
    assert markdown.splitlines()[0] == FIRST
    assert re.search(r'<body>\s*<p class="first">Nobody taught', page)
    # Nothing comes from the network, nor from another file.
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)
    assert page.count("data:image/svg+xml;base64,") == 3
    macro = rows_of(markdown, "Macro-F1 of severity")
    measured = ("gradient boosting", "logistic regression", "labeller", "reasoner", "rationale first", "vote of the teachers")
    for name in measured:
        assert all(re.fullmatch(r"\d+\.\d \(\d+\.\d to \d+\.\d\)", cell) for cell in macro[name][:3]), name
    assert macro["vote of the teachers"][3:] == ["100", "100", "100"]
    assert "of fewer pairs" in macro["teacher: mechanism"]
    assert set(macro["without voting"]) == {"not measured"}
    assert "The arm 'without voting' of the ablation" in markdown
    assert "The arm 'rationale first'" not in markdown
    assert "rationale first: its label comes last" in markdown
    steps = [line for line in markdown.splitlines() if line.startswith("| reasoner, the labeller's label | ")]
    assert len(steps) == 3
    assert "| rationale first, the labeller's label | all | not measured" in markdown
    assert "gradient boosting: 3 of 3 classifiers" in told
    told.clear()
    assert write_report(application.store, corpus, settings, told.append) == path
    assert not [line for line in told if "classifiers" in line or "answers" in line]
    again = path.with_suffix(".md").read_text(encoding="utf-8")
    pace = "**Labels per second"
    assert again.partition(pace)[0] == markdown.partition(pace)[0]


def test_what_is_not_given_is_said_to_be_missing(
    application: Application, corpus: PairCorpus, settings: ReportSettings, tmp_path: Path
) -> None:
    (tmp_path / "labeller" / "manifest.json").unlink()
    alone = replace(settings, run=None, arms={})
    markdown = write_report(application.store, corpus, alone, lambda _words: None).with_suffix(".md").read_text(encoding="utf-8")
    for words in ("The labeller: there is none", "no run of them was given", "no training with figures", "'rationale first'"):
        assert words in markdown.partition("## Not measured")[2], words
    macro = rows_of(markdown, "Macro-F1 of severity")
    assert set(macro["labeller"]) == set(macro["teachers"]) == {"not measured"}
    assert set(macro["reasoner"][3:]) == {"not measured"}


def test_arms_of_the_run_are_taken_unless_another_is_named(tmp_path: Path) -> None:
    for slug in ("with-curriculum", "without-hints"):
        (tmp_path / "arms" / slug / "student").mkdir(parents=True)
        (tmp_path / "arms" / slug / "student" / "manifest.json").write_text("{}", encoding="utf-8")
    settings = ReportSettings(tmp_path, tmp_path, arms={"without hints": tmp_path / "other"})
    assert settings.every_arm == {"without hints": tmp_path / "other"}
    found = replace(settings, run=tmp_path).every_arm
    assert found == {"without hints": tmp_path / "other", "with curriculum": tmp_path / "arms" / "with-curriculum" / "student"}


def test_a_folder_that_holds_no_run_or_training_is_refused(
    application: Application, corpus: PairCorpus, settings: ReportSettings, tmp_path: Path
) -> None:
    for wrong, words in (
        (replace(settings, stages={"reasoner": tmp_path}), "no report of a training"),
        (replace(settings, arms={"labeller": tmp_path / "last"}), "a name of its own"),
        (replace(settings, run=tmp_path), "no run of teachers"),
    ):
        with pytest.raises(InputError, match=words):
            write_report(application.store, corpus, wrong, lambda _words: None)


def test_a_card_that_does_not_tell_the_settings_is_refused(application: Application, tmp_path: Path) -> None:
    assert label_first(tiny(application, tmp_path / "first").folder)
    assert not label_first(tiny(application, tmp_path / "last", first=False).folder)
    for card in ("# no settings\n", "Settings: `{}`\n", "Settings: `{`\n"):
        (tmp_path / "first" / "card.md").write_text(card, encoding="utf-8")
        with pytest.raises(InputError, match="does not say with which settings"):
            label_first(tmp_path / "first")

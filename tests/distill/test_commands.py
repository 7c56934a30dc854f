"""`coprescribe-distill`: what cannot be evaluated is said in a sentence, and all students are made one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from distill.main import app
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.recipes import read_named
from engine.errors import InputError


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["reasoner"], "give its folder with --out"),
        (["reader"], "give --data"),
        (["labeller"], "does not know that student"),
        (["told"], "give --data"),
        (["told", "--data", "data", "--folder", "new"], "give no --folder"),
        (["reasoner", "--out", "out", "--arm", "nameless"], "given as NAME=FOLDER"),
        (["reasoner", "--out", "out", "--arm", "a=x", "--arm", "a=y"], "each with a name of its own"),
        (["reasoner", "--out", "out", "--stage", "=x"], "given as NAME=FOLDER"),
    ],
)
def test_what_is_not_given_is_asked_for(words: list[str], sentence: str) -> None:
    fault = CliRunner().invoke(app, ["evaluate", *words]).exception
    assert isinstance(fault, InputError)
    assert sentence in fault.sentence


def test_all_students_are_made_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    pytest.importorskip("onnx")
    made: list[str] = []

    def card(name: str) -> Path:
        made.append(name)
        (tmp_path / f"{name}.md").write_text(f"# {name}", encoding="utf-8")
        return tmp_path / f"{name}.md"

    monkeypatch.setattr("distill.export.reproduce.run_recipe", lambda *_given: True)
    monkeypatch.setattr("distill.export.reproduce.export_student", lambda *_given: card("reader"))
    monkeypatch.setattr("distill.export.student.base_name", lambda *_given: "none")
    pairs = "distill.export.reproduce_pairs.reproduce_pair_student"
    monkeypatch.setattr(pairs, lambda student, *_given: card(student))
    words = ["reproduce", "all", "--out", str(tmp_path), "--base", str(tmp_path), "--data", str(tmp_path)]
    told = CliRunner().invoke(app, words)
    assert made == ["reader", "labeller", "reasoner"]
    assert told.output.split() == ["#", "reader", "#", "labeller", "#", "reasoner"]
    made.clear()
    monkeypatch.setattr(pairs, lambda student, *_given: card(student) if student == "labeller" else None)
    assert "Stopped; the same command goes on." in CliRunner().invoke(app, words).output
    assert made == ["reader", "labeller"]
    # Without a base nothing begins.
    made.clear()
    assert isinstance(CliRunner().invoke(app, words[:4]).exception, InputError)
    assert made == []


def test_arms_are_made_by_their_own_recipe_and_chosen_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    pytest.importorskip("onnx")
    asked: list[tuple[int | None, tuple[str, ...], float | None]] = []

    def made(
        _made: object, settings: ReasonerSettings, _telling: object, names: Sequence[str], stop_after_s: float | None
    ) -> dict[str, Path] | None:
        asked.append((settings.steps, tuple(names), stop_after_s))
        return {"with curriculum": tmp_path / "card.md"} if stop_after_s is None else None

    monkeypatch.setattr("distill.export.reproduce_arms.reproduce_arms", made)
    words = ["reproduce", "arms", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, words).output.strip() == f"with curriculum: {tmp_path / 'card.md'}"
    stopped = CliRunner().invoke(app, [*words, "--arm", "with curriculum", "--arm", "without hints", "--minutes", "2"])
    assert "Stopped; the same command goes on." in stopped.output
    steps = read_named("reasoner", "arm", ReasonerSettings).steps
    assert asked == [(steps, (), None), (steps, ("with curriculum", "without hints"), 120.0)]
    fault = CliRunner().invoke(app, ["reproduce", "reasoner", "--out", str(tmp_path), "--arm", "with curriculum"]).exception
    assert isinstance(fault, InputError)
    assert "Only arms" in fault.sentence


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--threads", "0"], "The number of threads goes from 1 to 1024."),
        (["--threads", "99999999999"], "The number of threads goes from 1 to 1024."),
        (["--minutes", "-5"], "The minutes after which to stop are a number from 0 on."),
        (["--minutes", "nan"], "The minutes after which to stop are a number from 0 on."),
        (["--minutes", "inf"], "The minutes after which to stop are a number from 0 on."),
        (["--precision", "fp8"], "The precision is 'fp32' or 'bf16'."),
        (["--device", "tpu"], "The device is 'cpu' or 'cuda'."),
        (["--device", "cuda"], "This machine has no GPU that PyTorch can use; leave --device out to train on the processor."),
    ],
)
@pytest.mark.parametrize("command", ["reader", "labeller", "reasoner", "all", "arms", "train", "pretrain"])
def test_options_that_make_no_sense_are_refused_before_any_work(
    command: str, options: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if options[-1] == "cuda":
        pytest.importorskip("torch")
        monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    there = ["--base", str(tmp_path), "--data", str(tmp_path)]
    words = {"train": ["train", "stage", "no.json", "--stages"], "pretrain": ["pretrain", "no.json", "--out"]}
    given = [*words.get(command, ["reproduce", command, "--out"]), str(tmp_path / "out"), *there, *options]
    fault = CliRunner().invoke(app, given).exception
    assert isinstance(fault, InputError)
    assert fault.sentence == sentence
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["labeller", "--base", "base"], "A labeller begins from nothing: leave --base out."),
        (["reasoner", "--base", "base"], "Manifest and card have to name the base that is adapted: give --base-name."),
        (
            ["arms", "--base", "base", "--base-name", " "],
            "Manifest and card have to name the base that is adapted: give --base-name.",
        ),
        (
            ["reasoner", "--base", "base", "--base-name", "Toy"],
            "A base is adapted where the recipe gives a 'lora_rank' above 0: give both --base and such a recipe.",
        ),
        (
            ["arms", "--base", "base", "--base-name", "Toy"],
            "A base is adapted where the recipe gives a 'lora_rank' above 0: give both --base and such a recipe.",
        ),
    ],
)
def test_a_base_that_cannot_be_used_is_refused_before_any_work(words: list[str], sentence: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    fault = CliRunner().invoke(app, ["reproduce", *words, "--out", str(tmp_path / "out")]).exception
    assert isinstance(fault, InputError)
    assert fault.sentence == sentence
    assert not (tmp_path / "out").exists()


def test_teachers_are_stopped_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taught = ["teach", "--out", str(tmp_path)]
    monkeypatch.setattr("distill.rationales.run.teach", lambda *given: None if given[-1]() else tmp_path / "report.md")
    (tmp_path / "report.md").write_text("# Teachers", encoding="utf-8")
    assert CliRunner().invoke(app, taught).output.strip() == "# Teachers"
    assert "Stopped; the same command goes on." in CliRunner().invoke(app, [*taught, "--minutes", "0"]).output
    assert isinstance(CliRunner().invoke(app, [*taught, "--minutes", "-1"]).exception, InputError)
    fault = CliRunner().invoke(app, [*taught, "--workers", "0"]).exception
    assert isinstance(fault, InputError)
    assert fault.sentence == "Labelling needs one worker or more."

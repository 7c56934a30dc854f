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

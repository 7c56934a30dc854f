"""The reasoner's command: which of its trainings are exported. Training and files themselves are tested elsewhere.

Skipped where the training libraries or llama.cpp are not installed.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("accelerate")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

import torch

from distill.corpora.pair_groups import Division
from distill.corpora.pairs import PAIR_SPLITS, PairCorpus
from distill.export.gguf_card import refinement_lines
from distill.export.reproduce_pairs import PairStudent, Telling, reproduce_reasoner
from distill.rationales.items import write_items
from distill.rationales.run import ITEMS, PairRun
from distill.training.machine import Clock
from distill.training.reasoner_settings import Phase, ReasonerSettings, Shape
from distill.training.refinement import TOLD, Before, Refined, RefinementSettings
from distill.training.settings import Run
from engine.installation import find_installation
from tests.distill.reasoner_toys import toy_file

SETTINGS = ReasonerSettings(
    shape=Shape(hidden=64, feed_forward=64, layers=1, heads=2, context_tokens=64),
    phases=(Phase(epochs=1),),
    batch_tokens=256,
    validations=1,
)
TELLING = Telling(lambda _step: None, lambda _words: None)


@dataclass
class Exported:
    """Folder of the training that was exported last."""

    trained: Path | None = None

    def take(self, trained: Path, *_told: object) -> Path:
        """In the place of the export."""
        self.trained = trained
        return trained / "card.md"


def test_the_refined_reasoner_is_exported_where_the_recipe_asks_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    exported = Exported()
    monkeypatch.setattr("distill.export.gguf_student.export_reasoner", exported.take)
    run = PairRun(find_installation().compiled, tmp_path)
    run.__dict__["corpus"] = PairCorpus("", dict.fromkeys(PAIR_SPLITS, ()), {}, (), Division({}, {}), (), 0)
    write_items(tmp_path / ITEMS, toy_file())
    made = PairStudent(run, Run(tmp_path, tmp_path, tmp_path), "1", "2026-11-21")
    assert reproduce_reasoner(made, SETTINGS, TELLING) is not None
    assert exported.trained == tmp_path / "reasoner-training"
    # What is trained already is the beginning of the round.
    refining = SETTINGS.model_copy(update={"refinement": RefinementSettings(validations=1)})
    assert reproduce_reasoner(made, refining, TELLING, stop_after_s=0.0) is None
    assert reproduce_reasoner(made, refining, TELLING) is not None
    assert exported.trained == tmp_path / "reasoner-refined"


def test_the_card_tells_of_the_round() -> None:
    before = Before(items=75306, step=5873, seconds=2700.0)
    wrong = {"severity": 11000, "direction": 900, "mechanism": 300, "step": 30}
    told = Refined.model_validate(
        {"asked": 75306, "wrong_items": 12000, "wrong": wrong, "kept_right": 31000, "asking_s": 360.0, "before": before}
    )
    text = " ".join(refinement_lines({TOLD: told.model_dump()}))
    for words in ("75,306 items, 5,873 steps, 0.75 hours", "12,000 of 75,306 training items", "step 30", "0.10 hours", "31,000"):
        assert words in text
    assert refinement_lines({}) == []


def test_all_parts_of_a_run_share_its_time() -> None:
    assert Clock.started(None).left_s is None
    assert not Clock.started(None).over
    left = Clock.started(100.0).left_s
    assert left is not None
    assert 90.0 < left <= 100.0
    assert Clock.started(0.0).over
    assert Clock.started(0.0).left_s == 0.0

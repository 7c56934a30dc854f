"""The refinement round: which items are wrong, what is learned again, and that it goes on after a stop.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("accelerate")

import torch
from pydantic import ValidationError
from safetensors.torch import load_file

from distill.corpora.pairs import PairSplit
from distill.rationales.items import ItemFile, TrainingItem
from distill.training.reasoner import ReasonerRun, train_reasoner
from distill.training.reasoner_errors import ERRORS, Asker, Limits, ask_about, digest_of, read_errors
from distill.training.reasoner_examples import RATIONALE, ReasonerExample, examples_of, label_heads
from distill.training.reasoner_model import WEIGHTS, Reasoner, new_reasoner, open_reasoner
from distill.training.reasoner_settings import Phase, ReasonerSettings, Shape
from distill.training.reasoner_tokens import domain_ids, reasoner_tokenizer
from distill.training.reasoner_validation import ReasonerValidation
from distill.training.refinement import PARTS, TOLD, Part, Refined, RefinementSettings
from distill.training.refining import refined_settings, train_and_refine
from distill.training.running import CHECKPOINT
from distill.training.stage import REPORT
from distill.training.validations import validations_of
from engine.errors import InputError
from engine.reasoning.language import AXES, CHANGES, token
from tests.distill.reasoner_toys import TARGETS, TOY_VOCABULARY, toy_file, toy_item

ROUND = RefinementSettings(epochs=15, weight=1e4, kept_share=0.5, rate_factor=1.0, validations=2)
SETTINGS = ReasonerSettings(
    shape=Shape(hidden=64, feed_forward=64, layers=1, heads=2, context_tokens=64),
    phases=(Phase(epochs=20),),
    learning_rate=4e-3,
    batch_tokens=256,
    validations=1,
    dropout=0.0,
    refinement=ROUND,
)
TOKENIZER = reasoner_tokenizer(TOY_VOCABULARY)
CPU = torch.device("cpu")
MARK = "<F3>"
ITEMS = tuple(toy_item(target, strength) for target in TARGETS for strength in ("strong", "weak"))


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def odd_item(target: str, strength: str, said: str, split: PairSplit = "train") -> TrainingItem:
    """The facts of an item, with a mark, and what is said where the strength is another. It weighs next to nothing."""
    prompt = (*toy_item(target, strength).prompt[:-1], MARK, "<answer>")
    return replace(toy_item(target, said, split), prompt=prompt, weight=1e-4)


def odd_file() -> ItemFile:
    """Items of which two are not as the others; all of the other splits but one say other facts."""
    file = toy_file()
    odd = (odd_item("CYP3A4", "weak", "strong"), odd_item("CYP1A2", "strong", "weak"))
    splits: tuple[PairSplit, ...] = ("warm", "s1", "s2", "development_cold")
    return replace(file, items=(*file.items, *odd, *(odd_item("CYP2D6", "weak", "strong", split) for split in splits)))


class Refining:
    """Trainings in a folder. `notes`: what the last one told."""

    def __init__(self, folder: Path, file: ItemFile) -> None:
        self.run, self.refined, self.file = ReasonerRun(folder / "training"), folder / "refined", file
        self.notes: list[str] = []

    def go_on(self, settings: ReasonerSettings = SETTINGS, seconds: float | None = None) -> Path | None:
        self.notes.clear()
        return train_and_refine(settings, self.file, self.run, self.refined, lambda _step: None, self.notes.append, seconds)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Refining:
    made = Refining(tmp_path_factory.mktemp("refining"), odd_file())
    assert made.go_on() == made.refined
    return made


def found_by(folder: Path, items: Sequence[TrainingItem]) -> list[tuple[Part, int]]:
    """What a finished reasoner answers wrongly of items."""
    reasoner, tokenizer = open_reasoner(folder)
    examples = examples_of(items, tokenizer, SETTINGS)
    return Asker(reasoner, tokenizer, examples, CPU).wrong(examples)


def said_one_by_one(reasoner: Reasoner, example: ReasonerExample) -> set[Part]:
    """The same without batches: each place that is asked by a pass of its own over all that stands before it."""
    heads, ids = label_heads(TOKENIZER), domain_ids(TOKENIZER)
    changes = [ids[token(change)] for change in CHANGES]
    answer = max(example.answers, key=lambda one: len(one.ids))
    wrong: set[Part] = set()
    for place, (target, role) in enumerate(zip(answer.ids, answer.roles, strict=True)):
        if role < len(AXES) or (role == RATIONALE and target in changes):
            read = [*example.prompt, *answer.ids[:place]]
            logits = reasoner(torch.tensor([read], dtype=torch.long), torch.tensor([len(read) - 1], dtype=torch.long))[0]
            choices = heads[role].ids if role < len(AXES) else changes
            if max(choices, key=lambda one: logits[one].item()) != target:
                wrong.add(PARTS[role])
    return wrong


@pytest.mark.parametrize("seed", range(3))
def test_wrong_is_where_another_token_is_likeliest(seed: int) -> None:
    torch.manual_seed(seed)
    reasoner = new_reasoner(SETTINGS.shape, TOKENIZER, 0.0).eval()
    items = [replace(item, prompt=(*item.prompt[:-1], *extra, "<answer>")) for item in ITEMS for extra in ((), (MARK,), ("<A>",))]
    examples = examples_of(items, TOKENIZER, SETTINGS)
    found = Asker(reasoner, TOKENIZER, examples, CPU).wrong(examples)
    with torch.inference_mode():
        alone = {(part, place) for place, one in enumerate(examples) for part in said_one_by_one(reasoner, one)}
    assert set(found) == alone
    assert len(found) == len(set(found)) > 0


def test_what_the_same_facts_tell_elsewhere_is_no_error() -> None:
    torch.manual_seed(0)
    reasoner = new_reasoner(SETTINGS.shape, TOKENIZER, 0.0).eval()
    item = toy_item("CYP3A4", "strong")
    levels = [replace(item, answers=((f"<severity:{level}>", *item.answer[1:]),)) for level in ("major", "moderate", "minor")]
    wanted = replace(item, answers=((f"<severity:{likeliest(reasoner, item)}>", *item.answer[1:]),))
    others = [one for one in levels if one.answer[0] != wanted.answer[0]]
    examples = examples_of([*others, wanted], TOKENIZER, SETTINGS)
    parts = [part for part, _place in Asker(reasoner, TOKENIZER, examples, CPU).wrong(examples)]
    assert "severity" not in parts
    parts = [part for part, _place in Asker(reasoner, TOKENIZER, examples[:-1], CPU).wrong(examples[:-1])]
    assert parts.count("severity") == len(others)


def likeliest(reasoner: Reasoner, item: TrainingItem) -> str:
    ids, severity = domain_ids(TOKENIZER), label_heads(TOKENIZER)[0]
    prompt = [ids[piece] for piece in item.prompt]
    with torch.inference_mode():
        logits = reasoner(torch.tensor([prompt], dtype=torch.long), torch.tensor([len(prompt) - 1], dtype=torch.long))[0]
    return severity.labels[int(logits[list(severity.ids)].argmax().item())]


def test_asking_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    torch.manual_seed(0)
    examples = examples_of(ITEMS * 80, TOKENIZER, SETTINGS)
    asker = Asker(new_reasoner(SETTINGS.shape, TOKENIZER, 0.0), TOKENIZER, examples, CPU)
    for folder, seconds in ((tmp_path / "whole", None), (tmp_path / "parts", 0.0)):
        folder.mkdir()
        asked: list[int] = []
        while not asked or asked[-1] < len(examples):
            ask_about(
                asker, examples, read_errors(folder, "it", len(examples)), folder, Limits(180.0, seconds), lambda _words: None
            )
            asked.append(read_errors(folder, "it", len(examples)).asked)
        assert asked == sorted(set(asked))
        assert (len(asked) == 1) == (seconds is None)
    whole, parts = (read_errors(tmp_path / name, "it", len(examples)) for name in ("whole", "parts"))
    assert whole.wrong == parts.wrong
    assert whole.places == {place for _part, place in asker.wrong(examples)}
    with pytest.raises(InputError, match="another reasoner"):
        read_errors(tmp_path / "whole", "other", len(examples))
    (tmp_path / "whole" / ERRORS).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="damaged"):
        read_errors(tmp_path / "whole", "it", len(examples))


def test_errors_belong_to_weights_and_items(finished: Refining) -> None:
    one = digest_of(finished.run.folder, ITEMS)
    assert one == digest_of(finished.run.folder, list(ITEMS))
    assert len({one, digest_of(finished.refined, ITEMS), digest_of(finished.run.folder, ITEMS[1:])}) == 3


def test_what_was_wrong_is_right_afterwards(finished: Refining) -> None:
    learned = finished.file.split("train")
    odd = [place for place, item in enumerate(learned) if MARK in item.prompt]
    assert found_by(finished.run.folder, learned) == [("severity", place) for place in odd]
    assert found_by(finished.refined, learned) == []


def test_the_report_tells_what_was_asked_and_wrong(finished: Refining) -> None:
    report = json.loads((finished.refined / REPORT).read_text(encoding="utf-8"))
    told = Refined.model_validate(report[TOLD])
    first = json.loads((finished.run.folder / REPORT).read_text(encoding="utf-8"))
    # Two of 26 items; of the others about half are learned again.
    assert (told.asked, told.wrong_items, told.before.items) == (26, 2, 26)
    assert told.wrong == {"severity": 2, "direction": 0, "mechanism": 0, "step": 0}
    assert report["items"] == 2 + told.kept_right
    assert 4 < told.kept_right < 20
    assert told.before.step == first["step"]
    assert TOLD not in first
    # Development pairs are asked before, too: what makes nothing better is not kept.
    steps = [one.step for one in validations_of(finished.refined, ReasonerValidation)]
    assert steps == [0, round(report["steps"] / 2), report["steps"]]


def test_items_of_other_splits_are_not_asked_about(tmp_path: Path, finished: Refining, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, ...]] = []
    wrong = Asker.wrong

    def spied(asker: Asker, examples: Sequence[ReasonerExample]) -> list[tuple[Part, int]]:
        asked.extend(one.prompt for one in examples)
        return wrong(asker, examples)

    monkeypatch.setattr(Asker, "wrong", spied)
    shutil.copytree(finished.run.folder, tmp_path / "training")
    assert Refining(tmp_path, finished.file).go_on() is not None
    ids = domain_ids(TOKENIZER)
    theirs = sorted(tuple(ids[piece] for piece in item.prompt) for item in finished.file.split("train"))
    assert sorted(asked) == theirs


def test_a_finished_round_is_kept(finished: Refining) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in finished.refined.iterdir()}
    assert finished.go_on() == finished.refined
    assert {path.name: path.stat().st_mtime_ns for path in finished.refined.iterdir()} == before
    assert finished.notes == []
    assert not (finished.refined / CHECKPOINT).exists()
    other = SETTINGS.model_copy(update={"refinement": ROUND.model_copy(update={"weight": 3.0})})
    with pytest.raises(InputError, match="other settings"):
        finished.go_on(other)


def test_a_stopped_round_ends_as_one_that_was_not(finished: Refining, tmp_path: Path) -> None:
    shutil.copytree(finished.run.folder, tmp_path / "training")
    again = Refining(tmp_path, finished.file)
    stops = 0
    while again.go_on(seconds=0.0) is None:
        stops += 1
        assert stops < 200
    assert stops > 10
    one, other = load_file(finished.refined / WEIGHTS), load_file(tmp_path / "refined" / WEIGHTS)
    assert max((one[name] - other[name]).abs().max().item() for name in one) < 1e-5
    told = [
        json.loads((folder / REPORT).read_text(encoding="utf-8"))[TOLD] for folder in (finished.refined, tmp_path / "refined")
    ]
    assert [one | {"asking_s": 0.0} for one in told] == [told[0] | {"asking_s": 0.0}] * 2


def test_a_round_of_another_reasoner_is_refused(finished: Refining, tmp_path: Path) -> None:
    shutil.copytree(finished.refined, tmp_path / "refined")
    shutil.copytree(finished.run.folder, tmp_path / "training")
    shutil.copyfile(finished.refined / WEIGHTS, tmp_path / "training" / WEIGHTS)
    with pytest.raises(InputError, match="another reasoner"):
        Refining(tmp_path, finished.file).go_on()


def test_without_errors_or_settings_there_is_no_round(tmp_path: Path) -> None:
    made = Refining(tmp_path, toy_file())
    assert made.go_on() == made.run.folder
    assert not (made.refined / WEIGHTS).exists()
    assert "nothing to refine" in made.notes[-1]
    # The first training is the same with a round and without one.
    assert made.go_on(SETTINGS.model_copy(update={"refinement": None})) == made.run.folder


def test_a_round_begins_with_a_finished_reasoner(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="begins with a finished reasoner"):
        train_reasoner(SETTINGS, toy_file(), ReasonerRun(tmp_path), lambda _step: None, lambda _words: None)
    with pytest.raises(ValidationError, match="can be refined"):
        ReasonerSettings(lora_rank=4, refinement=ROUND)


def test_the_round_has_its_own_length_and_lower_rates() -> None:
    settings = SETTINGS.model_copy(update={"steps": 900, "matrix_learning_rate": 0.02})
    own = refined_settings(settings, RefinementSettings(steps=100, rate_factor=0.25))
    assert (own.steps, own.learning_rate, own.matrix_learning_rate) == (100, 1e-3, 0.005)
    assert own.seed != settings.seed
    assert refined_settings(settings, ROUND).steps is None
    assert refined_settings(settings, ROUND).phases == (Phase(epochs=15),)

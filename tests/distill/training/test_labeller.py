"""The labeller learns from items, goes on where it was stopped, and is exported as what it was.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("accelerate")

import torch
from safetensors.torch import load_file

from distill.corpora.pairs import NO_LABEL, PairRecord, PairSplit
from distill.evaluation.calibration import rising_temperatures
from distill.export.labeller import PairOrigin, export_labeller
from distill.rationales.holding_out import SecondTraining
from distill.rationales.items import ItemFile, TrainingItem
from distill.teachers.protocol import LABELS
from distill.training.labeller import finished_labeller, labeller_examples, labels_loss, train_labeller
from distill.training.labeller_model import Labeller, Together
from distill.training.labeller_settings import LabellerSettings, LabellerShape
from distill.training.running import CHECKPOINT
from distill.training.settings import Run
from distill.training.stage import MODEL, REPORT
from distill.training.validations import validation_steps
from engine.errors import InputError
from engine.reasoning.language import Label, label_tokens, read_answer
from engine.students.fact_rows import CODES_A_MEETING, fact_array, rows_of
from engine.students.opening import open_labeller

TARGETS = ("<CYP3A4>", "<CYP2D6>", "<P-gp>")
VOCABULARY = ("<pair>", "<answer>", "<end>", "<F1>", "<F2>", "<A>", "<B>", "<inhibitor>", "<substrate>", *TARGETS)
MACHINE = Run(Path(), Path(), Path())
SETTINGS = LabellerSettings(
    shape=LabellerShape(width=32, layers=2, attention_heads=2, members=2),
    epochs=50,
    batch_facts=32,
    learning_rate=3e-3,
    mask_rows=0.0,
)


def item(number: int, split: PairSplit) -> TrainingItem:
    """Two medicines that meet at a target, or do not: only then something happens."""
    drawn = Random(f"{split}/{number}")
    first = drawn.choice(TARGETS)
    second = first if drawn.random() < 0.5 else drawn.choice([target for target in TARGETS if target != first])
    label = Label("major", "B_increase", "pk.metabolism") if first == second else Label("none", "none", "none")
    prompt = ("<pair>", "<F1>", "<A>", "<inhibitor>", first, "<F2>", "<B>", "<substrate>", second, "<answer>")
    answer = (*label_tokens(label), "<end>")
    return TrainingItem(
        f"{split}+{number}",
        "pair",
        split,
        False,
        prompt,
        (answer,),
        severity={label.severity: 1.0},
        direction={label.direction: 1.0},
        mechanism={label.mechanism: 1.0},
    )


@pytest.fixture(scope="module")
def file() -> ItemFile:
    sizes: dict[PairSplit, int] = {"train": 120, "development": 20, "development_cold": 20, "warm": 20, "s1": 20, "s2": 20}
    return ItemFile(VOCABULARY, tuple(item(at, split) for split, size in sizes.items() for at in range(size)), "digest")


@pytest.fixture(scope="module")
def trained(file: ItemFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ein Schüler")
    assert train_labeller(SETTINGS, file, folder, MACHINE, lambda _step: None, lambda _words: None)
    return folder


def substances(file: ItemFile) -> set[str]:
    return {one for item in file.split("train") for one in item.pair.split("+")}


@pytest.mark.filterwarnings("ignore:You are using the legacy TorchScript-based ONNX export:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The feature will be removed:DeprecationWarning")
def test_a_second_training_says_how_sure_it_is_of_two_unlearned_medicines(trained: Path, file: ItemFile, tmp_path: Path) -> None:
    origin = PairOrigin("1", "2026-11-21", "Labelled by a rule of this test.", ("rule",), ())
    # What the second one is asked is true one time in two, and it is as sure as the first.
    asked = file.split("train")[:60]
    records = tuple(
        PairRecord(item.pair, "train", str(at), read_answer(item.answer).label if at % 2 else NO_LABEL)
        for at, item in enumerate(asked)
    )
    plain, second = tmp_path / "plain", tmp_path / "second"
    export_labeller(trained, file, substances(file), origin, plain)
    export_labeller(trained, file, substances(file), origin, second, SecondTraining(trained, records))
    before, after = (open_labeller(folder).manifest.heads[0] for folder in (plain, second))
    assert after.temperature == before.temperature
    assert after.unseen_temperatures[1] > 2 * before.unseen_temperatures[1]
    other = replace(file, knowledge_digest="another")
    with pytest.raises(InputError, match="learned from other knowledge"):
        export_labeller(trained, other, substances(file), origin, tmp_path / "other")


@pytest.mark.filterwarnings("ignore:You are using the legacy TorchScript-based ONNX export:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The feature will be removed:DeprecationWarning")
def test_it_learns_what_follows_from_two_facts_together(trained: Path, file: ItemFile, tmp_path: Path) -> None:
    origin = PairOrigin("1", "2026-11-21", "Labelled by a rule of this test.", ("rule",), ())
    card = export_labeller(trained, file, substances(file), origin, tmp_path / "labeller").read_text(encoding="utf-8")
    student = open_labeller(tmp_path / "labeller")
    assert student.manifest.figures["s2/severity_accuracy"] == 1.0
    assert student.manifest.codes_a_row == CODES_A_MEETING
    assert {one.split("+")[0] for one in student.manifest.learned} == {"train", *map(str, range(120))}
    assert student.manifest.figures["s2/direction_accuracy"] == 1.0
    assert card.splitlines()[:3] == ["Labelled by a rule of this test.", "", "# labeller, version 1"]
    assert "| s2 | 20 | 100.0 (100.0-100.0) |" in card
    assert float(card.split("PyTorch: ")[1].split("\n")[0]) < 1e-4


def test_all_of_it_goes_to_another_device(trained: Path) -> None:
    model = finished_labeller(trained).model.to("meta")
    rows = torch.zeros(5, 3, CODES_A_MEETING, dtype=torch.long, device="meta")
    said = model(rows)
    assert (said.device.type, said.shape) == ("meta", (5, sum(map(len, LABELS.values()))))


def test_development_pairs_are_asked_on_the_way(trained: Path, tmp_path: Path, file: ItemFile) -> None:
    report = json.loads((trained / REPORT).read_text(encoding="utf-8"))
    told = report["validations"]
    assert [one["step"] for one in told] == validation_steps(report["steps"], SETTINGS.validations)
    assert told[0]["loss"] > told[-1]["loss"] > 0
    assert (told[-1]["severity_macro_f1"], told[-1]["severity_accuracy"]) == (1.0, 1.0)
    # What they say changes nothing: without them the same is learned.
    none = replace(file, items=tuple(one for one in file.items if one.split != "development"))
    assert train_labeller(SETTINGS, none, tmp_path, MACHINE, lambda _step: None, lambda _words: None)
    assert json.loads((tmp_path / REPORT).read_text(encoding="utf-8"))["validations"] == []
    alone, asked = load_file(tmp_path / MODEL), load_file(trained / MODEL)
    assert all(torch.equal(alone[name], asked[name]) for name in asked)


def test_a_stopped_run_ends_as_one_that_was_not(trained: Path, file: ItemFile, tmp_path: Path) -> None:
    stopped = tmp_path / "stopped"
    assert not train_labeller(SETTINGS, file, stopped, MACHINE, lambda _step: None, lambda _words: None, stop_after_s=0.0)
    assert (stopped / CHECKPOINT).exists()
    with pytest.raises(InputError, match="not finished"):
        finished_labeller(stopped)
    assert train_labeller(SETTINGS, file, stopped, MACHINE, lambda _step: None, lambda _words: None)
    assert not (stopped / CHECKPOINT).exists()
    whole, again = load_file(trained / MODEL), load_file(stopped / MODEL)
    # Dropout draws from a state that a stop does not keep, so weights differ a little; what was learned does not.
    assert whole.keys() == again.keys()
    assert json.loads((stopped / REPORT).read_text(encoding="utf-8"))["items"] == 120
    with pytest.raises(InputError, match="other settings"):
        train_labeller(SETTINGS.model_copy(update={"seed": 1}), file, stopped, MACHINE, lambda _step: None, lambda _words: None)


def test_order_and_numbers_of_facts_say_nothing(trained: Path) -> None:
    finished = finished_labeller(trained)
    ids = {piece: place + 1 for place, piece in enumerate(finished.vocabulary)}
    first, second = [ids["<A>"], ids["<inhibitor>"], ids["<CYP3A4>"]], [ids["<B>"], ids["<substrate>"], ids["<CYP3A4>"]]
    with torch.inference_mode():
        one = finished.model(torch.from_numpy(fact_array([rows_of([first, second], [(0, 1)])], CODES_A_MEETING)))
        other = finished.model(torch.from_numpy(fact_array([[*rows_of([second, first], [(1, 0)]), []]], CODES_A_MEETING)))
    torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("meetings", [True, False])
def test_a_pair_is_answered_alike_both_ways_round(file: ItemFile, meetings: bool) -> None:
    torch.manual_seed(0)
    shape = LabellerShape(width=16, layers=1, attention_heads=2, members=2, meetings=meetings)
    model = Together(Labeller(len(VOCABULARY), shape, LABELS), VOCABULARY, LABELS).eval()
    side = {"<A>": "<B>", "<B>": "<A>"}
    there = [one for one in file.split("s2") if "major" in one.severity][:4]
    back = [replace(one, prompt=tuple(side.get(piece, piece) for piece in one.prompt)) for one in there]

    def said(items: list[TrainingItem]) -> torch.Tensor:
        rows = [one.rows(shape) for one in labeller_examples(items, VOCABULARY)]
        with torch.inference_mode():
            answered: torch.Tensor = model(torch.from_numpy(fact_array(rows, shape.codes_a_row)))
        return answered.exp()

    one, other = said(there), said(back)
    start = len(LABELS["severity"])
    a, b = (start + LABELS["direction"].index(name) for name in ("A_increase", "B_increase"))
    torch.testing.assert_close(one[:, :start], other[:, :start])
    torch.testing.assert_close(one[:, a], other[:, b])
    assert not torch.allclose(one[:, a], one[:, b], atol=1e-4)
    torch.testing.assert_close(one.sum(1), torch.full((4,), float(len(LABELS))))


def test_less_learned_is_never_surer() -> None:
    drawn = np.random.default_rng(0)
    logits = drawn.normal(size=(600, 3)).astype(np.float32) * 4
    truths, unseen = logits.argmax(1), np.repeat([0, 1, 2], 200)
    # Half of the answers on pairs with one unseen substance are guessed, none of the others.
    truths[200:300] = drawn.integers(3, size=100)
    known, one, both = rising_temperatures(logits, truths, unseen)
    assert known < one == both
    assert rising_temperatures(logits[:200], truths[:200], unseen[:200]) == (known, known, known)
    # Too few answers fit nothing: those before the first that could be fitted are told as they were, or as unsure as it.
    few = np.r_[0:5, 200:400]
    assert rising_temperatures(logits[few], truths[few], unseen[few])[1:] == (one, one)
    assert rising_temperatures(logits[few], truths[few], unseen[few])[0] == max(1.0, one)
    assert rising_temperatures(logits[:5], truths[:5], unseen[:5]) == (1.0, 1.0, 1.0)


def test_a_fact_that_is_left_out_meets_nothing(file: ItemFile) -> None:
    met = next(one for one in labeller_examples(file.items, VOCABULARY) if one.met)
    assert met.met == ((0, 1),)
    assert [len(row) for row in met.rows(LabellerShape())] == [3, 3, 7]
    assert met.rows(LabellerShape(meetings=False)) == met.rows(LabellerShape())[:2]
    assert met.rows(LabellerShape(), lambda place: place != 0) == [list(met.facts[1])]


def test_soft_labels_are_learned_as_shares_and_hard_ones_as_written(file: ItemFile) -> None:
    kept = file.items[0]
    soft = replace(kept, severity={"major": 0.75, "none": 0.25})
    (example,) = labeller_examples([soft], VOCABULARY)
    assert example.shares[: len(LABELS["severity"])] == (0.0, 0.75, 0.0, 0.0, 0.25)
    (hard,) = labeller_examples([soft], VOCABULARY, soft_labels=False)
    written = kept.answer[0].removeprefix("<severity:").removesuffix(">")
    assert hard.shares[LABELS["severity"].index(written)] == 1.0
    even = torch.zeros(2, 1, sum(map(len, LABELS.values())))
    expected = sum(torch.log(torch.tensor(float(len(labels)))) for labels in LABELS.values())
    torch.testing.assert_close(labels_loss(even, torch.tensor([example.shares]), torch.ones(1)), expected)


def test_an_item_with_a_word_that_its_file_lacks_is_refused(file: ItemFile) -> None:
    with pytest.raises(InputError, match="vocabulary lacks"):
        labeller_examples(file.items[:1], VOCABULARY[:6])

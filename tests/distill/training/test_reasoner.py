"""The reasoner's training on items of which one word decides: what it learns, that it goes on after a stop, and what it refuses.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("accelerate")

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from distill.rationales.items import ItemFile, write_items
from distill.training.reasoner import ReasonerRun, train_reasoner
from distill.training.reasoner_examples import (
    FORCED,
    PROMPT,
    RATIONALE,
    batch_of,
    examples_of,
    label_heads,
    phase_plan,
    reordered,
)
from distill.training.reasoner_loss import reasoner_loss
from distill.training.reasoner_model import WEIGHTS, open_reasoner
from distill.training.reasoner_optimiser import OrthogonalAdamW, orthogonal
from distill.training.reasoner_settings import (
    Phase,
    ReasonerSettings,
    Shape,
)
from distill.training.reasoner_tokens import domain_ids, reasoner_tokenizer
from distill.training.reasoner_validation import ReasonerValidation
from distill.training.recipes import read_named, recipe_names
from distill.training.running import CHECKPOINT, Step
from distill.training.stage import REPORT
from distill.training.validations import validations_of
from engine.errors import InputError
from tests.distill.reasoner_toys import TOY_VOCABULARY, toy_file, toy_item

SHAPE = Shape(hidden=256, feed_forward=256, layers=1, heads=4, context_tokens=64)
SETTINGS = ReasonerSettings(
    shape=SHAPE, phases=(Phase(epochs=25),), learning_rate=2e-3, batch_tokens=256, validations=2, dropout=0.0
)
TOKENIZER = reasoner_tokenizer(TOY_VOCABULARY)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def trained(
    folder: Path, settings: ReasonerSettings = SETTINGS, items: ItemFile | Path | None = None, seconds: float | None = None
) -> tuple[bool, list[Step]]:
    shown: list[Step] = []
    found = train_reasoner(settings, items or toy_file(), ReasonerRun(folder), shown.append, lambda _words: None, seconds)
    return found, shown


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reasoner")
    assert trained(folder)[0]
    return folder


def test_it_learns_what_decides(finished: Path) -> None:
    told = validations_of(finished, ReasonerValidation)
    steps = json.loads((finished / REPORT).read_text(encoding="utf-8"))["steps"]
    assert [one.step for one in told] == [round(steps / 2), steps]
    assert told[-1].severity_macro_f1 == 1.0
    reasoner, tokenizer = open_reasoner(finished)
    ids = domain_ids(tokenizer)
    for strength, wanted in (("strong", "<severity:major>"), ("weak", "<severity:none>")):
        prompt = [ids[piece] for piece in toy_item("CYP2D6", strength).prompt]
        with torch.inference_mode():
            logits = reasoner(torch.tensor([prompt], dtype=torch.long), torch.tensor([len(prompt) - 1], dtype=torch.long))
        # A label is chosen among labels, as it is learned.
        severity = label_heads(tokenizer)[0]
        assert f"<severity:{severity.labels[int(logits[0][list(severity.ids)].argmax().item())]}>" == wanted


def test_soft_labels_are_learned_as_shares(finished: Path) -> None:
    reasoner, tokenizer = open_reasoner(finished)
    ids = domain_ids(tokenizer)
    prompt = [ids[piece] for piece in toy_item("CYP3A4", "strong").prompt]
    with torch.inference_mode():
        logits = reasoner(torch.tensor([prompt], dtype=torch.long), torch.tensor([len(prompt) - 1], dtype=torch.long))[0]
    severity = label_heads(tokenizer)[0]
    shares = dict(zip(severity.labels, torch.softmax(logits[list(severity.ids)], -1).tolist(), strict=True))
    assert shares["major"] == pytest.approx(0.8, abs=0.07)
    assert shares["moderate"] == pytest.approx(0.2, abs=0.07)


def test_the_report_and_the_folder_say_what_was_made(finished: Path) -> None:
    report = json.loads((finished / REPORT).read_text(encoding="utf-8"))
    assert (report["step"], report["items"], report["knowledge_digest"]) == (report["steps"], 24, "0" * 64)
    assert report["parameters"] == sum(one.numel() for one in open_reasoner(finished)[0].parameters())
    assert len(report["validations"]) == 2
    assert not (finished / CHECKPOINT).exists()
    assert trained(finished) == (True, [])


def test_a_stopped_run_ends_as_one_that_was_not(finished: Path, tmp_path: Path) -> None:
    stops = 0
    while not trained(tmp_path, seconds=0.0)[0]:
        stops += 1
        assert (tmp_path / CHECKPOINT).exists()
        assert stops < 200
    assert stops > 10
    one, other = load_file(finished / WEIGHTS), load_file(tmp_path / WEIGHTS)
    assert max((one[name] - other[name]).abs().max().item() for name in one) < 1e-5
    again, whole = (validations_of(folder, ReasonerValidation)[-1] for folder in (tmp_path, finished))
    assert again.loss == pytest.approx(whole.loss, abs=1e-5)


def test_it_trains_from_a_file_of_items_alone(tmp_path: Path) -> None:
    write_items(tmp_path / "items.jsonl.gz", toy_file())
    settings = SETTINGS.model_copy(update={"phases": (Phase(epochs=1),)})
    assert trained(tmp_path / "out", settings, tmp_path / "items.jsonl.gz")[0]
    with pytest.raises(InputError):
        trained(tmp_path / "other", settings, tmp_path / "missing.jsonl.gz")


def test_a_folder_of_other_settings_is_refused(finished: Path) -> None:
    with pytest.raises(InputError, match="other settings"):
        trained(finished, SETTINGS.model_copy(update={"seed": 1}))


def test_items_that_are_too_long_or_speak_otherwise_are_refused() -> None:
    item = toy_item("CYP3A4", "strong")
    long = replace(item, prompt=item.prompt * 8)
    with pytest.raises(InputError, match="more than the context"):
        examples_of([long], TOKENIZER, SETTINGS)
    with pytest.raises(InputError, match="vocabulary lacks"):
        examples_of([replace(item, prompt=("<CYP9Z9>",))], TOKENIZER, SETTINGS)


def test_only_the_answer_counts_and_forced_tokens_do_not() -> None:
    strong, weak = examples_of([toy_item("CYP3A4", "strong"), toy_item("CYP3A4", "weak")], TOKENIZER, SETTINGS)
    assert strong.answers[0].roles[:4] == (0, 1, 2, RATIONALE)
    assert weak.answers[0].roles == (0, FORCED, FORCED, FORCED)
    batch = batch_of([strong, weak], 0, random.Random(0))
    answered = [role for role in batch.roles.tolist() if role != PROMPT]
    assert answered == [*strong.answers[1].roles, *weak.answers[0].roles]
    # The token before the first of an answer is the end of its prompt.
    answer = domain_ids(TOKENIZER)["<answer>"]
    first = [place for place, role in zip(batch.places.tolist(), batch.roles.tolist(), strict=True) if role == 0]
    flat = [token for row in batch.ids.tolist() for token in row]
    assert [flat[place] for place in first] == [answer, answer]


def test_a_label_costs_the_divergence_from_its_distribution() -> None:
    (example,) = examples_of([toy_item("CYP3A4", "strong")], TOKENIZER, SETTINGS)
    batch, heads = batch_of([example], 0, random.Random(0)), label_heads(TOKENIZER)
    logits = torch.zeros(len(batch.targets.tolist()), TOKENIZER.get_vocab_size())
    told = reasoner_loss(logits, batch, heads, SETTINGS)
    # Over five levels, six directions and two mechanisms, all equally likely.
    for loss, count in zip(told.heads, (5, 6, 2), strict=True):
        assert loss.item() == pytest.approx(torch.tensor(float(count)).log().item(), abs=1e-4)
    label_only = reasoner_loss(logits, batch, heads, SETTINGS.model_copy(update={"rationale_weight": 0.0, "prompt_weight": 0.0}))
    assert label_only.whole.item() == pytest.approx(sum(one.item() for one in told.heads), abs=1e-4)


def test_hard_labels_are_those_that_are_written() -> None:
    hard = SETTINGS.model_copy(update={"soft_labels": False})
    (soft_one,), (hard_one,) = (examples_of([toy_item("CYP3A4", "strong")], TOKENIZER, one) for one in (SETTINGS, hard))
    assert sorted(soft_one.shares[0]) == [0.0, 0.0, 0.0, 0.2, 0.8]
    assert sorted(hard_one.shares[0]) == [0.0, 0.0, 0.0, 0.0, 1.0]


def test_the_label_can_stand_after_the_steps() -> None:
    item = toy_item("CYP3A4", "strong")
    last = reordered(item.answer, label_first=False)
    assert sorted(last) == sorted(item.answer)
    assert last[0] == "<step:pk.metabolism>"
    assert last[-4:] == ("<mechanism:pk.metabolism>", "<step:management>", "<do:monitor>", "<end>")
    assert reordered(item.answer, label_first=True) == item.answer
    nothing = toy_item("CYP3A4", "weak").answer
    assert reordered(nothing, label_first=False) == nothing


def test_a_curriculum_begins_with_early_stages() -> None:
    stages = [0, 1, 0, 1]
    settings = SETTINGS.model_copy(update={"phases": (Phase(epochs=1, last_stage=0), Phase(epochs=2)), "batch_tokens": 64})
    plan = phase_plan(stages, [60] * 4, settings)
    assert {place for batch in plan[:2] for place in batch} == {0, 2}
    assert sorted(place for batch in plan[2:] for place in batch) == sorted([0, 1, 2, 3] * 2)
    with pytest.raises(InputError, match="no items"):
        phase_plan([1, 1], [60, 60], settings)


@pytest.mark.parametrize("items", [4, 40])
def test_a_fixed_number_of_steps_is_taken_whatever_the_number_of_items(items: int) -> None:
    phases = (Phase(epochs=1, last_stage=0), Phase(epochs=2))
    settings = SETTINGS.model_copy(update={"phases": phases, "steps": 12, "batch_tokens": 64})
    plan = phase_plan([0, 1] * (items // 2), [60] * items, settings)
    assert len(plan) == 12
    assert all(place % 2 == 0 for batch in plan[:4] for place in batch)
    later = [place for batch in plan[4:] for place in batch]
    assert {place % 2 for place in later} == {0, 1}
    # Few items come again, many do not.
    assert len(set(later)) == min(items, 8)


def test_a_base_and_a_rank_belong_together(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="both a base and a rank"):
        trained(tmp_path, SETTINGS.model_copy(update={"lora_rank": 4}))


def test_it_can_be_trained_further(finished: Path, tmp_path: Path) -> None:
    settings = SETTINGS.model_copy(update={"phases": (Phase(epochs=1),), "learning_rate": 1e-6, "validations": 1})
    run = ReasonerRun(tmp_path / "more", start=finished)
    assert train_reasoner(settings, toy_file(), run, lambda _step: None, lambda _words: None)
    assert validations_of(tmp_path / "more", ReasonerValidation)[0].severity_macro_f1 == 1.0
    other = settings.model_copy(update={"shape": Shape(hidden=64, feed_forward=64, layers=1, heads=2, context_tokens=64)})
    run = ReasonerRun(tmp_path / "other", start=finished)
    with pytest.raises(InputError, match="another vocabulary or shape"):
        train_reasoner(other, toy_file(), run, lambda _step: None, lambda _words: None)


# peft asks transformers in a way that is going to be renamed.
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_an_existing_model_is_adapted_and_its_own_weights_stay(tmp_path: Path) -> None:
    base = tmp_path / "base"
    pieces = Tokenizer(models.WordLevel({word: place for place, word in enumerate(("?", "inhibitor", "CYP3A4", "strong"))}, "?"))
    pieces.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=pieces, unk_token="?").save_pretrained(base)
    config = LlamaConfig(
        vocab_size=4, hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=64
    )
    LlamaForCausalLM(config).save_pretrained(base)
    settings = SETTINGS.model_copy(update={"lora_rank": 4, "validations": 1})
    run = ReasonerRun(tmp_path / "out", base=base)
    assert train_reasoner(settings, toy_file(), run, lambda _step: None, lambda _words: None)
    _reasoner, tokenizer = open_reasoner(tmp_path / "out")
    assert tokenizer.get_vocab_size() == TOKENIZER.get_vocab_size()
    before, after = load_file(base / WEIGHTS), load_file(tmp_path / "out" / WEIGHTS)
    assert not any("lora" in name for name in after)
    norm = "model.layers.0.input_layernorm.weight"
    assert (before[norm] - after[norm]).abs().max().item() == 0.0
    change = (before["model.layers.0.self_attn.q_proj.weight"] - after["model.layers.0.self_attn.q_proj.weight"]).float()
    assert change.abs().max().item() > 0.0
    assert torch.linalg.matrix_rank(change).item() <= 4
    assert validations_of(tmp_path / "out", ReasonerValidation)[0].loss < 1.5
    run = ReasonerRun(tmp_path / "nothing", base=tmp_path / "missing")
    with pytest.raises(InputError, match="no causal model"):
        train_reasoner(settings, toy_file(), run, lambda _step: None, lambda _words: None)


def test_the_recipes_can_be_read() -> None:
    assert set(recipe_names("reasoner")) == {"arm", "cpu", "gpu"}
    for name in recipe_names("reasoner"):
        shape = read_named("reasoner", name, ReasonerSettings).shape
        assert shape.hidden % 64 == shape.feed_forward % 64 == 0
    with pytest.raises(InputError, match="known are arm, cpu, gpu"):
        read_named("reasoner", "abacus", ReasonerSettings)


def test_matrices_are_turned_and_all_else_is_learned_as_before() -> None:
    turned = orthogonal(torch.randn(3, 8, 24))
    singular = torch.linalg.svdvals(turned)
    assert singular.min().item() > 0.4
    assert singular.max().item() < 1.3
    tall, vector = (torch.nn.Parameter(torch.zeros(*shape)) for shape in ((24, 8), (5,)))
    groups = ({"params": [tall], "orthogonal": True, "lr": 0.1}, {"params": [vector], "orthogonal": False, "lr": 0.1})
    optimiser = OrthogonalAdamW([{"weight_decay": 0.0, **group} for group in groups])
    tall.grad, vector.grad = torch.randn(24, 8), torch.ones(5)
    optimiser.step()
    # The step has the same size whatever the gradient's was, larger by the root of how tall the matrix is.
    assert (tall.norm() / (0.1 * 8**0.5 * 3**0.5)).item() == pytest.approx(1.0, abs=0.25)
    assert vector.tolist() == pytest.approx([-0.1] * 5, abs=1e-4)


def test_matrices_may_be_learned_like_the_rest(tmp_path: Path) -> None:
    plain = SETTINGS.model_copy(update={"matrix_learning_rate": 0.0, "phases": (Phase(epochs=1),)})
    assert trained(tmp_path, plain)[0]

"""The reasoner as GGUF: the same tokens and the same words as in PyTorch, smaller forms, and what is refused.

Skipped where the training libraries or llama.cpp are not installed.
"""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("accelerate")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

import numpy as np
import torch
from safetensors.numpy import load_file

from distill.export.gguf_file import write_gguf
from distill.export.gguf_parity import check_tokenizer, hard_texts, same_greedily
from distill.export.gguf_quantise import (
    HALF,
    MOST_DIVERGENCE,
    TYPES,
    Answered,
    Difference,
    difference,
    quantise,
    said_by,
    smallest,
)
from distill.export.gguf_running import GgufRunner
from distill.training.reasoner import ReasonerRun, train_reasoner
from distill.training.reasoner_model import WEIGHTS, open_reasoner
from distill.training.reasoner_settings import Phase, ReasonerSettings, Shape
from distill.training.reasoner_tokens import domain_ids, reasoner_tokenizer
from engine.errors import InputError
from engine.reasoning.language import BEGIN, END
from engine.students.gguf_model import read_model
from tests.distill.reasoner_toys import TARGETS, TOY_VOCABULARY, toy_file, toy_item

SETTINGS = ReasonerSettings(
    shape=Shape(hidden=256, feed_forward=256, layers=2, heads=4, context_tokens=64),
    phases=(Phase(epochs=15),),
    learning_rate=2e-3,
    batch_tokens=256,
    validations=1,
)
TOKENIZER = reasoner_tokenizer(TOY_VOCABULARY)
IDS = domain_ids(TOKENIZER)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reasoner that learned the toy task, with its half-precision file."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("reasoner")
    assert train_reasoner(SETTINGS, toy_file(), ReasonerRun(folder), lambda _step: None, lambda _words: None)
    write_gguf(folder, folder / f"{HALF}.gguf", "toy")
    return folder


@pytest.fixture(scope="module")
def half(trained: Path) -> Path:
    return trained / f"{HALF}.gguf"


def prompts() -> list[tuple[int, ...]]:
    """Sixty prompts: those of the task, and others that hold its words in any order."""
    items = [toy_item(target, strength) for target in TARGETS for strength in ("strong", "weak")]
    found = [tuple(IDS[piece] for piece in item.prompt) for item in items]
    drawing = np.random.default_rng(0)
    words = sorted(set(IDS.values()) - {IDS[BEGIN], IDS[END], IDS["<answer>"]})
    while len(found) < 60:
        inner = drawing.choice(words, size=int(drawing.integers(3, 20)))
        found.append((IDS[BEGIN], *map(int, inner), IDS["<answer>"]))
    return found


def rows() -> list[Answered]:
    items = [toy_item(target, strength) for target in TARGETS for strength in ("strong", "weak")]
    return [Answered(tuple(IDS[one] for one in item.prompt), tuple(IDS[one] for one in item.answer)) for item in items]


def test_any_text_has_the_same_tokens(half: Path) -> None:
    runner = GgufRunner(half, 64)
    try:
        check_tokenizer(runner, TOKENIZER, hard_texts(TOY_VOCABULARY))
        assert runner.special() == (IDS[BEGIN], IDS[END])
        other = reasoner_tokenizer(tuple(reversed(TOY_VOCABULARY)))
        with pytest.raises(InputError, match="otherwise than the tokenizer"):
            check_tokenizer(runner, other, hard_texts(TOY_VOCABULARY))
    finally:
        runner.close()


def test_sixty_prompts_are_answered_word_for_word_as_by_pytorch(trained: Path, half: Path) -> None:
    reasoner, tokenizer = open_reasoner(trained)
    found = same_greedily(half, reasoner, tokenizer, prompts())
    assert found.same >= 50
    assert found.same + found.ties == found.prompts == 60


def test_queries_in_another_order_would_be_noticed(
    trained: Path, half: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("distill.export.gguf_file._permuted", lambda weights, _heads: weights)
    write_gguf(trained, tmp_path / "wrong.gguf", "toy")
    right, wrong = (said_by(path, rows()) for path in (half, tmp_path / "wrong.gguf"))
    assert max(np.abs(one - other).max() for one, other in zip(right, wrong, strict=True)) > 0.05


def test_the_head_of_the_file_is_what_the_application_reads(trained: Path, half: Path) -> None:
    model = read_model(half)
    assert (model.context_length, model.embedding_length, model.block_count, model.head_count) == (64, 256, 2, 4)
    assert model.tokens == tuple(TOKENIZER.id_to_token(place) for place in range(TOKENIZER.get_vocab_size()))
    # Tied weights stand there once.
    assert half.stat().st_size < 2 * sum(one.size for one in load_file(trained / WEIGHTS).values()) + 60_000


def test_logits_are_those_of_pytorch(trained: Path, half: Path) -> None:
    reasoner, _tokenizer = open_reasoner(trained)
    runner = GgufRunner(half, 64)
    try:
        for prompt in prompts()[:8]:
            places = torch.tensor(list(range(len(prompt))), dtype=torch.long)
            with torch.inference_mode():
                wanted = reasoner(torch.tensor([prompt], dtype=torch.long), places).numpy()
            assert np.abs(runner.logits(prompt) - wanted).max() < 0.05
            # In two parts, as when an answer is written.
            runner.forget()
            runner.more(prompt[:3], 0)
            assert np.abs(runner.more(prompt[3:], 3) - wanted[3:]).max() < 0.05
    finally:
        runner.close()


def test_smaller_forms_are_smaller_and_compared(half: Path, tmp_path: Path) -> None:
    reference, found = said_by(half, rows()), []
    for form in TYPES:
        quantise(half, tmp_path / f"{form}.gguf", form)
        found.append(difference(form, tmp_path / f"{form}.gguf", reference, rows()))
    assert [one.size_bytes for one in found] == sorted(one.size_bytes for one in found)
    assert found[-1].size_bytes < half.stat().st_size
    assert found[-1].divergence < found[0].divergence
    # One token of the few that are asked may be as likely as another.
    assert found[-1].divergence <= MOST_DIVERGENCE
    assert found[-1].same > 0.95
    itself = difference(HALF, half, reference, rows())
    assert itself.divergence == pytest.approx(0.0, abs=1e-6)
    assert itself.same == 1.0
    with pytest.raises(InputError, match="forms of a GGUF file"):
        quantise(half, tmp_path / "x.gguf", "Q1_0")


def test_the_smallest_form_that_loses_nothing_is_taken() -> None:
    forms = [Difference("a", 10, 0.1, 0.9), Difference("b", 20, 1e-5, 0.999), Difference("c", 30, 1e-6, 1.0)]
    assert smallest(forms) == "b"
    assert smallest(forms[:1]) == HALF
    assert smallest([replace(forms[1], same=0.99), forms[2]]) == "c"


def test_a_folder_without_a_reasoner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished reasoner"):
        write_gguf(tmp_path, tmp_path / "x.gguf", "x")

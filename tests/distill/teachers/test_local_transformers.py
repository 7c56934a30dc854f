"""A tiny model of transformers made here, as a teacher. Skipped where the training libraries are not installed."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from distill.teachers.chat import Prompt, PromptTooLongError, Sampling
from distill.teachers.local_transformers import TransformersModel, TransformersSettings
from distill.teachers.opening import LanguageTeacher
from engine.errors import InputError
from tests.distill.teachers.pairs import CODES, item

PROMPT = Prompt("Be short.", "What is it?")
DRAWING = Sampling(temperature=1.0, max_tokens=12, seed=1)
# "<end>" and each printable letter of ASCII, one token each.
WORDS = ["<end>", *map(chr, range(32, 127)), "\n"]
CHAT = "{% for message in messages %}USER {{ message['content'] }}{% endfor %} BOT "


def made(folder: Path, chat: str = "", **changes: object) -> Path:
    """A folder with a model of random weights."""
    model = {"type": "WordLevel", "vocab": {word: number for number, word in enumerate(WORDS)}, "unk_token": "<end>"}
    letters = {"type": "Split", "pattern": {"Regex": r"[\s\S]"}, "behavior": "Isolated", "invert": False}
    described = {"version": "1.0", "added_tokens": [], "pre_tokenizer": letters, "model": model, "decoder": {"type": "Fuse"}}
    folder.mkdir()
    Tokenizer.from_str(json.dumps(described)).save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<end>", **({"chat_template": chat} if chat else {})}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    config: dict[str, object] = {
        "vocab_size": len(WORDS),
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "max_position_embeddings": 64,
        "bos_token_id": 0,
        "eos_token_id": 0,
    }
    LlamaForCausalLM(LlamaConfig(**config | changes)).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model without a chat template."""
    return made(tmp_path_factory.mktemp("models") / "tiny")


def test_it_answers_and_the_same_again(folder: Path) -> None:
    with closing(TransformersModel(TransformersSettings.of(folder))) as model:
        reply = model.reply(PROMPT, DRAWING)
        assert reply.prompt_tokens == len("Be short.\n\nWhat is it?")
        assert reply.answer_tokens == 12 or reply.whole
        assert model.reply(PROMPT, DRAWING) == reply
        others = [model.reply(PROMPT, DRAWING.again(attempt)).text for attempt in range(1, 4)]
        assert any(text != reply.text for text in others)
        greedy = replace(DRAWING, temperature=0.0)
        assert model.reply(PROMPT, greedy) == model.reply(PROMPT, greedy.again(1))


def test_a_chat_template_is_used(folder: Path, tmp_path: Path) -> None:
    chatting = made(tmp_path / "chat", CHAT)
    with closing(TransformersModel(TransformersSettings.of(chatting))) as model:
        assert model.reply(PROMPT, DRAWING).prompt_tokens == len("USER Be short.\n\nWhat is it? BOT ")
    assert TransformersSettings.of(chatting).identity != TransformersSettings.of(folder).identity


def test_what_does_not_fit_is_a_fault_of_the_item(folder: Path, tmp_path: Path) -> None:
    with closing(TransformersModel(TransformersSettings.of(folder))) as model, pytest.raises(PromptTooLongError):
        model.reply(PROMPT, replace(DRAWING, max_tokens=60))
    opener = LanguageTeacher("tiny", TransformersSettings.of(folder), CODES, tmp_path / "replies", sampling=DRAWING)
    with closing(opener()) as teacher:
        assert teacher.judge(item()).rejected == "prompt_too_long"


def test_a_whole_prompt_is_asked_and_nonsense_rejected(tmp_path: Path) -> None:
    large = made(tmp_path / "large", max_position_embeddings=8192)
    opener = LanguageTeacher("tiny", TransformersSettings.of(large), CODES, tmp_path / "replies", sampling=DRAWING)
    with closing(opener()) as teacher:
        judged = teacher.judge(item())
    assert judged.abstains
    assert judged.rejected in ("cut_off", "unreadable", "empty")
    account = opener.account()
    assert account.replies == 2
    assert account.prompt_tokens > 2 * 2500


def test_a_form_cannot_be_held_to(folder: Path) -> None:
    with (
        closing(TransformersModel(TransformersSettings.of(folder))) as model,
        pytest.raises(InputError, match="structured answer"),
    ):
        model.reply(replace(PROMPT, schema={"type": "object"}), DRAWING)


def test_folders_that_cannot_be_used(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"needs config\.json, weights as safetensors"):
        TransformersSettings.of(tmp_path)
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        cut = tmp_path / f"cut-{name}"
        cut.mkdir()
        for path in folder.iterdir():
            content = path.read_bytes()
            (cut / path.name).write_bytes(content[: len(content) // 2] if path.name == name else content)
        with (
            closing(TransformersModel(TransformersSettings.of(cut))) as model,
            pytest.raises(InputError, match="transformers cannot load the folder"),
        ):
            model.reply(PROMPT, DRAWING)

"""A causal language model in the files of transformers, from a folder of this machine; nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

from distill.teachers.accounting import Prices
from distill.teachers.cache import ReplyCache
from distill.teachers.chat import Prompt, PromptTooLongError, Reply, Sampling
from distill.teachers.weights import digest_of
from distill.training.settings import Device
from engine.errors import InputError

_READ = ("*.safetensors", "*.json", "*.jinja", "*.model")


@dataclass(frozen=True, slots=True)
class TransformersSettings:
    """`folder`: with config.json, weights as safetensors and a tokenizer; `sha256` is over these files."""

    folder: Path
    sha256: str
    device: Device = "cpu"

    @classmethod
    def of(cls, folder: Path, device: Device = "cpu") -> Self:
        """Settings for a folder, whose files are read once for their digest.

        Raises:
            InputError: it has no configuration or no weights, or cannot be read.
        """
        if not (folder / "config.json").is_file() or not any(folder.glob("*.safetensors")):
            raise InputError("The folder of the teacher's model needs config.json, weights as safetensors, and a tokenizer.")
        return cls(folder, digest_of(sorted({path for kind in _READ for path in folder.glob(kind)})), device)

    @property
    def prices(self) -> Prices:
        """None: it runs here."""
        return Prices()

    @property
    def identity(self) -> str:
        """The content of the files."""
        return f"transformers:{self.sha256}"

    def model(self, _cache: ReplyCache) -> TransformersModel:
        """The model, not loaded yet."""
        return TransformersModel(self)


class TransformersModel:
    """Loaded when it is first asked. Asked as a chat where its tokenizer has a template for one."""

    def __init__(self, settings: TransformersSettings) -> None:
        self._settings = settings
        self._loaded: _Loaded | None = None

    @property
    def identity(self) -> str:
        """The content of the files."""
        return self._settings.identity

    def close(self) -> None:
        """Free the model."""
        self._loaded = None

    def reply(self, prompt: Prompt, sampling: Sampling) -> Reply:
        """Ask.

        Raises:
            PromptTooLongError: prompt and answer do not fit into the model's positions.
            InputError: the folder cannot be used, or the answer's form was asked for, to which this library holds no model.
        """
        if prompt.schema is not None:
            raise InputError("A transformers model cannot be held to a structured answer; ask it without.")
        if self._loaded is None:
            self._loaded = _Loaded(self._settings)
        return self._loaded.reply(f"{prompt.system}\n\n{prompt.question}", sampling)


class _Loaded:
    def __init__(self, settings: TransformersSettings) -> None:
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(settings.folder, local_files_only=True)
            model = AutoModelForCausalLM.from_pretrained(settings.folder, local_files_only=True, use_safetensors=True)
        except Exception as error:
            # Each of the libraries below has faults of its own for damaged files, down to a bare Exception.
            why = "files are missing or damaged, of a kind it does not know, or too large for the memory"
            raise InputError(f"transformers cannot load the folder '{settings.folder.name}': {why}.") from error
        self._device = torch.device(settings.device)
        self._model = model.to(self._device).eval()

    def reply(self, text: str, sampling: Sampling) -> Reply:
        chat = bool(self._tokenizer.chat_template)
        if chat:
            messages = [{"role": "user", "content": text}]
            text = self._tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        inputs = self._tokenizer(text, return_tensors="pt", add_special_tokens=not chat).to(self._device)
        asked = inputs["input_ids"].shape[1]
        positions = getattr(self._model.config, "max_position_embeddings", None)
        if positions is not None and asked + sampling.max_tokens > positions:
            raise PromptTooLongError
        with torch.inference_mode(), torch.random.fork_rng():
            torch.manual_seed(sampling.seed)
            made = self._model.generate(
                input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], generation_config=self._drawing(sampling)
            )
        answer = made[0, asked:].tolist()
        ends = self._ends()
        whole = bool(answer) and answer[-1] in ends
        return Reply(self._tokenizer.decode(answer, skip_special_tokens=True), asked, len(answer), whole)

    def _ends(self) -> list[int]:
        ends = self._model.generation_config.eos_token_id
        return [] if ends is None else ends if isinstance(ends, list) else [ends]

    def _drawing(self, sampling: Sampling) -> GenerationConfig:
        """All that matters is said here, so that a folder's own defaults change nothing behind our back."""
        ends, padding = self._ends(), self._tokenizer.pad_token_id
        drawing = GenerationConfig(
            do_sample=sampling.temperature > 0.0,
            max_new_tokens=sampling.max_tokens,
            eos_token_id=ends or None,
            pad_token_id=padding if padding is not None else (ends or [0])[0],
        )
        if drawing.do_sample:
            drawing.temperature, drawing.top_p, drawing.top_k = sampling.temperature, sampling.top_p, 0
        return drawing

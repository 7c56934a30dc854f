"""A model in a GGUF file, run by llama.cpp in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from llama_cpp.llama import Llama, LlamaGrammar

from distill.teachers.accounting import Prices
from distill.teachers.cache import ReplyCache
from distill.teachers.chat import Prompt, PromptTooLongError, Reply, Sampling
from distill.teachers.weights import digest_of
from engine.errors import InputError

_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class GgufSettings:
    """`path`: the file; `sha256` is of its content. `context_tokens`: prompt and answer together; `gpu_layers`: -1 for all."""

    path: Path
    sha256: str
    context_tokens: int = 8192
    threads: int = 1
    gpu_layers: int = 0

    @classmethod
    def of(cls, path: Path, context_tokens: int = 8192, threads: int = 1, gpu_layers: int = 0) -> Self:
        """Settings for a file, which is read once for its digest.

        Raises:
            InputError: it is no GGUF file, or cannot be read.
        """
        try:
            with path.open("rb") as file:
                beginning = file.read(len(_MAGIC))
        except OSError as error:
            raise InputError(f"The model's file '{path.name}' cannot be read: {error.strerror}.") from error
        if beginning != _MAGIC:
            raise InputError(f"The file '{path.name}' is no GGUF file.")
        return cls(path, digest_of([path]), context_tokens, threads, gpu_layers)

    @property
    def prices(self) -> Prices:
        """None: it runs here."""
        return Prices()

    @property
    def identity(self) -> str:
        """The content of the file."""
        return f"gguf:{self.sha256}"

    def model(self, _cache: ReplyCache) -> GgufModel:
        """The model, not loaded yet."""
        return GgufModel(self)


class GgufModel:
    """Loaded when it is first asked. Asked as a chat where the file has a template for one, else to complete a text."""

    def __init__(self, settings: GgufSettings) -> None:
        self._settings = settings
        self._llama: Llama | None = None

    @property
    def identity(self) -> str:
        """The content of the file."""
        return self._settings.identity

    def close(self) -> None:
        """Free the model."""
        if self._llama is not None:
            self._llama.close()
            self._llama = None

    def reply(self, prompt: Prompt, sampling: Sampling) -> Reply:
        """Ask.

        Raises:
            PromptTooLongError: the prompt does not fit into the context.
            InputError: the file cannot be used.
        """
        if self._llama is None:
            self._llama = _loaded(self._settings)
        try:
            return _asked(self._llama, prompt, sampling)
        except ValueError as error:
            # The library tells it by its words alone.
            if "exceed context window" in str(error):
                raise PromptTooLongError from error
            raise


def _loaded(settings: GgufSettings) -> Llama:
    try:
        return Llama(
            model_path=str(settings.path),
            n_ctx=settings.context_tokens,
            n_threads=settings.threads,
            n_threads_batch=settings.threads,
            n_gpu_layers=settings.gpu_layers,
            verbose=False,
        )
    except (ValueError, OSError, MemoryError) as error:
        why = "it is cut off, of a kind it does not know, or too large for the memory"
        raise InputError(f"llama.cpp cannot load '{settings.path.name}': {why}.") from error


def _asked(llama: Llama, prompt: Prompt, sampling: Sampling) -> Reply:
    # In one message: not every model's template has a place for a system's.
    text = f"{prompt.system}\n\n{prompt.question}"
    if "tokenizer.chat_template" in llama.metadata:
        answer = llama.create_chat_completion(
            messages=[{"role": "user", "content": text}],
            response_format=None if prompt.schema is None else {"type": "json_object", "schema": prompt.schema},
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            max_tokens=sampling.max_tokens,
            seed=sampling.seed,
        )
        said = answer["choices"][0]["message"]["content"]
    else:
        answer = llama.create_completion(
            f"{text}\n\n",
            grammar=None if prompt.schema is None else LlamaGrammar.from_json_schema(json.dumps(prompt.schema), verbose=False),
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            max_tokens=sampling.max_tokens,
            seed=sampling.seed,
        )
        said = answer["choices"][0]["text"]
    used, finished = answer["usage"], answer["choices"][0]["finish_reason"]
    return Reply(said or "", used["prompt_tokens"], used["completion_tokens"], finished != "length")

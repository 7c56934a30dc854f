"""Whether a GGUF file is a language model that can be run here: its architecture, sizes that agree, and the memory it needs."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ProcessError, ResourceError
from engine.installation import REPAIR_HINT
from engine.students.gguf_header import GgufError, GgufFile, read_gguf

# Decoders that read from left to right and keep one cache: what the worker does with a model is right for these.
ARCHITECTURES = ("llama", "qwen2", "qwen3")
_MOST = {"context_length": 10_000_000, "embedding_length": 65_536, "block_count": 512, "head_count": 1024}
_LONGEST_FEED_FORWARD = 1_000_000
_CACHE_BYTES = 2
_FLOAT_BYTES = 4
# The interpreter with its libraries.
_PROGRAM_BYTES = 100_000_000
# What else runs on the machine must not be pushed out of memory.
_SPARED_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class GgufModel:
    """A model by its head. `tokens`: text of each token id; `file_type`: llama.cpp's number of the kind of weights."""

    architecture: str
    context_length: int
    embedding_length: int
    block_count: int
    head_count: int
    head_count_kv: int
    feed_forward_length: int
    tokens: tuple[str, ...]
    file_type: int | None
    weight_bytes: int

    @property
    def vocabulary_size(self) -> int:
        """How many tokens there are."""
        return len(self.tokens)

    def needed_bytes(self, context_tokens: int, batch_tokens: int) -> int:
        """An estimate of the memory that running takes: weights, the cache of the context, and what is computed with.

        `batch_tokens`: most tokens that are computed at once.
        """
        head = self.embedding_length // self.head_count
        cache = 2 * context_tokens * self.block_count * self.head_count_kv * head * _CACHE_BYTES
        row = self.vocabulary_size + 3 * self.feed_forward_length + 8 * self.embedding_length + self.head_count * context_tokens
        return self.weight_bytes + cache + batch_tokens * row * _FLOAT_BYTES + _PROGRAM_BYTES


def read_model(path: Path) -> GgufModel:
    """A model's head.

    Raises:
        ResourceError: the file is missing, cut off, damaged, of another format, or not a model that is run here.
    """
    file = read_gguf(path)
    try:
        return _model(file)
    except GgufError as fault:
        raise ResourceError(f"The model '{path}' {fault}. {REPAIR_HINT}") from fault


def check_memory(model: GgufModel, context_tokens: int, batch_tokens: int) -> None:
    """Compare what a model needs with what the machine has left.

    Raises:
        ProcessError: it is not enough.
    """
    left = available_bytes()
    needed = model.needed_bytes(context_tokens, batch_tokens)
    if left is not None and needed + _SPARED_BYTES > left:
        raise ProcessError(
            f"The reasoner needs about {_megabytes(needed)} MB of memory and this computer has {_megabytes(left)} MB left: "
            "close other programs and try again."
        )


def available_bytes() -> int | None:
    """Memory that could be used now; None where the system does not say."""
    if sys.platform == "win32":
        return _available_on_windows()
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        return _available_by_sysconf()
    return _available_by_sysconf()


def _available_by_sysconf() -> int | None:
    # macOS tells what is built in and not what is free.
    for name in ("SC_AVPHYS_PAGES", "SC_PHYS_PAGES"):
        if name in os.sysconf_names:
            return os.sysconf(name) * os.sysconf("SC_PAGE_SIZE")
    return None


def _available_on_windows() -> int | None:
    if sys.platform == "win32":
        # MEMORYSTATUSEX: its own length and a percentage, then total and available memory among seven lengths.
        status = (ctypes.c_uint64 * 8)(64)
        if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
            return int(status[2])
    return None


def _megabytes(amount: int) -> int:
    return max(1, round(amount / 1_000_000))


def _model(file: GgufFile) -> GgufModel:
    architecture = file.values.get("general.architecture")
    if architecture not in ARCHITECTURES or not isinstance(architecture, str):
        raise GgufError("is not a language model of a kind that is run here")

    def size(name: str, most: int, otherwise: int | None = None) -> int:
        value = file.values.get(f"{architecture}.{name}", otherwise)
        if type(value) is not int or not 1 <= value <= most:
            raise GgufError(f"is damaged or hostile: its {name.rsplit('.')[-1].replace('_', ' ')} cannot be true")
        return value

    context, embedding, blocks = (size(name, _MOST[name]) for name in ("context_length", "embedding_length", "block_count"))
    heads = size("attention.head_count", _MOST["head_count"])
    heads_kv = size("attention.head_count_kv", _MOST["head_count"], heads)
    forward = size("feed_forward_length", _LONGEST_FEED_FORWARD)
    tokens = file.values.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, tuple) or not tokens:
        raise GgufError("has no vocabulary")
    texts = tuple(one for one in tokens if isinstance(one, str))
    if len(texts) < len(tokens) or file.tensors.get("token_embd.weight") != (embedding, len(tokens)):
        raise GgufError("is damaged: its vocabulary does not fit its weights")
    numbers = {parts[1] for name in file.tensors if (parts := name.split(".", 2))[0] == "blk" and len(parts) > 1}
    if embedding % heads or heads % heads_kv or numbers != set(map(str, range(blocks))):
        raise GgufError("is damaged: its sizes do not fit its weights")
    kind = file.values.get("general.file_type")
    file_type = kind if type(kind) is int else None
    return GgufModel(architecture, context, embedding, blocks, heads, heads_kv, forward, texts, file_type, file.weight_bytes)

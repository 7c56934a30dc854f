"""GGUF files byte by byte, so that tests can write wrong ones (the `gguf` package is not among what the application needs)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

UINT32, FLOAT32, BOOL, STRING, ARRAY, UINT64 = 4, 6, 7, 8, 9, 10
F32, F16, Q8_0 = 0, 1, 8
TOKENS = tuple(f"<{number}>" for number in range(40))
Typed = tuple[int, object]


def text(content: str | bytes) -> bytes:
    """A string as it stands in the file."""
    raw = content.encode() if isinstance(content, str) else content
    return struct.pack("<Q", len(raw)) + raw


def value(kind: int, content: object) -> bytes:
    """A value with the number of its kind."""
    return struct.pack("<I", kind) + _bare(kind, content)


def strings(contents: Sequence[str]) -> bytes:
    """A list of strings with the number of its kind."""
    return struct.pack("<IIQ", ARRAY, STRING, len(contents)) + b"".join(map(text, contents))


def _bare(kind: int, content: object) -> bytes:
    if kind == STRING:
        return text(str(content))
    code = {UINT32: "<I", FLOAT32: "<f", BOOL: "<?", UINT64: "<Q"}[kind]
    return struct.pack(code, content)


@dataclass
class Gguf:
    """What a file consists of. `pairs`: keys with their values as bytes; `tensors`: dimensions, kind, offset."""

    pairs: dict[str, bytes]
    tensors: Mapping[str, tuple[tuple[int, ...], int, int]]
    data: int
    magic: bytes = b"GGUF"
    version: int = 3
    counts: tuple[int, int] | None = None
    more: list[bytes] = field(default_factory=list)

    def content(self) -> bytes:
        """The file."""
        tensors, pairs = self.counts or (len(self.tensors), len(self.pairs) + len(self.more))
        head = self.magic + struct.pack("<IQQ", self.version, tensors, pairs)
        head += b"".join(text(key) + content for key, content in self.pairs.items()) + b"".join(self.more)
        for name, (dimensions, kind, offset) in self.tensors.items():
            head += text(name) + struct.pack("<I", len(dimensions))
            head += struct.pack(f"<{len(dimensions)}Q", *dimensions) + struct.pack("<IQ", kind, offset)
        return head + bytes(-len(head) % 32) + bytes(self.data)


def small(sizes: Mapping[str, int] | None = None, architecture: str = "llama", tokens: Sequence[str] = TOKENS) -> Gguf:
    """A model of one block whose head is as it must be; it has no weights that run."""
    numbers = {
        "context_length": 128,
        "embedding_length": 32,
        "block_count": 1,
        "feed_forward_length": 64,
        "attention.head_count": 4,
        "attention.head_count_kv": 2,
        **(sizes or {}),
    }
    pairs = {"general.architecture": value(STRING, architecture), "general.file_type": value(UINT32, 1)}
    pairs |= {f"{architecture}.{name}": value(UINT32, number) for name, number in numbers.items()}
    pairs |= {"tokenizer.ggml.tokens": strings(tokens), "tokenizer.ggml.merges": strings(["a b"])}
    tensors = {"token_embd.weight": ((32, len(tokens)), F32, 0), "blk.0.attn_q.weight": ((32, 32), F16, 128 * len(tokens))}
    return Gguf(pairs, tensors, 128 * len(tokens) + 2048)

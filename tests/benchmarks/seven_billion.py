"""A GGUF file with the shape of a 7B Llama in Q4_K and random weights: only its speed means anything."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from tests.engine.students.gguf_writing import FLOAT32, STRING, UINT32, Gguf, strings, value

F32, Q4_K = 0, 12
_BLOCKS, _HIDDEN, _FORWARD, _HEADS, _VOCABULARY, _CONTEXT = 32, 4096, 11_008, 32, 32_000, 512
_WEIGHTS_IN_BLOCK, _BLOCK_BYTES = 256, 144
BYTES = 3_900_000_000


def _forms() -> dict[str, tuple[int, ...]]:
    """Names and dimensions of all tensors, as llama.cpp orders them."""
    forms: dict[str, tuple[int, ...]] = {"token_embd.weight": (_HIDDEN, _VOCABULARY), "output.weight": (_HIDDEN, _VOCABULARY)}
    forms["output_norm.weight"] = (_HIDDEN,)
    for block in range(_BLOCKS):
        name = f"blk.{block}."
        forms |= {f"{name}attn_norm.weight": (_HIDDEN,), f"{name}ffn_norm.weight": (_HIDDEN,)}
        forms |= {f"{name}attn_{one}.weight": (_HIDDEN, _HIDDEN) for one in ("q", "k", "v", "output")}
        forms |= {f"{name}ffn_{one}.weight": (_HIDDEN, _FORWARD) for one in ("gate", "up")}
        forms[f"{name}ffn_down.weight"] = (_FORWARD, _HIDDEN)
    return forms


def _size(form: tuple[int, ...]) -> int:
    return 4 * form[0] if len(form) == 1 else form[0] * form[1] // _WEIGHTS_IN_BLOCK * _BLOCK_BYTES


def _head(forms: dict[str, tuple[int, ...]]) -> bytes:
    sizes = {
        "context_length": _CONTEXT,
        "embedding_length": _HIDDEN,
        "block_count": _BLOCKS,
        "feed_forward_length": _FORWARD,
        "attention.head_count": _HEADS,
        "attention.head_count_kv": _HEADS,
        "rope.dimension_count": _HIDDEN // _HEADS,
        "vocab_size": _VOCABULARY,
    }
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    signs = [chr(one) for one in plain] + [chr(256 + place) for place in range(256 - len(plain))]
    pairs = {"general.architecture": value(STRING, "llama"), "general.file_type": value(UINT32, 15)}
    pairs |= {f"llama.{name}": value(UINT32, size) for name, size in sizes.items()}
    pairs["llama.attention.layer_norm_rms_epsilon"] = value(FLOAT32, 1e-5)
    pairs |= {"tokenizer.ggml.model": value(STRING, "gpt2"), "tokenizer.ggml.pre": value(STRING, "qwen2")}
    pairs["tokenizer.ggml.tokens"] = strings(signs + [f"<{number}>" for number in range(_VOCABULARY - len(signs))])
    pairs["tokenizer.ggml.token_type"] = struct.pack("<IIQ", 9, 5, _VOCABULARY) + struct.pack("<i", 1) * _VOCABULARY
    pairs |= {"tokenizer.ggml.merges": strings(["a b"]), "tokenizer.ggml.eos_token_id": value(UINT32, 0)}
    offset, tensors = 0, {}
    for name, form in forms.items():
        tensors[name] = (form, F32 if len(form) == 1 else Q4_K, offset)
        offset += _size(form)
    return Gguf(pairs, tensors, 0).content()


def write_seven_billion(path: Path) -> None:
    """Write the file: 3.9 GB."""
    forms = _forms()
    blocks = np.random.default_rng(1).integers(0, 256, (100_000, _BLOCK_BYTES), dtype=np.uint8)
    # Of each block, the first two numbers scale all of it: small ones, or the answers are none.
    blocks[:, :4] = np.frombuffer(np.array([1e-4, 1e-4], dtype=np.float16).tobytes(), dtype=np.uint8)
    pool = blocks.tobytes()
    with path.open("wb") as file:
        file.write(_head(forms))
        for form in forms.values():
            left = _size(form)
            if len(form) == 1:
                file.write(np.ones(form[0], dtype=np.float32).tobytes())
                continue
            while left:
                left -= file.write(pool[: min(left, len(pool))])

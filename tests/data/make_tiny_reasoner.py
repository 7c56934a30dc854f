"""Makes `tiny_reasoner.gguf`, a Llama of random weights for tests of the worker; needs the `gguf` package (make setup-distill):

    python tests/data/make_tiny_reasoner.py

The same seed gives the same file. Two blocks, hidden size 64, 320 tokens (256 bytes, then names of domain tokens), f16.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from gguf import GGUFWriter, LlamaFileType
from numpy.typing import NDArray

TARGET = Path(__file__).with_name("tiny_reasoner.gguf")
BLOCKS, HIDDEN, HEADS, HEADS_KV, FORWARD, CONTEXT = 2, 64, 4, 2, 128, 512
NORMAL, USER_DEFINED = 1, 4


def tokens() -> list[str]:
    """Texts of all token ids: each byte as byte-level tokenizers write it, then tokens in angle brackets."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    signs = {**{byte: chr(byte) for byte in plain}, **{byte: chr(256 + place) for place, byte in enumerate(others)}}
    return [signs[byte] for byte in range(256)] + [f"<token:{number}>" for number in range(64)]


def main() -> None:
    """Write the file beside this one."""
    random = np.random.default_rng(5)
    texts = tokens()
    writer = GGUFWriter(TARGET, "llama")
    writer.add_name("tiny reasoner")
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(BLOCKS)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS_KV)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(texts))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(texts)
    writer.add_token_types([NORMAL] * 256 + [USER_DEFINED] * (len(texts) - 256))
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(256)
    writer.add_eos_token_id(257)
    writer.add_add_bos_token(False)

    def weights(*shape: int, scale: float = 0.3) -> NDArray[np.float16]:
        return (random.normal(size=shape) * scale).astype(np.float16)

    def ones() -> NDArray[np.float32]:
        return np.ones(HIDDEN, dtype=np.float32)

    writer.add_tensor("token_embd.weight", weights(len(texts), HIDDEN, scale=1.0))
    writer.add_tensor("output_norm.weight", ones())
    head = HIDDEN // HEADS
    for block in range(BLOCKS):
        writer.add_tensor(f"blk.{block}.attn_norm.weight", ones())
        writer.add_tensor(f"blk.{block}.ffn_norm.weight", ones())
        for name, shape in (
            ("attn_q", (HIDDEN, HIDDEN)),
            ("attn_k", (HEADS_KV * head, HIDDEN)),
            ("attn_v", (HEADS_KV * head, HIDDEN)),
            ("attn_output", (HIDDEN, HIDDEN)),
            ("ffn_gate", (FORWARD, HIDDEN)),
            ("ffn_up", (FORWARD, HIDDEN)),
            ("ffn_down", (HIDDEN, FORWARD)),
        ):
            writer.add_tensor(f"blk.{block}.{name}.weight", weights(*shape))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()

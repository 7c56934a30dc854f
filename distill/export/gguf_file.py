"""A finished reasoner as a GGUF file that llama.cpp runs, at half precision.

Silent mistakes that this avoids: query and key rows stand in another order there (unpermuted, the file loads and three answers in
four are right); a missing or wrong `pre` divides text otherwise; begin and end ids that are left out become others; without
`add_bos_token` nothing is said of whether one is added; tied weights are written once, as the embedding; the rope base is a
parameter of its own in newer configurations.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import gguf
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from transformers import LlamaConfig

from distill.training.reasoner_model import CONFIG, TOKENIZER, WEIGHTS, special_ids
from distill.training.reasoner_tokens import MERGES, byte_symbols
from engine.errors import InputError
from engine.students.encoding import open_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ARCHITECTURE = "llama"
_MODEL, _DIVISION = "gpt2", "qwen2"
_FIXED = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
_PARTS = {
    "input_layernorm.weight": "attn_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.o_proj.weight": "attn_output.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
}


@dataclass(frozen=True, slots=True)
class _Heads:
    query: int
    key: int


def write_gguf(folder: Path, path: Path, name: str) -> None:
    """Write the half-precision file of a finished reasoner. `name`: what the file calls itself.

    Raises:
        InputError: the folder holds no reasoner, or one with parts that have no place in the file.
    """
    if not all((folder / part).exists() for part in (CONFIG, WEIGHTS, TOKENIZER)):
        raise InputError(f"The folder '{folder}' holds no finished reasoner.")
    config = LlamaConfig.from_pretrained(folder, local_files_only=True)
    if not config.tie_word_embeddings or config.attention_bias or config.mlp_bias:
        raise InputError(f"The reasoner in '{folder}' has weights of its own for its output, or biases, which is not exported.")
    writer = gguf.GGUFWriter(path, ARCHITECTURE)
    writer.add_name(name)
    _add_sizes(writer, config)
    _add_tokenizer(writer, open_tokenizer(folder / TOKENIZER))
    heads = _Heads(config.num_attention_heads, config.num_key_value_heads)
    for tensor, weights in load_file(folder / WEIGHTS).items():
        writer.add_tensor(_name_of(tensor), _as_there(tensor, weights, heads))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_sizes(writer: gguf.GGUFWriter, config: LlamaConfig) -> None:
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_rope_freq_base(float(config.rope_parameters["rope_theta"]))
    writer.add_vocab_size(config.vocab_size)


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    tokens = [tokenizer.id_to_token(place) for place in range(tokenizer.get_vocab_size())]
    if tokens[: len(byte_symbols())] != list(byte_symbols()):
        raise InputError("The tokenizer is not that of a reasoner: its first tokens are not the bytes.")
    plain = len(byte_symbols()) + len(MERGES)
    defined = [gguf.TokenType.USER_DEFINED] * (len(tokens) - plain)
    writer.add_tokenizer_model(_MODEL)
    writer.add_tokenizer_pre(_DIVISION)
    writer.add_token_list([token or "" for token in tokens])
    # Codes are found in any text, here as in the tokenizer's own library, whether or not control tokens are to be read.
    writer.add_token_types([gguf.TokenType.NORMAL] * plain + defined)
    writer.add_token_merges([" ".join(merge) for merge in MERGES])
    ids = special_ids(tokenizer)
    writer.add_bos_token_id(ids["bos_token_id"])
    writer.add_eos_token_id(ids["eos_token_id"])
    writer.add_pad_token_id(ids["pad_token_id"])
    # A prompt is written whole, its first token included.
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)


def _name_of(tensor: str) -> str:
    if tensor in _FIXED:
        return _FIXED[tensor]
    parts = tensor.split(".", 3)
    if parts[:2] == ["model", "layers"] and parts[3] in _PARTS:
        return f"blk.{parts[2]}.{_PARTS[parts[3]]}"
    raise InputError(f"The weights '{tensor}' have no place in a GGUF file.")


def _as_there(tensor: str, weights: NDArray[np.float32], heads: _Heads) -> NDArray[np.float16] | NDArray[np.float32]:
    """Weights as the file holds them: norms whole, all others at half precision, query and key rows in llama.cpp's order."""
    if weights.ndim == 1:
        return weights.astype(np.float32)
    if tensor.endswith("q_proj.weight"):
        weights = _permuted(weights, heads.query)
    elif tensor.endswith("k_proj.weight"):
        weights = _permuted(weights, heads.key)
    return weights.astype(np.float16)


def _permuted(weights: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """The two halves of each head's rows turn with the same angles: there they stand in turns, here one after the other."""
    rows, columns = weights.shape
    return weights.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)

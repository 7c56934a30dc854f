"""The reasoner as it is trained: a Llama decoder over the domain tokenizer, whose output weights are its embedding.

From nothing, or over an existing causal model: that keeps its layers, to which LoRA adapters are added, and gets our vocabulary,
each code beginning as the mean of the pieces in which the model's own tokenizer spells it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaModel, PreTrainedModel

from distill.training.reasoner_settings import Shape
from distill.training.reasoner_tokens import PAD, domain_ids
from distill.training.weights import save_weights
from engine.errors import InputError
from engine.reasoning.language import BEGIN, END
from engine.records.writing import write_file
from engine.students.encoding import open_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CONFIG, WEIGHTS, TOKENIZER = "config.json", "model.safetensors", "tokenizer.json"
_ROPE_BASE = 10_000.0
# Wider than the usual 0.02, from which small decoders begin slowly: after half a million tokens labels cost 1.84, not 2.44.
_INITIAL_RANGE = 0.06
_TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
_ALPHA_PER_RANK = 2
# As a file of a causal model names the tensors of its decoder.
_PREFIX = "model."


class Reasoner(nn.Module):
    """A decoder with logits where they are asked for. `dropout`: share of input and output features left out in training."""

    def __init__(self, decoder: PreTrainedModel, dropout: float = 0.0) -> None:
        super().__init__()
        self.decoder = decoder
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, places: Tensor) -> Tensor:
        """Logits (places, vocabulary). `ids` (rows, tokens), padded on the right, which a decoder does not see from the left;
        `places`: numbers of tokens in the flattened rows, after which the next token is asked for."""
        weights = self.decoder.get_input_embeddings().weight
        inputs = self.dropout(functional.embedding(ids, weights))
        states = self.decoder(inputs_embeds=inputs, use_cache=False).last_hidden_state
        asked = states.reshape(-1, states.shape[-1])[places]
        return functional.linear(self.dropout(asked), weights)


def config_of(shape: Shape, tokenizer: Tokenizer) -> LlamaConfig:
    """The configuration of a new decoder."""
    return LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=shape.hidden,
        intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        max_position_embeddings=shape.context_tokens,
        initializer_range=_INITIAL_RANGE,
        rope_parameters={"rope_type": "default", "rope_theta": _ROPE_BASE},
        tie_word_embeddings=True,
        **special_ids(tokenizer),
    )


def special_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """Which tokens begin, end and pad.

    Raises:
        InputError: the tokenizer is not a reasoner's.
    """
    found = {name: tokenizer.token_to_id(word) for name, word in _SPECIAL.items()}
    told = {name: place for name, place in found.items() if place is not None}
    if len(told) < len(found):
        raise InputError("The tokenizer is not that of a reasoner: it lacks the tokens that begin, end or pad.")
    return told


_SPECIAL = {"bos_token_id": BEGIN, "eos_token_id": END, "pad_token_id": PAD}


def new_reasoner(shape: Shape, tokenizer: Tokenizer, dropout: float) -> Reasoner:
    """A decoder with random weights; what is drawn follows `torch.manual_seed`."""
    return Reasoner(LlamaModel(config_of(shape, tokenizer)), dropout)


def adapted_reasoner(base: Path, tokenizer: Tokenizer, rank: int, dropout: float) -> Reasoner:
    """An existing causal model with adapters of that rank and our vocabulary.

    Raises:
        InputError: the folder holds no Llama model with its tokenizer.
    """
    from peft import LoraConfig, get_peft_model

    try:
        # Bounded memory and no code from the folder: safetensors alone.
        causal = AutoModelForCausalLM.from_pretrained(base, local_files_only=True, use_safetensors=True)
        pieces = AutoTokenizer.from_pretrained(base, local_files_only=True)
    except (OSError, ValueError) as error:
        raise InputError(f"The folder '{base}' holds no causal model with its tokenizer.") from error
    decoder = causal.model
    if decoder.config.model_type != "llama":
        raise InputError(f"The model in '{base}' is not of the Llama architecture, which alone can be exported here.")
    _take_vocabulary(decoder, tokenizer, lambda words: list(pieces(words, add_special_tokens=False)["input_ids"]))
    config = LoraConfig(r=rank, lora_alpha=_ALPHA_PER_RANK * rank, target_modules=_TARGETS, lora_dropout=0.05)
    adapted = get_peft_model(decoder, config)
    # The vocabulary is new to the model, so it is learned whole.
    adapted.get_input_embeddings().weight.requires_grad_(True)
    return Reasoner(adapted, dropout)


def _take_vocabulary(decoder: PreTrainedModel, tokenizer: Tokenizer, spell: Callable[[str], list[int]]) -> None:
    known = decoder.get_input_embeddings().weight.detach().float()
    rows = known.mean(0).repeat(tokenizer.get_vocab_size(), 1)
    for code, place in domain_ids(tokenizer).items():
        spelled = spell(re.sub(r"[<>_:=./-]+", " ", code).strip())
        if spelled:
            rows[place] = known[spelled].mean(0)
    embedding = nn.Embedding(tokenizer.get_vocab_size(), known.shape[-1])
    embedding.weight = nn.Parameter(rows)
    decoder.set_input_embeddings(embedding)
    ids = {"vocab_size": tokenizer.get_vocab_size(), "tie_word_embeddings": True} | special_ids(tokenizer)
    for name, value in ids.items():
        setattr(decoder.config, name, value)


def shapes_of(reasoner: Reasoner) -> dict[str, tuple[int, ...]]:
    """The shape of each of its weights."""
    return {name: tuple(value.shape) for name, value in reasoner.state_dict().items()}


def save_reasoner(reasoner: Reasoner, tokenizer: Tokenizer, folder: Path) -> None:
    """Write the files of a causal model, adapters added into the weights. The weights come last: with them it counts as made."""
    merge = getattr(reasoner.decoder, "merge_and_unload", None)
    decoder = reasoner.decoder if merge is None else merge()
    config = decoder.config.to_dict() | {"architectures": ["LlamaForCausalLM"], "dtype": "float32"}
    write_file(folder / CONFIG, (json.dumps(config, indent=1, sort_keys=True) + "\n").encode())
    tokenizer.save(str(folder / TOKENIZER))
    weights = {f"{_PREFIX}{name}": value.float() for name, value in decoder.state_dict().items()}
    save_weights(weights, folder / WEIGHTS)


def open_reasoner(folder: Path) -> tuple[Reasoner, Tokenizer]:
    """A finished reasoner, ready to answer.

    Raises:
        InputError: the folder holds no finished one.
        ResourceError: its tokenizer is missing or damaged.
    """
    if not (folder / WEIGHTS).exists():
        raise InputError(f"The reasoner '{folder}' is not finished: it has no {WEIGHTS}.")
    try:
        config = LlamaConfig.from_pretrained(folder, local_files_only=True)
        decoder = LlamaModel(config)
        weights = load_file(folder / WEIGHTS)
        decoder.load_state_dict({name.removeprefix(_PREFIX): value for name, value in weights.items()})
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"The weights in '{folder}' do not fit their configuration.") from error
    return Reasoner(decoder).eval(), open_tokenizer(folder / TOKENIZER)

"""What we call of transformers."""

from pathlib import Path
from typing import Any

from torch import Tensor, nn

class AutoConfig:
    @staticmethod
    def from_pretrained(folder: Path, *, local_files_only: bool) -> Any: ...

class AutoModel:
    @staticmethod
    def from_pretrained(
        folder: Path,
        *,
        local_files_only: bool,
        use_safetensors: bool,
        add_pooling_layer: bool,
        output_loading_info: bool,
        config: Any,
        attn_implementation: str,
    ) -> Any: ...
    @staticmethod
    def from_config(config: Any, *, add_pooling_layer: bool, attn_implementation: str) -> Any: ...

class Embedding(nn.Module):
    weight: Tensor

class PreTrainedModel(nn.Module):
    config: Any
    def get_input_embeddings(self) -> Embedding: ...
    def set_input_embeddings(self, embedding: nn.Module) -> None: ...

class BertConfig:
    def __init__(self, **values: int) -> None: ...

class BertModel:
    def __init__(self, config: BertConfig, *, add_pooling_layer: bool) -> None: ...
    def save_pretrained(self, folder: Path) -> None: ...

class LlamaConfig:
    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    max_position_embeddings: int
    rms_norm_eps: float
    rope_parameters: dict[str, Any]
    tie_word_embeddings: bool
    attention_bias: bool
    mlp_bias: bool
    def __init__(self, **values: object) -> None: ...
    @staticmethod
    def from_pretrained(folder: Path, *, local_files_only: bool) -> LlamaConfig: ...

class LlamaModel(PreTrainedModel):
    def __init__(self, config: LlamaConfig) -> None: ...

class LlamaForCausalLM(PreTrainedModel):
    def __init__(self, config: LlamaConfig) -> None: ...
    def save_pretrained(self, folder: Path) -> None: ...

class PreTrainedTokenizerFast:
    def __init__(self, *, tokenizer_object: object, unk_token: str) -> None: ...
    def save_pretrained(self, folder: Path) -> None: ...

class GenerationConfig:
    eos_token_id: int | list[int] | None
    do_sample: bool
    temperature: float
    top_p: float
    top_k: int
    def __init__(
        self, *, do_sample: bool, max_new_tokens: int, eos_token_id: list[int] | None, pad_token_id: int
    ) -> None: ...

class AutoTokenizer:
    @staticmethod
    def from_pretrained(folder: Path, *, local_files_only: bool) -> Any: ...

class AutoModelForCausalLM:
    @staticmethod
    def from_pretrained(folder: Path, *, local_files_only: bool, use_safetensors: bool) -> Any: ...

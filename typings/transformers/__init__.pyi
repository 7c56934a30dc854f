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
        folder: Path, *, local_files_only: bool, use_safetensors: bool, add_pooling_layer: bool, output_loading_info: bool
    ) -> Any: ...
    @staticmethod
    def from_config(config: Any, *, add_pooling_layer: bool, attn_implementation: str) -> Any: ...

class Embedding(nn.Module):
    weight: Tensor

class PreTrainedModel(nn.Module):
    config: Any
    def get_input_embeddings(self) -> Embedding: ...

class BertConfig:
    def __init__(self, **values: int) -> None: ...

class BertModel:
    def __init__(self, config: BertConfig, *, add_pooling_layer: bool) -> None: ...
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

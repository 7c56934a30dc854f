"""What we call of llama-cpp-python's high-level interface. Answers are left open and looked through."""

from collections.abc import Mapping, Sequence
from typing import Any

class LlamaGrammar:
    @classmethod
    def from_json_schema(cls, json_schema: str, verbose: bool) -> LlamaGrammar: ...

class Llama:
    metadata: dict[str, str]
    def __init__(
        self,
        *,
        model_path: str,
        n_ctx: int,
        n_threads: int,
        n_threads_batch: int,
        n_gpu_layers: int,
        verbose: bool,
    ) -> None: ...
    def close(self) -> None: ...
    def create_chat_completion(
        self,
        *,
        messages: Sequence[Mapping[str, str]],
        response_format: Mapping[str, object] | None,
        temperature: float,
        top_p: float,
        max_tokens: int,
        seed: int,
    ) -> Any: ...
    def create_completion(
        self,
        prompt: str,
        *,
        grammar: LlamaGrammar | None,
        temperature: float,
        top_p: float,
        max_tokens: int,
        seed: int,
    ) -> Any: ...

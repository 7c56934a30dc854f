"""What we call of peft."""

from typing import TypeVar

from torch.nn import Module

_M = TypeVar("_M", bound=Module)

class LoraConfig:
    def __init__(self, *, r: int, lora_alpha: int, target_modules: list[str], lora_dropout: float) -> None: ...

# What comes back passes on whatever it is asked for to the model.
def get_peft_model(model: _M, config: LoraConfig) -> _M: ...

"""What we call of peft."""

from torch.nn import Module

class LoraConfig:
    def __init__(self, *, r: int, lora_alpha: int, target_modules: list[str], lora_dropout: float) -> None: ...

def get_peft_model(model: Module, config: LoraConfig) -> Module: ...

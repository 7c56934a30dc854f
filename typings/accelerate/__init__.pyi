"""What we call of accelerate."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from torch import Tensor, device

class Accelerator:
    device: device
    num_processes: int
    process_index: int
    is_main_process: bool
    def __init__(self, *, cpu: bool, mixed_precision: str) -> None: ...
    def prepare(self, *parts: object) -> Any: ...
    def autocast(self) -> AbstractContextManager[None]: ...
    def backward(self, loss: Tensor) -> None: ...
    def clip_grad_norm_(self, parameters: Iterable[Tensor], limit: float) -> object: ...

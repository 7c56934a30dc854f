"""What we call of torch.optim."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from torch import Tensor

class Optimizer:
    param_groups: list[dict[str, Any]]
    state: dict[Tensor, dict[str, Any]]
    def step(self, closure: Callable[[], float] | None = ...) -> float | None: ...
    def zero_grad(self) -> None: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...

class AdamW(Optimizer):
    def __init__(
        self,
        params: Iterable[Tensor] | Sequence[dict[str, object]],
        lr: float = ...,
        weight_decay: float = ...,
        *,
        fused: bool = ...,
    ) -> None: ...

def __getattr__(name: str) -> Any: ...

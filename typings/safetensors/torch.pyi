"""What we call of safetensors.torch."""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

def load_file(path: Path) -> dict[str, Tensor]: ...
def save_file(tensors: Mapping[str, Tensor], path: Path, metadata: Mapping[str, str] | None = ...) -> None: ...

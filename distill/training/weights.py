"""Tensors of a training on the disk, whole or not at all: a stop while writing leaves the file that was there before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor


def save_weights(weights: Mapping[str, Tensor], path: Path) -> None:
    """Write tensors as safetensors, with the mark by which transformers knows whose they are. They may lie on any device, and in
    any order of their numbers.

    Raises:
        SafetensorError: the folder may not be written, or the disk is full.
    """
    # Not through the engine's writer, which needs the whole content in memory. A file that was begun is begun again.
    begun = path.with_name(f"{path.name}.new")
    save_file({name: value.contiguous().cpu() for name, value in weights.items()}, begun, {"format": "pt"})
    begun.replace(path)

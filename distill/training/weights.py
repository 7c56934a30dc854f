"""Tensors of a training on the disk, whole or not at all: a stop while writing leaves the file that was there before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from engine.records.writing import write_file


def save_weights(weights: Mapping[str, Tensor], path: Path) -> None:
    """Write tensors of any device and layout as safetensors, with the mark by which transformers knows whose they are.

    Raises:
        InputError: the disk is full, or the folder may not be written.
    """
    write_file(path, save({name: value.contiguous().cpu() for name, value in weights.items()}, {"format": "pt"}))

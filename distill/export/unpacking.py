"""The weights of a shipped reader as those of a finished stage, so that training can go on from what ships.

The int8 file keeps each weight as a whole number and a scale (of each output channel; of the whole table for embeddings). What is
read back has the file's own accuracy, no more: tables are within half a scale of what was trained; weights of products, which
are rounded together (`rounding`), give nearly its answers. Those that were multiplied by what their inputs are divided by
(`smoothing`) are divided again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import NodeProto, numpy_helper
from torch import Tensor

from distill.export.rounding import PRODUCT, QUANTISED, SCALE, TURNED, ZERO
from distill.export.smoothing import DIVIDED, FACTORS
from distill.training.reader_model import Reader, empty_reader
from distill.training.tasks import layout_of
from engine.errors import InputError

_MODULE = "reader."
_PRODUCT_NAME = "/MatMul_quant"

Arrays = Mapping[str, NDArray[np.generic]]


def unpacked_reader(model: bytes, config: Path, sources: tuple[str, ...]) -> Reader:
    """The reader in an int8 file, given by its verified content. `config`: folder with the encoder's config.json; `sources`:
    what it learned from, which tells its heads.

    Raises:
        InputError: the file is not quantised as this pipeline does it, or holds other heads or sizes.
    """
    reader = empty_reader(config, layout_of(sources))
    weights = weights_of(model)
    wanted = reader.state_dict()
    strange = sorted(name for name in wanted.keys() | weights.keys() if _shape(wanted, name) != _shape(weights, name))
    if strange:
        raise InputError(f"The student does not fit its base and sources: '{strange[0]}' is missing or of another size.")
    reader.load_state_dict(weights)
    return reader.eval()


def _shape(tensors: Mapping[str, Tensor], name: str) -> tuple[int, ...] | None:
    return tuple(tensors[name].shape) if name in tensors else None


def weights_of(model: bytes) -> dict[str, Tensor]:
    """Weights by their names in PyTorch.

    Raises:
        InputError: it is not quantised as this pipeline does it.
    """
    graph = onnx.load_model_from_string(model).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    products = {node.input[1]: node for node in graph.node if node.op_type == PRODUCT}
    found: dict[str, Tensor] = {}
    for name, array in stored.items():
        if name.endswith(QUANTISED):
            values = _restored(stored, name.removesuffix(QUANTISED))
            if name in products:
                # Products hold their weights as (in, out), PyTorch as (out, in).
                values = (values * _factors(stored, products[name])).T
            found[_name_of(name, products)] = torch.from_numpy(np.ascontiguousarray(values))
        elif name.startswith(_MODULE) and not name.endswith((SCALE, ZERO)):
            found[name.removeprefix(_MODULE)] = torch.from_numpy(array.astype(np.float32))
    return found


def _restored(stored: Arrays, name: str) -> NDArray[np.float32]:
    """Whole numbers as what they stand for; scales of several channels belong to the columns."""
    if name + SCALE not in stored or name + ZERO not in stored:
        raise InputError(f"The student's model is not quantised as this program does it: '{name}' has no scale.")
    numbers, zero = (stored[name + end].astype(np.float32) for end in (QUANTISED, ZERO))
    return np.asarray((numbers - zero) * stored[name + SCALE].astype(np.float32), dtype=np.float32)


def _factors(stored: Arrays, product: NodeProto) -> NDArray[np.float32]:
    """By what a product's inputs were multiplied (in, 1), and its weights were not: see `smoothing`."""
    values = product.input[0].removesuffix(DIVIDED + QUANTISED)
    return stored[values + FACTORS].astype(np.float32)[:, None] if values != product.input[0] else np.ones((1, 1), np.float32)


def _name_of(quantised: str, products: Mapping[str, NodeProto]) -> str:
    """A weight's name in PyTorch. The export gives weights of plain layers a number, and their product the layer's path."""
    if quantised.startswith(_MODULE):
        # onnxruntime from 1.32 on turns the weights of a product with a bias around, and says so.
        return quantised.removeprefix(_MODULE).removesuffix(QUANTISED).removesuffix(TURNED)
    node = products.get(quantised)
    path = quantised if node is None else node.name.removesuffix(_PRODUCT_NAME)
    return path.strip("/").replace("/", ".") + ".weight"

"""Weights of products rounded so that their answers stay near, not each weight on its own.

A weight is rounded, and the weights behind it take up what that did to the product's answers on the values that it reads:
Frantar et al., "GPTQ", ICLR 2023, with their order by the size of the values and their share of the mean for damping. The scales
are those that onnxruntime's quantisation has given each output channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from distill.export.watching import seen_values
from engine.students.rows import Row

# How onnxruntime names what it makes; of a product with a bias it turns the weights around, which from 1.32 on the name tells.
QUANTISED, SCALE, ZERO, TURNED = "_quantized", "_scale", "_zero_point", "_Transposed"
PRODUCT = "MatMulInteger"
_DAMPING = 0.01

Array = NDArray[np.float64]


def round_products(prepared: Path, int8: Path, rows: Sequence[Row], most: int) -> None:
    """Round the weights of all products of an int8 file anew, and write it. `prepared`: the fp32 file that it was made of;
    `rows`: on which the values are seen that the products read; `most`: the largest whole number of a weight, 64 of seven bits.

    Raises:
        ValueError: a weight has a zero point, or is not that of the fp32 file.
    """
    exact, proto = onnx.load(prepared), onnx.load(int8)
    weights = {tensor.name: numpy_helper.to_array(tensor).astype(np.float64) for tensor in exact.graph.initializer}
    for node in exact.graph.node:
        if any(one.name == "transB" and one.i for one in node.attribute):
            weights[node.input[1]] = weights[node.input[1]].T
    stored = {tensor.name: tensor for tensor in proto.graph.initializer}
    products = [(node.input[0].removesuffix(QUANTISED), node.input[1]) for node in proto.graph.node if node.op_type == PRODUCT]
    grams: dict[str, Array] = {}
    for name, values in seen_values(exact, sorted({name for name, _weight in products}), rows):
        gram = (values.T @ values).astype(np.float64)
        grams[name] = grams[name] + gram if name in grams else gram
    for name, weight in products:
        own = weight.removesuffix(QUANTISED)
        wanted = weights[own.removesuffix(TURNED)]
        scale, plain = (numpy_helper.to_array(stored[one]).astype(np.float64) for one in (own + SCALE, weight))
        fits = plain.shape == wanted.shape and bool(np.abs(plain - wanted / scale).max() <= 1.0)
        if not fits or numpy_helper.to_array(stored[own + ZERO]).any():
            raise ValueError(f"'{own}' is not rounded as this program expects it.")
        stored[weight].CopyFrom(numpy_helper.from_array(rounded(wanted, scale, grams[name], most), weight))
    onnx.save(proto, int8)


def rounded(weights: Array, scale: Array, gram: Array, most: int) -> NDArray[np.int8]:
    """Whole numbers (in, out) that, times `scale` (out), stand for weights (in, out). `gram`: of the values (in, in)."""
    left, gram = weights.copy(), gram.copy()
    diagonal = np.diag_indices_from(gram)
    # A channel that never was anything else than 0 tells nothing.
    gram[diagonal] += _DAMPING * gram[diagonal].mean() + np.finfo(np.float64).tiny
    order = np.argsort(-gram[diagonal], kind="stable")
    left, gram = left[order], gram[np.ix_(order, order)]
    factors = np.linalg.cholesky(np.linalg.inv(gram)).T
    found = np.empty_like(left)
    for place in range(len(left)):
        found[order[place]] = whole = np.clip(np.rint(left[place] / scale), -most, most)
        error = (left[place] - whole * scale) / factors[place, place]
        left[place + 1 :] -= np.outer(factors[place, place + 1 :], error)
    return found.astype(np.int8)

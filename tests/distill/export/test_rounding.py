"""Weights rounded together: nearer answers than where each is rounded on its own.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from distill.export.rounding import round_products, rounded
from distill.export.smoothing import DIVIDED, smooth
from distill.export.watching import seen_values
from tests.distill.export.toy_product import WIDTH, model_of, rows

MOST = 7
NUMBERS, SCALES = "onnx::MatMul_7_quantized", "onnx::MatMul_7_scale"
Array = NDArray[np.float64]


def related_values(count: int, width: int) -> Array:
    """Channels of which each has much of the one before, as a reader's have."""
    found = np.random.default_rng(11).normal(size=(count, width))
    for place in range(1, width):
        found[:, place] += 0.9 * found[:, place - 1]
    return found


def test_the_answers_are_nearer_than_where_each_weight_is_rounded_alone() -> None:
    values, weights = related_values(400, 24), np.random.default_rng(2).normal(size=(24, 6))
    scale = np.abs(weights).max(axis=0) / MOST
    found = rounded(weights, scale, values.T @ values, MOST)
    alone = np.rint(weights / scale)
    assert np.abs(found).max() <= MOST
    off, off_alone = (np.square(values @ (whole * scale - weights)).sum() for whole in (found, alone))
    assert off < 0.5 * off_alone


def test_channels_that_never_speak_do_no_harm() -> None:
    values, weights = related_values(50, 5), np.random.default_rng(4).normal(size=(5, 3))
    values[:, 2] = 0.0
    scale = np.abs(weights).max(axis=0) / MOST
    found = rounded(weights, scale, values.T @ values, MOST)
    np.testing.assert_array_equal(found[2], np.rint(weights[2] / scale))
    # Of nothing at all each weight is rounded on its own.
    np.testing.assert_array_equal(rounded(weights, scale, np.zeros((5, 5)), MOST), np.rint(weights / scale))


def test_a_file_keeps_its_scales_and_its_product_is_nearer(tmp_path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain, int8 = tmp_path / "plain.onnx", tmp_path / "int8.onnx"
    model_of(plain)
    smooth(plain, rows(20))
    quantize_dynamic(plain, int8, ["MatMul"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    first = onnx.load(int8)
    round_products(plain, int8, rows(20), 64)
    before, after = (
        {one.name: numpy_helper.to_array(one) for one in model.graph.initializer} for model in (first, onnx.load(int8))
    )
    assert [name for name in before if not np.array_equal(before[name], after[name])] == [NUMBERS]
    values = np.concatenate([seen for _name, seen in seen_values(onnx.load(plain), ("states" + DIVIDED,), rows(20))])
    (weights,) = (
        numpy_helper.to_array(one).astype(np.float32)
        for one in onnx.load(plain).graph.initializer
        if one.name == "onnx::MatMul_7"
    )
    assert values.shape == (20 * 6, WIDTH)
    off_before, off = (
        np.square(values @ (stored[NUMBERS].astype(np.float32) * stored[SCALES].astype(np.float32) - weights)).sum()
        for stored in (before, after)
    )
    assert off < 0.9 * off_before


def test_another_file_is_refused(tmp_path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain, int8, other = (tmp_path / f"{name}.onnx" for name in ("plain", "int8", "other"))
    model_of(plain)
    quantize_dynamic(plain, int8, ["MatMul"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    model_of(other, seed=6)
    with pytest.raises(ValueError, match="onnx::MatMul_7"):
        round_products(other, int8, rows(2), 64)

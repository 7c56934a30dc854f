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

from distill.export.rounding import QUANTISED, SCALE, round_products, rounded
from distill.export.smoothing import DIVIDED, smooth
from distill.export.watching import seen_values
from tests.distill.export.toy_product import WIDTH, head_of, in_eight_bits, model_of, rows

MOST = 7
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


def arrays_of(path: Path) -> dict[str, NDArray[np.float32]]:
    return {one.name: numpy_helper.to_array(one).astype(np.float32) for one in onnx.load(path).graph.initializer}


@pytest.mark.parametrize("classes", [None, 4, WIDTH])
def test_a_file_keeps_its_scales_and_its_product_is_nearer(tmp_path: Path, classes: int | None) -> None:
    """A product of the encoder, made smoother, and layers with a bias, whose weights onnxruntime turns around."""
    plain, int8 = tmp_path / "plain.onnx", tmp_path / "int8.onnx"
    if classes is None:
        model_of(plain)
        smooth(plain, rows(20))
        wanted, read = arrays_of(plain)["onnx::MatMul_7"], "states" + DIVIDED
    else:
        wanted, read = head_of(plain, classes), "flat"
    in_eight_bits(plain, int8)
    before = arrays_of(int8)
    round_products(plain, int8, rows(20), 64)
    after = arrays_of(int8)
    (changed,) = (name for name in before if not np.array_equal(before[name], after[name]))
    assert changed.endswith(QUANTISED)
    values = np.concatenate([seen for _name, seen in seen_values(onnx.load(plain), (read,), rows(20))])
    assert values.shape == (20 * 6, WIDTH)
    scale = after[changed.removesuffix(QUANTISED) + SCALE]
    off_before, off = (np.square(values @ (stored[changed] * scale - wanted)).sum() for stored in (before, after))
    assert off < 0.9 * off_before


def test_another_file_is_refused(tmp_path: Path) -> None:
    plain, int8, other = (tmp_path / f"{name}.onnx" for name in ("plain", "int8", "other"))
    model_of(plain)
    in_eight_bits(plain, int8)
    model_of(other, seed=6)
    with pytest.raises(ValueError, match="onnx::MatMul_7"):
        round_products(other, int8, rows(2), 64)
    head_of(plain, 4)
    in_eight_bits(plain, int8)
    head_of(other, 5)
    with pytest.raises(ValueError, match=r"reader\.head\.weight"):
        round_products(other, int8, rows(2), 64)

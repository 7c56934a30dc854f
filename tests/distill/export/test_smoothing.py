"""Smoother activations: the same answers in single precision, nearer ones in eight bits.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

import onnx

from distill.export.smoothing import DIVIDED, FACTORS, divisors, smooth
from distill.export.unpacking import weights_of
from tests.distill.export.toy_product import Array, answers, in_eight_bits, model_of, rows


def off_in_eight_bits(path: Path, to: Path, true: Array) -> float:
    in_eight_bits(path, to)
    return float(np.abs(answers(to) - true).mean())


def test_it_answers_the_same_and_in_eight_bits_more_nearly(tmp_path: Path) -> None:
    plain, smoother = tmp_path / "plain.onnx", tmp_path / "smoother.onnx"
    weights = model_of(plain)
    model_of(smoother)
    smooth(smoother, rows(20))
    true = answers(plain)
    np.testing.assert_allclose(answers(smoother), true, rtol=1e-4, atol=1e-4)
    before, after = (off_in_eight_bits(path, tmp_path / "int8.onnx", true) for path in (plain, smoother))
    assert after < before / 3
    # What is read back is what was there before it was made smoother.
    names = [tensor.name for tensor in onnx.load(tmp_path / "int8.onnx").graph.initializer]
    assert "states" + FACTORS in names
    assert not any(name.endswith(DIVIDED) for name in names)
    read = weights_of((tmp_path / "int8.onnx").read_bytes())["encoder.layer.0.dense.weight"].numpy().T
    np.testing.assert_allclose(read, weights, atol=float(np.abs(weights).max()) / 60)


def test_divisors_are_bounded_and_of_mean_one() -> None:
    found = divisors(np.array([1.0, 1.0, 8.0, 1e9], np.float32), np.array([1.0, 1.0, 1.0, 1e-9], np.float32), 0.5)
    assert found.max() <= 20.0
    even = divisors(np.array([1.0, 4.0, 16.0], np.float32), np.ones(3, np.float32), 0.5)
    np.testing.assert_allclose(even, [0.5, 1.0, 2.0], rtol=1e-4)
    # Nothing is moved for weights alone where all of the spread is to go into them.
    np.testing.assert_allclose(divisors(np.ones(2, np.float32), np.array([1.0, 9.0], np.float32), 1.0), [1.0, 1.0], rtol=1e-4)

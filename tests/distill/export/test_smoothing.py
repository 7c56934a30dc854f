"""Smoother activations: the same answers in single precision, nearer ones in eight bits.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("torch")

import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from distill.export.smoothing import DIVIDED, FACTORS, divisors, smooth
from distill.export.unpacking import weights_of
from engine.students.onnx_model import OnnxModel
from engine.students.rows import Row
from engine.students.session import INPUTS, feeds_of

WIDTH = 8
Array = NDArray[np.float32]


def rows(count: int) -> list[Row]:
    order = np.random.default_rng(3)
    return [
        Row(
            ids=tuple(map(int, order.integers(0, 40, 6))),
            positions=tuple(range(6)),
            groups=(0,) * 6,
        )
        for _row in range(count)
    ]


def model_of(path: Path) -> Array:
    """Vectors of words, one channel of them a hundred times as large, and one product of the encoder; its weights."""
    order = np.random.default_rng(5)
    words = order.normal(size=(40, WIDTH)).astype(np.float32)
    words[:, 2] *= 100.0
    weights = order.normal(size=(WIDTH, 4)).astype(np.float32)
    weights[2] /= 100.0
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["states"], name="/encoder/words/Gather"),
        helper.make_node("MatMul", ["states", "onnx::MatMul_7"], ["answers"], name="/encoder/layer.0/dense/MatMul"),
    ]
    graph = helper.make_graph(
        nodes,
        "toy",
        [helper.make_tensor_value_info(name, TensorProto.INT64, None) for name in INPUTS],
        [helper.make_tensor_value_info("answers", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(words, "words"), numpy_helper.from_array(weights, "onnx::MatMul_7")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return weights


def answers(path: Path) -> Array:
    return np.stack([OnnxModel(path.read_bytes()).run(("answers",), feeds_of([row]))[0] for row in rows(20)])


def in_eight_bits(path: Path, to: Path) -> Array:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Not the vectors of words, which share one scale.
    kinds = ["MatMul"]
    quantize_dynamic(path, to, kinds, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    return answers(to)


def test_it_answers_the_same_and_in_eight_bits_more_nearly(tmp_path: Path) -> None:
    plain, smoother = tmp_path / "plain.onnx", tmp_path / "smoother.onnx"
    weights = model_of(plain)
    model_of(smoother)
    smooth(smoother, rows(20))
    true = answers(plain)
    np.testing.assert_allclose(answers(smoother), true, rtol=1e-4, atol=1e-4)
    before, after = (np.abs(in_eight_bits(path, tmp_path / "int8.onnx") - true).mean() for path in (plain, smoother))
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

"""An ONNX file with vectors of words and one product of an encoder, and its answers."""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

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


def model_of(path: Path, seed: int = 5) -> Array:
    """Vectors of words, each channel with much of the one before and one of them a hundred times as large, and one product of the
    encoder; its weights."""
    order = np.random.default_rng(seed)
    words = order.normal(size=(40, WIDTH)).astype(np.float32)
    for place in range(1, WIDTH):
        words[:, place] += 0.9 * words[:, place - 1]
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

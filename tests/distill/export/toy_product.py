"""An ONNX file with vectors of words and one product of an encoder, and its answers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

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
    words, weights = drawn(seed, 4)
    words[:, 2] *= 100.0
    weights[2] /= 100.0
    product = helper.make_node("MatMul", ["states", "onnx::MatMul_7"], ["answers"], name="/encoder/layer.0/dense/MatMul")
    write(path, [product], {"words": words, "onnx::MatMul_7": weights})
    return weights


def head_of(path: Path, classes: int) -> Array:
    """Vectors of words and a layer with a bias, whose weights are held as (out, in), as PyTorch's export does; they are given as
    (in, out)."""
    words, weights = drawn(7, classes)
    nodes = [
        helper.make_node("Reshape", ["states", "flat_shape"], ["flat"], name="/Reshape"),
        helper.make_node("Gemm", ["flat", "reader.head.weight", "reader.head.bias"], ["answers"], name="/head/Gemm", transB=1),
    ]
    bias = np.ones(classes, np.float32)
    write(path, nodes, {"words": words, "reader.head.weight": np.ascontiguousarray(weights.T), "reader.head.bias": bias})
    return weights


def drawn(seed: int, classes: int) -> tuple[Array, Array]:
    """Vectors of forty words, each channel with much of the one before, and weights (in, out)."""
    order = np.random.default_rng(seed)
    words = order.normal(size=(40, WIDTH)).astype(np.float32)
    for place in range(1, WIDTH):
        words[:, place] += 0.9 * words[:, place - 1]
    return words, order.normal(size=(WIDTH, classes)).astype(np.float32)


def write(path: Path, nodes: Sequence[NodeProto], arrays: Mapping[str, Array]) -> None:
    """A file that looks up its words' vectors and goes on with these nodes."""
    found = helper.make_node("Gather", ["words", "input_ids"], ["states"], name="/encoder/words/Gather")
    flat = numpy_helper.from_array(np.array([-1, WIDTH], np.int64), "flat_shape")
    graph = helper.make_graph(
        [found, *nodes],
        "toy",
        [helper.make_tensor_value_info(name, TensorProto.INT64, None) for name in INPUTS],
        [helper.make_tensor_value_info("answers", TensorProto.FLOAT, None)],
        [*(numpy_helper.from_array(array, name) for name, array in arrays.items()), flat],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def in_eight_bits(path: Path, to: Path) -> None:
    """Quantise its product, and not the vectors of words, which share one scale."""
    quantize_dynamic(path, to, ["MatMul"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def answers(path: Path) -> Array:
    return np.stack([OnnxModel(path.read_bytes()).run(("answers",), feeds_of([row]))[0] for row in rows(20)])

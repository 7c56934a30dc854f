"""Values inside an ONNX model while it answers rows, for what is fitted to them before eight bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, helper

from engine.students.onnx_model import OnnxModel
from engine.students.rows import Row
from engine.students.session import feeds_of

Array = NDArray[np.float32]


def seen_values(proto: ModelProto, names: Sequence[str], rows: Sequence[Row]) -> Iterator[tuple[str, Array]]:
    """The values of these names, each as (places, channels), of one row after the other."""
    watched = ModelProto()
    watched.CopyFrom(proto)
    watched.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    model = OnnxModel(watched.SerializeToString())
    for row in rows:
        for name, values in zip(names, model.run(names, feeds_of([row])), strict=True):
            yield name, values.reshape(-1, values.shape[-1])

"""What we call of onnx."""

from collections.abc import Sequence

from onnx import numpy_helper as numpy_helper

class TensorProto:
    name: str

class NodeProto:
    name: str
    op_type: str
    input: Sequence[str]

class GraphProto:
    initializer: Sequence[TensorProto]
    node: Sequence[NodeProto]

class ModelProto:
    graph: GraphProto

def load_model_from_string(s: bytes) -> ModelProto: ...

"""What we call of onnx."""

from collections.abc import MutableSequence
from pathlib import Path

from onnx import helper as helper
from onnx import numpy_helper as numpy_helper

class TensorProto:
    FLOAT: int
    INT64: int
    name: str
    def CopyFrom(self, other: TensorProto) -> None: ...

class ValueInfoProto: ...
class OperatorSetIdProto: ...

class AttributeProto:
    name: str
    i: int

class NodeProto:
    name: str
    op_type: str
    input: MutableSequence[str]
    attribute: MutableSequence[AttributeProto]

class GraphProto:
    initializer: MutableSequence[TensorProto]
    node: MutableSequence[NodeProto]
    output: MutableSequence[ValueInfoProto]

class ModelProto:
    graph: GraphProto
    def CopyFrom(self, other: ModelProto) -> None: ...
    def SerializeToString(self) -> bytes: ...

def load(f: Path) -> ModelProto: ...
def save(proto: ModelProto, f: Path) -> None: ...
def load_model_from_string(s: bytes) -> ModelProto: ...

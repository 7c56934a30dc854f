"""What we call of the quantisation, which needs onnx and so only runs where students are made."""

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

class QuantType(Enum):
    QInt8 = ...

def quantize_dynamic(
    model_input: Path,
    model_output: Path,
    op_types_to_quantize: Sequence[str] | None = None,
    *,
    per_channel: bool,
    reduce_range: bool,
    weight_type: QuantType,
) -> None: ...

"""What we call of onnxruntime."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

class NodeArg:
    name: str

class SessionOptions:
    intra_op_num_threads: int
    inter_op_num_threads: int
    log_severity_level: int
    enable_mem_pattern: bool

class InferenceSession:
    def __init__(
        self,
        path_or_bytes: str | bytes,
        sess_options: SessionOptions,
        providers: Sequence[str],
        *,
        disabled_optimizers: Sequence[str] = ...,
    ) -> None: ...
    def get_inputs(self) -> list[NodeArg]: ...
    def get_outputs(self) -> list[NodeArg]: ...
    def run(self, output_names: Sequence[str], input_feed: Mapping[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]: ...

def disable_telemetry_events() -> None: ...

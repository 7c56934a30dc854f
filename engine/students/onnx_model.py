"""An ONNX model on the processor, quiet and modest. The only module that touches onnxruntime, which it loads when it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_ONLY_FATAL = 4
_PROVIDER = "CPUExecutionProvider"
# The fused form of sum and layer norm takes seven times as long as the two one after the other: without it a row of 36 tokens
# takes 6.3 ms instead of 7.0 ms, and 4.4 ms instead of 5.1 ms in eights.
_LEFT_OUT = ["SkipLayerNormFusion"]


class ModelError(Exception):
    """The model cannot be loaded or run; the message is onnxruntime's own and is not for people."""


class OnnxModel:
    """A loaded model. Each run keeps to the thread that calls it; `run` may be called from several threads at once."""

    def __init__(self, content: bytes) -> None:
        """Load a model from the bytes of its file.

        Raises:
            ModelError: onnxruntime cannot be loaded, or cannot make a model of it.
        """
        try:
            self._session = _loaded(content)
        except Exception as error:  # the library has a dozen unrelated exceptions for damage
            raise ModelError(str(error)) from error

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs."""
        return tuple(one.name for one in self._session.get_inputs())

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return tuple(one.name for one in self._session.get_outputs())

    def run(self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.int64]]) -> Sequence[NDArray[np.float32]]:
        """The named outputs.

        Raises:
            ModelError: the inputs do not fit the model, or memory is exhausted.
        """
        try:
            return self._session.run(outputs, feeds)
        except Exception as error:  # as above
            raise ModelError(str(error)) from error


def _loaded(content: bytes) -> InferenceSession:
    import onnxruntime

    # Its Windows build reports to the system's event log otherwise.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    # No threads of its own: rows run beside each other instead, which uses all processors without waiting at every operation, and
    # nothing spins (a spinning thread takes the processor from the window and doubles the time of a run on a busy machine).
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _ONLY_FATAL
    # Every sentence has another length, and a memory plan for each would only pile up (it saves one hundredth of the time).
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(content, options, [_PROVIDER], disabled_optimizers=_LEFT_OUT)

"""An ONNX model on the processor, quiet and modest. The only module that touches onnxruntime, which it loads when it is asked."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# More threads than this gain nothing for one sentence.
_MOST_THREADS = 4
_ONLY_FATAL = 4
_PROVIDER = "CPUExecutionProvider"


class ModelError(Exception):
    """The model cannot be loaded or run; the message is onnxruntime's own and is not for people."""


def thread_count() -> int:
    """Threads that one run uses: one a processor, at most `_MOST_THREADS`."""
    return max(1, min(_MOST_THREADS, os.cpu_count() or 1))


class OnnxModel:
    """A loaded model. `run` may be called from several threads at once."""

    def __init__(self, content: bytes, threads: int | None = None) -> None:
        """Load a model from the bytes of its file.

        Raises:
            ModelError: onnxruntime cannot be loaded, or cannot make a model of it.
        """
        try:
            self._session = _loaded(content, threads or thread_count())
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


def _loaded(content: bytes, threads: int) -> InferenceSession:
    import onnxruntime

    # Its Windows build reports to the system's event log otherwise.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ONLY_FATAL
    # A thread that spins while it waits takes the processor from the window, and on a busy machine doubles the time of a run.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Every sentence has another length, and a memory plan for each would only pile up (it saves one hundredth of the time).
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(content, options, [_PROVIDER])

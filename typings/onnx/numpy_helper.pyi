"""What we call of onnx, to read a stored tensor."""

import numpy as np
from numpy.typing import NDArray

from onnx import TensorProto

def to_array(tensor: TensorProto) -> NDArray[np.generic]: ...
def from_array(array: NDArray[np.generic], name: str) -> TensorProto: ...

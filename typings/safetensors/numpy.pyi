"""What we call of safetensors.numpy."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

def load_file(path: Path) -> dict[str, NDArray[np.float32]]: ...

"""What we call of shap.maskers."""

import numpy as np
from numpy.typing import NDArray

class Independent:
    def __init__(self, data: NDArray[np.float64]) -> None: ...

"""What we call of shap, in tests alone."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shap import maskers as maskers

class Explanation:
    values: NDArray[np.float64]

class PermutationExplainer:
    def __init__(
        self, model: Callable[[NDArray[np.float64]], NDArray[np.float64]], masker: maskers.Independent, *, seed: int
    ) -> None: ...
    def __call__(self, rows: NDArray[np.float64], *, max_evals: int, silent: bool) -> Explanation: ...

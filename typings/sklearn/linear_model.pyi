"""What we call of sklearn.linear_model."""

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

class LogisticRegression:
    classes_: NDArray[np.str_]
    def __init__(
        self,
        *,
        C: float = 1.0,
        max_iter: int = 100,
        class_weight: Literal["balanced"] | None = None,
        random_state: int | None = None,
    ) -> None: ...
    def fit(self, X: NDArray[np.uint8], y: NDArray[np.str_]) -> Self: ...
    def predict_proba(self, X: NDArray[np.uint8]) -> NDArray[np.float64]: ...

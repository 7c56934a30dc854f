"""What we call of sklearn.ensemble."""

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

class HistGradientBoostingClassifier:
    classes_: NDArray[np.str_]
    def __init__(
        self,
        *,
        learning_rate: float = 0.1,
        max_iter: int = 100,
        max_leaf_nodes: int | None = 31,
        min_samples_leaf: int = 20,
        l2_regularization: float = 0.0,
        early_stopping: bool = False,
        class_weight: Literal["balanced"] | None = None,
        random_state: int | None = None,
    ) -> None: ...
    def fit(self, X: NDArray[np.uint8], y: NDArray[np.str_]) -> Self: ...
    def predict_proba(self, X: NDArray[np.uint8]) -> NDArray[np.float64]: ...

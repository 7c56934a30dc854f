"""What we call of lime.lime_base."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

class LimeBase:
    def __init__(
        self,
        kernel_fn: Callable[[NDArray[np.float64]], NDArray[np.float64]],
        verbose: bool = False,
        random_state: int | None = None,
    ) -> None: ...
    def explain_instance_with_data(
        self,
        neighborhood_data: NDArray[np.float64],
        neighborhood_labels: NDArray[np.float64],
        distances: NDArray[np.float64],
        label: int,
        num_features: int,
        feature_selection: str = "auto",
    ) -> tuple[float, list[tuple[int, float]], float, NDArray[np.float64]]: ...

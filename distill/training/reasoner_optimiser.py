"""The reasoner's optimiser: matrices of its layers take steps of equal size in all directions (Muon), all else AdamW's.

Muon (K. Jordan and others, 2024) replaces the momentum of a matrix by the nearest orthogonal one, found by a few steps of a
Newton-Schulz iteration. From nothing, on one core and half a million tokens, it came to a label loss of 1.55 where AdamW came to
1.84. torch's own Muon rounds to bfloat16, matrix by matrix: five times as slow on processors without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

# Of a polynomial that brings all singular values near 1 in five steps: it needs not be exact.
_LINEAR, _CUBIC, _QUINTIC = 3.4445, -4.7750, 2.0315
_ITERATIONS = 5
_MOMENTUM = 0.95
_TINY = 1e-7


class OrthogonalAdamW(torch.optim.AdamW):
    """AdamW, but for groups that say `orthogonal`."""

    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One step. Matrices are done first and have no gradient any more when AdamW looks."""
        with torch.no_grad():
            for group in self.param_groups:
                if group["orthogonal"]:
                    self._turn(group["params"], group["lr"], group["weight_decay"])
        return super().step(closure)

    def _turn(self, parameters: Iterable[Tensor], rate: float, decay: float) -> None:
        """Step matrices, those of one shape at once."""
        shapes: dict[tuple[int, ...], list[tuple[Tensor, Tensor]]] = {}
        for parameter in parameters:
            if parameter.grad is not None:
                wide = _wide(self._momentum(parameter))
                shapes.setdefault(tuple(wide.shape), []).append((parameter, wide))
                parameter.grad = None
        for given in shapes.values():
            turned = orthogonal(torch.stack([wide for _parameter, wide in given]))
            for (parameter, _wide_one), direction in zip(given, turned, strict=True):
                rows, columns = parameter.shape
                own = direction if rows <= columns else direction.transpose(0, 1)
                # Tall matrices take larger steps, so that what comes out changes as much.
                parameter.mul_(1 - rate * decay).add_(own, alpha=-rate * max(1.0, rows / columns) ** 0.5)

    def _momentum(self, parameter: Tensor) -> Tensor:
        """The gradient with what earlier ones leave (Nesterov's)."""
        state = self.state[parameter]
        if not state:
            # AdamW asks for a count of steps when it reads a checkpoint.
            state |= {"step": torch.zeros(1), "momentum": torch.zeros_like(parameter)}
        earlier = state["momentum"].mul_(_MOMENTUM).add_(parameter.grad)
        found: Tensor = parameter.grad.add(earlier, alpha=_MOMENTUM)
        return found


def _wide(matrix: Tensor) -> Tensor:
    rows, columns = matrix.shape
    return matrix if rows <= columns else matrix.transpose(0, 1)


def orthogonal(matrices: Tensor) -> Tensor:
    """Matrices (number, rows, columns), rows at most as many as columns, with all singular values near 1."""
    found: Tensor = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + _TINY)
    for _step in range(_ITERATIONS):
        squared = torch.matmul(found, found.transpose(1, 2))
        found = found * _LINEAR + torch.matmul(squared * _CUBIC + torch.matmul(squared, squared) * _QUINTIC, found)
    return found

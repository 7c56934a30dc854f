"""On what a command computes and for how long, looked at before any work begins."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from distill.training.settings import Device, Precision, device_of, precision_of
from engine.errors import InputError

# More than any machine has; PyTorch ends in an error of its own far above.
_MOST_THREADS = 1024


@dataclass(frozen=True, slots=True)
class Clock:
    """When a run of several parts has to stop. `ends_s`: on the monotonic clock; None where there is no end."""

    ends_s: float | None

    @classmethod
    def started(cls, stop_after_s: float | None) -> Clock:
        """One that starts now."""
        return cls(None if stop_after_s is None else time.monotonic() + stop_after_s)

    @property
    def left_s(self) -> float | None:
        """Seconds that are left, 0 at the end."""
        return None if self.ends_s is None else max(0.0, self.ends_s - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether no time is left."""
        return self.left_s == 0.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was asked for, and can be had. `stop_after_s`: None where the work goes on to its end."""

    device: Device
    threads: int
    precision: Precision
    stop_after_s: float | None


def chosen(device: str, threads: int, minutes: float | None, precision: str = "") -> Chosen:
    """What was asked for; without a precision, that of the device.

    Raises:
        InputError: there is no such device or precision, or a number makes no sense.
    """
    if not 1 <= threads <= _MOST_THREADS:
        raise InputError(f"The number of threads goes from 1 to {_MOST_THREADS}.")
    if minutes is not None and not (math.isfinite(minutes) and minutes >= 0):
        raise InputError("The minutes after which to stop are a number from 0 on.")
    named = device_of(device)
    check_device(named)
    return Chosen(named, threads, precision_of(precision, named), None if minutes is None else minutes * 60)


def check_device(device: Device) -> None:
    """See that there is a GPU where one is wanted: the training library would go on without it.

    Raises:
        InputError: there is none.
    """
    if device == "cpu":
        return
    import torch

    if not torch.cuda.is_available():
        raise InputError("This machine has no GPU that PyTorch can use; leave --device out to train on the processor.")

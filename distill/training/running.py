"""The loop that every kind of training shares: the same command on a CPU and on a GPU, and it goes on where it was stopped.

While it trains, a folder holds `checkpoint.safetensors`: weights, the optimiser's moments, the step and the time it took. With
several processes (accelerate) each takes its share of every group of batches.
"""

from __future__ import annotations

import math
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from accelerate import Accelerator
from safetensors.torch import load_file
from torch import Tensor, nn

from distill.training.weights import save_weights
from engine.errors import InputError

_CLIP = 1.0
CHECKPOINT = "checkpoint.safetensors"
_STEP, _PROCESSES, _SECONDS = "step", "processes", "seconds"


@dataclass(frozen=True, slots=True)
class Step:
    """Where training is, for whoever shows it: step of steps, mean loss since the last, tokens a second (of one process)."""

    step: int
    steps: int
    loss: float
    tokens_per_s: float


class Pace(Protocol):
    """What the loop needs of a stage's settings."""

    @property
    def seed(self) -> int:
        """Of dropout and of what is drawn for each batch."""

    @property
    def learning_rate(self) -> float:
        """Highest rate of the encoder."""

    @property
    def head_learning_rate(self) -> float:
        """Highest rate of everything beside the encoder."""

    @property
    def warmup_share(self) -> float:
        """Share of the steps in which the rate grows."""

    @property
    def weight_decay(self) -> float:
        """Of weights; biases and norms do not decay."""


class Loop(ABC):
    """A model under training. `plan`: places of the examples of each batch, in order. A kind of training says in `_loss` what a
    batch costs. Parameters below `encoder.` learn at the encoder's rate, all others at that of the heads.

    Raises:
        InputError: there are fewer batches than processes, so that nothing would be learned.
    """

    def __init__(self, model: nn.Module, plan: Sequence[tuple[int, ...]], pace: Pace, accelerator: Accelerator) -> None:
        # Processes see different rows, so each draws its own dropout.
        torch.manual_seed(pace.seed + accelerator.process_index)
        self.model, self._plan, self._pace, self._accelerator = model, plan, pace, accelerator
        if not self.steps:
            raise InputError("There is nothing to learn from: the sources give fewer batches than there are processes.")
        self._running, self._optimiser = accelerator.prepare(model, self._new_optimiser())
        self.step = 0
        # When this run began (monotonic, seconds); whoever prepared something before sets it back.
        self.begun_s = time.monotonic()
        self._before_s = 0.0

    @property
    def seconds(self) -> float:
        """Time of this run, and of earlier ones up to the checkpoint that it goes on from."""
        return self._before_s + time.monotonic() - self.begun_s

    @abstractmethod
    def _loss(self, places: tuple[int, ...], order: random.Random) -> tuple[Tensor, int]:
        """The loss of one batch and its tokens. `order`: whatever is drawn for this batch is drawn from it, so that a stopped run
        draws the same again."""

    def _backward(self, loss: Tensor, places: tuple[int, ...], order: random.Random) -> None:
        """Gradients of a batch's loss. `order` draws again what was drawn for the loss, where a kind of training asks more.

        Raises:
            InputError: the loss is no longer a number.
        """
        if not math.isfinite(loss.item()):
            raise InputError(f"At step {self.step + 1} the loss is no longer a number; a lower learning rate may help.")
        self._accelerator.backward(loss)

    def _new_optimiser(self) -> torch.optim.Optimizer:
        """What takes the steps; its groups name their highest rate as `peak`."""
        return torch.optim.AdamW(self._groups(), fused=True)

    def _groups(self) -> list[dict[str, object]]:
        """Heads learn faster than the encoder; biases and norms do not decay."""
        groups: dict[tuple[bool, bool], list[Tensor]] = {}
        for name, parameter in self.model.named_parameters():
            if parameter.requires_grad:
                groups.setdefault((not name.startswith("encoder."), len(parameter.shape) > 1), []).append(parameter)
        pace = self._pace
        return [
            {
                "params": parameters,
                "lr": pace.head_learning_rate if head else pace.learning_rate,
                "peak": pace.head_learning_rate if head else pace.learning_rate,
                "weight_decay": pace.weight_decay if decays else 0.0,
            }
            for (head, decays), parameters in groups.items()
        ]

    @property
    def steps(self) -> int:
        """How many steps the whole stage takes."""
        return len(self._plan) // self._accelerator.num_processes

    def run(
        self,
        folder: Path,
        show: Callable[[Step], None],
        checkpoint_s: float,
        stop_after_s: float | None = None,
        until: int | None = None,
    ) -> bool:
        """Train from the present step to the end (or to step `until`), or until the time is over; whether the end was reached.
        Checkpoints are written to `folder` in between and at the end.

        Raises:
            InputError: the loss is no longer a number; the last checkpoint stays.
        """
        started = saved = shown = time.monotonic()
        losses, tokens = 0.0, 0
        end = self.steps if until is None else min(until, self.steps)
        self._running.train()
        while self.step < end:
            loss, count = self._one()
            self.step += 1
            losses, tokens = losses + loss * count, tokens + count
            now = time.monotonic()
            if now - shown > 10 or self.step == end:
                if self._accelerator.is_main_process:
                    show(Step(self.step, self.steps, losses / tokens, tokens / (now - shown)))
                losses, tokens, shown = 0.0, 0, now
            over = stop_after_s is not None and self._agreed(now - started > stop_after_s)
            if now - saved > checkpoint_s or over or self.step == end:
                self.save(folder)
                saved = now
            if over:
                break
        return self.step >= end

    def _agreed(self, over: bool) -> bool:
        """Whether time is over for any process: they stop at the same step, or those that go on would wait for ever."""
        if self._accelerator.num_processes == 1:
            return over
        if over:
            self._accelerator.set_trigger()
        return self._accelerator.check_trigger()

    def _one(self) -> tuple[float, int]:
        """One step; (loss, tokens)."""
        mine = self.step * self._accelerator.num_processes + self._accelerator.process_index
        self._set_rate()
        loss, tokens = self._loss(self._plan[mine], random.Random(f"{self._pace.seed}/{mine}"))
        self._optimiser.zero_grad()
        self._backward(loss, self._plan[mine], random.Random(f"{self._pace.seed}/{mine}"))
        self._accelerator.clip_grad_norm_(self._running.parameters(), _CLIP)
        self._optimiser.step()
        return loss.item(), tokens

    def _set_rate(self) -> None:
        """Up in a line, then down in a line to nothing."""
        warm = max(1, round(self._pace.warmup_share * self.steps))
        share = min((self.step + 1) / warm, (self.steps - self.step) / max(1, self.steps - warm))
        for group in self._optimiser.param_groups:
            group["lr"] = group["peak"] * share

    def save(self, folder: Path) -> None:
        """Write a checkpoint; a stop in between leaves the one before. With several processes the first one writes."""
        if not self._accelerator.is_main_process:
            return
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        for place, state in self._optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{place}.{key}": value for key, value in state.items()}
        tensors[_STEP] = torch.tensor(self.step)
        tensors[_PROCESSES] = torch.tensor(self._accelerator.num_processes)
        tensors[_SECONDS] = torch.tensor(self.seconds, dtype=torch.float64)
        save_weights(tensors, folder / CHECKPOINT)

    def resume(self, folder: Path) -> bool:
        """Go on from a checkpoint, where there is one; whether there was. The number of processes may be another than it was."""
        if not (folder / CHECKPOINT).exists():
            return False
        tensors = load_file(folder / CHECKPOINT)
        weights = _below(tensors, "model.")
        if weights.keys() != self.model.state_dict().keys():
            raise InputError(
                f"The checkpoint in '{folder}' is of another version of this program: delete it, or finish it with that."
            )
        self.model.load_state_dict(weights)
        state = self._optimiser.state_dict()
        found: dict[int, dict[str, Tensor]] = {}
        for name, value in _below(tensors, "optimiser.").items():
            place, _dot, key = name.partition(".")
            found.setdefault(int(place), {})[key] = value
        state["state"] = found
        self._optimiser.load_state_dict(state)
        self._before_s = float(tensors[_SECONDS].item()) if _SECONDS in tensors else 0.0
        # Steps are counted in groups of one batch a process. Checkpoints without the number are of one process.
        processes = int(tensors[_PROCESSES].item()) if _PROCESSES in tensors else 1
        self.step = min(self.steps, int(tensors[_STEP].item()) * processes // self._accelerator.num_processes)
        return True


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}

"""The loop that every stage of the reader shares: the same command on a CPU and on a GPU, and it goes on where it was stopped.

While it trains, a folder holds `checkpoint.safetensors`: weights, the optimiser's moments and the step.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from distill.training.batches import Batch, epoch_plan, masked
from distill.training.examples import IGNORED, Example
from distill.training.losses import hard_loss, relation_loss, soft_loss
from distill.training.reader_model import Reader
from distill.training.settings import StageSettings
from distill.training.tasks import task_of

_RELATION_HEADS = 12
_CLIP = 1.0
CHECKPOINT = "checkpoint.safetensors"
_STEP = "step"


@dataclass(frozen=True, slots=True)
class Inputs:
    """A batch on the device: ids, attention (batch, tokens); labels (batch,) or (batch, tokens); places (batch, 2)."""

    ids: Tensor
    attention: Tensor
    labels: Tensor
    places: Tensor


@dataclass(frozen=True, slots=True)
class Step:
    """Where training is, for whoever shows it: step of steps, mean loss since the last, tokens a second."""

    step: int
    steps: int
    loss: float
    tokens_per_s: float


def stacked(examples: Sequence[Example], rows: Sequence[tuple[int, ...]], relation: bool, device: torch.device) -> Inputs:
    """Examples with the given ids as one padded batch."""
    width = max(len(row) for row in rows)
    ids = torch.tensor([[*row, *[0] * (width - len(row))] for row in rows], dtype=torch.long, device=device)
    attention = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], dtype=torch.long, device=device)
    if relation:
        labels = torch.tensor([one.labels[0] for one in examples], dtype=torch.long, device=device)
    else:
        padded = [[*one.labels, *[IGNORED] * (width - len(one.labels))] for one in examples]
        labels = torch.tensor(padded, dtype=torch.long, device=device)
    places = torch.tensor([one.places for one in examples], dtype=torch.long, device=device)
    return Inputs(ids, attention, labels, places)


class Training:
    """One stage under way."""

    def __init__(
        self,
        reader: Reader,
        teachers: Sequence[Reader],
        examples: dict[str, Sequence[Example]],
        settings: StageSettings,
        mask_id: int,
    ) -> None:
        torch.manual_seed(settings.seed)
        torch.set_num_threads(settings.threads)
        self._device = torch.device(settings.device)
        self._settings = settings
        self._examples = examples
        self._mask_id = mask_id
        self.reader = reader.to(self._device)
        self._teachers = [teacher.to(self._device).eval() for teacher in teachers]
        self._plan = list(self._planned())
        self._optimiser = torch.optim.AdamW(self._groups())
        self.step = 0

    def _planned(self) -> Iterator[Batch]:
        settings = self._settings
        lengths = {task: [len(one.ids) for one in rows] for task, rows in self._examples.items()}
        negatives = {
            task: frozenset(place for place, one in enumerate(rows) if one.labels == (0,))
            for task, rows in self._examples.items()
            if task_of(task).labels[0] == "none"
        }
        whole, part = divmod(settings.epochs, 1)
        for epoch in range(int(whole) + (part > 0)):
            plan = epoch_plan(lengths, negatives, settings.negative_share, settings.batch_tokens, settings.seed, epoch)
            yield from plan if epoch < whole else plan[: round(part * len(plan))]

    def _groups(self) -> list[dict[str, object]]:
        """Heads learn faster than the encoder; biases and norms do not decay."""
        groups: dict[tuple[bool, bool], list[Tensor]] = {}
        for name, parameter in self.reader.named_parameters():
            groups.setdefault((name.startswith("heads."), len(parameter.shape) > 1), []).append(parameter)
        settings = self._settings
        return [
            {
                "params": parameters,
                "lr": settings.head_learning_rate if head else settings.learning_rate,
                "peak": settings.head_learning_rate if head else settings.learning_rate,
                "weight_decay": settings.weight_decay if decays else 0.0,
            }
            for (head, decays), parameters in groups.items()
        ]

    @property
    def steps(self) -> int:
        """How many steps the whole stage takes."""
        return len(self._plan)

    def run(self, folder: Path, show: Callable[[Step], None], stop_after_s: float | None = None) -> bool:
        """Train from the present step to the end, or until the time is over; whether the end was reached. Checkpoints are written
        to `folder` in between and at the end."""
        started = saved = shown = time.monotonic()
        losses, tokens = 0.0, 0
        self.reader.train()
        while self.step < self.steps:
            loss, count = self._one(self._plan[self.step])
            self.step += 1
            losses, tokens = losses + loss * count, tokens + count
            now = time.monotonic()
            if now - shown > 10 or self.step == self.steps:
                show(Step(self.step, self.steps, losses / tokens, tokens / (now - shown)))
                losses, tokens, shown = 0.0, 0, now
            over = stop_after_s is not None and now - started > stop_after_s
            if now - saved > self._settings.checkpoint_s or over or self.step == self.steps:
                self.save(folder)
                saved = now
            if over:
                break
        return self.step == self.steps

    def _one(self, batch: Batch) -> tuple[float, int]:
        """One step; (loss, tokens)."""
        settings, relation = self._settings, task_of(batch.task).kind == "relation"
        examples = [self._examples[batch.task][place] for place in batch.places]
        rows = [one.ids for one in examples]
        if settings.mask_share > 0:
            order = random.Random(f"{settings.seed}/{self.step}")
            kept = [frozenset(one.places) if relation else frozenset[int]() for one in examples]
            rows = [
                masked(one.ids, one.words, self._mask_id, settings.mask_share, keep, order)
                for one, keep in zip(examples, kept, strict=True)
            ]
        inputs = stacked(examples, rows, relation, self._device)
        self._set_rate()
        with torch.autocast(settings.device, dtype=torch.bfloat16, enabled=settings.device == "cuda"):
            reading = self.reader(batch.task, inputs.ids, inputs.attention, inputs.places)
        loss = hard_loss(reading.logits, inputs.labels, self._weights(batch.task))
        if self._teachers:
            whole = stacked(examples, [one.ids for one in examples], relation, self._device)
            loss = loss + self._taught(batch.task, reading.logits, reading.states, whole)
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.reader.parameters(), _CLIP)
        self._optimiser.step()
        return loss.item(), sum(len(row) for row in rows)

    def _taught(self, task: str, logits: Tensor, states: Tensor, inputs: Inputs) -> Tensor:
        """What the teachers, who see the text without masks, add to the loss."""
        settings = self._settings
        with torch.no_grad():
            readings = [teacher(task, inputs.ids, inputs.attention, inputs.places) for teacher in self._teachers]
            answers = [torch.softmax(reading.logits.float() / settings.temperature, dim=-1) for reading in readings]
            mean = torch.stack(answers).mean(0)
        loss = settings.soft_weight * soft_loss(logits, mean, inputs.labels, settings.temperature)
        if settings.feature_weight > 0:
            # The first teacher's states: those of several teachers have no common axes to be averaged on.
            loss = loss + settings.feature_weight * relation_loss(states, readings[0].states, inputs.attention, _RELATION_HEADS)
        return loss

    def _weights(self, task: str) -> Tensor | None:
        labels = task_of(task).labels
        if "int" not in labels or self._settings.int_weight == 1.0:
            return None
        return torch.tensor([self._settings.int_weight if label == "int" else 1.0 for label in labels], device=self._device)

    def _set_rate(self) -> None:
        """Up in a line, then down in a line to nothing."""
        warm = max(1, round(self._settings.warmup_share * self.steps))
        share = min((self.step + 1) / warm, (self.steps - self.step) / max(1, self.steps - warm))
        for group in self._optimiser.param_groups:
            group["lr"] = group["peak"] * share

    def save(self, folder: Path) -> None:
        """Write a checkpoint; a stop in between leaves the one before."""
        tensors = {f"model.{name}": value.contiguous() for name, value in self.reader.state_dict().items()}
        for place, state in self._optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{place}.{key}": value.contiguous() for key, value in state.items()}
        tensors[_STEP] = torch.tensor(self.step)
        # A name of its own first: a stop while writing leaves the checkpoint before.
        save_file(tensors, folder / f"{CHECKPOINT}.new")
        (folder / f"{CHECKPOINT}.new").replace(folder / CHECKPOINT)

    def resume(self, folder: Path) -> bool:
        """Go on from a checkpoint, where there is one; whether there was."""
        if not (folder / CHECKPOINT).exists():
            return False
        tensors = load_file(folder / CHECKPOINT)
        self.reader.load_state_dict(_below(tensors, "model."))
        state = self._optimiser.state_dict()
        found: dict[int, dict[str, Tensor]] = {}
        for name, value in _below(tensors, "optimiser.").items():
            place, _dot, key = name.partition(".")
            found.setdefault(int(place), {})[key] = value
        state["state"] = found
        self._optimiser.load_state_dict(state)
        self.step = int(tensors[_STEP].item())
        return True


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}

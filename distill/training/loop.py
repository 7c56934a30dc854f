"""The loop that every stage of the reader shares: the same command on a CPU and on a GPU, and it goes on where it was stopped.

While it trains, a folder holds `checkpoint.safetensors`: weights, the optimiser's moments and the step.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from safetensors.torch import load_file, save_file
from torch import Tensor

from distill.training.batches import epoch_plan, kept_words
from distill.training.collating import Taken, Truth, inputs_of, truth_of, whole, without
from distill.training.examples import IGNORED, Example
from distill.training.losses import hard_loss, relation_loss, soft_loss
from distill.training.reader_model import Answers, Reader
from distill.training.settings import StageSettings
from distill.training.tasks import Task
from distill.training.teaching import Teaching
from engine.students.encoding import NO_WORD
from engine.students.rows import TEXT_GROUP

_RELATION_HEADS = 12
_CLIP = 1.0
CHECKPOINT = "checkpoint.safetensors"
_STEP = "step"


@dataclass(frozen=True, slots=True)
class Step:
    """Where training is, for whoever shows it: step of steps, mean loss since the last, tokens a second."""

    step: int
    steps: int
    loss: float
    tokens_per_s: float


class Training:
    """One stage under way. `parts`: which examples belong to which source. `teaching`: the teachers' answers to the same
    examples. With several processes (accelerate) each takes its share of every group of batches."""

    def __init__(
        self,
        reader: Reader,
        examples: Sequence[Example],
        parts: Mapping[str, range],
        settings: StageSettings,
        accelerator: Accelerator,
        teaching: Teaching | None = None,
    ) -> None:
        torch.manual_seed(settings.seed)
        self._settings, self._examples, self._teaching = settings, examples, teaching
        self._accelerator = accelerator
        self._plan = list(self._planned(parts))
        self.reader = reader
        self._layout = reader.layout
        optimiser = torch.optim.AdamW(self._groups())
        self._running, self._optimiser = accelerator.prepare(reader, optimiser)
        self.step = 0

    def _planned(self, parts: Mapping[str, range]) -> Iterator[tuple[int, ...]]:
        settings = self._settings
        lengths = [len(one.row.ids) for one in self._examples]
        count, part = divmod(settings.epochs, 1)
        for epoch in range(int(count) + (part > 0)):
            plan = epoch_plan(lengths, parts, settings.shares, settings.batch_tokens, settings.seed, epoch)
            yield from plan if epoch < count else plan[: round(part * len(plan))]

    def _groups(self) -> list[dict[str, object]]:
        """Heads learn faster than the encoder; biases and norms do not decay."""
        groups: dict[tuple[bool, bool], list[Tensor]] = {}
        for name, parameter in self.reader.named_parameters():
            if parameter.requires_grad:
                groups.setdefault((not name.startswith("encoder."), len(parameter.shape) > 1), []).append(parameter)
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
        return len(self._plan) // self._accelerator.num_processes

    def run(self, folder: Path, show: Callable[[Step], None], checkpoint_s: float, stop_after_s: float | None = None) -> bool:
        """Train from the present step to the end, or until the time is over; whether the end was reached. Checkpoints are written
        to `folder` in between and at the end."""
        started = saved = shown = time.monotonic()
        losses, tokens = 0.0, 0
        self._running.train()
        while self.step < self.steps:
            loss, count = self._one()
            self.step += 1
            losses, tokens = losses + loss * count, tokens + count
            now = time.monotonic()
            if now - shown > 10 or self.step == self.steps:
                show(Step(self.step, self.steps, losses / tokens, tokens / (now - shown)))
                losses, tokens, shown = 0.0, 0, now
            over = stop_after_s is not None and now - started > stop_after_s
            if now - saved > checkpoint_s or over or self.step == self.steps:
                self.save(folder)
                saved = now
            if over:
                break
        return self.step == self.steps

    def _taken(self) -> list[Taken]:
        """The examples of this step, some with words left out."""
        settings, mine = self._settings, self.step * self._accelerator.num_processes + self._accelerator.process_index
        order = random.Random(f"{settings.seed}/{mine}")
        found = []
        for place in self._plan[mine]:
            example = self._examples[place]
            if settings.mask_share > 0 and order.random() < settings.mask_rows:
                count = max(example.words, default=NO_WORD) + 1
                found.append(without(place, example, kept_words(count, example.named, settings.mask_share, order)))
            else:
                found.append(whole(place, example))
        return found

    def _one(self) -> tuple[float, int]:
        """One step; (loss, tokens)."""
        settings, taken, device = self._settings, self._taken(), self._accelerator.device
        inputs = inputs_of([one.row for one in taken]).to(device)
        truth = truth_of(
            taken, [task.name for task, _at in self._layout.names], [task.name for task, _at in self._layout.relations]
        )
        self._set_rate()
        with self._accelerator.autocast():
            answers = self._running(inputs)
        loss = self._hard(answers, truth, device) * settings.hard_weight
        if self._teaching is not None:
            loss = loss + self._taught(self._teaching, answers, taken, truth, inputs.groups.eq(TEXT_GROUP))
        self._optimiser.zero_grad()
        self._accelerator.backward(loss)
        self._accelerator.clip_grad_norm_(self._running.parameters(), _CLIP)
        self._optimiser.step()
        return loss.item(), sum(len(one.row.ids) for one in taken)

    def _hard(self, answers: Answers, truth: Truth, device: torch.device) -> Tensor:
        """Mean over all tags of the batch, plus mean over all its pairs: a head counts by how much of the batch is its own."""
        settings, loss = self._settings, answers.names.sum() * 0.0 + answers.relations.sum() * 0.0
        tags = sum(_counted(labels) for labels in truth.tags.values())
        pairs = sum(_counted(labels) for labels in truth.pairs.values())
        for task, start in self._layout.names:
            part, labels = answers.names[..., start : start + len(task.labels)], truth.tags[task.name]
            loss = loss + hard_loss(part, labels.to(device)) * (_counted(labels) / max(1, tags))
        for task, start in self._layout.relations:
            part, labels = answers.relations[:, start : start + len(task.labels)], truth.pairs[task.name]
            share = settings.relation_weight * _counted(labels) / max(1, pairs)
            loss = loss + hard_loss(part, labels.to(device), self._weights(task, device)) * share
        return loss

    def _taught(self, teaching: Teaching, answers: Answers, taken: list[Taken], truth: Truth, text: Tensor) -> Tensor:
        """What the teachers, who saw the whole sentences, add to the loss."""
        settings, device, width = self._settings, text.device, text.shape[1]
        loss = answers.names.sum() * 0.0
        theirs, begins = teaching.names(taken, width).to(device), truth.first_tokens.to(device)
        for task, start in self._layout.names:
            part = slice(start, start + len(task.labels))
            soft = soft_loss(answers.names[..., part], theirs[..., part], begins, settings.temperature)
            loss = loss + soft / len(self._layout.names)
        heads = [one.example.relation for one in taken for _pair in one.row.pairs]
        if heads:
            pairs = teaching.relations(taken).to(device)
            for task, start in self._layout.relations:
                part, mine = slice(start, start + len(task.labels)), torch.tensor([head == task.name for head in heads])
                soft = soft_loss(answers.relations[:, part], pairs[:, part], mine.to(device), settings.temperature)
                loss = loss + soft * (settings.relation_weight * heads.count(task.name) / len(heads))
        loss = loss * settings.soft_weight
        states = teaching.states(taken, width)
        if settings.feature_weight > 0 and states is not None:
            loss = loss + settings.feature_weight * relation_loss(answers.states, states.to(device), text, _RELATION_HEADS)
        return loss

    def _weights(self, task: Task, device: torch.device) -> Tensor | None:
        if "int" not in task.labels or self._settings.int_weight == 1.0:
            return None
        return torch.tensor([self._settings.int_weight if label == "int" else 1.0 for label in task.labels], device=device)

    def _set_rate(self) -> None:
        """Up in a line, then down in a line to nothing."""
        warm = max(1, round(self._settings.warmup_share * self.steps))
        share = min((self.step + 1) / warm, (self.steps - self.step) / max(1, self.steps - warm))
        for group in self._optimiser.param_groups:
            group["lr"] = group["peak"] * share

    def save(self, folder: Path) -> None:
        """Write a checkpoint; a stop in between leaves the one before. With several processes the first one writes."""
        if not self._accelerator.is_main_process:
            return
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


def _counted(labels: Tensor) -> int:
    return int(labels.ne(IGNORED).sum().item())


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}

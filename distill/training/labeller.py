"""The labeller's training as one command: items in, a folder out. Run again it goes on where it was stopped.

It needs the file of items and nothing else: no knowledge, no network.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from distill.rationales.items import ItemFile, TrainingItem
from distill.teachers.protocol import LABELS, Distribution
from distill.training.batches import planned
from distill.training.labeller_model import Labeller, Together
from distill.training.labeller_settings import LabellerSettings, LabellerShape
from distill.training.machine import Clock
from distill.training.running import CHECKPOINT, Loop, Step
from distill.training.settings import Machine, read_saved
from distill.training.stage import MODEL, SETTINGS, accelerator_of, claim, report_of, write_report
from distill.training.validations import Validation, keep_validations, severity_figures, validation_steps, validations_of
from distill.training.weights import save_weights
from engine.errors import InputError
from engine.reasoning.language import told_facts
from engine.records.writing import write_file
from engine.students.fact_rows import CODES_A_FACT, code_ids, fact_array, meetings, rows_of

VOCABULARY = "vocabulary.json"
_PAIRS = 512


@dataclass(frozen=True, slots=True)
class LabellerExample:
    """An item as ids. `facts`: codes of each fact. `met`: places of each two facts that meet. `shares`: of all labels of all
    heads, each head summing to 1."""

    facts: tuple[tuple[int, ...], ...]
    met: tuple[tuple[int, int], ...]
    shares: tuple[float, ...]
    weight: float

    def rows(self, shape: LabellerShape, kept: Callable[[int], bool] = lambda place: True) -> list[list[int]]:
        """What a labeller of that shape is told, of those facts that are kept."""
        met = [(first, second) for first, second in self.met if kept(first) and kept(second)] if shape.meetings else []
        rows = rows_of(self.facts, met)
        return [row for place, row in enumerate(rows) if place >= len(self.facts) or kept(place)]


def labeller_examples(
    items: Sequence[TrainingItem], vocabulary: Sequence[str], *, soft_labels: bool = True
) -> tuple[LabellerExample, ...]:
    """Items as ids, in their order.

    Raises:
        InputError: an item has a token that the vocabulary lacks, or a fact of more codes than the model takes.
    """
    ids = code_ids(vocabulary)
    found = []
    for item in items:
        told = told_facts(item.prompt)
        try:
            facts = tuple(tuple(ids[piece] for piece in fact) for fact in told)
        except KeyError as error:
            raise InputError(f"The item '{item.pair}' has the token {error}, which its file's vocabulary lacks.") from error
        if any(len(fact) > CODES_A_FACT for fact in facts):
            raise InputError(f"The item '{item.pair}' has a fact of more codes than the labeller takes.")
        shares = [
            share
            for place, (labels, given) in enumerate(
                zip(LABELS.values(), (item.severity, item.direction, item.mechanism), strict=True)
            )
            for share in _shares(labels, given if soft_labels else {}, item.answer[place])
        ]
        found.append(LabellerExample(facts, tuple(meetings(told)), tuple(shares), item.weight))
    return tuple(found)


def _shares(labels: Sequence[str], given: Distribution, written: str) -> list[float]:
    shares = [given.get(label, 0.0) for label in labels]
    whole = sum(shares)
    if whole <= 0.0:
        shares, whole = [float(written.endswith(f":{label}>")) for label in labels], 1.0
    return [share / whole for share in shares]


class LabellerTraining(Loop):
    """A labeller under training."""

    def __init__(
        self, labeller: Labeller, examples: Sequence[LabellerExample], settings: LabellerSettings, accelerator: Accelerator
    ) -> None:
        self.labeller, self._examples, self._settings = labeller, examples, settings
        lengths = [max(1, len(one.rows(settings.shape))) for one in examples]
        plan = list(planned(lengths, {"items": range(len(examples))}, settings))
        super().__init__(labeller, plan, settings, accelerator)

    def _loss(self, places: tuple[int, ...], order: random.Random) -> tuple[Tensor, int]:
        device = self._accelerator.device
        taken = [self._examples[place] for place in places]
        told = fact_array([self._masked(one, order) for one in taken], self._settings.shape.codes_a_row)
        rows = torch.from_numpy(told).to(device)
        shares = torch.tensor([one.shares for one in taken], device=device)
        weights = torch.tensor([one.weight for one in taken], device=device)
        with self._accelerator.autocast():
            logits = self._running(rows)
        return labels_loss(logits.float(), shares, weights), rows.shape[0] * rows.shape[1]

    def _masked(self, example: LabellerExample, order: random.Random) -> list[list[int]]:
        shape = self._settings.shape
        if order.random() >= self._settings.mask_rows:
            return example.rows(shape)
        left = {place for place in range(len(example.facts)) if order.random() < self._settings.mask_share}
        return example.rows(shape, lambda place: place not in left)


def labels_loss(logits: Tensor, shares: Tensor, weights: Tensor) -> Tensor:
    """Cross-entropy against the shares of each head, summed over heads, weighted mean over pairs, mean over members. `logits`
    (members, pairs, labels of all heads)."""
    whole = torch.zeros_like(logits[..., 0])
    at = 0
    for labels in LABELS.values():
        part = slice(at, at + len(labels))
        whole = whole - (shares[:, part] * functional.log_softmax(logits[..., part], dim=-1)).sum(-1)
        at += len(labels)
    mean: Tensor = ((whole * weights).sum(-1) / weights.sum()).mean()
    return mean


def train_labeller(
    settings: LabellerSettings,
    file: ItemFile,
    folder: Path,
    machine: Machine,
    show: Callable[[Step], None],
    note: Callable[[str], None],
    stop_after_s: float | None = None,
    checkpoint_s: float = 120.0,
) -> bool:
    """Train a labeller in a folder, or go on; whether it is finished.

    Raises:
        InputError: the items or the device do not fit, or the folder holds one with other settings.
    """
    started, accelerator = time.monotonic(), accelerator_of(machine)
    claim(folder / SETTINGS, settings, "a labeller", accelerator)
    if (folder / MODEL).exists():
        return True
    learned = [item for item in file.split("train") if item.kind in settings.kinds]
    examples = labeller_examples(learned, file.vocabulary, soft_labels=settings.soft_labels)
    torch.manual_seed(settings.seed)
    training = LabellerTraining(Labeller(len(file.vocabulary), settings.shape, LABELS), examples, settings, accelerator)
    training.begun_s = started
    training.resume(folder)
    asked = labeller_examples(file.measured("development"), file.vocabulary)
    model = Together(training.labeller, file.vocabulary, LABELS).to(accelerator.device)
    clock, finished = Clock.started(stop_after_s), True
    for end in validation_steps(training.steps, settings.validations):
        if training.step < end and not training.run(folder, show, checkpoint_s, clock.left_s, end):
            finished = False
            break
        if accelerator.is_main_process and asked:
            _validate(model, asked, settings.shape, folder, end, note)
    if accelerator.is_main_process:
        told = report_of(machine, training) | {
            "items": len(learned),
            "knowledge_digest": file.knowledge_digest,
            "parameters": sum(parameter.numel() for parameter in training.labeller.parameters()),
            "validations": [asdict(one) for one in validations_of(folder, Validation)],
        }
        write_report(folder, told)
        if finished:
            write_file(folder / VOCABULARY, (json.dumps(list(file.vocabulary), indent=0) + "\n").encode())
            save_weights(training.labeller.state_dict(), folder / MODEL)
            (folder / CHECKPOINT).unlink()
    accelerator.wait_for_everyone()
    return finished


def answered(model: Together, examples: Sequence[LabellerExample], shape: LabellerShape) -> Tensor:
    """What a labeller says of each example, nothing left out: (examples, labels of all heads), on the processor."""
    device = next(model.parameters()).device
    parts = []
    with torch.inference_mode():
        for start in range(0, len(examples), _PAIRS):
            rows = fact_array([one.rows(shape) for one in examples[start : start + _PAIRS]], shape.codes_a_row)
            parts.append(model(torch.from_numpy(rows).to(device)).float().cpu())
    return torch.cat(parts)


def _validate(
    model: Together,
    asked: Sequence[LabellerExample],
    shape: LabellerShape,
    folder: Path,
    step: int,
    note: Callable[[str], None],
) -> None:
    """Ask the development pairs as the labeller ships, once for each step."""
    told = validations_of(folder, Validation)
    if any(one.step >= step for one in told):
        return
    shares = torch.tensor([one.shares for one in asked])
    model.eval()
    answers = answered(model, asked, shape)
    model.train()
    severities = slice(len(LABELS["severity"]))
    truths, said = (one[:, severities].argmax(-1).tolist() for one in (shares, answers))
    found = Validation(step, -float((shares * answers).sum().item()) / len(asked), *severity_figures(truths, said))
    note(
        f"step {step}: development loss {found.loss:.4f}, "
        f"severity macro-F1 {100 * found.severity_macro_f1:.1f}, accuracy {100 * found.severity_accuracy:.1f}"
    )
    keep_validations(folder, (*told, found))


@dataclass(frozen=True, slots=True)
class FinishedLabeller:
    """What a finished training left. `model`: all members together, as they ship."""

    model: Together
    shape: LabellerShape
    vocabulary: tuple[str, ...]


def finished_labeller(folder: Path) -> FinishedLabeller:
    """The labeller that a finished training left.

    Raises:
        InputError: the training is not finished.
    """
    if not (folder / MODEL).exists():
        raise InputError(f"The labeller '{folder}' is not finished: it has no {MODEL}.")
    vocabulary = tuple(json.loads((folder / VOCABULARY).read_text(encoding="utf-8")))
    shape = read_saved(folder / SETTINGS, LabellerSettings).shape
    labeller = Labeller(len(vocabulary), shape, LABELS)
    labeller.load_state_dict(load_file(folder / MODEL))
    model = Together(labeller, vocabulary, LABELS)
    model.eval()
    return FinishedLabeller(model, shape, vocabulary)

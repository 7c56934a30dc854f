"""The reasoner's training as one command: items in, a folder out. Run again it goes on where it was stopped.

It needs the file of items and nothing else: no knowledge, no network. The learning rate falls to nothing at the end, and several
times on the way development pairs are asked; the weights of the best time are kept.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from accelerate import Accelerator
from safetensors.torch import load_file
from torch import Tensor

from distill.rationales.items import ItemFile, TrainingItem, read_items
from distill.training.machine import Clock
from distill.training.reasoner_examples import (
    LabelHead,
    ReasonerExample,
    batch_of,
    examples_of,
    label_heads,
    phase_plan,
)
from distill.training.reasoner_loss import reasoner_loss
from distill.training.reasoner_model import (
    WEIGHTS,
    Reasoner,
    adapted_reasoner,
    new_reasoner,
    open_reasoner,
    save_reasoner,
    shapes_of,
)
from distill.training.reasoner_optimiser import OrthogonalAdamW
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.reasoner_tokens import PAD, domain_ids, reasoner_tokenizer
from distill.training.reasoner_validation import ReasonerValidation, validated
from distill.training.running import CHECKPOINT, Loop, Step
from distill.training.settings import Device, Precision
from distill.training.stage import SETTINGS, accelerator_of, claim, report_of, write_report
from distill.training.validations import keep_validations, validation_steps, validations_of
from distill.training.weights import save_weights
from engine.errors import InputError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BEST = "best.safetensors"


@dataclass(frozen=True, slots=True)
class ReasonerRun:
    """Where and on what a reasoner is trained. `base`: folder of an existing causal model, where the settings adapt one. `start`:
    folder of a finished reasoner of the same shape and vocabulary that is trained further, as in a refinement round."""

    folder: Path
    base: Path | None = None
    start: Path | None = None
    device: Device = "cpu"
    threads: int = 1
    precision: Precision = "fp32"
    checkpoint_s: float = 180.0


class ReasonerTraining(Loop):
    """A reasoner under training. `stages`: of the curriculum, of each example."""

    def __init__(
        self,
        reasoner: Reasoner,
        examples: Sequence[ReasonerExample],
        stages: Sequence[int],
        tokenizer: Tokenizer,
        settings: ReasonerSettings,
        accelerator: Accelerator,
    ) -> None:
        self.reasoner, self._examples, self._settings = reasoner, examples, settings
        self.heads: tuple[LabelHead, ...] = label_heads(tokenizer)
        self._pad = tokenizer.token_to_id(PAD) or 0
        plan = phase_plan(stages, [one.tokens for one in examples], settings)
        super().__init__(reasoner, plan, settings, accelerator)

    def _new_optimiser(self) -> torch.optim.Optimizer:
        """Layers of a reasoner that begins from nothing are learned by their matrices as wholes; adapters are not."""
        rate = self._settings.matrix_learning_rate
        if rate == 0.0 or self._settings.lora_rank > 0:
            return super()._new_optimiser()
        layers = [one for name, one in self.model.named_parameters() if len(one.shape) > 1 and ".layers." in name]
        within = {id(one) for one in layers}
        rest = [one for one in self.model.parameters() if id(one) not in within]
        decay, other = self._settings.weight_decay, self._settings.learning_rate
        groups: list[dict[str, object]] = [
            {"params": layers, "lr": rate, "peak": rate, "weight_decay": decay, "orthogonal": True},
            {"params": [one for one in rest if len(one.shape) > 1], "lr": other, "peak": other, "weight_decay": decay},
            {"params": [one for one in rest if len(one.shape) == 1], "lr": other, "peak": other, "weight_decay": 0.0},
        ]
        return OrthogonalAdamW([{"orthogonal": False, **group} for group in groups])

    def _loss(self, places: tuple[int, ...], order: random.Random) -> tuple[Tensor, int]:
        batch = batch_of([self._examples[place] for place in places], self._pad, order).to(self._accelerator.device)
        with self._accelerator.autocast():
            logits = self._running(batch.ids, batch.places)
        return reasoner_loss(logits, batch, self.heads, self._settings).whole, batch.tokens


def train_reasoner(
    settings: ReasonerSettings,
    items: Path | ItemFile,
    run: ReasonerRun,
    show: Callable[[Step], None],
    note: Callable[[str], None],
    stop_after_s: float | None = None,
) -> bool:
    """Train a reasoner in `run.folder`, or go on; whether it is finished.

    Raises:
        InputError: the items, the base or the device are missing or do not fit, or the folder holds one with other settings.
    """
    started, folder, accelerator = time.monotonic(), run.folder, accelerator_of(run)
    if (settings.lora_rank > 0) != (run.base is not None):
        raise InputError("A base model is adapted by LoRA: give both a base and a rank above 0, or neither.")
    if run.base is not None and run.start is not None:
        raise InputError("Training begins with a base model or with an earlier reasoner, not with both.")
    if settings.refinement is not None and run.start is None:
        raise InputError("These settings ask for a refinement round, which begins with a finished reasoner.")
    claim(folder / SETTINGS, settings, "a reasoner", accelerator)
    if (folder / WEIGHTS).exists():
        return True
    file = read_items(items) if isinstance(items, Path) else items
    tokenizer = reasoner_tokenizer(file.vocabulary)
    learned = tuple(item for item in file.split("train") if item.kind in settings.kinds)
    torch.manual_seed(settings.seed)
    training = ReasonerTraining(
        _begun(settings, run, tokenizer),
        examples_of(learned, tokenizer, settings),
        [item.stage for item in learned],
        tokenizer,
        settings,
        accelerator,
    )
    asked = examples_of(_spread(file.split("development", "development_cold"), settings), tokenizer, settings)
    if accelerator.is_main_process:
        note(f"{len(learned)} items, {training.steps} steps, {len(asked)} development items")
    training.begun_s = started
    training.resume(folder)
    finished = _trained(training, asked, tokenizer, settings, run, accelerator, show, note, stop_after_s)
    if accelerator.is_main_process:
        told = report_of(run, training) | {
            "items": len(learned),
            "knowledge_digest": file.knowledge_digest,
            "parameters": sum(parameter.numel() for parameter in training.reasoner.parameters()),
            "validations": [asdict(one) for one in validations_of(folder, ReasonerValidation)],
        }
        write_report(folder, told)
        if finished:
            _finish(training.reasoner, tokenizer, folder)
    accelerator.wait_for_everyone()
    return finished


def _spread(items: Sequence[TrainingItem], settings: ReasonerSettings) -> tuple[TrainingItem, ...]:
    """So many of the items, from all over them."""
    return tuple(items[:: max(1, len(items) // settings.validation_items)])


def _begun(settings: ReasonerSettings, run: ReasonerRun, tokenizer: Tokenizer) -> Reasoner:
    if run.base is not None:
        return adapted_reasoner(run.base, tokenizer, settings.lora_rank, settings.dropout)
    begun = new_reasoner(settings.shape, tokenizer, settings.dropout)
    if run.start is not None:
        earlier, theirs = open_reasoner(run.start)
        if domain_ids(theirs) != domain_ids(tokenizer) or shapes_of(earlier) != shapes_of(begun):
            raise InputError(f"The reasoner in '{run.start}' has another vocabulary or shape than this one.")
        begun.load_state_dict(earlier.state_dict())
    return begun


def _trained(
    training: ReasonerTraining,
    asked: Sequence[ReasonerExample],
    tokenizer: Tokenizer,
    settings: ReasonerSettings,
    run: ReasonerRun,
    accelerator: Accelerator,
    show: Callable[[Step], None],
    note: Callable[[str], None],
    stop_after_s: float | None,
) -> bool:
    """Train from one validation to the next; whether the end was reached."""
    # Whoever is trained further is asked before: where nothing after is better, it stays as it was.
    ends = [*([] if run.start is None else [0]), *validation_steps(training.steps, settings.validations)]
    clock = Clock.started(stop_after_s)
    for end in ends:
        if training.step < end and not training.run(run.folder, show, run.checkpoint_s, clock.left_s, end):
            return False
        if accelerator.is_main_process and asked:
            _validate(training, asked, tokenizer, settings, run.folder, end, note, accelerator.device)
    return True


def _validate(
    training: ReasonerTraining,
    asked: Sequence[ReasonerExample],
    tokenizer: Tokenizer,
    settings: ReasonerSettings,
    folder: Path,
    step: int,
    note: Callable[[str], None],
    device: torch.device,
) -> None:
    """Ask the development pairs, once for each step, and keep the weights if none before was better."""
    told = validations_of(folder, ReasonerValidation)
    if any(one.step >= step for one in told):
        return
    found = validated(training.reasoner, asked, training.heads, tokenizer, settings, step, device)
    note(
        f"step {step}: development loss {found.loss:.4f}, rationale {found.rationale_loss:.4f}, "
        f"severity macro-F1 {100 * found.severity_macro_f1:.1f}, accuracy {100 * found.severity_accuracy:.1f}"
    )
    if not any(one.severity_macro_f1 > found.severity_macro_f1 for one in told):
        save_weights(training.reasoner.state_dict(), folder / BEST)
    keep_validations(folder, (*told, found))


def _finish(reasoner: Reasoner, tokenizer: Tokenizer, folder: Path) -> None:
    if (folder / BEST).exists():
        reasoner.load_state_dict(load_file(folder / BEST))
    save_reasoner(reasoner, tokenizer, folder)
    (folder / CHECKPOINT).unlink()
    (folder / BEST).unlink(missing_ok=True)

"""How a reasoner under training does on development pairs: its loss, and the severity that it would answer first."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from distill.training.reasoner_examples import LabelHead, ReasonerExample, batch_of
from distill.training.reasoner_loss import reasoner_loss
from distill.training.reasoner_model import Reasoner
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.reasoner_tokens import PAD
from distill.training.validations import Validation, severity_figures

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_ROWS = 64


@dataclass(frozen=True, slots=True)
class ReasonerValidation(Validation):
    """`loss`: of the label's three tokens; `rationale_loss`: of all others."""

    rationale_loss: float


def validated(
    reasoner: Reasoner,
    examples: Sequence[ReasonerExample],
    heads: Sequence[LabelHead],
    tokenizer: Tokenizer,
    settings: ReasonerSettings,
    step: int,
    device: torch.device,
) -> ReasonerValidation:
    """Ask about every example, the first of its answers given."""
    pad = tokenizer.token_to_id(PAD) or 0
    ranked = sorted(examples, key=lambda one: one.tokens)
    label_loss = rationale_loss = 0.0
    answers: list[tuple[int, int]] = []
    reasoner.eval()
    with torch.inference_mode():
        for start in range(0, len(ranked), _ROWS):
            part = [_first_alone(one) for one in ranked[start : start + _ROWS]]
            batch = batch_of(part, pad, random.Random(0)).to(device)
            logits = reasoner(batch.ids, batch.places)
            loss = reasoner_loss(logits, batch, heads, settings)
            label_loss += sum(one.item() for one in loss.heads) * len(part)
            rationale_loss += loss.rationale.item() * len(part)
            asked = batch.roles.eq(0)
            ids = torch.tensor(heads[0].ids, dtype=torch.long, device=device)
            said = ids[logits[asked][:, ids].float().argmax(-1)]
            answers += zip(batch.targets[asked].tolist(), said.tolist(), strict=True)
    reasoner.train()
    figures = severity_figures([truth for truth, _guess in answers], [guess for _truth, guess in answers])
    return ReasonerValidation(step, label_loss / len(ranked), *figures, rationale_loss / len(ranked))


def _first_alone(example: ReasonerExample) -> ReasonerExample:
    return ReasonerExample(example.prompt, example.answers[:1], example.shares, example.weight)

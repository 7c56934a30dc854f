"""What the reasoner is drawn towards: the vote's distribution over each label, and the tokens of a rationale.

Label tokens are compared among the labels that can stand there, which is also how they are chosen when it answers; every other
token among the whole vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from distill.training.reasoner_examples import PROMPT, RATIONALE, LabelHead, ReasonerBatch
from distill.training.reasoner_settings import ReasonerSettings


@dataclass(frozen=True, slots=True)
class ReasonerLoss:
    """Means over a batch: of each head by items, of the rationale by tokens; `whole` is what is minimised."""

    heads: tuple[Tensor, ...]
    rationale: Tensor
    whole: Tensor


def reasoner_loss(logits: Tensor, batch: ReasonerBatch, heads: Sequence[LabelHead], settings: ReasonerSettings) -> ReasonerLoss:
    """The loss of one batch. `logits` (tokens of all answers, vocabulary)."""
    logits = logits.float()
    found = []
    for number, head in enumerate(heads):
        asked = batch.roles.eq(number)
        weights = batch.weights[asked]
        ids = torch.tensor(head.ids, dtype=torch.long, device=logits.device)
        said = functional.log_softmax(logits[asked][:, ids], dim=-1)
        found.append(_mean(-(batch.shares[number].reshape(-1, len(head.ids)) * said).sum(-1), weights))
    rationale, prompt = (_of_tokens(logits, batch, role) for role in (RATIONALE, PROMPT))
    label = sum(found, torch.zeros(1, device=logits.device).sum())
    whole = label * settings.label_weight + rationale * settings.rationale_weight + prompt * settings.prompt_weight
    return ReasonerLoss(tuple(found), rationale, whole)


def _of_tokens(logits: Tensor, batch: ReasonerBatch, role: int) -> Tensor:
    """Cross entropy of tokens of a role, over the whole vocabulary."""
    asked = batch.roles.eq(role)
    said = functional.log_softmax(logits[asked], dim=-1)
    cost = -said[torch.arange(said.shape[0], device=logits.device), batch.targets[asked]]
    return _mean(cost, batch.weights[asked])


def _mean(costs: Tensor, weights: Tensor) -> Tensor:
    """Weighted mean; 0 where there is nothing."""
    return (costs * weights).sum() / (weights.sum() + 1e-9)

"""What a student is drawn towards: the true labels, its teachers' answers, and the relations within its teachers' states.

Soft labels: Hinton, Vinyals, Dean 2015 (the gradient is scaled by the square of the temperature). Relations of states: the self
relations of MiniLM (Wang et al. 2020), here of the last layer's states by heads, so that teacher and student may differ in width.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from distill.training.examples import IGNORED


def hard_loss(logits: Tensor, labels: Tensor, weights: Tensor | None) -> Tensor:
    """Cross entropy over the last dimension; labels that are `IGNORED` do not count."""
    flat = logits.float().view(-1, logits.shape[-1])
    return functional.cross_entropy(flat, labels.view(-1), weight=weights, ignore_index=IGNORED)


def soft_loss(logits: Tensor, teacher: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Divergence of the student's answers from the teacher's, both softened, where a label counts.

    `teacher` holds probabilities that are softened already (their mean over several teachers), in the shape of `logits`.
    """
    classes = logits.shape[-1]
    counted = labels.view(-1).ne(IGNORED)
    said = functional.log_softmax(logits.float().view(-1, classes) / temperature, dim=-1)
    return functional.kl_div(said[counted], teacher.view(-1, classes)[counted], reduction="batchmean") * temperature**2


def relation_loss(states: Tensor, teacher: Tensor, attention: Tensor, heads: int) -> Tensor:
    """Divergence between the ways in which the tokens of a text relate to each other, in student and teacher.

    `states` (batch, tokens, width) and `teacher` (batch, tokens, other width) are divided into `heads` parts; of each part the
    scaled products between tokens make a distribution over the tokens that `attention` (batch, tokens) names.
    """
    mine, theirs = _relations(states, attention, heads), _relations(teacher, attention, heads)
    rows = attention.unsqueeze(1).float()
    each = (theirs.exp() * (theirs - mine)).sum(-1)
    return (each * rows).sum() / (rows.sum() * heads)


def _relations(states: Tensor, attention: Tensor, heads: int) -> Tensor:
    batch, tokens, width = states.shape
    parts = states.float().view(batch, tokens, heads, width // heads).transpose(1, 2)
    products = torch.matmul(parts, parts.transpose(2, 3)) / (width // heads) ** 0.5
    hidden = attention.unsqueeze(1).unsqueeze(1).ne(1).float() * -1e9
    return functional.log_softmax(products + hidden, dim=-1)

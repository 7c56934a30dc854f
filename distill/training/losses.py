"""What a student is drawn towards: the true labels, its teachers' answers, and the relations within a teacher's states.

Soft labels: Hinton, Vinyals, Dean 2015 (the gradient is scaled by the square of the temperature). Relations of states: the self
relations of MiniLM (Wang et al. 2020), here of the last layer's states by heads, so that teacher and student may differ in width.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from distill.training.examples import IGNORED


def hard_loss(logits: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
    """Cross entropy over the last dimension, mean over labels that are not `IGNORED`; 0 where there is none."""
    flat, wanted = logits.float().reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not bool(wanted.ne(IGNORED).any()):
        return flat.sum() * 0.0
    return functional.cross_entropy(flat, wanted, weight=weights, ignore_index=IGNORED)


def soft_loss(logits: Tensor, teacher: Tensor, counted: Tensor, temperature: float) -> Tensor:
    """Divergence of the student's answers from the teacher's, both softened, mean over places that are `counted`.

    `teacher` holds probabilities that are softened already (their mean over several teachers), in the shape of `logits`.
    """
    classes, places = logits.shape[-1], counted.reshape(-1)
    if not bool(places.any()):
        return logits.sum() * 0.0
    said = functional.log_softmax(logits.float().reshape(-1, classes)[places] / temperature, dim=-1)
    return functional.kl_div(said, teacher.float().reshape(-1, classes)[places], reduction="batchmean") * temperature**2


def relation_loss(states: Tensor, teacher: Tensor, counted: Tensor, heads: int) -> Tensor:
    """Divergence between the ways in which the tokens of a text relate to each other, in student and teacher.

    `states` (rows, tokens, width) and `teacher` (rows, tokens, other width) are divided into `heads` parts; of each part the
    scaled products between tokens make a distribution over the `counted` tokens (rows, tokens).
    """
    mine, theirs = _relations(states, counted, heads), _relations(teacher, counted, heads)
    rows = counted.unsqueeze(1).float()
    each = (theirs.exp() * (theirs - mine)).sum(-1)
    # A batch may hold no token that counts.
    loss: Tensor = (each * rows).sum() / (rows.sum().clamp(min=1.0) * heads)
    return loss


def _relations(states: Tensor, counted: Tensor, heads: int) -> Tensor:
    rows, tokens, width = states.shape
    parts = states.float().view(rows, tokens, heads, width // heads).transpose(1, 2)
    products = torch.matmul(parts, parts.transpose(2, 3)) / (width // heads) ** 0.5
    hidden = counted.logical_not().unsqueeze(1).unsqueeze(1).float() * -1e4
    return functional.log_softmax(products + hidden, dim=-1)

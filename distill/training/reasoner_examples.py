"""Training items as token ids, and batches of them: what the reasoner sees, what it should say, and how much that counts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from distill.rationales.items import TrainingItem
from distill.teachers.protocol import LABELS, MECHANISMS, Distribution
from distill.training.batches import epoch_plan
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.reasoner_tokens import domain_ids
from engine.errors import InputError
from engine.reasoning.language import AXES, END, MANAGEMENT, NO_MECHANISM, Axis

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# What stands at a place of the answer: one of the label's three tokens by its number, or a part of the rationale, or a token
# that nothing else could take the place of.
RATIONALE, FORCED, PROMPT = len(AXES), len(AXES) + 1, len(AXES) + 2
_LABELS: Mapping[Axis, tuple[str, ...]] = {
    **LABELS,
    # Where there is an interaction there is a mechanism; where there is none nothing else can be said.
    "mechanism": tuple(kind for kind in MECHANISMS if kind != NO_MECHANISM),
}


@dataclass(frozen=True, slots=True)
class LabelHead:
    """One of the label's tokens: the labels that can stand there and their ids."""

    name: str
    labels: tuple[str, ...]
    ids: tuple[int, ...]


def label_heads(tokenizer: Tokenizer) -> tuple[LabelHead, ...]:
    """The three heads, with the labels that the vocabulary has.

    Raises:
        InputError: the vocabulary lacks all labels of a head.
    """
    known, found = domain_ids(tokenizer), []
    for name in AXES:
        labels = tuple(label for label in _LABELS[name] if f"<{name}:{label}>" in known)
        if not labels:
            raise InputError(f"The vocabulary of the training items has no label of {name}.")
        found.append(LabelHead(name, labels, tuple(known[f"<{name}:{label}>"] for label in labels)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ReasonerAnswer:
    """An answer: its tokens, and of each token what stands there."""

    ids: tuple[int, ...]
    roles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReasonerExample:
    """An item as ids. `shares`: of each head, the share of each label."""

    prompt: tuple[int, ...]
    answers: tuple[ReasonerAnswer, ...]
    shares: tuple[tuple[float, ...], ...]
    weight: float = 1.0

    @property
    def tokens(self) -> int:
        """Length of the prompt with the longest answer."""
        return len(self.prompt) + max(len(answer.ids) for answer in self.answers)


def reordered(answer: Sequence[str], *, label_first: bool) -> tuple[str, ...]:
    """An answer with its label before the steps, as it is written, or after them."""
    if label_first:
        return tuple(answer)
    label, rest = answer[: len(AXES)], answer[len(AXES) :]
    steps = next((place for place, piece in enumerate(rest) if piece in (MANAGEMENT, END)), len(rest))
    return (*rest[:steps], *label, *rest[steps:])


def examples_of(items: Sequence[TrainingItem], tokenizer: Tokenizer, settings: ReasonerSettings) -> tuple[ReasonerExample, ...]:
    """Items as ids, in their order.

    Raises:
        InputError: an item is longer than the context, or has a token that the vocabulary lacks.
    """
    ids, heads = domain_ids(tokenizer), label_heads(tokenizer)
    found = []
    for item in items:
        try:
            answers = [_answer(reordered(one, label_first=settings.label_first), ids) for one in item.answers]
            prompt = tuple(ids[piece] for piece in item.prompt)
        except KeyError as error:
            raise InputError(f"The item '{item.pair}' has the token {error}, which its file's vocabulary lacks.") from error
        given = (item.severity, item.direction, item.mechanism)
        shares = tuple(
            _shares(head, distribution if settings.soft_labels else {}, item.answer[number])
            for number, (head, distribution) in enumerate(zip(heads, given, strict=True))
        )
        example = ReasonerExample(prompt, tuple(answers), shares, item.weight)
        if example.tokens > settings.shape.context_tokens:
            raise InputError(f"The item '{item.pair}' has {example.tokens} tokens, more than the context holds.")
        found.append(example)
    return tuple(found)


def _answer(pieces: Sequence[str], ids: Mapping[str, int]) -> ReasonerAnswer:
    nothing = f"<mechanism:{NO_MECHANISM}>" in pieces
    roles = []
    for piece in pieces:
        name = piece[1:].partition(":")[0]
        head = AXES.index(name) if name in AXES else RATIONALE
        roles.append(FORCED if nothing and head > 0 else head)
    return ReasonerAnswer(tuple(ids[piece] for piece in pieces), tuple(roles))


def _shares(head: LabelHead, given: Distribution, written: str) -> tuple[float, ...]:
    """The share of each label; all on the one that is written where the vote gives none of them a share."""
    shares = [given.get(label, 0.0) for label in head.labels]
    whole = sum(shares)
    if whole <= 0.0:
        return tuple(float(written == f"<{head.name}:{label}>") for label in head.labels)
    return tuple(share / whole for share in shares)


def phase_plan(stages: Sequence[int], lengths: Sequence[int], settings: ReasonerSettings) -> list[tuple[int, ...]]:
    """The batches of all phases of the curriculum, by places of the examples. `stages`: of each example.

    Raises:
        InputError: a phase has no items.
    """
    plan: list[tuple[int, ...]] = []
    epoch = 0
    for phase, end in zip(settings.phases, settings.phase_ends, strict=True):
        places = [place for place, stage in enumerate(stages) if phase.last_stage is None or stage <= phase.last_stage]
        if not places:
            raise InputError("A phase of the curriculum has no items: none is of so early a stage.")
        theirs = [lengths[place] for place in places]
        left = phase.epochs
        while left > 0 if end is None else len(plan) < end:
            batches = epoch_plan(theirs, {"items": range(len(places))}, {}, settings.batch_tokens, settings.seed, epoch)
            most = len(batches) if left >= 1 else max(1, round(left * len(batches)))
            kept = batches[: most if end is None else end - len(plan)]
            plan += [tuple(places[one] for one in batch) for batch in kept]
            left, epoch = left - 1, epoch + 1
    return plan


@dataclass(frozen=True, slots=True)
class ReasonerBatch:
    """Tensors of one step. `ids` (rows, tokens), padded on the right. Of each token but the first of a row: `places` in the
    flattened rows after which it comes, `targets`, `roles`, and `weights` of its item. `shares`: by head, (tokens of that head,
    labels).
    """

    ids: Tensor
    places: Tensor
    targets: Tensor
    roles: Tensor
    weights: Tensor
    shares: tuple[Tensor, ...]
    tokens: int

    def to(self, device: torch.device) -> ReasonerBatch:
        """The same on a device."""
        return ReasonerBatch(
            self.ids.to(device),
            self.places.to(device),
            self.targets.to(device),
            self.roles.to(device),
            self.weights.to(device),
            tuple(one.to(device) for one in self.shares),
            self.tokens,
        )


def batch_of(examples: Sequence[ReasonerExample], pad: int, order: random.Random) -> ReasonerBatch:
    """A batch, with one of the answers of each example."""
    chosen = [one.answers[order.randrange(len(one.answers))] for one in examples]
    # The last token is only asked for, never read.
    rows = [(*one.prompt, *answer.ids[:-1]) for one, answer in zip(examples, chosen, strict=True)]
    width = max(map(len, rows))
    places: list[int] = []
    targets: list[int] = []
    roles: list[int] = []
    weights: list[float] = []
    shares: tuple[list[tuple[float, ...]], ...] = tuple([] for _ in AXES)
    for number, (one, answer) in enumerate(zip(examples, chosen, strict=True)):
        start = number * width
        places += range(start, start + len(one.prompt) - 1 + len(answer.ids))
        targets += (*one.prompt[1:], *answer.ids)
        roles += (*(PROMPT,) * (len(one.prompt) - 1), *answer.roles)
        weights += [one.weight] * (len(one.prompt) - 1 + len(answer.ids))
        for role in answer.roles:
            if role < RATIONALE:
                shares[role].append(one.shares[role])
    return ReasonerBatch(
        torch.tensor([[*row, *[pad] * (width - len(row))] for row in rows], dtype=torch.long),
        torch.tensor(places, dtype=torch.long),
        torch.tensor(targets, dtype=torch.long),
        torch.tensor(roles, dtype=torch.long),
        torch.tensor(weights, dtype=torch.float32),
        tuple(torch.tensor(one, dtype=torch.float32) for one in shares),
        sum(map(len, rows)),
    )

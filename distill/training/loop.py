"""One stage of the reader under training: what a batch of sentences costs by its true labels and by what teachers say."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from accelerate import Accelerator
from torch import Tensor

from distill.training.batches import kept_words, planned
from distill.training.collating import Taken, Truth, inputs_of, truth_of, whole, without
from distill.training.examples import IGNORED, Example
from distill.training.guessing import Vocabulary, guess_loss, guessed_of, hide
from distill.training.losses import hard_loss, relation_loss, soft_loss
from distill.training.reader_model import Answers, Reader
from distill.training.running import Loop
from distill.training.settings import StageSettings
from distill.training.tasks import Task
from distill.training.teaching import Teaching
from engine.students.encoding import NO_WORD
from engine.students.rows import TEXT_GROUP

_RELATION_HEADS = 12


class Training(Loop):
    """One stage under way. `parts`: which examples belong to which source. `teaching`: the teachers' answers to the same
    examples. `vocabulary`: of the hidden words of running text."""

    def __init__(
        self,
        reader: Reader,
        examples: Sequence[Example],
        parts: Mapping[str, range],
        settings: StageSettings,
        accelerator: Accelerator,
        teaching: Teaching | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self._settings, self._examples, self._teaching = settings, examples, teaching
        self.reader = reader
        self._layout = reader.layout
        self._vocabulary = vocabulary
        super().__init__(reader, list(planned([len(one.row.ids) for one in examples], parts, settings)), settings, accelerator)

    def _taken(self, places: tuple[int, ...], order: random.Random) -> list[Taken]:
        """The examples of this step, some with words left out; running text with words hidden."""
        settings = self._settings
        found = []
        for place in places:
            example = self._examples[place]
            if self._vocabulary is not None and example.is_text:
                hidden = hide(example, settings.guess_share, self._vocabulary, order)
                found.append(replace(whole(place, example), row=hidden.row, hidden=hidden))
            elif settings.mask_share > 0 and order.random() < settings.mask_rows:
                count = max(example.words, default=NO_WORD) + 1
                found.append(without(place, example, kept_words(count, example.named, settings.mask_share, order)))
            else:
                found.append(whole(place, example))
        return found

    def _loss(self, places: tuple[int, ...], order: random.Random) -> tuple[Tensor, int]:
        settings, taken, device = self._settings, self._taken(places, order), self._accelerator.device
        inputs = inputs_of([one.row for one in taken])
        hidden_words = torch.tensor([])
        if self._vocabulary is not None:
            guessed, hidden_words = guessed_of([one.hidden for one in taken], inputs.ids.shape[1])
            inputs = replace(inputs, guessed=guessed)
        inputs = inputs.to(device)
        truth = truth_of(
            taken, [task.name for task, _at in self._layout.names], [task.name for task, _at in self._layout.relations]
        )
        with self._accelerator.autocast():
            answers = self._running(inputs)
        loss = self._hard(answers, truth, device) * settings.hard_weight
        if answers.guesses is not None:
            loss = loss + settings.guess_weight * guess_loss(answers.guesses, hidden_words.to(device))
        if self._teaching is not None:
            loss = loss + self._taught(self._teaching, answers, taken, truth, _text(inputs.groups, taken))
        return loss, sum(len(one.row.ids) for one in taken)

    def _backward(self, loss: Tensor, places: tuple[int, ...], order: random.Random) -> None:
        """And, if so told, of the same batch with the vectors of its words moved to where the loss is worse: Miyato et al.,
        "Adversarial Training Methods for Semi-Supervised Text Classification", ICLR 2017, here one step for the whole table."""
        super()._backward(loss, places, order)
        words = self.reader.encoder.get_input_embeddings().weight
        if not self._settings.adversarial or words.grad is None or not words.grad.any():
            return
        kept = words.detach().clone()
        with torch.no_grad():
            words.add_(words.grad, alpha=self._settings.adversarial / words.grad.norm().item())
        again, _tokens = self._loss(places, order)
        super()._backward(again, places, order)
        with torch.no_grad():
            words.copy_(kept)

    def _hard(self, answers: Answers, truth: Truth, device: torch.device) -> Tensor:
        """Mean over all tags of the batch, plus mean over all its pairs: a head counts by how much of the batch is its own."""
        settings, loss = self._settings, answers.names.sum() * 0.0 + answers.relations.sum() * 0.0
        tags = sum(_counted(labels) for labels in truth.tags.values())
        pairs = sum(_counted(labels) for labels in truth.pairs.values())
        for task, start in self._layout.names:
            part, labels = answers.names[..., start : start + len(task.labels)], truth.tags[task.name]
            share = settings.name_weight * _counted(labels) / max(1, tags)
            loss = loss + hard_loss(part, labels.to(device)) * share
        for task, start in self._layout.relations:
            part, labels = answers.relations[:, start : start + len(task.labels)], truth.pairs[task.name]
            share = settings.relation_weight * _counted(labels) / max(1, pairs)
            loss = loss + hard_loss(part, labels.to(device), self._weights(task, device)) * share
        return loss

    def _taught(self, teaching: Teaching, answers: Answers, taken: list[Taken], truth: Truth, text: Tensor) -> Tensor:
        """What the teachers, who saw the whole sentences, add to the loss."""
        settings, device, width = self._settings, text.device, text.shape[1]
        loss = answers.names.sum() * 0.0
        answered = teaching.answered(taken).to(device)
        theirs, begins = teaching.names(taken, width).to(device), truth.first_tokens.to(device) & answered
        for task, start in self._layout.names:
            part = slice(start, start + len(task.labels))
            soft = soft_loss(answers.names[..., part], theirs[..., part], begins, settings.temperature)
            loss = loss + soft * (settings.name_weight / len(self._layout.names))
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
            loss = loss + settings.feature_weight * relation_loss(
                answers.states, states.to(device), text & answered, _RELATION_HEADS
            )
        return loss

    def _weights(self, task: Task, device: torch.device) -> Tensor | None:
        if "int" not in task.labels or self._settings.int_weight == 1.0:
            return None
        return torch.tensor([self._settings.int_weight if label == "int" else 1.0 for label in task.labels], device=device)


def _counted(labels: Tensor) -> int:
    return int(labels.ne(IGNORED).sum().item())


def _text(groups: Tensor, taken: Sequence[Taken]) -> Tensor:
    """Which tokens (rows, tokens) are of the text: a marker that the text sees is of its group and yet none of it."""
    text = groups.eq(TEXT_GROUP)
    for row, one in enumerate(taken):
        for pair in one.row.pairs:
            text[row, [pair.first_marker, pair.second_marker]] = False
    return text

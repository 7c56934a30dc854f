"""What teachers say of every example, asked once and kept: their softened answers, and the first one's states.

Teachers see whole sentences. Kept in memory in half precision, and in a file so that a stopped stage need not ask again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from distill.training.collating import Taken, inputs_of
from distill.training.examples import Example
from distill.training.reader_model import Reader
from distill.training.settings import Precision
from distill.training.tasks import Heads, Layout, in_both
from distill.training.weights import save_weights
from engine.errors import InputError

ANSWERS = "teachers.safetensors"
_BATCH_TOKENS = 4096


def ordered_batches(lengths: Sequence[int], batch_tokens: int = _BATCH_TOKENS) -> list[list[int]]:
    """Places by length, in batches of a padded size."""
    batches: list[list[int]] = [[]]
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batches[-1] and lengths[place] * (len(batches[-1]) + 1) > batch_tokens:
            batches.append([])
        batches[-1].append(place)
    return [batch for batch in batches if batch]


class Teaching:
    """Answers of the teachers: softened probabilities by example, of all heads in the student's layout. `passages`: see
    :class:`Asking`."""

    def __init__(
        self, examples: Sequence[Example], names: Tensor, relations: Tensor, states: Tensor | None, *, passages: bool
    ) -> None:
        self._names, self._relations, self._states, self._passages = names, relations, states, passages
        self._token_at, self._pair_at = _starts(examples)

    def answered(self, taken: Sequence[Taken]) -> Tensor:
        """(rows, 1), whether the teachers were asked about a row."""
        return torch.tensor([[_is_asked(one.example, passages=self._passages)] for one in taken])

    def names(self, taken: Sequence[Taken], width: int) -> Tensor:
        """(rows, width, classes of all names heads), zeros for padding."""
        return self._rows(taken, width, self._names)

    def states(self, taken: Sequence[Taken], width: int) -> Tensor | None:
        """(rows, width, teacher's width), or None where states were not kept."""
        return None if self._states is None else self._rows(taken, width, self._states)

    def relations(self, taken: Sequence[Taken]) -> Tensor:
        """(pairs of the batch, classes of all relation heads)."""
        parts = [self._relations[self._pair_at[one.place] : self._pair_at[one.place + 1]] for one in taken]
        return torch.cat(parts).float()

    def _rows(self, taken: Sequence[Taken], width: int, kept: Tensor) -> Tensor:
        rows = torch.zeros(len(taken), width, kept.shape[1])
        for number, one in enumerate(taken):
            places = torch.tensor(one.left) + self._token_at[one.place]
            rows[number, : len(one.left)] = kept[places].float()
        return rows


def _is_asked(example: Example, *, passages: bool) -> bool:
    return passages or not example.parts


def _starts(examples: Sequence[Example]) -> tuple[list[int], list[int]]:
    tokens, pairs = [0], [0]
    for example in examples:
        tokens.append(tokens[-1] + len(example.row.ids))
        pairs.append(pairs[-1] + len(example.row.pairs))
    return tokens, pairs


@dataclass(frozen=True, slots=True)
class Asking:
    """How teachers are asked: softness of their answers, whether states are kept, on what device and in what precision.
    `passages`: whether all of them learned to read passages; others are not asked about them."""

    temperature: float
    with_states: bool
    device: torch.device
    passages: bool
    precision: Precision


def asked(
    teachers: Sequence[Reader],
    layout: Layout,
    examples: Sequence[Example],
    how: Asking,
    folder: Path,
    digest: bytes,
    show: Callable[[int, int], None],
) -> Teaching:
    """Ask all teachers about all examples, or take what was kept in `folder`. Each head's answers are the mean over the teachers
    that have it. `digest`: of the teachers' weights.

    Raises:
        InputError: no teacher has one of the heads, or what was kept are answers of other teachers, or to other examples (the
            corpora have changed).
    """
    signs = {
        "teachers": torch.tensor([*digest, how.passages], dtype=torch.uint8),
        "examples": torch.tensor([*_digest(examples)], dtype=torch.uint8),
    }
    path = folder / ANSWERS
    if not path.exists():
        tensors = {**_Answers(teachers, layout, examples, how).collect(show), **signs}
        save_weights(tensors, path)
    kept = load_file(path)
    for name, of_what in (("teachers", "of other teachers"), ("examples", "to other sentences")):
        if name not in kept or not torch.equal(kept[name], signs[name]):
            raise InputError(f"The file '{path}' holds answers {of_what}: delete it, and the teachers are asked again.")
    return Teaching(examples, kept["names"], kept["relations"], kept.get("states"), passages=how.passages)


def _digest(examples: Sequence[Example]) -> bytes:
    found = hashlib.sha256()
    for example in examples:
        found.update(repr((example.row.ids, example.row.pairs)).encode())
    return found.digest()


class _Answers:
    """The tensors that are being filled: answers of all teachers, states of the first."""

    def __init__(self, teachers: Sequence[Reader], layout: Layout, examples: Sequence[Example], how: Asking) -> None:
        self._teachers = [teacher.to(how.device).eval() for teacher in teachers]
        self._examples, self._how = examples, how
        self._name_parts = _parts([teacher.layout.names for teacher in teachers], layout.names)
        self._relation_parts = _parts([teacher.layout.relations for teacher in teachers], layout.relations)
        self._token_at, self._pair_at = _starts(examples)
        self._names = torch.zeros(self._token_at[-1], max(1, layout.name_classes))
        self._relations = torch.zeros(max(1, self._pair_at[-1]), max(1, layout.relation_classes))
        self._states: Tensor | None = None

    def collect(self, show: Callable[[int, int], None]) -> dict[str, Tensor]:
        """Ask every teacher about every example."""
        places = [at for at, one in enumerate(self._examples) if _is_asked(one, passages=self._how.passages)]
        lengths = [len(self._examples[at].row.ids) for at in places]
        groups = [[places[number] for number in batch] for batch in ordered_batches(lengths)]
        with torch.inference_mode():
            for number, group in enumerate(groups, start=1):
                self._ask(group)
                show(number, len(groups))
        found = {"names": self._names.half(), "relations": self._relations.half()}
        return found if self._states is None else {**found, "states": self._states}

    def _ask(self, places: list[int]) -> None:
        rows = [self._examples[place].row for place in places]
        inputs = inputs_of(rows).to(self._how.device)
        for number, teacher in enumerate(self._teachers):
            with torch.autocast(self._how.device.type, torch.bfloat16, enabled=self._how.precision == "bf16"):
                answers = teacher(inputs)
            names = answers.names.float().cpu() / self._how.temperature
            relations = answers.relations.float().cpu() / self._how.temperature
            at = 0
            for row, place in enumerate(places):
                length, pairs = len(rows[row].ids), len(rows[row].pairs)
                mine = slice(self._token_at[place], self._token_at[place] + length)
                for theirs, own, share in self._name_parts[number]:
                    self._names[mine, own] += torch.softmax(names[row, :length, theirs], dim=-1) * share
                theirs_pairs = slice(self._pair_at[place], self._pair_at[place] + pairs)
                for theirs, own, share in self._relation_parts[number]:
                    self._relations[theirs_pairs, own] += torch.softmax(relations[at : at + pairs, theirs], dim=-1) * share
                at += pairs
                if number == 0 and self._how.with_states:
                    self._keep_states(mine, answers.states[row, :length])

    def _keep_states(self, mine: slice, states: Tensor) -> None:
        if self._states is None:
            self._states = torch.zeros(self._token_at[-1], states.shape[-1], dtype=torch.float16)
        self._states[mine] = states.half().cpu()


def _parts(teachers: Sequence[Heads], student: Heads) -> list[list[tuple[slice, slice, float]]]:
    """For each teacher: where its head's classes stand, where the student's do, and its share in that head's mean."""
    having = {task.name: sum(task in dict(heads) for heads in teachers) for task, _start in student}
    missing = [name for name, count in having.items() if count == 0]
    if missing:
        raise InputError(f"No teacher has the head {missing[0]}.")
    return [[(theirs, own, 1.0 / having[task.name]) for task, own, theirs in in_both(student, heads)] for heads in teachers]

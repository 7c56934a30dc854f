"""One worker's part of a labelling run: teachers opened once, asked about one item after the other."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from distill.teachers.protocol import Judgement, PairItem, Teacher
from engine.errors import CoprescribeError

# Makes a teacher, in whichever process it is called; a function of a module, or a `functools.partial` of one.
Opener = Callable[[], Teacher]


@runtime_checkable
class Closing(Protocol):
    """A teacher that holds connections or a model."""

    def close(self) -> None:
        """Let go of them."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """An item, and which of the teachers are asked about it."""

    item: PairItem
    teachers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: judgements, or a sentence for the user, or the trace of a bug."""

    judgements: tuple[Judgement, ...] = ()
    fault: CoprescribeError | None = None
    bug: str = ""


class Judging:
    """The teachers of one worker."""

    def __init__(self, openers: Sequence[Opener]) -> None:
        self._openers = tuple(openers)
        self._teachers: dict[int, Teacher] = {}

    def outcome(self, task: Task) -> Outcome:
        """Judge one item; faults come back as values, since they have to cross from process to process."""
        try:
            return Outcome(tuple(self._teacher(place).judge(task.item) for place in task.teachers))
        except CoprescribeError as error:
            return Outcome(fault=type(error)(error.sentence))
        except Exception:
            return Outcome(bug=traceback.format_exc())

    def tagged(self, task: Task) -> tuple[str, Outcome]:
        """The same with the item's id, for those who get outcomes in any order."""
        return task.item.id, self.outcome(task)

    def close(self) -> None:
        """Close the teachers that have something to close."""
        for teacher in self._teachers.values():
            if isinstance(teacher, Closing):
                teacher.close()
        self._teachers.clear()

    def _teacher(self, place: int) -> Teacher:
        if place not in self._teachers:
            self._teachers[place] = self._openers[place]()
        return self._teachers[place]

"""Asks the student about findings, one after the other; keeps what came, and drops what no longer belongs to the list."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.prescription.view_model import BUG_SENTENCE
from desktop.reasoning.work import Asked, LabelCame, Reasoned, StepCame, get_ready_in_steps, reason_in_steps
from desktop.tasks import Task, TaskRunner, fault_sentence
from engine.cancellation import CancelToken, Progress
from engine.errors import CoprescribeError, InputError

if TYPE_CHECKING:
    from desktop.reasoning.work import ReasonInSteps
    from engine.application import Application
    from engine.report import Fact, Generated, GeneratedLabel, Step

# Where the student fails again and again, asking it about every finding would only take time.
_MOST_FAULTS_IN_A_ROW = 2


class Stage(Enum):
    """How far the student is with one finding."""

    NOT_ASKED = "nobody asked"
    WAITING = "its turn has not come"
    WRITING = "the student writes"
    DONE = "all that it wrote is there"
    STOPPED = "a person stopped it"
    FAULT = "it could not be written"


@dataclass(frozen=True, slots=True)
class Written:
    """What has come of one finding. `reasoned` is there when it is DONE, and says all; until then, what came so far."""

    stage: Stage = Stage.NOT_ASKED
    label: GeneratedLabel | None = None
    taught_by: str = ""
    steps: tuple[Step, ...] = ()
    facts: tuple[Fact, ...] = ()
    reasoned: Reasoned | None = None
    fault: str = ""

    @property
    def generated(self) -> Generated | None:
        """The whole answer, if it is there."""
        return self.reasoned.generated if self.reasoned is not None else None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a run over several findings is, and how it went. `ended`: it was neither stopped nor given up."""

    done: int = 0
    total: int = 0
    failed: int = 0
    ended: bool = True


class Reasoning(QObject):
    """One finding at a time. `changed` follows every step; everything is on the UI thread but the work itself."""

    changed = Signal()

    def __init__(self, tasks: TaskRunner, reason: ReasonInSteps | None = None) -> None:
        super().__init__()
        self._tasks = tasks
        self._reason = reason or reason_in_steps
        self._application: Application | None = None
        self._written: dict[Asked, Written] = {}
        self._queue: deque[Asked] = deque()
        self._current: Asked | None = None
        self._task: Task[Reasoned] | None = None
        self._faults_in_a_row = 0
        self._readied: Application | None = None
        self.tally = Tally()

    @property
    def busy(self) -> bool:
        """Whether something is being written, or waits for its turn."""
        return self._current is not None

    @property
    def current(self) -> Asked | None:
        """What the student writes about now."""
        return self._current

    def written(self, asked: Asked) -> Written:
        """What has come of a finding."""
        return self._written.get(asked, Written())

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every finding of which something has come, or is waited for."""
        return tuple(self._written)

    @property
    def finished(self) -> tuple[tuple[Asked, Generated], ...]:
        """The findings about which everything is written."""
        return tuple((one, written.generated) for one, written in self._written.items() if written.generated is not None)

    def ask(self, application: Application, findings: Iterable[Asked]) -> None:
        """Ask about findings, these before others that wait; what was written before is written again."""
        wanted = list(dict.fromkeys(findings))
        if not self.busy:
            self.tally = Tally()
            self._faults_in_a_row = 0
        self._application = application
        new = [one for one in wanted if one != self._current]
        waiting = [one for one in self._queue if one not in new]
        more = len(new) + len(waiting) - len(self._queue)
        self._queue = deque([*new, *waiting])
        for one in new:
            self._written[one] = Written(Stage.WAITING)
        self.tally = replace(self.tally, total=self.tally.total + more)
        if self._current is None:
            self._next()
        self.changed.emit()

    def get_ready(self, application: Application) -> None:
        """Start what answers before anybody asks, once, if there is a student; a fault is told to whoever asks."""
        if self._readied is application:
            return
        self._readied, token = application, CancelToken()
        if application.students.has_reasoner():
            self._tasks.start(lambda: get_ready_in_steps(application, token), _nothing_to_show, _told_when_asked, token=token)

    def stop(self) -> None:
        """A person wants no more of it: the work ends, and what waits is not begun."""
        if self.busy:
            self._end(ended=False)
            self.changed.emit()

    def keep_only(self, findings: Iterable[Asked]) -> None:
        """The list has changed: what belongs to none of these findings is dropped, and its work ends; the rest goes on."""
        kept = set(findings)
        if all(one in kept for one in self._written):
            return
        waiting = [one for one in self._queue if one in kept]
        fewer = len(self._queue) - len(waiting) + (self._current is not None and self._current not in kept)
        self._queue = deque(waiting)
        self.tally = replace(self.tally, total=self.tally.total - fewer)
        self._written = {one: written for one, written in self._written.items() if one in kept}
        if self._current is not None and self._current not in kept:
            self._cancel()
            self._next()
        self.changed.emit()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _end(self, *, ended: bool) -> None:
        """Begin nothing more; what is being written is cut short."""
        self._cancel()
        if self._current is not None:
            self._written[self._current] = replace(self.written(self._current), stage=Stage.STOPPED)
            self._current = None
        for one in self._queue:
            del self._written[one]
        self._queue.clear()
        self.tally = replace(self.tally, ended=ended)

    def _next(self) -> None:
        if not self._queue or self._application is None:
            self._current = None
            return
        application, asked, reason, token = self._application, self._queue.popleft(), self._reason, CancelToken()
        self._current = asked
        self._written[asked] = Written(Stage.WRITING)
        self._task = self._tasks.start(
            lambda: reason(application, asked, token),
            lambda reasoned: self._done(asked, reasoned),
            lambda error: self._failed(asked, error),
            lambda progress: self._came(asked, progress),
            token,
        )

    def _came(self, asked: Asked, progress: Progress) -> None:
        before = self.written(asked)
        if isinstance(progress, LabelCame):
            self._written[asked] = replace(before, label=progress.label, taught_by=progress.taught_by)
        elif isinstance(progress, StepCame):
            steps, facts = (*before.steps, progress.step), (*before.facts, *progress.facts)
            self._written[asked] = replace(before, steps=steps, facts=facts)
        else:
            return
        self.changed.emit()

    def _done(self, asked: Asked, reasoned: Reasoned) -> None:
        made = reasoned.generated
        self._written[asked] = Written(Stage.DONE, made.label, made.taught_by, made.steps, made.facts, reasoned)
        self._faults_in_a_row = 0
        self.tally = replace(self.tally, done=self.tally.done + 1)
        self._go_on()

    def _failed(self, asked: Asked, error: BaseException) -> None:
        sentence = error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE
        self._written[asked] = replace(self.written(asked), stage=Stage.FAULT, fault=sentence)
        # That there is nothing to reason from says something of the pair, and nothing of the student.
        self._faults_in_a_row += not isinstance(error, InputError)
        self.tally = replace(self.tally, done=self.tally.done + 1, failed=self.tally.failed + 1)
        self._current = None
        if self._faults_in_a_row >= _MOST_FAULTS_IN_A_ROW and self._queue:
            self._end(ended=False)
        self._go_on()
        # Raises again what is no fault but a bug of ours.
        fault_sentence(error)

    def _go_on(self) -> None:
        self._task = None
        self._next()
        self.changed.emit()


def _nothing_to_show(_ready: None) -> None:
    """What is ready shows when it is asked."""


def _told_when_asked(error: BaseException) -> None:
    """A fault is met again by whoever asks; a bug is not kept back."""
    fault_sentence(error)

"""Asks for explanations, one at a time; keeps those that were made, and drops what comes too late."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.abstract.explanation.work import Answered, timed
from desktop.prescription.view_model import BUG_SENTENCE
from desktop.tasks import Task, TaskRunner, fault_sentence
from engine.cancellation import CancelToken, Progress
from engine.errors import CoprescribeError

if TYPE_CHECKING:
    from desktop.abstract.explanation.work import ExplainInSteps
    from engine.application import Application

# Walking through the relations with the arrow keys starts nothing; whoever stops does not feel it.
_DELAY_MS = 200
_MOST_KEPT = 200
# What is asked: everything that an explanation depends on.
R = TypeVar("R", bound=Hashable)


class Step(Enum):
    """What an explainer is at."""

    IDLE = "nothing is asked"
    WORKING = "it waits a moment, or works"
    DONE = "the explanation is there"
    STOPPED = "a person stopped it"
    FAULT = "it cannot be explained"


class Kept(Generic[R]):
    """Explanations that were made, the ones used last; for the UI thread."""

    def __init__(self) -> None:
        self._found: OrderedDict[R, Answered] = OrderedDict()

    def get(self, request: R) -> Answered | None:
        """The answer to a request, if it is still kept."""
        if request in self._found:
            self._found.move_to_end(request)
        return self._found.get(request)

    def put(self, request: R, answered: Answered) -> None:
        """Keep an answer."""
        self._found[request] = answered
        while len(self._found) > _MOST_KEPT:
            self._found.popitem(last=False)


class Explainer(QObject, Generic[R]):
    """One explanation at a time. `changed` follows each step, `progressed` carries how far the work is."""

    changed = Signal()
    progressed = Signal(int, int)

    def __init__(self, tasks: TaskRunner, kept: Kept[R], explain: ExplainInSteps[R]) -> None:
        super().__init__()
        self._tasks = tasks
        self._kept = kept
        self._explain = explain
        self._application: Application | None = None
        self._task: Task[Answered] | None = None
        self._token = CancelToken()
        self.request: R | None = None
        self.step = Step.IDLE
        self.answered: Answered | None = None
        self.fault = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether an explanation is still to come."""
        return self.step is Step.WORKING

    def ask(self, application: Application, request: R) -> None:
        """Ask for an explanation; one that was made is there at once. The same again changes nothing."""
        if request == self.request and self.step is not Step.IDLE:
            return
        self._cancel()
        self._application, self.request, self.fault = application, request, ""
        self.answered = self._kept.get(request)
        self._go(Step.DONE if self.answered is not None else Step.WORKING)

    def again(self) -> None:
        """Ask once more for what was stopped or failed."""
        if self.request is not None and self.step in {Step.STOPPED, Step.FAULT}:
            self._go(Step.WORKING)

    def stop(self) -> None:
        """A person wants no more of it: the work ends, and nothing of it is shown."""
        if self.busy:
            self._cancel()
            self._go(Step.STOPPED)

    def rest(self) -> None:
        """Ask for nothing any more; what is under way ends, what is there stays kept."""
        self._cancel()
        self.request, self.answered, self.fault = None, None, ""
        if self.step is not Step.IDLE:
            self._go(Step.IDLE)

    def pause(self) -> None:
        """End what is under way, and leave what is there; :meth:`ask` begins anew."""
        if self.busy:
            self._cancel()
            self.request = None
            self._go(Step.IDLE)

    def _go(self, step: Step) -> None:
        self.step = step
        if step is Step.WORKING:
            self._timer.start()
        self.changed.emit()

    def _cancel(self) -> None:
        self._timer.stop()
        self._token.cancel()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _start(self) -> None:
        application, request = self._application, self.request
        if application is None or request is None:
            return
        explain, token = self._explain, CancelToken()
        self._token = token
        self._task = self._tasks.start(
            lambda: timed(explain, application, request, token),
            lambda answered: self._done(request, answered),
            self._failed,
            self._progress,
        )

    def _progress(self, progress: Progress) -> None:
        self.progressed.emit(progress.done, progress.total)

    def _done(self, request: R, answered: Answered) -> None:
        self._task = None
        self._kept.put(request, answered)
        self.answered = answered
        self._go(Step.DONE)

    def _failed(self, error: BaseException) -> None:
        self._task = None
        self.fault = error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE
        self._go(Step.FAULT)
        # Raises again what is no fault but a bug of ours.
        fault_sentence(error)

"""State of the prescription page without widgets: the text, what a person confirmed, and the latest report.

Every change starts a check in the background; the result of an older check is dropped. The engine is imported only where an
opened application is at hand, so that the window shows before the engine's libraries are imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from desktop.faults import FaultTeller
from desktop.opening import Opener
from desktop.tasks import Task, TaskRunner, fault_sentence
from engine.cancellation import Progress
from engine.errors import CoprescribeError
from engine.settings import Naming, Settings

if TYPE_CHECKING:
    from engine.application import Application
    from engine.checking import CheckOptions
    from engine.prescriptions.patient import Patient
    from engine.report import Report

# Long enough to take a burst of keys as one change, too short to be felt.
_DELAY_MS = 60
BUG_SENTENCE = "Coprescribe made an error of its own. It is written to the terminal; please report it."


class Phase(Enum):
    """What the page is at."""

    OPENING = "the knowledge is being opened"
    UNUSABLE = "the knowledge could not be opened"
    EMPTY = "there is no text"
    CHECKING = "the text has changed and is being checked"
    CHECKED = "the report belongs to the text"
    STOPPED = "a person stopped the check"
    FAULT = "the text cannot be checked"


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """Everything that a check needs, captured on the UI thread for work in the background."""

    text: str
    patient: Patient | None
    options: CheckOptions
    names: Naming


class PrescriptionViewModel(FaultTeller):
    """What the page shows and does. `changed` follows every change of phase, report, patient, settings or fault."""

    opened = Signal()
    list_started = Signal()
    progressed = Signal(int, int)

    def __init__(self, tasks: TaskRunner) -> None:
        super().__init__()
        self.tasks = tasks
        self._text = ""
        self._patient: Patient | None = None
        self._settings = Settings()
        self._confirmed: frozenset[str] = frozenset()
        self._task: Task[Report] | None = None
        self._opened_one: Application | None = None
        self.application: Application | None = None
        self.phase = Phase.OPENING
        self.report: Report | None = None
        self.fault = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether the knowledge is being opened, or a check is waiting or under way."""
        return self.phase in {Phase.OPENING, Phase.CHECKING}

    @property
    def ready(self) -> bool:
        """Whether the knowledge is open."""
        return self.application is not None

    @property
    def notice(self) -> str:
        """The intended use; empty until the knowledge is open, and nothing is shown before that."""
        return self.application.notice if self.application is not None else ""

    @property
    def text(self) -> str:
        """The list as it is written."""
        return self._text

    @property
    def patient(self) -> Patient | None:
        """What is known of the patient; None where nothing is."""
        return self._patient

    @property
    def confirmed_names(self) -> frozenset[str]:
        """Normal forms of the names that a person has confirmed for this list."""
        return self._confirmed

    @property
    def settings(self) -> Settings:
        """What the person has chosen about the program."""
        return self._settings

    def set_settings(self, settings: Settings) -> None:
        """Take new settings; other names of medicines need a new check."""
        if settings == self._settings:
            return
        renamed = settings.names != self._settings.names
        self._settings = settings
        if renamed and self._opened_one is not None:
            self.application = self._opened_one.named(settings.names)
            self._schedule()
        self.changed.emit()

    def request(self, *, with_alternatives: bool = False) -> CheckRequest:
        """The present list for a check in the background. The page looks for alternatives only when a finding is looked at."""
        from engine.checking import CheckOptions

        options = CheckOptions(provisional=False, confirmed_names=self._confirmed, with_alternatives=with_alternatives)
        return CheckRequest(self._text, self._patient, options, self._settings.names)

    def open(self, opener: Opener) -> None:
        """Open the knowledge in the background; text that is typed meanwhile is checked afterwards."""
        self.tasks.start(opener, self._opened, self._not_opened)

    def _opened(self, application: Application) -> None:
        self._opened_one = application
        self.application = application.named(self._settings.names)
        self._set(Phase.EMPTY)
        self.opened.emit()
        if self._text.strip():
            self._schedule()

    def _not_opened(self, error: BaseException) -> None:
        self._fail(Phase.UNUSABLE, error)

    def set_text(self, text: str) -> None:
        """Take a new text; the check starts when typing pauses."""
        if text != self._text:
            self._text = text
            if not text.strip():
                # The next list may be another person's.
                self.forget_confirmations()
            self._schedule()

    def set_patient(self, patient: Patient | None) -> None:
        """Take new data of the patient; None where nothing is known."""
        if patient != self._patient:
            self._patient = patient
            self._schedule()

    def confirm(self, name: str) -> None:
        """A person agreed that a spelling or abbreviation means this medicine."""
        from engine.knowledge.resolve import normal_form

        self._confirmed |= {normal_form(name)}
        self._schedule()

    def forget_confirmations(self) -> None:
        """What was confirmed for one list does not hold for the next."""
        self._confirmed = frozenset()

    def start_list(self, patient: Patient | None = None, confirmed_names: frozenset[str] = frozenset()) -> None:
        """Another person's list comes: nothing of the one before may stay. Its text follows by `set_text`."""
        self._patient = patient
        self._confirmed = confirmed_names
        # Until the next list is checked, the findings of another person would stand beside it.
        self.report = None
        self.list_started.emit()
        self._schedule()

    def check_again(self) -> None:
        """Check the text as it stands, also after it was stopped."""
        self._schedule()

    def stop(self) -> None:
        """Cancel the check that waits or is under way; nothing of it is shown."""
        if self.phase is Phase.CHECKING:
            self._cancel()
            self._set(Phase.STOPPED)

    def _set(self, phase: Phase, report: Report | None = None, fault: str = "") -> None:
        self.phase, self.report, self.fault = phase, report, fault
        self.changed.emit()

    def _cancel(self) -> None:
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _schedule(self) -> None:
        if self.application is None:
            return
        self._cancel()
        self._timer.start()
        # The older report stays, and the page says that it is older.
        self._set(Phase.CHECKING, self.report)

    def _start(self) -> None:
        if self.application is None:
            return
        if not self._text.strip():
            self._set(Phase.EMPTY)
            return
        now = self.request()
        checker = self.application.checker
        self._task = self.tasks.start(
            lambda: checker.check_in_steps(now.text, now.patient, now.options), self._done, self._failed, self._progress
        )

    def _progress(self, progress: Progress) -> None:
        self.progressed.emit(progress.done, progress.total)

    def _done(self, report: Report) -> None:
        self._task = None
        self._set(Phase.CHECKED, report)

    def _failed(self, error: BaseException) -> None:
        self._task = None
        self._fail(Phase.FAULT, error)

    def _fail(self, phase: Phase, error: BaseException) -> None:
        sentence = error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE
        self._set(phase, None, sentence)
        self.fault_met.emit(sentence)
        # Raises again what is no fault but a bug of ours.
        fault_sentence(error)

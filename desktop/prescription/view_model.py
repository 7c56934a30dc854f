"""State of the prescription page without widgets: the text, what a person confirmed, and the latest report.

Every change starts a check in the background; the result of an older check is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.tasks import Task, TaskRunner, fault_sentence
from engine.application import Application
from engine.cancellation import Progress
from engine.checking import CheckOptions
from engine.knowledge.resolve import normal_form
from engine.prescriptions.patient import Patient
from engine.prescriptions.recognise import WAITS
from engine.report import Report

_DELAY_MS = 150


@dataclass(frozen=True, slots=True)
class LineStatus:
    """One row of the list below the editor: what a line was taken for, or why it was not."""

    line: str
    state: str
    detail: str
    confirmable: str | None = None


def line_statuses(report: Report) -> tuple[LineStatus, ...]:
    """Statuses of all lines: first what was not checked, then what was recognised."""
    rows = []
    for missing in report.not_checked:
        if missing.reason == WAITS:
            rows.append(LineStatus(missing.line, "? Confirm", f"{missing.suggestions[0]}?", missing.suggestions[0]))
        else:
            near = f"; near: {', '.join(missing.suggestions)}" if missing.suggestions else ""
            rows.append(LineStatus(missing.line, "✗ Not checked", f"{missing.reason}{near}"))
    for drug in report.drugs:
        route = drug.route or "route not written"
        rows.append(LineStatus(drug.line, "✓ Recognised", f"{drug.name} ({drug.match}, {route})"))
    return tuple(rows)


class PrescriptionViewModel(QObject):
    """What the page shows and does."""

    report_changed = Signal(object)
    fault_changed = Signal(str)
    busy_changed = Signal(bool)
    progressed = Signal(int, int)

    def __init__(self, application: Application, tasks: TaskRunner) -> None:
        super().__init__()
        self._application = application
        self._tasks = tasks
        self._text = ""
        self._patient = Patient()
        self._confirmed: frozenset[str] = frozenset()
        self._task: Task[Report] | None = None
        self.report: Report | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether a check is waiting or under way."""
        return self._timer.isActive() or self._task is not None

    def set_text(self, text: str) -> None:
        """Take a new text; the check starts when typing pauses."""
        if text != self._text:
            self._text = text
            self._schedule()

    def set_patient(self, patient: Patient) -> None:
        """Take new data of the patient."""
        if patient != self._patient:
            self._patient = patient
            self._schedule()

    def confirm(self, name: str) -> None:
        """A person agreed that a spelling or abbreviation means this medicine."""
        self._confirmed |= {normal_form(name)}
        self._schedule()

    def stop(self) -> None:
        """Cancel the check under way."""
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.busy_changed.emit(False)

    def _schedule(self) -> None:
        self._timer.start()
        self.busy_changed.emit(True)

    def _start(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if not self._text.strip():
            self.report = None
            self.report_changed.emit(None)
            self.fault_changed.emit("")
            self.busy_changed.emit(False)
            return
        text, patient = self._text, self._patient
        options = CheckOptions(provisional=False, confirmed_names=self._confirmed)
        checker = self._application.checker
        self._task = self._tasks.start(
            lambda: checker.check_in_steps(text, patient, options), self._done, self._failed, self._progress
        )

    def _progress(self, progress: Progress) -> None:
        self.progressed.emit(progress.done, progress.total)

    def _done(self, report: Report) -> None:
        self._task = None
        self.report = report
        self.fault_changed.emit("")
        self.report_changed.emit(report)
        self.busy_changed.emit(False)

    def _failed(self, error: BaseException) -> None:
        self._task = None
        self.busy_changed.emit(False)
        # What was shown stays: a fault of the new text does not take the last good findings away without saying so.
        self.fault_changed.emit(fault_sentence(error))

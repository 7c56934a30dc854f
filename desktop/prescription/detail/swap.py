"""What a swap would change, shown before it is done."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from desktop.prescription.detail.swap_words import comparison_html, lines_html
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.tasks import Task, fault_sentence
from engine.cancellation import Progress
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.application import Application
    from engine.interactions.comparison import Comparison
    from engine.report import Report

_WIDE, _TALL = 60, 28


@dataclass(frozen=True, slots=True)
class SwapPlan:
    """One medicine in its line of one text, and the line as it would be."""

    text: str
    line_number: int
    old_line: str
    new_line: str
    old_name: str
    new_name: str


def plan_swap(report: Report, text: str, row: int, new_name: str) -> SwapPlan:
    """Plan to put `new_name` in the place of the medicine in this row of the report on the text.

    Raises:
        InputError: the medicine cannot be replaced alone, or its place is not certain.
    """
    from engine.errors import InputError
    from engine.prescriptions.swapping import line_of, replaced_line, swap_obstacle

    obstacle = swap_obstacle(report, row)
    if obstacle is not None:
        raise InputError(obstacle)
    drug = report.drugs[row]
    new_line = replaced_line(text, drug, new_name)
    return SwapPlan(text, drug.line_number, line_of(text, drug.line_number), new_line, drug.name, new_name)


class SwapDialog(QDialog):
    """Checks the list as it would be, shows the difference, and lets a person do it or leave it."""

    def __init__(self, model: PrescriptionViewModel, plan: SwapPlan, before: Report, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.plan = plan
        self._before = before
        self._task: Task[Comparison] | None = None
        self.setWindowTitle(self.tr("What would change: {0} instead of {1}").format(plan.new_name, plan.old_name))
        self.preview = QTextBrowser()
        self.preview.setAccessibleName(self.tr("What would change"))
        self.preview.setOpenLinks(False)
        self.preview.setTabChangesFocus(True)
        buttons = QDialogButtonBox()
        self.swap_button = buttons.addButton(self.tr("&Swap"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.leave_button = buttons.addButton(self.tr("&Leave as it is"), QDialogButtonBox.ButtonRole.RejectRole)
        self.swap_button.setEnabled(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.preview, 1)
        column.addWidget(buttons)
        metrics = self.fontMetrics()
        room = self.screen().availableSize()
        width, height = _WIDE * metrics.averageCharWidth(), _TALL * metrics.lineSpacing()
        self.resize(min(width, room.width()), min(height, room.height()))
        self.finished.connect(self._end)
        model.changed.connect(self._look_at_the_list)

    def begin(self) -> None:
        """Show the dialog and start the check behind it."""
        self._say(self.tr("Checking the list with {0}…").format(self.plan.new_name))
        self.open()
        application = self._model.application
        if application is not None:
            work = self._work(application)
            self._task = self._model.tasks.start(lambda: work, self._done, self._failed)

    def _work(self, application: Application) -> Generator[Progress, None, Comparison]:
        """The check and the comparison, over what is captured here on the UI thread."""
        request, plan, before = self._model.request(), self.plan, self._before

        def steps() -> Generator[Progress, None, Comparison]:
            from engine.interactions.comparison import compare
            from engine.prescriptions.swapping import replaced_text

            text = replaced_text(plan.text, plan.line_number, plan.new_line)
            after = yield from application.checker.check_in_steps(text, request.patient, request.options)
            if not any(drug.name == plan.new_name and drug.line_number == plan.line_number for drug in after.drugs):
                # A medicine that vanished would make its findings look solved.
                raise InputError("The new medicine cannot be read on its line; change the line by hand and look at the findings.")
            return compare(before, after)

        return steps()

    def _done(self, comparison: Comparison) -> None:
        self._task = None
        self.preview.setHtml(lines_html(self.plan) + comparison_html(comparison))
        self.swap_button.setEnabled(True)
        self.swap_button.setDefault(True)
        self.swap_button.setFocus()

    def _failed(self, error: BaseException) -> None:
        self._task = None
        # Raises again what is no fault but a bug of ours.
        self._say(fault_sentence(error))

    def _say(self, sentence: str) -> None:
        self.preview.setHtml(lines_html(self.plan))
        self.preview.append(sentence)

    def _look_at_the_list(self) -> None:
        """What is shown belongs to one list; of another it would be wrong."""
        if self._model.phase is not Phase.CHECKED or self._model.report is not self._before:
            self._end()
            self.swap_button.setEnabled(False)
            self._say(self.tr("The list or the patient has changed meanwhile: this no longer holds. Close this and look again."))

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

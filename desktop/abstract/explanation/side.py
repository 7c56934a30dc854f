"""One explanation: its method, what it is at, the sentence by weight, the words in order and the figures of trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.abstract.explanation.explainer import Explainer, Kept, Step
from desktop.abstract.explanation.picture import WordsPicture
from desktop.abstract.explanation.texts import below_html, choice_words, method_choices, say, unstable_sentence
from desktop.abstract.explanation.work import explain_in_steps
from desktop.prescription.detail.block import TextBlock
from desktop.prescription.filters_bar import Chooser, Wrapping
from desktop.prescription.matrix.states import plain_label
from desktop.widgets.work_line import WorkLine
from engine.reports.reading_trust import METHODS, what_was_asked

if TYPE_CHECKING:
    from desktop.abstract.explanation.work import ExplainInSteps, ExplainRequest
    from desktop.tasks import TaskRunner
    from engine.application import Application
    from engine.explain.model import Explanation, Method


class _Line(WorkLine):
    """What one explanation is at."""

    def __init__(self, explainer: Explainer[ExplainRequest]) -> None:
        super().__init__(QCoreApplication.translate("Explanation", "How far the explanation is"))
        self._explainer = explainer

    @property
    def busy(self) -> bool:
        """Whether an explanation is still to come."""
        return self._explainer.busy


class ExplanationSide(QWidget):
    """Shows one explanation of what it is told to show. `method_chosen` follows another method, `told` each step."""

    method_chosen = Signal()
    told = Signal()

    def __init__(
        self, tasks: TaskRunner, kept: Kept[ExplainRequest], method: Method, explain: ExplainInSteps[ExplainRequest] | None = None
    ) -> None:
        super().__init__()
        self.explainer = Explainer(tasks, kept, explain or explain_in_steps)
        self.method = Chooser(self.tr("Method of the explanation"))
        self.method.fill(method_choices(), method)
        self.again = QPushButton(self.tr("E&xplain"))
        self.again.setAccessibleName(self.tr("Explain what was stopped, or try once more"))
        self.line = _Line(self.explainer)
        self.note = plain_label()
        self.picture = WordsPicture(self.tr("The sentence with its words by weight"))
        self.below = TextBlock(self.tr("Words by weight, and how far to trust them"))
        top = QWidget()
        row = Wrapping(top)
        row.addWidget(self.method)
        row.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (top, self.line, self.picture, self.note, self.below):
            column.addWidget(part)
        column.addStretch(1)
        self.method.currentIndexChanged.connect(lambda _number: self.method_chosen.emit())
        self.again.clicked.connect(self.explainer.again)
        self.line.stop_button.clicked.connect(self.explainer.stop)
        self.explainer.progressed.connect(self.line.show_progress)
        self.explainer.changed.connect(self._show)
        self._show()

    @property
    def chosen_method(self) -> Method:
        """The method that a person has chosen."""
        chosen: object = self.method.currentData()
        return next(method for method in METHODS if method == chosen)

    @property
    def explanation(self) -> Explanation | None:
        """The explanation that is shown; None while there is none."""
        return self.explainer.answered.explanation if self.explainer.answered is not None else None

    def ask(self, application: Application, request: ExplainRequest) -> None:
        """Explain this."""
        self.explainer.ask(application, request)
        self._show()

    def rest(self) -> None:
        """Show nothing."""
        self.explainer.rest()
        self._show()

    def _show(self) -> None:
        explainer, request, found = self.explainer, self.explainer.request, self.explanation
        if request is not None:
            shown = found if found is not None and found.stable else None
            self.picture.show_sentence(request.text, (request.first, request.second), shown)
        self.picture.setVisible(request is not None)
        self.note.setVisible(found is not None)
        self.below.setVisible(found is not None)
        if found is not None and request is not None:
            self.note.setText(self._key() if found.stable else self._asked())
            html = below_html(found)
            self.below.show_text(request, lambda _ink, _open: html)
        self.line.summary.setText(self._state())
        self.line.show_work()
        self.again.setVisible(explainer.step in {Step.STOPPED, Step.FAULT})
        self.told.emit()

    def _state(self) -> str:
        explainer, found = self.explainer, self.explanation
        if explainer.step is Step.DONE and found is not None:
            return self._asked() if found.stable else unstable_sentence(found)
        return {
            Step.WORKING: self.tr("Looking at what moves the student…"),
            Step.STOPPED: self.tr("Stopped. Nothing of it is shown."),
            Step.FAULT: self.tr("⚠ Not explained: {0}").format(explainer.fault),
        }.get(explainer.step, "")

    def _asked(self) -> str:
        """Class and probability, and how the explanation was made."""
        answered, request = self.explainer.answered, self.explainer.request
        if answered is None or request is None:
            return ""
        label = choice_words(request.task, answered.explanation.label)
        return what_was_asked(answered.explanation, label, answered.seconds, say)

    def _key(self) -> str:
        return self.tr("A bar below a word: filled, it speaks for the class; hollow, against it. The two names are boxed.")

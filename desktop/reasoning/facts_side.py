"""Which facts moved the student's label: asked for by a button, drawn as the words of a sentence are, with figures of trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.abstract.explanation.explainer import Explainer, Kept, Step
from desktop.abstract.explanation.picture import WordsPicture
from desktop.abstract.explanation.texts import method_choices, mode_choices
from desktop.prescription.detail.block import TextBlock
from desktop.prescription.filters_bar import Chooser, Wrapping
from desktop.prescription.matrix.states import plain_label
from desktop.reasoning.fact_words import ABOUT, asked_words, below_html, class_words, part_words, unstable_sentence
from desktop.reasoning.work import FactsAsked, explain_facts_in_steps
from desktop.widgets.work_line import WorkLine
from engine.reports.reading_trust import METHODS, MODES

if TYPE_CHECKING:
    from desktop.abstract.explanation.work import ExplainInSteps
    from desktop.reasoning.work import Asked
    from desktop.tasks import TaskRunner
    from engine.application import Application
    from engine.explain.model import Explanation
    from engine.reasoning.language import Axis

_PARTS: tuple[Axis, ...] = ("severity", "direction", "mechanism")
# A line of a text that is one paragraph for the picture.
_LINE = "\u2028"


class _Line(WorkLine):
    """What the explanation is at."""

    def __init__(self, explainer: Explainer[FactsAsked]) -> None:
        super().__init__(QCoreApplication.translate("Reasoning", "How far the explanation by facts is"))
        self._explainer = explainer
        self.stop_button.setText(QCoreApplication.translate("Reasoning", "Stop"))
        self.stop_button.setAccessibleName(QCoreApplication.translate("Reasoning", "Stop the explanation by facts"))

    @property
    def busy(self) -> bool:
        """Whether an explanation is still to come."""
        return self._explainer.busy


class FactsSide(QWidget):
    """Explains the label of one finding at a time. `opened` follows the first wish to see it."""

    opened = Signal()

    def __init__(self, tasks: TaskRunner, explain: ExplainInSteps[FactsAsked] | None = None) -> None:
        super().__init__()
        kept: Kept[FactsAsked] = Kept()
        self.explainer: Explainer[FactsAsked] = Explainer(tasks, kept, explain or explain_facts_in_steps)
        self._application: Application | None = None
        self._asked: Asked | None = None
        self.wanted = QPushButton(self.tr("Which facts moved the label?"))
        self.wanted.setCheckable(True)
        self.part = Chooser(self.tr("Part of the label that is explained"))
        self.part.fill({part: part_words(part) for part in _PARTS}, "severity")
        self.method = Chooser(self.tr("Method of the explanation"))
        self.method.fill({method: words for method, words in method_choices().items() if method in ABOUT}, "lime")
        self.mode = Chooser(self.tr("How thorough the explanation is"))
        self.mode.fill(mode_choices(), "quick")
        self.source = Chooser(self.tr("Student whose label is explained"))
        self.again = QPushButton(self.tr("Explain by facts again"))
        self.line = _Line(self.explainer)
        self.picture = WordsPicture(self.tr("The facts by weight"))
        self.note = plain_label()
        self.below = TextBlock(self.tr("Facts by weight, and how far to trust them"))
        self._lay_out()
        self.wanted.toggled.connect(self._toggled)
        for chooser in (self.part, self.method, self.mode, self.source):
            chooser.currentIndexChanged.connect(lambda _number: self._ask())
        self.again.clicked.connect(self.explainer.again)
        self.line.stop_button.clicked.connect(self.explainer.stop)
        self.explainer.progressed.connect(self.line.show_progress)
        self.explainer.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        self._controls = QWidget()
        row = Wrapping(self._controls)
        for control in (self.part, self.method, self.mode, self.source, self.again):
            row.addWidget(control)
        top = QWidget()
        Wrapping(top).addWidget(self.wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (top, self._controls, self.line, self.picture, self.note, self.below):
            column.addWidget(part)

    @property
    def explanation(self) -> Explanation | None:
        """What is shown; None while there is nothing."""
        return self.explainer.answered.explanation if self.explainer.answered is not None else None

    def show_finding(self, application: Application | None, asked: Asked | None) -> None:
        """Explain this finding where a person wants to see it; None: there is nothing that may be explained."""
        self._application, self._asked = application, asked
        offered: dict[object, str] = {}
        if application is not None:
            offered |= {True: self.tr("By the labeller")} if application.students.has_labeller() else {}
            offered |= {False: self.tr("By the reasoner (slow)")} if application.students.has_reasoner() else {}
        if offered:
            chosen: object = self.source.currentData()
            self.source.fill(offered, chosen if chosen in offered else next(iter(offered)))
        self.setVisible(bool(offered) and asked is not None)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is explained behind a panel that is gone."""
        self.explainer.pause()
        super().hideEvent(event)

    def _toggled(self, on: bool) -> None:
        self._ask()
        if on:
            self.opened.emit()

    def _ask(self) -> None:
        application, asked = self._application, self._asked
        if application is None or asked is None or not self.wanted.isChecked():
            self.explainer.rest()
        else:
            self.explainer.ask(application, self._request(asked))
        self._show()

    def _request(self, asked: Asked) -> FactsAsked:
        part, method, mode = (chooser.currentData() for chooser in (self.part, self.method, self.mode))
        return FactsAsked(
            asked,
            self.source.currentData() is True,
            next(known for known in _PARTS if known == part),
            next(known for known in METHODS if known == method),
            next(known for known in MODES if known == mode),
        )

    def _show(self) -> None:
        found, on = self.explanation, self.wanted.isChecked()
        for part in (self._controls, self.line):
            part.setVisible(on)
        for part in (self.picture, self.note, self.below):
            part.setVisible(on and found is not None)
        if found is not None:
            # Unstable facts are shown plain, as they were told.
            self.picture.show_sentence(_LINE.join(found.words), (), found if found.stable else None)
            self.note.setText(
                self.tr("A bar below a fact: filled, it speaks for the class; hollow, against it.")
                if found.stable
                else self._asked_words()
            )
            html = below_html(found)
            self.below.show_text(self.explainer.request, lambda _ink, _open: html)
        self.again.setVisible(self.explainer.step in {Step.STOPPED, Step.FAULT})
        self.line.summary.setText(self._state())
        self.line.show_work()

    def _state(self) -> str:
        found = self.explanation
        if self.explainer.step is Step.DONE and found is not None:
            return self._asked_words() if found.stable else unstable_sentence(found)
        return {
            Step.WORKING: self.tr("Looking at what moves the label…"),
            Step.STOPPED: self.tr("Stopped. Nothing of it is shown."),
            Step.FAULT: self.tr("⚠ Not explained: {0}").format(self.explainer.fault),
        }.get(self.explainer.step, "")

    def _asked_words(self) -> str:
        answered, request = self.explainer.answered, self.explainer.request
        if answered is None or request is None:
            return ""
        first, second = (drug.name for drug in request.asked.drugs)
        classed = class_words(request.part, answered.explanation.label, (first, second))
        return asked_words(answered.explanation, classed, answered.seconds)

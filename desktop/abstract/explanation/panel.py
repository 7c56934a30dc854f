"""The explanation panel: which words moved the student's answer on the chosen relation, and how far that can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.abstract.choice import ChosenRelation, RelationSelection, picked
from desktop.abstract.explanation.explainer import Kept
from desktop.abstract.explanation.side import ExplanationSide
from desktop.abstract.explanation.texts import class_choices, mode_choices, say, shared_words
from desktop.abstract.explanation.work import ExplainRequest
from desktop.abstract.panel import AbstractPanel
from desktop.abstract.relations_words import class_words, title_of
from desktop.abstract.view_model import AbstractViewModel, ReadingPhase
from desktop.prescription.filters_bar import Chooser, Wrapping
from desktop.prescription.matrix.states import plain_label
from engine.reports.reading_trust import CAUTION, MODES

if TYPE_CHECKING:
    from desktop.abstract.explanation.work import ExplainInSteps
    from engine.explain.model import Method, Mode
    from engine.reading.model import ReadSentence, Relation

# Two explanations stand side by side from so many letters on; below that, one under the other.
_WIDE_LETTERS = 70


class ExplanationPanel(AbstractPanel):
    """Explains the chosen relation while it can be seen: one method, or two of them to compare."""

    def __init__(
        self, model: AbstractViewModel, selection: RelationSelection, explain: ExplainInSteps[ExplainRequest] | None = None
    ) -> None:
        super().__init__(model, selection)
        kept: Kept[ExplainRequest] = Kept()
        first: Method = "lime"
        second: Method = "shapley"
        self.title = plain_label()
        self.caution = plain_label()
        self.caution.setText(say(CAUTION))
        self.state = plain_label()
        self.label = Chooser(self.tr("Class that is explained"))
        self.mode = Chooser(self.tr("How thorough the explanation is"))
        self.mode.fill(mode_choices(), "quick")
        self.compare = QCheckBox(self.tr("&Compare two methods"))
        self.shared = plain_label()
        self.sides = tuple(ExplanationSide(model.tasks, kept, method, explain) for method in (first, second))
        self._shown: tuple[ReadSentence, Relation] | None = None
        self._lay_out()
        self.setFocusProxy(self.label)
        self.label.currentIndexChanged.connect(lambda _number: self._ask())
        self.mode.currentIndexChanged.connect(lambda _number: self._ask())
        self.compare.toggled.connect(lambda _on: self._ask())
        for side in self.sides:
            side.method_chosen.connect(self._ask)
            side.told.connect(self._told)

    def _lay_out(self) -> None:
        self.controls = QWidget()
        row = Wrapping(self.controls)
        for control in (self.label, self.mode, self.compare):
            row.addWidget(control)
        self._pair = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        for side in self.sides:
            self._pair.addWidget(side, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        for part in (self.title, self.caution, self.state, self.controls, self.shared):
            column.addWidget(part)
        column.addLayout(self._pair)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        # Always there, so that its coming and going does not change the width that the wrapping depends on.
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)

    @property
    def fresh(self) -> bool:
        """Whether the present choice is explained, or nothing is under way."""
        return super().fresh and not any(side.explainer.busy for side in self.sides)

    def follow_choice(self) -> None:
        """Explain what is chosen; while the text is newer than the reading, what was explained stays and nothing is begun."""
        found = picked(self.model.reading, self.selection.chosen)
        if found != self._shown:
            self._shown = found
            self.area.verticalScrollBar().setValue(0)
            if found is not None:
                self.label.fill(class_choices(found[1]), found[1].label)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is explained behind a panel that is gone."""
        for side in self.sides:
            side.explainer.pause()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What was under way when the panel went is begun again."""
        self._stale_choice = True
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room."""
        super().resizeEvent(event)
        wide = self.width() >= self.fontMetrics().averageCharWidth() * _WIDE_LETTERS
        ways = QBoxLayout.Direction
        self._pair.setDirection(ways.LeftToRight if wide else ways.TopToBottom)

    def _ask(self) -> None:
        """Ask for what the controls say, where the reading is of the present text."""
        model, found = self.model, self._shown
        self._show_head()
        self.sides[1].setVisible(self.compare.isChecked() and found is not None)
        if found is None:
            for side in self.sides:
                side.rest()
        elif not model.current or model.application is None or not self.isVisible():
            for side in self.sides:
                side.explainer.pause()
        else:
            for place, side in enumerate(self.sides):
                if place and not self.compare.isChecked():
                    side.rest()
                else:
                    side.ask(model.application, self._request(*found, side.chosen_method))

    def _request(self, sentence: ReadSentence, relation: Relation, method: Method) -> ExplainRequest:
        first, second = sentence.entities[relation.first], sentence.entities[relation.second]
        reading = self.model.reading
        label: object = self.label.currentData()
        return ExplainRequest(
            reading.provenance.student_sha256 if reading is not None else None,
            sentence.text,
            (first.start, first.end),
            (second.start, second.end),
            relation.task,
            label if isinstance(label, str) else relation.label,
            method,
            self._mode(),
        )

    def _mode(self) -> Mode:
        chosen: object = self.mode.currentData()
        return next(mode for mode in MODES if mode == chosen)

    def _show_head(self) -> None:
        found = self._shown
        for part in (self.title, self.caution, self.controls):
            part.setVisible(found is not None)
        if found is not None:
            sentence, relation = found
            said = self.tr("{0}: {1}").format(title_of(sentence, relation), class_words(relation.task, relation.label))
            self.title.setText(self.tr("{0}, unsure").format(said) if relation.abstained else said)
        self.state.setText(self._state())
        self.state.setVisible(bool(self.state.text()))

    def _state(self) -> str:
        if self._shown is None:
            return self.tr("Choose a relation to see which words moved the student's answer.")
        if not self.model.current:
            if self.model.phase in {ReadingPhase.WAITING, ReadingPhase.READING}:
                return self.tr("The text has changed: what is shown belongs to the text before.")
            return self.tr("The text as it is now was not read: what is shown belongs to the text before.")
        return ""

    def _told(self) -> None:
        """An explanation has come or gone: keep it for exports, and say what two have in common."""
        both = [side.explanation for side in self.sides] if self.compare.isChecked() else []
        found = [one for one in both if one is not None]
        self.shared.setText(shared_words(found))
        self.shared.setVisible(bool(self.shared.text()))
        self._keep(self.selection.chosen)

    def _keep(self, chosen: ChosenRelation | None) -> None:
        first = self.sides[0]
        request, explanation = first.explainer.request, first.explanation
        # Only what belongs to the present choice: a result may come in the turn in which another relation is chosen.
        if chosen is None or explanation is None or self._shown is None or not self.model.current:
            return
        if picked(self.model.reading, chosen) == self._shown and request == self._request(*self._shown, first.chosen_method):
            self.model.keep_explanation(chosen, explanation)

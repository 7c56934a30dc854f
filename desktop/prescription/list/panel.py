"""The left side of the page: the editor of the list, and the state of each line with what a person can do about it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from desktop.prescription.choice import Selection
from desktop.prescription.list.completing import NameCompletion
from desktop.prescription.list.editor import ListEditor
from desktop.prescription.list.gutter import Mark
from desktop.prescription.list.signs import CHECKING, NOT_CHECKED
from desktop.prescription.list.state_list import StateList
from desktop.prescription.list.states import LineState, line_states, marks_of
from desktop.prescription.panel import Panel
from desktop.prescription.view_model import Phase, PrescriptionViewModel


class ListPanel(Panel):
    """Editor and line states. Line numbers are those of the report: from 1.

    An `editor` that somebody may have typed into already is taken over, with its text and its focus.
    """

    def __init__(self, model: PrescriptionViewModel, selection: Selection, editor: ListEditor | None = None) -> None:
        super().__init__(model, selection)
        self.editor = editor if editor is not None else ListEditor()
        focused = self.editor.hasFocus()
        self.completion = NameCompletion(self.editor, model)
        self.states = StateList(self.tr("State of each line"))
        self.heading = self._headed(self.tr("&Medicines, one a line"), self.editor)
        self.states_heading = self._headed(self.tr("State of each &line"), self.states)
        self.confirm_button = QPushButton(self.tr("&Confirm"))
        self.correct_button = QPushButton(self.tr("Co&rrect"))
        self.menu = QMenu(self)
        self.menu.setAccessibleName(self.tr("Names to choose from"))
        self._following = False
        self._lay_out()
        self._connect()
        self._show_actions()
        if focused:
            self.editor.setFocus()
        if self.editor.toPlainText():
            self._text_changed()

    def _headed(self, heading: str, of: QWidget) -> QLabel:
        label = QLabel(heading)
        font = label.font()
        font.setBold(True)
        label.setFont(font)
        label.setBuddy(of)
        return label

    def _lay_out(self) -> None:
        upper, lower = QWidget(), QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(self.editor, 1)
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.states_heading)
        column.addWidget(self.states, 1)
        row = QHBoxLayout()
        row.addWidget(self.confirm_button)
        row.addWidget(self.correct_button)
        column.addLayout(row)
        splitter = QSplitter(Qt.Orientation.Vertical)
        for part, stretch in ((upper, 3), (lower, 3)):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.count() - 1, stretch)
        splitter.setChildrenCollapsible(False)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(splitter)
        for before, after in pairwise((self.editor, self.states, self.confirm_button, self.correct_button)):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.editor.textChanged.connect(self._text_changed)
        self.editor.cursorPositionChanged.connect(self._cursor_moved)
        self.editor.refused.connect(self.model.meet_fault)
        self.editor.replaced.connect(self._list_replaced)
        self.states.itemSelectionChanged.connect(self._row_chosen)
        for asking in (self.editor.confirm_asked, self.states.confirm_asked, self.confirm_button.clicked):
            asking.connect(self.confirm)
        for asking in (self.editor.correct_asked, self.states.correct_asked, self.correct_button.clicked):
            asking.connect(self.correct)

    def text(self) -> str:
        """The list as it is written."""
        return self.editor.toPlainText()

    def set_text(self, text: str) -> None:
        """Show another list; what was undone before belongs to the list before."""
        self.editor.set_list(text)

    def replace_line(self, line_number: int, new_text: str) -> None:
        """Put another text on a line; one step for undo. Nothing happens where there is no such line."""
        self.editor.replace_line(line_number - 1, new_text)

    def show_line(self, line_number: int) -> None:
        """Move the cursor to a line and make it seen."""
        line = self.editor.line_checked_as(line_number - 1)
        self._go_to(line_number - 1 if line is None else line)

    def confirm(self) -> None:
        """Agree to the name in the chosen row; it holds for this name in the whole list."""
        state = self.states.chosen()
        if state is not None and state.confirmable is not None and self._place_of(state) is not None:
            self.model.confirm(state.confirmable)

    def correct(self) -> None:
        """Put the known name in the place of the misspelt one; a menu asks where several are near."""
        state = self.states.chosen()
        if state is None or not state.suggestions or self._place_of(state) is None:
            return
        if state.confirmable is not None and len(state.suggestions) == 1:
            self._correct_by(state, state.suggestions[0])
            return
        self.menu.clear()
        for number, name in enumerate(state.suggestions, start=1):
            action = self.menu.addAction(f"&{number} {name.replace('&', '&&')}")
            action.triggered.connect(lambda _checked=False, chosen=name, of=state: self._correct_by(of, chosen))
        self.menu.popup(self.states.mapToGlobal(self.states.rect().bottomLeft()))
        self.menu.setActiveAction(self.menu.actions()[0])

    def _correct_by(self, state: LineState, name: str) -> None:
        from engine.knowledge.misspelt import span_of

        line = self._place_of(state)
        if line is None:
            return
        text = self.editor.line_text(line)
        span = span_of(text, state.written or name)
        if span is None:
            # Nothing on the line is like the name: where it would go is for a person to say.
            self._go_to(line)
            self.editor.setFocus()
            return
        self.editor.replace_part(line, *span, name)

    def refresh(self) -> None:
        """Show what the lines were taken for."""
        phase, report = self.model.phase, self.model.report
        application = self.model.application
        if phase is Phase.CHECKING or phase is Phase.OPENING:
            # The older states stay until the check is done; lines that changed say that they are being checked.
            self.editor.set_otherwise(Mark("", CHECKING, self.tr("Being checked")))
        elif phase is Phase.CHECKED and report is not None and application is not None:
            states = line_states(report, application.store)
            self.editor.set_marks(marks_of(states, self.model.text.split("\n")))
            self.states.show_states(states)
        else:
            self.editor.set_marks([], Mark("", NOT_CHECKED, self.tr("Not checked")))
            self.states.show_states(())
        self._cursor_moved()
        self._show_actions()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is offered for a list that is gone."""
        self.completion.close()
        super().hideEvent(event)

    def _list_replaced(self) -> None:
        """A list pasted over another may be another person's: no confirmed name and no tick holds for it."""
        self.model.start_list(self.model.patient)
        if self.model.patient is not None:
            # Whose data they are only a person knows; they stand behind another tab.
            self.model.meet_fault(
                self.tr(
                    "The whole list was replaced. The patient's data that were entered before still apply: look at “Patient”."
                )
            )

    def _text_changed(self) -> None:
        self.model.set_text(self.editor.toPlainText())

    def _place_of(self, state: LineState) -> int | None:
        """Where the line of a state now stands (from 0); None where it has changed since the check."""
        return self.editor.line_checked_as(state.line_number - 1) if state.line_number is not None else None

    def _go_to(self, line: int) -> None:
        block = self.editor.document().findBlockByNumber(line)
        if block.isValid():
            cursor = self.editor.textCursor()
            cursor.setPosition(block.position())
            self.editor.setTextCursor(cursor)
            self.editor.ensureCursorVisible()

    def _cursor_moved(self) -> None:
        line = self.editor.textCursor().blockNumber()
        self.editor.setAccessibleDescription(self.editor.mark_of(line).says)
        if self._following:
            return
        known = self.editor.checked_line(line)
        self._following = True
        self.states.choose(known + 1 if known is not None else None)
        self._following = False
        self._show_actions()

    def _row_chosen(self) -> None:
        if not self._following:
            state = self.states.chosen()
            line = self._place_of(state) if state is not None else None
            if line is not None and line != self.editor.textCursor().blockNumber():
                self._following = True
                self._go_to(line)
                self._following = False
        self._show_actions()

    def _show_actions(self) -> None:
        state = self.states.chosen()
        confirmable = state.confirmable if state is not None else None
        suggestions = state.suggestions if state is not None else ()
        self.confirm_button.setEnabled(confirmable is not None)
        self.correct_button.setEnabled(bool(suggestions))
        self.confirm_button.setToolTip(
            self.tr("Keeps the text. It holds for “{0}” in the whole list. (Ctrl+Enter)").format(confirmable)
            if confirmable
            else ""
        )
        self.correct_button.setToolTip(self.tr("Writes {0}. (F2)").format(", ".join(suggestions)) if suggestions else "")

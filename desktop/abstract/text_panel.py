"""The text: editor with highlights, legend, what the name at the cursor is, what was not read, and the commands of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTextEdit, QVBoxLayout

from desktop.abstract.choice import RelationSelection, picked
from desktop.abstract.panel import AbstractPanel
from desktop.abstract.text_editor import AbstractEditor
from desktop.abstract.text_looks import name_format
from desktop.abstract.text_marks import NameMark, TextMarks
from desktop.abstract.text_words import entity_words, legend_words, origin_words, status_words, unread_words
from desktop.abstract.view_model import AbstractViewModel, ReadingPhase
from desktop.widgets.fitted_text import FittedText
from desktop.widgets.work_line import WorkLine
from desktop.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from engine.abstracts.model import Abstract
    from engine.reading.model import Reading

_GAP = "   "


class ReadingLine(WorkLine):
    """What the page is at, with the progress of a reading."""

    def __init__(self, model: AbstractViewModel) -> None:
        super().__init__("")
        self.bar.setAccessibleName(self.tr("Progress of the reading"))
        self._model = model
        model.progressed.connect(self.show_progress)
        self.stop_button.clicked.connect(model.stop)

    @property
    def busy(self) -> bool:
        """Whether the knowledge or a file is being opened, or a text is being read."""
        return self._model.opening or self._model.phase in {ReadingPhase.OPENING, ReadingPhase.READING}

    @property
    def can_stop(self) -> bool:
        """Opening the knowledge cannot be stopped halfway: there would be nothing to use."""
        return self._model.opening or self._model.phase is ReadingPhase.READING

    def show_state(self) -> None:
        """Show the model's present state."""
        self.summary.setText(status_words(self._model))
        self.show_work()


class Legend(FittedText):
    """The kinds of names in the text, each drawn as its names are."""

    def __init__(self, name: str) -> None:
        super().__init__(name, share=16)
        self._kinds: list[tuple[str, str]] = []

    def show_kinds(self, reading: Reading | None) -> None:
        """Show the kinds of names that a reading holds; none hides the legend."""
        kinds = legend_words(reading)
        if kinds != self._kinds:
            self._kinds = kinds
            self.show_text(_GAP.join(words for _kind, words in kinds))
        self.paint_kinds()

    def paint_kinds(self) -> None:
        """Draw the kinds in the present colours."""
        made, place = [], 0
        for kind, words in self._kinds:
            sample = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(place)
            cursor.setPosition(place + len(words.rpartition(" ")[0]), QTextCursor.MoveMode.KeepAnchor)
            sample.cursor, sample.format = cursor, name_format(kind, self.palette())
            made.append(sample)
            place += len(words) + len(_GAP)
        self.setExtraSelections(made)


class TextPanel(AbstractPanel):
    """`editor` holds the text, which is the one truth about it; `open_asked` and `export_asked` follow their buttons."""

    open_asked = Signal()
    export_asked = Signal()

    def __init__(self, model: AbstractViewModel, selection: RelationSelection) -> None:
        super().__init__(model, selection)
        self.open_button = QPushButton(self.tr("&Open…"))
        self.read_button = QPushButton(self.tr("&Read again"))
        self.export_button = QPushButton(self.tr("Expor&t…"))
        self.sample_button = QPushButton(self.tr("Try a sa&mple"))
        self.sample_button.setToolTip(self.tr("Opens a text written for this program"))
        self.status = ReadingLine(model)
        self.origin = WrappedLabel()
        self.editor = AbstractEditor()
        self.legend = Legend(self.tr("Kinds of names in the text"))
        self.here = WrappedLabel()
        self.unread = WrappedLabel()
        bold = self.unread.font()
        bold.setBold(True)
        self.unread.setFont(bold)
        self.unread_text = FittedText(self.tr("What was not read, and why"), share=16)
        self._marks_of: Reading | None = None
        self._marks: TextMarks | None = None
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.editor)
        self.refresh()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.open_button, self.sample_button, self.read_button, self.export_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(buttons)
        column.addWidget(self.status)
        column.addWidget(self.origin)
        column.addWidget(self.editor, 1)
        for part in (self.here, self.legend, self.unread, self.unread_text):
            column.addWidget(part)

    def _connect(self) -> None:
        model, editor = self.model, self.editor
        editor.textChanged.connect(lambda: model.set_text(editor.toPlainText()))
        editor.read_asked.connect(model.read_now)
        editor.went_to.connect(self._go_to_name)
        editor.cursorPositionChanged.connect(self._show_here)
        editor.describe = lambda mark: entity_words(mark.entity)
        model.opened.connect(self._take)
        self.open_button.clicked.connect(self.open_asked)
        self.sample_button.clicked.connect(model.open_sample)
        self.read_button.clicked.connect(model.read_now)
        self.export_button.clicked.connect(self.export_asked)

    def refresh(self) -> None:
        """Show the model's present state."""
        reading = self.model.reading
        self.status.show_state()
        if self.model.phase is ReadingPhase.READ or reading is None:
            self._mark(reading)
        self.legend.show_kinds(reading)
        origin = origin_words(self.model)
        self.origin.setText(origin)
        self.origin.setVisible(bool(origin))
        heading, text = unread_words(self.model)
        self.unread.setText(heading)
        self.unread_text.show_text(text)
        self.read_button.setEnabled(self.model.application is not None and bool(self.model.text.strip()))
        self.export_button.setEnabled(self.model.current)
        # Beside a text of their own nobody looks for another.
        empty = self.model.phase is ReadingPhase.EMPTY
        if self.sample_button.hasFocus() and not empty:
            self.editor.setFocus()
        self.sample_button.setVisible(empty)
        self._show_here()

    def follow_choice(self) -> None:
        """Show the names of the chosen relation in the text."""
        if self.editor.marks is None or picked(self._marks_of, self.selection.chosen) is None:
            self._paint(None)
            return
        self._paint(self.selection.chosen)
        if self.selection.chosen is not None:
            self.editor.go_to(self.selection.chosen)

    def _mark(self, reading: Reading | None) -> None:
        if reading is not self._marks_of:
            self._marks_of = reading
            # Places are those of the text that was read: on any other they would point at other words.
            fits = reading is not None and reading.text == self.editor.toPlainText()
            self._marks = TextMarks(reading) if fits and reading is not None else None
        self._paint(self.selection.chosen if picked(self._marks_of, self.selection.chosen) is not None else None)

    def _paint(self, chosen: tuple[int, int] | None) -> None:
        if self.model.current or self._marks is None:
            self.editor.show_marks(self._marks, chosen)

    def _take(self, abstract: Abstract) -> None:
        self.editor.replace_text(abstract.whole)

    def _go_to_name(self, mark: NameMark) -> None:
        marks = self.editor.marks
        found = marks.relations_of(mark) if marks is not None else ()
        if found and self.selection.chosen not in found:
            self.selection.select(found[0])

    def _show_here(self) -> None:
        mark = self.editor.mark_at(self.editor.textCursor().position())
        words = entity_words(mark.entity) if mark is not None else ""
        self.here.setText(words)
        self.here.setVisible(bool(words))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A taller window leaves more room."""
        super().resizeEvent(event)
        self.unread_text.fit()
        self.legend.fit()

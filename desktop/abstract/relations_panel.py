"""The relations: which are shown, in which order, the table, and what an empty one says."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.abstract.choice import ChosenRelation, RelationSelection
from desktop.abstract.panel import AbstractPanel
from desktop.abstract.relations_rows import RelationRow, Show, Sort, arranged, rows_of
from desktop.abstract.relations_table import RelationsTable
from desktop.abstract.view_model import AbstractViewModel, ReadingPhase
from desktop.widgets.wrapped_label import WrappedLabel


class RelationsPanel(AbstractPanel):
    """`table` over `blank`; `show_box` and `sort_box` choose rows and order, `hint` says what is hidden."""

    def __init__(self, model: AbstractViewModel, selection: RelationSelection) -> None:
        super().__init__(model, selection)
        self.show_box, self.sort_box = QComboBox(), QComboBox()
        self.hint = WrappedLabel()
        self.table = RelationsTable(self.tr("Relations stated in the text"))
        self.blank = WrappedLabel()
        self.blank.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._rows: tuple[RelationRow, ...] = ()
        self._fill_boxes()
        self._lay_out()
        self.table.chosen.connect(selection.select)
        self.table.sort_asked.connect(lambda sort: self.sort_box.setCurrentIndex(self.sort_box.findData(sort)))
        self.show_box.currentIndexChanged.connect(lambda _number: self._arrange())
        self.sort_box.currentIndexChanged.connect(lambda _number: self._arrange())
        self.refresh()

    def _fill_boxes(self) -> None:
        shown = {
            Show.ALL: self.tr("all relations"),
            Show.MEDICINES: self.tr("two medicines"),
            Show.STATED: self.tr("sure ones"),
            Show.UNSURE: self.tr("unsure ones"),
            Show.DOCUMENTED: self.tr("documented ones"),
            Show.OTHER: self.tr("others"),
        }
        sorts = {
            Sort.MEDICINES: self.tr("two medicines first"),
            Sort.PLACE: self.tr("as in the text"),
            Sort.PROBABILITY: self.tr("surest first"),
            Sort.KNOWLEDGE: self.tr("worst first"),
            Sort.FIRST: self.tr("first name"),
            Sort.SECOND: self.tr("second name"),
            Sort.KIND: self.tr("what is stated"),
        }
        for choice, words in shown.items():
            self.show_box.addItem(words, choice)
        for order, words in sorts.items():
            self.sort_box.addItem(words, order)

    def _lay_out(self) -> None:
        self._choices = QWidget()
        row = QHBoxLayout(self._choices)
        row.setContentsMargins(0, 0, 0, 0)
        for title, box in ((self.tr("Fi&lter"), self.show_box), (self.tr("Sort &by"), self.sort_box)):
            label = QLabel(title)
            label.setBuddy(box)
            box.setAccessibleName(title.replace("&", ""))
            row.addWidget(label)
            row.addWidget(box)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self._choices, self.hint):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addWidget(self.blank, 1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by a command comes to the table; a focus proxy would lead Tab past the choices too."""
        super().focusInEvent(event)
        self.table.setFocus(event.reason())

    @property
    def shown(self) -> Show:
        """Which relations are shown."""
        return Show(self.show_box.currentData())

    def refresh(self) -> None:
        """Show the relations of the model's reading."""
        reading = self.model.reading
        self._rows = rows_of(reading) if reading is not None else ()
        self._arrange()

    def follow_choice(self) -> None:
        """Go to the chosen relation; say so where it is hidden."""
        self.table.go_to(self.selection.chosen)
        self._show_hint(self.selection.chosen)

    def _arrange(self) -> None:
        rows = arranged(self._rows, self.shown, Sort(self.sort_box.currentData()))
        self.table.show_rows(rows, self.selection.chosen)
        self._show_hint(self.selection.chosen)
        blank = "" if rows else self._blank_words()
        self.blank.setText(blank)
        self.blank.setVisible(bool(blank))
        self.table.setVisible(not blank)
        # Nothing found leaves nothing to choose from.
        self._choices.setVisible(bool(self._rows))

    def _show_hint(self, chosen: ChosenRelation | None) -> None:
        shown = {row.place for row in self.table.rows()}
        hidden = len(self._rows) - len(shown)
        words = []
        if hidden:
            words.append(self.tr("{0} hidden.").format(hidden))
            if chosen is not None and chosen not in shown:
                words.append(self.tr("The chosen relation is one of them."))
        if self._rows and not self.model.current:
            words.append(self.tr("These belong to the text before the change."))
        self.hint.setText(" ".join(words))
        self.hint.setVisible(bool(words))

    def _blank_words(self) -> str:
        reading = self.model.reading
        if self._rows:
            return self.tr("None of the relations is of the kind that is chosen. Choose “all relations” to see them.")
        if reading is None:
            return {
                ReadingPhase.EMPTY: self.tr(
                    "Relations appear here once a text is read: the two names, what is stated, how sure."
                ),
                ReadingPhase.WAITING: self.tr("Relations appear here once the text is read."),
                ReadingPhase.READING: self.tr("Relations appear here once the text is read."),
                ReadingPhase.STOPPED: self.tr("No relations are shown, because the reading was stopped."),
                ReadingPhase.FAULT: self.tr("No relations are shown, because the text was not read."),
                ReadingPhase.UNUSABLE: self.tr("No relations are shown, because the knowledge could not be opened."),
            }.get(self.model.phase, "")
        if reading.provenance.student is None:
            return self.tr("Relations were not looked for: that needs the student that reads sentences, and there is none.")
        names = sum(len(sentence.entities) for sentence in reading.sentences)
        if names < 2:
            return self.tr("A relation needs two names, and the text holds fewer. Names may have been missed.")
        return self.tr("No relation was found between the names in this text. Absence is no proof.")

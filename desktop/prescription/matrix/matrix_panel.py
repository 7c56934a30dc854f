"""The matrix of all pairs, in step with the findings."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from desktop.prescription.choice import Choice, Selection, choice_of, pair_choice
from desktop.prescription.matrix.grid import GridView
from desktop.prescription.matrix.matrix_model import MatrixModel
from desktop.prescription.matrix.pairs import Cell, CellKind
from desktop.prescription.matrix.states import Stack, Words, plain_label, state_text
from desktop.prescription.matrix.words import NOT_CHECKED_SIGN, cell_html, legend_html
from desktop.prescription.panel import Panel
from desktop.prescription.view_model import PrescriptionViewModel


class MatrixPanel(Panel):
    """Every two medicines with the worst that is known of them; what was not checked is a row like any other."""

    def __init__(self, model: PrescriptionViewModel, selection: Selection) -> None:
        super().__init__(model, selection)
        self.state = plain_label()
        self.only_found = QCheckBox(self.tr("&Only with findings"))
        self.only_found.setAccessibleName(self.tr("Show only medicines with findings"))
        self.pairs = MatrixModel()
        self.grid = GridView(self.tr("Matrix of all pairs"))
        self.grid.setModel(self.pairs)
        self.words = Words(self.tr("The current pair in words, and the signs"))
        self._followed: Choice | None = None
        column = QVBoxLayout(self)
        column.addWidget(Stack((self.state, self.only_found), self.grid, self.words))
        self.setFocusProxy(self.grid)
        self.only_found.toggled.connect(self._filter)
        self.grid.moved.connect(lambda _index: self._say())
        self.grid.decided.connect(self._choose)

    def refresh(self) -> None:
        """Show the report, or say why there is none."""
        report = self.model.report
        if report is None or self.pairs.table is None or self.pairs.table.report is not report:
            self._show()
        self._tell_state()

    def follow_choice(self) -> None:
        """Make the chosen pair the current cell."""
        choice = self.selection.choice
        if choice is None or self.pairs.table is None or (choice == self._followed and self.grid.currentIndex().isValid()):
            return
        self._followed = choice
        rows = self.pairs.table.rows_of(choice)
        if rows is None:
            return
        here = self.grid.currentIndex()
        if here.isValid() and {self.pairs.entries[here.row()], self.pairs.entries[here.column()]} == set(rows):
            return
        place = self.pairs.place_of(*rows)
        if place.isValid():
            self.grid.setCurrentIndex(place)
            self.grid.scrollTo(place)

    def _filter(self) -> None:
        self._show()
        self._tell_state()

    def _show(self) -> None:
        here = self.grid.currentIndex()
        before = (self.pairs.entries[here.row()].key, self.pairs.entries[here.column()].key) if here.isValid() else None
        self.pairs.show_report(self.model.report, only_found=self.only_found.isChecked())
        titles = [f"{NOT_CHECKED_SIGN} {entry.title}" if entry.reason else entry.title for entry in self.pairs.entries]
        self.grid.set_titles(titles, titles, "▲i")
        number_of = {entry.key: number for number, entry in enumerate(self.pairs.entries)}
        if before is not None and before[0] in number_of and before[1] in number_of:
            self.grid.setCurrentIndex(self.pairs.index(number_of[before[0]], number_of[before[1]]))
        self._say()

    def _tell_state(self) -> None:
        parts = [state_text(self.model)]
        report = self.model.report
        if report is not None:
            if not self.pairs.table or not self.pairs.table.entries:
                parts.append(self.tr("Nothing of the list was read as a medicine."))
            elif not report.pairs_checked:
                parts.append(self.tr("No pair was checked."))
            else:
                done = self.tr("Pairs: {0} checked, {1} not checked.")
                parts.append(done.format(report.pairs_checked, report.pairs_not_checked))
            hidden = self.pairs.hidden
            if hidden:
                unread = sum(1 for entry in hidden if entry.reason)
                parts.append(self.tr("Hidden: {0} rows without a finding, {1} of them not checked.").format(len(hidden), unread))
        self.state.setText(" ".join(part for part in parts if part))
        self.state.setVisible(bool(self.state.text()))

    def _say(self) -> None:
        report = self.model.report
        if report is None or self.pairs.table is None:
            self.words.say("")
            return
        here = self.grid.currentIndex()
        cell = self.pairs.cell(here)
        if cell is None:
            now = self.tr("Choose a cell by the arrow keys or a click.")
            now = f"<p>{now}</p>"
        else:
            now = cell_html(cell, self.pairs.entries[here.row()], self.pairs.entries[here.column()])
        rest = self.tr(
            "Not in it: what concerns one medicine alone, lines that say that it is not taken, and what no source knows."
        )
        self.words.say(f"{now}{legend_html()}<p>{rest}</p>")

    def _choose(self, index: QModelIndex) -> None:
        cell = self.pairs.cell(index)
        if cell is not None:
            choice = self._choice_of(cell)
            if choice is not None:
                self._followed = choice
                self.selection.choose(choice)

    def _choice_of(self, cell: Cell) -> Choice | None:
        """What a cell stands for in the other parts of the page; None where these say nothing of it."""
        report = self.pairs.table.report if self.pairs.table is not None else None
        if report is None:
            return None
        if cell.kind is CellKind.FOUND:
            return pair_choice(report, cell.findings[0].rows)
        return choice_of(report, cell.duplicates[0]) if cell.duplicates else None

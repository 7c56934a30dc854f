"""The findings: what the page is at, a filter, and the list. Follows the model and the selection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.prescription.choice import Choice, Selection
from desktop.prescription.filters import Filter, filter_of, without_medicine_that_left
from desktop.prescription.filters_bar import FilterBar
from desktop.prescription.findings_leaving import Leaving
from desktop.prescription.findings_list import FindingsList
from desktop.prescription.findings_rows import Shown, shown_in_steps
from desktop.prescription.findings_slices import Slices
from desktop.prescription.findings_status import StatusLine
from desktop.prescription.panel import Panel
from desktop.prescription.view_model import Phase, PrescriptionViewModel

if TYPE_CHECKING:
    from engine.report import Report, Severity


class FindingsPanel(Panel):
    """`tree` is the list, `status` the line over it, `filters` the bar, `hint` its effect, `blank` what an empty list says."""

    def __init__(self, model: PrescriptionViewModel, selection: Selection) -> None:
        super().__init__(model, selection)
        self.status = StatusLine(model)
        self.filters = FilterBar(filter_of(model.settings))
        self.hint = self._label()
        self.show_all = QPushButton(self.tr("Show &all"))
        self.tree = FindingsList(self.tr("Findings, worst first"))
        self.blank = self._label()
        self.blank.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._settings_filter = self.filters.wanted
        self._built: tuple[Report | None, Filter] | None = None
        self._shown: Shown | None = None
        self._followed: Choice | None = None
        self._word = ""
        self._slices = Slices(self)
        self._leaving = Leaving(self)
        self._lay_out()
        self.tree.chosen.connect(self._choose)
        self.filters.changed.connect(self._filter_changed)
        self.show_all.clicked.connect(self._show_everything)
        self.refresh()

    def _label(self) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _lay_out(self) -> None:
        self._hint_row = QWidget()
        row = QHBoxLayout(self._hint_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.hint, 1)
        row.addWidget(self.show_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.status, self.filters, self._hint_row):
            column.addWidget(part)
        column.addWidget(self.tree, 1)
        column.addWidget(self.blank, 1)
        self.setTabOrder(self.filters.origin, self.show_all)
        self.setTabOrder(self.show_all, self.tree)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by a command comes to the list; a focus proxy would lead Tab past the filters too."""
        super().focusInEvent(event)
        self.tree.setFocus(event.reason())

    @property
    def fresh(self) -> bool:
        """Whether everything that is shown is the model's present state."""
        return super().fresh and not self._slices.pending and self.tree.settled

    @property
    def _counts(self) -> Mapping[Severity, int]:
        return self._shown.sifted.worst if self._shown is not None else {}

    @property
    def _mechanisms(self) -> frozenset[str]:
        return self._shown.mechanisms if self._shown is not None else frozenset()

    @property
    def hidden_count(self) -> int:
        """Pairs that the filter hides."""
        return len(self._shown.sifted.hidden) if self._shown is not None else 0

    def refresh(self) -> None:
        """Show the model's present state; thousands of findings come in short turns."""
        chosen = filter_of(self.model.settings)
        if chosen != self._settings_filter:
            self._settings_filter = chosen
            self.filters.show_filter(chosen, self.model.report, self._mechanisms)
        report = self.model.report
        if self.model.phase is Phase.CHECKING and report is not None:
            # The older findings stay until the new ones are there; the status says so.
            self.status.show_state({})
            return
        self._show(report)
        if self._slices.pending:
            # What is found is said when it is shown.
            self.status.show_work()
        else:
            self.status.show_state(self._counts)

    def follow_choice(self) -> None:
        """Go to what is chosen; say so where the filter hides it."""
        if self._slices.pending:
            return
        self.tree.go_to(self.selection.choice, opening=self.selection.choice != self._followed)
        self._followed = self.selection.choice
        self._show_hint()

    def _show(self, report: Report | None) -> None:
        if report is None:
            self._word = ""
        else:
            self._let_medicine_go(report)
        if self._built is not None and self._built[0] is report and self._built[1] == self.filters.wanted:
            self._show_hint()
            self._show_blank()
            return
        before = self._built[0] if self._built is not None else None
        if before is not None and before is not report:
            self._leaving.take(before.interactions)
        self._built = (report, self.filters.wanted)
        self._slices.start(self._build(report, self.filters.wanted))

    def _let_medicine_go(self, report: Report) -> None:
        wanted = without_medicine_that_left(self.filters.wanted, report)
        if wanted != self.filters.wanted:
            self._word = self.tr("{0} is not in the list any more: all medicines are shown.").format(
                self.filters.medicine.currentText()
            )
            self.filters.wanted = wanted

    def _build(self, report: Report | None, wanted: Filter) -> Iterator[None]:
        shown: Shown | None = None
        if report is not None:
            for step in shown_in_steps(report, wanted):
                shown = step
                yield
        before = self.tree.groups
        self._leaving.take(row for group in before for row in group.rows)
        yield from self.tree.show_groups(shown.groups if shown is not None else ())
        self._shown = shown
        yield
        self.filters.show_filter(wanted, report, self._mechanisms)
        self.status.show_state(self._counts)
        self._show_hint()
        self._show_blank()
        yield
        self._settle_choice(shown)

    def _settle_choice(self, shown: Shown | None) -> None:
        """What was chosen stays chosen if it is still there, shown or hidden; else the first row is."""
        if shown is None:
            return
        choice = self.selection.choice
        if not self.tree.go_to(choice, opening=False) and (choice is None or choice not in shown.hidden):
            self.tree.go_to(self.tree.first_choice())
            self.selection.choose(self.tree.first_choice())

    def _choose(self, choice: Choice) -> None:
        self.selection.choose(choice)

    def _filter_changed(self) -> None:
        self._word = ""
        self._show(self._built[0] if self._built is not None else None)

    def _show_everything(self) -> None:
        self.filters.show_filter(Filter(), self._built[0] if self._built is not None else None, self._mechanisms)
        self._filter_changed()
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_hint(self) -> None:
        count = self.hidden_count
        words = [self._word]
        if self._shown is not None and self.filters.wanted.active:
            if count == 1:
                words.append(self.tr("1 pair hidden by filters."))
            else:
                words.append(self.tr("{0} pairs hidden by filters.").format(count))
            if self.selection.choice in self._shown.hidden:
                words.append(self.tr("The chosen pair is one of them."))
        text = " ".join(word for word in words if word)
        self.hint.setText(text)
        self._hint_row.setVisible(bool(text))
        self.show_all.setVisible(self.filters.wanted.active)

    def _show_blank(self) -> None:
        """An empty list says why it is empty."""
        text = ""
        if self._shown is None:
            text = {
                Phase.EMPTY: self.tr("Findings appear here while you type: the worst first, each with what to do."),
                Phase.STOPPED: self.tr("No findings are shown, because the check was stopped."),
                Phase.FAULT: self.tr("No findings are shown, because nothing was checked."),
                Phase.UNUSABLE: self.tr("No findings are shown, because the knowledge could not be opened."),
            }.get(self.model.phase, "")
        elif not self._shown.groups:
            if self.hidden_count:
                text = self.tr("The filters hide every finding. “Show all” shows them again.")
            else:
                text = self.tr("Nothing to show for what was checked. Absence is no proof.")
        self.blank.setText(text)
        self.blank.setVisible(bool(text))
        self.tree.setVisible(not text)
        # Nothing found leaves nothing to filter.
        self.filters.setVisible(self.model.report is not None and bool(self.model.report.interactions))

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing works behind a panel that is gone."""
        self._slices.pause()
        self._leaving.drop()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What waited goes on."""
        super().showEvent(event)
        self._slices.resume()

"""The detail panel: what is chosen on the page, in full."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.prescription.choice import Choice, Selection, chosen_of
from desktop.prescription.detail import parts
from desktop.prescription.detail.alternatives import AlternativesBox
from desktop.prescription.detail.block import Render, TextBlock
from desktop.prescription.detail.finding import FindingView
from desktop.prescription.detail.looker import AlternativeLooker
from desktop.prescription.detail.swap import SwapDialog, plan_swap
from desktop.prescription.detail.words import datum_value
from desktop.prescription.panel import Panel
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from engine.errors import InputError

if TYPE_CHECKING:
    from desktop.prescription.choice import Chosen
    from engine.knowledge.records import Source
    from engine.prescriptions.patient import Patient
    from engine.report import Alternative, Interaction


class DetailPanel(Panel):
    """Shows what the selection means in the report. `replace_line` carries a line's number (1-based) and its new text."""

    replace_line = Signal(int, str)

    def __init__(self, model: PrescriptionViewModel, selection: Selection) -> None:
        super().__init__(model, selection)
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.other = TextBlock(self.tr("Detail of what is chosen; Tab and Enter open facts, Esc closes them"))
        self.alternatives = AlternativesBox()
        self.views: list[FindingView] = []
        self.looker = AlternativeLooker(model)
        self.swap_dialog: SwapDialog | None = None
        self._shown: Choice | None = None
        self._findings: tuple[Interaction, ...] = ()
        self._patient: Patient | None = None
        self._ticks: dict[Choice, frozenset[str]] = {}
        self._content = QWidget()
        # One ground for texts and widgets alike.
        self._content.setBackgroundRole(QPalette.ColorRole.Base)
        self._column = QVBoxLayout(self._content)
        self._column.addWidget(self.empty)
        self._column.addWidget(self.other)
        self._column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        # Always there, so that its coming and going does not change the width that the wrapping depends on.
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self._content)
        self.area.setBackgroundRole(QPalette.ColorRole.Base)
        self.setFocusProxy(self.other)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)
        self.looker.found.connect(self._show_alternatives)
        self.alternatives.swap_wanted.connect(self._ask_for_swap)
        self._follow_cursor(self.other)
        self._view(0)

    def forget_ticks(self) -> None:
        """Another person's list comes: what was ticked off for the one before does not hold."""
        self._ticks = {}
        self._stale_choice = True
        self._wake()

    def show_reasoning(self) -> None:
        """Bring the steps of the first finding to the top."""
        if self._findings:
            reasons = self.views[0].reasons
            found = reasons.document().find(parts.reasoning_title())
            place = reasons.mapTo(self._content, reasons.cursorRect(found).topLeft())
            self.area.verticalScrollBar().setValue(place.y())

    def refresh(self) -> None:
        """Take what belongs to a new report; while a list is being checked, the older one stays."""
        if self.model.phase is Phase.CHECKED:
            self._patient = self.model.patient
        if not self.model.text.strip():
            self._ticks = {}

    def follow_choice(self) -> None:
        """Show what the choice means; the same again keeps the place, the focus and the open facts."""
        report, choice = self.model.report, self.selection.choice
        chosen = chosen_of(report, choice) if report is not None and choice is not None else ()
        moved = choice != self._shown
        self._shown = choice
        self._findings = _findings(chosen)
        self._show_views(choice)
        self.empty.setVisible(not chosen)
        if not chosen:
            self.empty.setText(self._empty_words())
        self.other.setVisible(bool(chosen) and not self._findings)
        if chosen and not self._findings:
            self.other.show_text(choice, self._render(chosen[0]))
        self.setFocusProxy(self.views[0].head if self._findings else self.other)
        self._look(moved=moved)
        if moved:
            self.area.verticalScrollBar().setValue(0)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is looked for or asked behind a panel that is gone."""
        self.looker.stop()
        if self.swap_dialog is not None:
            self.swap_dialog.reject()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What was looked for when the panel went is looked for again."""
        self._stale_choice = True
        super().showEvent(event)

    def _empty_words(self) -> str:
        if self.model.report is not None and self.selection.choice is not None:
            return self.tr("What was chosen is not in the present findings. Choose another to see the reasoning and its facts.")
        return self.tr("Choose a finding to see the reasoning step by step and the facts behind it.")

    def _sources(self) -> Mapping[str, Source]:
        return self.model.application.store.sources if self.model.application is not None else {}

    def _show_views(self, choice: Choice | None) -> None:
        if choice is not None:
            for number, finding in enumerate(self._findings):
                view = self._view(number)
                key: Hashable = (choice, finding.object, finding.direction, finding.documented)
                view.show_finding(key, finding, self._done(number, finding), self._sources())
                view.show()
        for view in self.views[len(self._findings) :]:
            view.hide()
        self._order_tabs()

    def _view(self, number: int) -> FindingView:
        while number >= len(self.views):
            view = FindingView()
            if not self.views:
                view.between.addWidget(self.alternatives)
            place = len(self.views)
            view.checklist.ticked.connect(lambda text, done, place=place: self._tick(place, text, done))
            self._follow_cursor(view.head)
            self._follow_cursor(view.reasons)
            self.views.append(view)
            self._column.insertWidget(self._column.count() - 1, view)
        return self.views[number]

    def _render(self, chosen: Chosen) -> Render:
        from engine.report import CumulativeLoad, Duplicate, Interaction, MissingDatum

        sources = self._sources()
        if isinstance(chosen, CumulativeLoad):
            load = chosen
            return lambda ink, shown: parts.load_detail(load, parts.Page(sources, ink, shown))
        if isinstance(chosen, Duplicate):
            duplicate = chosen
            return lambda ink, shown: parts.duplicate_detail(duplicate, parts.Page(sources, ink, shown))
        if isinstance(chosen, MissingDatum):
            missing = chosen
            return lambda _ink, _shown: parts.missing_detail(missing)
        if isinstance(chosen, Interaction):
            raise TypeError("a finding has a view of its own")
        statement = chosen
        value = datum_value(statement.datum, self._patient) if self._patient is not None else None
        return lambda ink, shown: parts.statement_detail(statement, value, parts.Page(sources, ink, shown))

    def _done(self, number: int, finding: Interaction) -> frozenset[str]:
        if self._shown is None:
            return frozenset()
        ticked = self._ticks.get(self._shown, frozenset())
        return frozenset(text for text in finding.managements if f"{number}:{text}" in ticked)

    def _tick(self, number: int, text: str, done: bool) -> None:
        if self._shown is not None:
            one = frozenset((f"{number}:{text}",))
            before = self._ticks.get(self._shown, frozenset())
            self._ticks[self._shown] = before | one if done else before - one

    def _look(self, *, moved: bool) -> None:
        if not self._findings or self.model.phase is not Phase.CHECKED:
            self.looker.stop()
            self._wait_for_alternatives(self.tr("Alternatives are looked for when the list has been checked."), moved=moved)
            return
        from engine.checking import worth_replacing

        if worth_replacing(self._findings[0].severity):
            self.looker.look(self._findings[0].rows)
            if self.looker.alternatives is None:
                self._wait_for_alternatives(self.tr("Looking for alternatives…"), moved=moved)
            else:
                self._show_alternatives()
        else:
            self.looker.stop()
            self.alternatives.show_state(self.tr("Alternatives are looked for where a finding is moderate or worse."))

    def _order_tabs(self) -> None:
        """Boxes and buttons that were made late would otherwise come last."""
        order: list[QWidget] = [self.other]
        for number, view in enumerate(self.views):
            order += [view.head, *view.checklist.boxes]
            order += self.alternatives.buttons if number == 0 else []
            order.append(view.reasons)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _wait_for_alternatives(self, said: str, *, moved: bool) -> None:
        if moved or not self.alternatives.buttons:
            self.alternatives.show_state(said)
        else:
            self.alternatives.keep_older(
                self.tr("The list has changed: these belong to the list before. They are looked for again.")
            )

    def _show_alternatives(self) -> None:
        offered = self.looker.alternatives
        if self.looker.fault:
            self.alternatives.show_state(self.tr("⚠ Not looked for: {0}").format(self.looker.fault))
        elif offered is not None:
            self.alternatives.show_alternatives(offered)
            self._order_tabs()

    def _ask_for_swap(self, wanted: Alternative) -> None:
        report = self.model.report
        if report is None or self.model.phase is not Phase.CHECKED or not self._findings:
            return
        row = next(row for row in self._findings[0].rows if report.drugs[row].name == wanted.instead_of)
        try:
            plan = plan_swap(report, self.model.text, row, wanted.name)
        except InputError as error:
            self.alternatives.state.setText(f"⚠ {error.sentence}")
            self.area.ensureWidgetVisible(self.alternatives.state)
            return
        dialog = SwapDialog(self.model, plan, report, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.replace_line.emit(plan.line_number, plan.new_line))
        dialog.finished.connect(self._swap_closed)
        self.swap_dialog = dialog
        dialog.begin()

    def _swap_closed(self) -> None:
        self.swap_dialog = None

    def _follow_cursor(self, block: TextBlock) -> None:
        block.followed.connect(lambda place: self._see(block, place))

    def _see(self, block: TextBlock, place: QRect) -> None:
        point = block.mapTo(self._content, place.center())
        self.area.ensureVisible(point.x(), point.y(), 0, 2 * self.fontMetrics().lineSpacing())


def _findings(chosen: Sequence[Chosen]) -> tuple[Interaction, ...]:
    from engine.report import Interaction

    return tuple(one for one in chosen if isinstance(one, Interaction))

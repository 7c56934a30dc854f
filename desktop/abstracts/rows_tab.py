"""A tab with a table: filters above it, the current row in words below. It asks for rows only while it can be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout

from desktop.abstracts.columns import columns_of
from desktop.abstracts.filters import FilterBar
from desktop.abstracts.paged import PagedModel
from desktop.abstracts.row_words import row_html
from desktop.abstracts.rows_view import RowsView, give_most
from desktop.abstracts.runs import RunReader
from desktop.abstracts.states import empty_text
from desktop.abstracts.view_model import ManyAbstractsModel
from desktop.abstracts.work import fetching, finding
from desktop.prescription.matrix.states import Latest, Stack, Words, plain_label
from desktop.widgets.following import FollowingPanel
from engine.reading.batch_model import AnyRow, PairRow, Query, Summary


class RowsTab(FollowingPanel):
    """One table of the run. `opened` carries a row whose abstract is wanted, `pair_asked` the two names of a pair."""

    opened = Signal(object)
    pair_asked = Signal(str, str)

    def __init__(self, model: ManyAbstractsModel, query: Query, name: str, count: Callable[[Summary], int]) -> None:
        super().__init__(model.rows, model.rows)
        self.model = model
        self._count = count
        self._reader: RunReader | None = None
        self._again = False
        self._finding: Latest[Sequence[int]] = Latest(model.tasks)
        self._fetching: Latest[dict[int, AnyRow]] = Latest(model.tasks)
        self.state = plain_label()
        self.rows = PagedModel(columns_of(query.table), volatile=query.table == "pairs")
        self.filters = FilterBar(query, self.rows.columns)
        self.view = RowsView(self.rows, name)
        self.words = Words(self.tr("The current row in words"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        stack = Stack((self.state, self.filters), self.view, self.words)
        give_most(stack)
        column.addWidget(stack)
        self.setFocusProxy(self.view)
        self.filters.changed.connect(self._filter)
        self.rows.sort_asked.connect(self.filters.sort_by)
        self.rows.wanted.connect(self._fetch)
        self.view.moved.connect(self._say)
        self.view.decided.connect(self._decide)
        model.changed.connect(self._tell_state)
        self._tell_state()

    @property
    def settled(self) -> bool:
        """Whether everything that can be seen is there."""
        return self.fresh and not (self._finding.busy or self._fetching.busy or self.rows.fetching)

    def refresh(self) -> None:
        """Show the rows that the run has now."""
        if self.model.reader is not self._reader:
            self._reader = self.model.reader
            self._finding.drop()
            self._fetching.drop()
            self._again = False
            self.rows.forget()
        if self.model.summary is not None:
            self.filters.offer(self.model.summary.labels)
        self._find()
        self._tell_state()

    def _filter(self) -> None:
        self.view.show_sorting(self.filters.query.sort, descending=self.filters.query.descending)
        self._finding.drop()
        self._find()

    def _find(self) -> None:
        if self._reader is None:
            return
        if self._finding.busy:
            # A run that grows fast must not make each look start anew before it ends.
            self._again = True
            return
        self._finding.start(finding(self._reader, self.filters.query), self._show_keys, self.model.meet_fault)

    def _show_keys(self, keys: Sequence[int]) -> None:
        if keys != self.rows.keys or self.filters.query.table == "pairs":
            # What was on its way belongs to places that are no longer.
            self._fetching.drop()
            place = self.view.place()
            self.rows.show_keys(keys)
            self.view.go_back_to(*place)
        self._tell_state()
        self._say()
        if self._again:
            self._again = False
            self._find()

    def _fetch(self, keys: Sequence[int]) -> None:
        if self._reader is None:
            return
        self._fetching.start(fetching(self._reader, self.filters.query.table, keys), self._take_rows, self.model.meet_fault)

    def _take_rows(self, rows: dict[int, AnyRow]) -> None:
        self.rows.take_rows(rows)
        self._say()

    @property
    def current(self) -> AnyRow | None:
        """The current row; None where there is none, or it is being fetched."""
        return self.rows.row(self.view.current_row)

    def _say(self) -> None:
        row = self.current
        self.words.say(row_html(row) if row is not None else "")

    def _decide(self) -> None:
        row = self.current
        if isinstance(row, PairRow):
            self.pair_asked.emit(row.first, row.second)
        elif row is not None and row.abstract is not None:
            self.opened.emit(row)

    def _tell_state(self) -> None:
        summary = self.model.summary
        shown, total = self.rows.rowCount(), self._count(summary) if summary is not None else 0
        said = empty_text(self.model)
        if not said and total and not shown and not self.settled:
            said = self.tr("The rows are being looked up…")
        elif not said and total:
            said = self.tr("{0} of {1} rows are shown.").format(f"{shown:,}", f"{max(total, shown):,}")
            if not self.filters.filtering:
                said = self.tr("{0} rows.").format(f"{shown:,}")
        elif not said:
            said = self.nothing()
        self.state.setText(said)

    def nothing(self) -> str:
        """What is said where the run has no such row."""
        reading = self.model.reading
        table = self.filters.query.table
        if table == "remarks":
            return self.tr("Nothing to remark so far.") if reading else self.tr("Every record was read, and none came twice.")
        summary = self.model.summary
        if table == "pico" and summary is not None and not summary.header.has_head("pico"):
            return self.tr("The student that read this run does not look for participants, interventions and outcomes.")
        if table == "pico":
            none = self.tr("No participants, interventions or outcomes were found.")
        else:
            none = self.tr("No statement on two names was found. That is no proof that there is none.")
        return self.tr("Nothing found so far.") if reading else none

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing waits behind a tab that is gone."""
        self.filters.stop()
        self.rows.stop()
        super().hideEvent(event)

"""The page of many abstracts: a source and its run above, what was found below, in tables that grow while it is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.abstract.text_words import made_words
from desktop.abstracts.control import ControlBar
from desktop.abstracts.exporting import RunExporter
from desktop.abstracts.view_model import ManyAbstractsModel
from desktop.abstracts.work import text_of
from desktop.prescription.matrix.states import Latest, plain_label
from desktop.widgets.fitted_text import FittedText
from desktop.widgets.message_bar import MessageBar
from desktop.widgets.tab_stops import go_to_next_stop
from desktop.widgets.tabs import LazyTabs
from engine.reading.batch_model import PicoRow, Query, RelationRow, RemarkRow

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent

    from desktop.abstracts.rows_tab import RowsTab
    from engine.abstracts.model import Abstract

RELATIONS, PAIRS, NETWORK, YEARS, PICO, REMARKS = range(6)


class ManyAbstractsPage(QWidget):
    """The page over its view model. `open_abstract` carries the abstract that a person wants to see."""

    open_abstract = Signal(object)

    def __init__(self, model: ManyAbstractsModel) -> None:
        super().__init__()
        self.model = model
        self._relations: RowsTab | None = None
        self._opening: Latest[str] = Latest(model.tasks)
        self.fault = MessageBar(self.tr("What went wrong"))
        self.control = ControlBar(model)
        self.exporter = RunExporter(model, self)
        self.exported = plain_label()
        self.exported.hide()
        self.tabs = LazyTabs(self.tr("Views of what was found"))
        self.foot = FittedText(self.tr("What read the abstracts, its terms, and the intended use"), share=7)
        self.foot.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        for part in (self.fault, self.control, self.exported):
            column.addWidget(part)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.foot)
        self.tabs.add(self.tr("Statements"), self._make_relations)
        self.tabs.add(self.tr("Pairs"), self._make_pairs)
        self.tabs.add(self.tr("Network"), self._make_network)
        self.tabs.add(self.tr("By year"), self._make_years)
        self.tabs.add(self.tr("PICO"), self._make_pico)
        self.tabs.add(self.tr("Not read, duplicates"), self._make_remarks)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.control.choose_file)
        self.control.exporting.connect(self.exporter.export)
        self.exporter.said.connect(self._say_export)
        self.fault.dismiss.clicked.connect(model.dismiss_message)
        model.changed.connect(self._show_state)
        self._show_state()

    def _make_relations(self) -> QWidget:
        from desktop.abstracts.rows_tab import RowsTab

        self._relations = tab = RowsTab(
            self.model, Query("relations"), self.tr("Statements on two names"), lambda counts: counts.relations
        )
        tab.opened.connect(self.show_abstract)
        return tab

    def _make_pairs(self) -> QWidget:
        from desktop.abstracts.rows_tab import RowsTab

        query = Query("pairs", sort="abstracts", descending=True)
        tab = RowsTab(self.model, query, self.tr("Pairs of names"), lambda counts: counts.pairs)
        tab.view.show_sorting(query.sort, descending=True)
        tab.pair_asked.connect(self.show_pair)
        return tab

    def _make_network(self) -> QWidget:
        from desktop.abstracts.network_tab import NetworkTab

        tab = NetworkTab(self.model)
        tab.pair_asked.connect(self.show_pair)
        return tab

    def _make_years(self) -> QWidget:
        from desktop.abstracts.years_tab import YearsTab

        return YearsTab(self.model)

    def _make_pico(self) -> QWidget:
        from desktop.abstracts.rows_tab import RowsTab

        tab = RowsTab(self.model, Query("pico"), self.tr("Whom, with what, to what end"), lambda counts: counts.pico)
        tab.opened.connect(self.show_abstract)
        return tab

    def _make_remarks(self) -> QWidget:
        from desktop.abstracts.rows_tab import RowsTab

        tab = RowsTab(
            self.model,
            Query("remarks"),
            self.tr("What was not read, duplicates, and remarks"),
            lambda counts: counts.remarks,
        )
        tab.opened.connect(self.show_abstract)
        return tab

    def show_pair(self, *names: str) -> None:
        """Show the statements on these medicines alone."""
        self.tabs.setCurrentIndex(RELATIONS)
        assert self._relations is not None
        self._relations.filters.ask_for(*names)
        self._relations.view.setFocus()

    def show_abstract(self, row: RelationRow | PicoRow | RemarkRow) -> None:
        """Fetch the abstract of a row, and hand it on."""
        reader = self.model.reader
        if reader is not None and row.abstract is not None:
            steps = text_of(reader, row.abstract)
            self._opening.start(steps, lambda text: self.open_abstract.emit(_abstract_of(row, text)), self.model.meet_fault)

    def open_path(self, path: Path) -> None:
        """Take a file or folder as if it was chosen; not while one is read."""
        if self.model.reading:
            self.model.meet_fault(self.tr("Pause the run before you choose something else."))
        else:
            self.model.choose(path)

    def _say_export(self, sentence: str) -> None:
        self.exported.setText(sentence)
        self.exported.setVisible(bool(sentence))

    def _show_state(self) -> None:
        model = self.model
        self.fault.say((f"⚠ {model.message}",) if model.message else ())
        counts = model.summary
        made = made_words(counts.header.provenance) if counts is not None else ""
        self.foot.show_text("\n".join(filter(None, (made, model.notice))))
        not_read = counts.faults + counts.duplicates if counts is not None else 0
        title = self.tr("Not read, duplicates ({0})").format(f"{not_read:,}") if not_read else self.tr("Not read, duplicates")
        if self.tabs.tabText(REMARKS) != title:
            self.tabs.setTabText(REMARKS, title)

    def accepts(self, mime: QMimeData) -> bool:
        """Whether what is dragged over the page is a file or folder of this machine."""
        return any(url.isLocalFile() for url in mime.urls())

    def drop(self, mime: QMimeData) -> None:
        """Take the one file or folder that was dropped."""
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if len(paths) == 1:
            self.open_path(paths[0])
        else:
            self.model.meet_fault(self.tr("Drop one file or one folder; put several files into one folder first."))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file or folder may be dropped anywhere on the page."""
        if self.accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        event.acceptProposedAction()
        self.drop(event.mimeData())

    def focusNextPrevChild(self, to_next: bool) -> bool:
        """Tab goes through the page as it is read."""
        parts = (self.fault, self.control, self.tabs, self.foot)
        return go_to_next_stop(self, parts, to_next=to_next) or super().focusNextPrevChild(to_next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A taller window leaves more room for texts."""
        super().resizeEvent(event)
        self.control.fit()
        self.foot.fit()


def _abstract_of(row: RelationRow | PicoRow | RemarkRow, text: str) -> Abstract:
    """The abstract of a row, with what the row knows of its record."""
    from engine.abstracts.model import Abstract

    if isinstance(row, RemarkRow):
        return Abstract(text, source=row.where)
    source, place = (row.source, row.place) if isinstance(row, RelationRow) else ("", 0)
    return Abstract(text, pmid=row.pmid or None, year=row.year, source=source, place=place)

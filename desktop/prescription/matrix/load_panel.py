"""What adds up over the list: one bar for each harm, as long as the number of medicines that add to it."""

from __future__ import annotations

from collections.abc import Generator
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTreeWidgetItem, QVBoxLayout

from desktop.prescription.choice import Choice, Selection
from desktop.prescription.matrix.load_rows import BarDelegate, LoadRow, bar_of, load_entry, load_html
from desktop.prescription.matrix.states import Stack, Words, left_out, state_text
from desktop.prescription.matrix.worked import WorkedPanel
from desktop.prescription.view_model import PrescriptionViewModel
from desktop.tasks import Work
from desktop.widgets.wrapped import Entry, WrappedTree
from engine.cancellation import Progress

if TYPE_CHECKING:
    from engine.interactions.overview import Load
    from engine.knowledge.store import KnowledgeStore
    from engine.report import Report


class LoadPanel(WorkedPanel[tuple["Load", ...]]):
    """Harms to which medicines of the list contribute: those that add up, then those of one medicine."""

    def __init__(self, model: PrescriptionViewModel, selection: Selection) -> None:
        super().__init__(model, selection)
        self.tree = WrappedTree(self.tr("What adds up over the list"))
        self.tree.setItemDelegate(BarDelegate(self.tree))
        self.words = Words(self.tr("The chosen harm with its facts, and how to read the bars"))
        self._items: dict[str, QTreeWidgetItem] = {}
        self._silent: tuple[str, ...] = ()
        column = QVBoxLayout(self)
        column.addWidget(Stack((self.state,), self.tree, self.words))
        self.setFocusProxy(self.tree)
        self.tree.currentItemChanged.connect(lambda _now, _before: self._say())
        self.tree.itemActivated.connect(lambda item, _column: self._choose(item))
        self.tree.itemClicked.connect(lambda item, _column: self._choose(item))

    def work_on(self, store: KnowledgeStore, report: Report) -> Work[tuple[Load, ...]]:
        """The loads of a report."""

        def work() -> Generator[Progress, None, tuple[Load, ...]]:
            from engine.interactions.overview import load_overview

            yield Progress(0, 0)
            return load_overview(store, report.drugs)

        return work

    def follow_choice(self) -> None:
        """Make the chosen load the current one."""
        choice = self.selection.choice
        if choice is not None and choice.kind == "load":
            item = self._items.get(choice.key[0])
            if item is not None and item is not self.tree.currentItem():
                self.tree.setCurrentItem(item)
                self.tree.scrollToItem(item)

    def show_worked(self, worked: tuple[Load, ...] | None) -> None:
        """Show loads, and remember of which medicines none is known."""
        loads = worked or ()
        if self._shown is not None:
            speaking = {one.name for load in loads for one in load.contributors}
            drugs = self._shown.drugs
            self._silent = tuple(drug.name for drug in drugs if drug.systemic is not False and drug.name not in speaking)
        self._show(loads)

    def _show(self, loads: tuple[Load, ...]) -> None:
        row = self._row(self.tree.currentItem())
        before = row.load.tag if row is not None else None
        self.tree.blockSignals(True)
        self.tree.clear()
        self._items = {}
        longest = max((len(load.contributors) for load in loads), default=0)
        together = [load for load in loads if load.adds_up]
        alone = [load for load in loads if not load.adds_up]
        titles = (self.tr("Adds up ({0})"), together), (self.tr("One medicine only, or weak ones ({0})"), alone)
        for title, group in titles:
            if group:
                heading = self.tree.item_for(Entry(title.format(len(group)), heading=True), None)
                for load in group:
                    item = self.tree.item_for(load_entry(load), LoadRow(load, bar_of(load, longest)))
                    heading.addChild(item)
                    self._items[load.tag] = item
                self.tree.addTopLevelItem(heading)
        self.tree.expandAll()
        if before in self._items:
            self.tree.setCurrentItem(self._items[before])
        self.tree.blockSignals(False)
        self._say()

    def tell_state(self) -> None:
        """Say how many harms add up, or why nothing is shown."""
        said = state_text(self.model)
        if self._fault:
            said = self.tr("⚠ The loads were not worked out: {0}").format(self._fault)
        elif not said and self._latest.busy:
            said = self.tr("Working out what adds up…")
        elif not said and self._shown is not None:
            count = sum(1 for item in self._items.values() if (row := self._row(item)) is not None and row.load.adds_up)
            said = (
                self.tr("Harms to which several medicines add: {0}.").format(count)
                if self._items
                else self.tr("No medicine of the list is known to add to a harm that is looked at. Absence is no proof.")
            )
        self.state.setText(said)
        self.state.setVisible(bool(said))

    def _row(self, item: QTreeWidgetItem | None) -> LoadRow | None:
        payload = self.tree.payload_of(item)
        return payload if isinstance(payload, LoadRow) else None

    def _say(self) -> None:
        if self._shown is None:
            self.words.say("")
            return
        row = self._row(self.tree.currentItem())
        now = load_html(row.load) if row is not None else ""
        legend = self.tr(
            "One block is one medicine: filled for strong or known, dotted for another or no grade, empty for weak "
            "(not counted). A bar is as long as their number; it is no score, and doses are not weighed."
        )
        rest = left_out(self._shown, self._silent, self.tr("nothing at hand on a load of"))
        self.words.say(f"{now}<p>{legend}</p><p>{escape(rest)}</p>")

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        row = self._row(item)
        # A harm of one medicine is no part of the report: its facts stand below.
        if row is not None and row.load.adds_up:
            self.selection.choose(Choice("load", (row.load.tag,)))

"""The shared-enzyme map: which medicines of the list meet at which enzyme or transporter, and in which role."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QUrl
from PySide6.QtWidgets import QVBoxLayout

from desktop.prescription.choice import Selection, pair_choice, row_keys
from desktop.prescription.matrix.enzyme_model import WIDEST, EnzymeModel, role_words
from desktop.prescription.matrix.grid import GridView
from desktop.prescription.matrix.pairs import row_titles
from desktop.prescription.matrix.states import Stack, Words, fact_html, left_out, state_text
from desktop.prescription.matrix.worked import WorkedPanel
from desktop.prescription.view_model import PrescriptionViewModel
from desktop.tasks import Work
from desktop.widgets.severity import label
from engine.cancellation import Progress

if TYPE_CHECKING:
    from engine.interactions.enzymes import SharedEnzyme
    from engine.knowledge.store import KnowledgeStore
    from engine.report import Interaction, Report

_PAIR_LINK = "pair:"


@dataclass(frozen=True, slots=True)
class EnzymeMap:
    """The shared enzymes of a report, and its findings by (row, enzyme) and by the two rows, worst first."""

    enzymes: tuple[SharedEnzyme, ...]
    by_way: dict[tuple[int, str], list[Interaction]]
    by_pair: dict[frozenset[int], list[Interaction]]


def vias(finding: Interaction) -> tuple[str, ...]:
    """Enzymes, transporters and processes by way of which a finding comes about."""
    return tuple(dict.fromkeys(note.via for note in finding.mechanisms if note.via is not None))


def map_in_steps(store: KnowledgeStore, report: Report) -> Generator[Progress, None, EnzymeMap]:
    """Work the map out; for the background."""
    from engine.interactions.enzymes import shared_enzymes

    yield Progress(0, 2)
    found = EnzymeMap(shared_enzymes(store, report.drugs), {}, {})
    yield Progress(1, 2)
    for finding in report.interactions:
        found.by_pair.setdefault(frozenset(finding.rows), []).append(finding)
        for via in vias(finding):
            for row in finding.rows:
                found.by_way.setdefault((row, via), []).append(finding)
    return found


class EnzymePanel(WorkedPanel[EnzymeMap]):
    """A table of roles; the facts of the current cell and the findings by way of its enzyme stand below."""

    def __init__(self, model: PrescriptionViewModel, selection: Selection) -> None:
        super().__init__(model, selection)
        self.roles = EnzymeModel()
        self.grid = GridView(self.tr("Medicines by the enzymes and transporters that they share"))
        self.grid.setModel(self.roles)
        self.words = Words(self.tr("Roles and facts of the current cell, and the signs"))
        self._map = EnzymeMap((), {}, {})
        column = QVBoxLayout(self)
        column.addWidget(Stack((self.state,), self.grid, self.words))
        self.setFocusProxy(self.grid)
        self.grid.moved.connect(lambda _index: self._say())
        self.grid.decided.connect(self._choose)
        self.words.anchorClicked.connect(self._follow_link)

    def work_on(self, store: KnowledgeStore, report: Report) -> Work[EnzymeMap]:
        """The map of a report."""
        return lambda: map_in_steps(store, report)

    def follow_choice(self) -> None:
        """Make a cell of the chosen pair the current one, where the pair meets at an enzyme of the map."""
        choice = self.selection.choice
        if choice is None or choice.kind != "pair" or self._shown is None:
            return
        keys = row_keys(self._shown.drugs)
        pair = frozenset(row for row, key in enumerate(keys) if key in choice.key)
        cells = [(row, via) for one in self._map.by_pair.get(pair, ()) for via in vias(one) for row in sorted(pair)]
        if self._here() not in cells:
            # The first cell that the map has.
            any(self._go_to(row, target) for row, target in cells)

    def _here(self) -> tuple[int, str] | None:
        """The current cell's medicine, as its place in the report's `drugs`, and enzyme."""
        here = self.grid.currentIndex()
        return (self.roles.rows[here.row()][0], self.roles.enzymes[here.column()].target) if here.isValid() else None

    def _go_to(self, row: int, target: str) -> bool:
        """Make a cell the current one; False where the map has none."""
        rows, targets = [place for place, _name in self.roles.rows], self.roles.column_titles
        if row not in rows or target not in targets:
            return False
        place = self.roles.index(rows.index(row), targets.index(target))
        self.grid.setCurrentIndex(place)
        self.grid.scrollTo(place)
        return True

    def show_worked(self, worked: EnzymeMap | None) -> None:
        """Show a map, or an empty one."""
        if worked is not None:
            self._map = worked
        self._show(worked.enzymes if worked is not None else ())

    def _show(self, enzymes: tuple[SharedEnzyme, ...]) -> None:
        here = self.grid.currentIndex()
        before = (self.roles.rows[here.row()], self.roles.enzymes[here.column()].target) if here.isValid() else None
        self.roles.show_enzymes(enzymes, row_titles(self._shown.drugs) if self._shown is not None else ())
        self.grid.set_titles(self.roles.row_titles, self.roles.column_titles, WIDEST, self.roles.most_roles)
        if before is not None and before[0] in self.roles.rows:
            self._go_to(before[0][0], before[1])
        self._say()

    def tell_state(self) -> None:
        """Say what the table shows, or why nothing is shown."""
        said = state_text(self.model)
        if self._fault:
            said = self.tr("⚠ The map was not worked out: {0}").format(self._fault)
        elif not said and self._latest.busy:
            said = self.tr("Looking for shared enzymes…")
        elif not said and self._shown is not None:
            said = (
                self.tr("Medicines that meet at an enzyme or transporter. A meeting alone is no interaction.")
                if self.roles.enzymes
                else self.tr("No two medicines of the list are known to share an enzyme or transporter. Absence is no proof.")
            )
        self.state.setText(said)
        self.state.setVisible(bool(said))

    def _say(self) -> None:
        if self._shown is None:
            self.words.say("")
            return
        legend = self.tr(
            "I inhibits, D induces, S is its substrate. Dots: ••• strong or sensitive, •• moderate or major, • weak or minor, "
            "? strength not stated. Columns: first those where a change is most to be expected."
        )
        named = {row for row, _name in self.roles.rows}
        drugs = self._shown.drugs
        silent = [drug.name for row, drug in enumerate(drugs) if row not in named and drug.systemic is not False]
        rest = left_out(self._shown, silent, self.tr("no shared role at hand of"))
        self.words.say(f"{self._cell_html()}<p>{legend}</p><p>{escape(rest)}</p>")

    def _cell_html(self) -> str:
        here = self.grid.currentIndex()
        if not here.isValid():
            return f"<p>{self.tr('Choose a cell by the arrow keys or a click.')}</p>" if self.roles.enzymes else ""
        row, name = self.roles.rows[here.row()]
        target = self.roles.enzymes[here.column()].target
        members = self.roles.members(here)
        roles = "; ".join(map(role_words, members)) or self.tr("no role at hand")
        parts = [f"<p><b>{escape(f'{name}, {target}: {roles}')}</b></p>"]
        parts.append(fact_html(fact for member in members for fact in member.facts))
        findings = self._map.by_way.get((row, target), [])
        if findings:
            links = "<br>".join(self._link(finding) for finding in findings)
            parts.append(f"<p>{self.tr('Findings by way of it:')}<br>{links}</p>")
        return "".join(parts)

    def _link(self, finding: Interaction) -> str:
        first, second = finding.rows
        text = f"{label(finding.severity)}: {' + '.join(finding.drugs)}"
        return f'<a href="{_PAIR_LINK}{first}-{second}">{escape(text)}</a>'

    def _follow_link(self, link: QUrl) -> None:
        first, _dash, second = link.toString().removeprefix(_PAIR_LINK).partition("-")
        if self._shown is not None:
            self.selection.choose(pair_choice(self._shown, (int(first), int(second))))

    def _choose(self, index: QModelIndex) -> None:
        """The worst finding by way of a cell's enzyme."""
        findings = self._map.by_way.get((self.roles.rows[index.row()][0], self.roles.enzymes[index.column()].target), [])
        if findings and self._shown is not None:
            self.selection.choose(pair_choice(self._shown, findings[0].rows))

"""One finding: its head, its checklist, and behind them the conditions, sources and reasoning."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.prescription.detail.block import TextBlock
from desktop.prescription.detail.checklist import Checklist
from desktop.prescription.detail.parts import Page, finding_head, finding_reasons

if TYPE_CHECKING:
    from engine.knowledge.records import Source
    from engine.report import Interaction


class FindingView(QWidget):
    """Shows one finding. `between` takes what stands between the checklist and the reasoning."""

    def __init__(self) -> None:
        super().__init__()
        self.head = TextBlock(self.tr("The finding"))
        self.checklist = Checklist()
        self.between = QVBoxLayout()
        self.reasons = TextBlock(self.tr("Conditions, sources and reasoning; Tab and Enter open facts, Esc closes them"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.checklist)
        column.addLayout(self.between)
        column.addWidget(self.reasons)

    def show_finding(self, key: Hashable, finding: Interaction, done: frozenset[str], sources: Mapping[str, Source]) -> None:
        """Show a finding with what of its checklist is done."""
        self.head.show_text(key, lambda _ink, _shown: finding_head(finding))
        self.checklist.show_items(finding.managements, done)
        self.reasons.show_text(key, lambda ink, shown: finding_reasons(finding, Page(sources, ink, shown)))

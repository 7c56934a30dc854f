"""The panel that is always there: what was not checked, and what was assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout

from desktop.prescription.choice import Selection
from desktop.prescription.panel import Panel
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.widgets.fitted_text import FittedText

if TYPE_CHECKING:
    from engine.report import Report


def _tr(text: str) -> str:
    return QCoreApplication.translate("NotCheckedPanel", text)


def _counted(count: int, one: str, many: str) -> str:
    return (one if count == 1 else many).format(count)


def not_checked_texts(phase: Phase, report: Report | None) -> tuple[str, str]:
    """(heading, text below it) for what the page is at."""
    if report is None:
        if phase in {Phase.UNUSABLE, Phase.FAULT, Phase.STOPPED}:
            return _tr("✗ Not checked: the whole list"), ""
        if phase is Phase.CHECKING:
            return _tr("Not checked yet: the whole list"), ""
        return _tr("Not checked: there is nothing to check yet"), ""
    rows = [_tr("✗ {0}: {1}").format(row.line, row.reason) for row in report.not_checked]
    rows += [_tr("Assumed: {0}").format(sentence) for sentence in report.assumed]
    if report.not_checked:
        lines = _counted(len(report.not_checked), _tr("1 line"), _tr("{0} lines"))
        pairs = _counted(report.pairs_not_checked, _tr("1 pair"), _tr("{0} pairs"))
        return _tr("✗ Not checked: {0}, {1}").format(lines, pairs), "\n".join(rows)
    return _tr("✓ Not checked: nothing; every line was recognised"), "\n".join(rows)


class NotCheckedPanel(Panel):
    """A heading that is never hidden over a text that scrolls when it is long."""

    def __init__(self, model: PrescriptionViewModel, selection: Selection) -> None:
        super().__init__(model, selection)
        self.heading = QLabel()
        self.heading.setWordWrap(True)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.text = FittedText(self.tr("Not checked, and what was assumed"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(self.text)
        self.setFocusProxy(self.text)
        self.refresh()

    def refresh(self) -> None:
        """Show what was not checked of the report, or of the page without one."""
        heading, text = not_checked_texts(self.model.phase, self.model.report)
        if self.model.phase is Phase.CHECKING and self.model.report is not None:
            # Of the list as it is now nothing is known yet; a tick would say so.
            heading = _tr("… Being checked. Before the change: {0}").format(heading.lstrip("✓✗ "))
        self.heading.setText(heading)
        self.text.show_text(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A taller window leaves more room."""
        super().resizeEvent(event)
        self.text.fit()

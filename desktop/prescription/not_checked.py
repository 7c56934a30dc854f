"""The panel that is always there: what was not checked, and what was assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.prescription.view_model import Phase

if TYPE_CHECKING:
    from engine.report import Report

# Qt scrolls a plain text by whole lines and counts one that has no pixel to spare as hidden.
_SLACK_PIXELS = 4


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def not_checked_texts(phase: Phase, report: Report | None) -> tuple[str, str]:
    """(heading, text below it) for what the page is at."""
    if report is None:
        if phase in {Phase.UNUSABLE, Phase.FAULT, Phase.STOPPED}:
            return "✗ Not checked: the whole list", ""
        if phase is Phase.CHECKING:
            return "Not checked yet: the whole list", ""
        return "Not checked: there is nothing to check yet", ""
    rows = [f"✗ {row.line}: {row.reason}" for row in report.not_checked]
    rows += [f"Assumed: {sentence}" for sentence in report.assumed]
    if report.not_checked:
        lines = _counted(len(report.not_checked), "line", "lines")
        pairs = _counted(report.pairs_not_checked, "pair", "pairs")
        return f"✗ Not checked: {lines}, {pairs}", "\n".join(rows)
    return "✓ Not checked: nothing; every line was recognised", "\n".join(rows)


class NotCheckedPanel(QWidget):
    """A heading that is never hidden over a text that scrolls when it is long."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = QLabel()
        self.heading.setWordWrap(True)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.text = QPlainTextEdit()
        self.text.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setAccessibleName(self.tr("Not checked, and what was assumed"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(self.text)

    def show_state(self, phase: Phase, report: Report | None) -> None:
        """Show what was not checked of a report, or of the page without one."""
        heading, text = not_checked_texts(phase, report)
        self.heading.setText(heading)
        self.text.setPlainText(text)
        self.text.setVisible(bool(text))
        self._fit()

    def _fit(self) -> None:
        spacing = self.text.fontMetrics().lineSpacing()
        # At most a sixth of the window: the rest scrolls, the heading with the numbers does not.
        most = max(2, self.window().height() // (6 * spacing))
        lines = min(max(1, int(self.text.document().size().height())), most)
        self.text.setFixedHeight(lines * spacing + 2 * int(self.text.document().documentMargin()) + _SLACK_PIXELS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new width wraps anew."""
        super().resizeEvent(event)
        self._fit()

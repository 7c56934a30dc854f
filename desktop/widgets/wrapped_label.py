"""A label that is never lower than its wrapped words, and breaks long paths."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel

# A zero-width space.
MAY_BREAK = "\u200b"


class WrappedLabel(QLabel):
    """A plain text that wraps. Splitters and forms ask for the least height without saying at which width: it is told them.

    `least_lines`: lines that are kept free, so that what stands below does not jump.
    """

    def __init__(self, least_lines: int = 0) -> None:
        super().__init__()
        self._least_lines = least_lines
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._fit()

    def text(self) -> str:
        """The text as it was given."""
        return super().text().replace(MAY_BREAK, "")

    def setText(self, text: str) -> None:
        """Show another text; a path may break after each of its separators."""
        if text != self.text():
            super().setText(text.replace("/", f"/{MAY_BREAK}").replace("\\", f"\\{MAY_BREAK}"))
            self._fit()

    def _fit(self) -> None:
        needed = self.heightForWidth(self.width()) if self.text() else 0
        needed = max(needed, self._least_lines * self.fontMetrics().lineSpacing())
        if needed != self.minimumHeight():
            self.setMinimumHeight(needed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new width wraps anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Other letters wrap anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

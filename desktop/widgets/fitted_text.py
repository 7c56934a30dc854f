"""A text that may be read and copied, as tall as it needs to be up to a share of the window; the rest scrolls."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit

# Qt scrolls a plain text by whole lines and counts one that has no pixel to spare as hidden.
_SLACK_PIXELS = 4


class FittedText(QPlainTextEdit):
    """Read-only; hidden while it is empty."""

    def __init__(self, name: str, share: int = 6) -> None:
        super().__init__()
        self._share = share
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a text, or nothing."""
        if text != self.toPlainText():
            self.setPlainText(text)
        self.setVisible(bool(text))
        self.fit()

    def fit(self) -> None:
        """Take the height that the text needs, at most the window's height divided by the share."""
        spacing = self.fontMetrics().lineSpacing()
        most = max(2, self.window().height() // (self._share * spacing))
        lines = min(max(1, int(self.document().size().height())), most)
        self.setFixedHeight(lines * spacing + 2 * int(self.document().documentMargin()) + _SLACK_PIXELS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new width wraps anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

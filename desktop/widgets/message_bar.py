"""Sentences that stay until a person has taken note of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from desktop.widgets.fitted_text import FittedText


class MessageBar(QFrame):
    """Hidden while it has nothing to say."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.text = FittedText(name, share=7)
        self.dismiss = QPushButton(self.tr("Dism&iss"))
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.addWidget(self.text, 1)
        row.addWidget(self.dismiss, 0, Qt.AlignmentFlag.AlignTop)
        self.dismiss.clicked.connect(self.clear)
        self.hide()

    def say(self, sentences: Sequence[str]) -> None:
        """Show sentences, one a line; none hides the bar."""
        self.setVisible(bool(sentences))
        self.text.show_text("\n".join(sentences))

    def clear(self) -> None:
        """Say nothing."""
        self.say(())

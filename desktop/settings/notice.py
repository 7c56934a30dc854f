"""The intended use, shown once at the first start."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QVBoxLayout, QWidget


class NoticeDialog(QDialog):
    """`accepted` once a person says that it was read; Escape leaves it for the next start."""

    def __init__(self, notice: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Intended use"))
        self.text = QLabel(notice)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.text.setAccessibleName(self.tr("Intended use"))
        area = QScrollArea()
        area.setWidget(self.text)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(self.tr("Intended use"))
        buttons = QDialogButtonBox()
        self.read_button = buttons.addButton(self.tr("I have &read this"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        column = QVBoxLayout(self)
        column.addWidget(area, 1)
        column.addWidget(buttons)
        metrics = self.fontMetrics()
        width = min(70 * metrics.averageCharWidth() + 60, 1100)
        self.resize(width, min(self.text.heightForWidth(width - 60) + 6 * metrics.lineSpacing(), 760))
        self.read_button.setFocus()

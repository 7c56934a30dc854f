"""Alternatives as they are shown: each with what it shares, and its worst finding with the rest of the list."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.prescription.detail.block import MARGINS
from desktop.widgets.severity import badge_html

if TYPE_CHECKING:
    from engine.report import Alternative


class AlternativesBox(QWidget):
    """A heading, a sentence on the state, and a row with a button for each alternative. `swap_wanted` carries an alternative."""

    swap_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(*MARGINS)
        title = QLabel(self.tr("Alternatives, checked against the rest of the list"))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        title.setWordWrap(True)
        column.addWidget(title)
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.state)
        self._rows = QVBoxLayout()
        column.addLayout(self._rows)
        self._shown: tuple[Alternative, ...] = ()
        self._lines: list[QWidget] = []
        self.labels: list[QLabel] = []
        self.buttons: list[QPushButton] = []

    def show_alternatives(self, offered: tuple[Alternative, ...]) -> None:
        """Show what was found, also where that is nothing."""
        if offered:
            said = self.tr(
                "The sign shows the worst finding with the rest of the list; where none was found, that is no proof. "
                "Whether one fits this patient, and its dose, is for you to decide."
            )
        else:
            said = self.tr(
                "None found: no medicine of the same ATC subgroup that may stand in interacts less with the rest of the list "
                "without adding to the same harm. Medicines of other subgroups were not looked at."
            )
        self._show(said, offered)

    def show_state(self, said: str) -> None:
        """Show a sentence instead of alternatives."""
        self._show(said, ())

    def keep_older(self, said: str) -> None:
        """The list has changed: what was found stays with a sentence that says so, since the text below would jump without it."""
        if self.buttons:
            self.state.setText(said)
        for button in self.buttons:
            button.setEnabled(False)

    def _show(self, said: str, offered: tuple[Alternative, ...]) -> None:
        self.state.setText(said)
        # The same rows again would lose the focus.
        if offered == self._shown:
            for button in self.buttons:
                button.setEnabled(True)
            return
        self._shown = offered
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines, self.labels, self.buttons = [], [], []
        groups: dict[tuple[str, str], list[Alternative]] = {}
        for one in offered:
            groups.setdefault((one.instead_of, one.shared), []).append(one)
        for (instead_of, shared), group in groups.items():
            words = QLabel(self.tr("Instead of {0} ({1}):").format(instead_of, shared))
            words.setWordWrap(True)
            self._rows.addWidget(words)
            self._lines.append(words)
            for one in group:
                self._add(one)

    def _add(self, one: Alternative) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        label = QLabel(f"<b>{escape(one.name)}</b> {badge_html(one.worst)}")
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        button = QPushButton(self.tr("Swap…"))
        button.setAccessibleName(self.tr("Swap {0} for {1}: shows first what would change").format(one.instead_of, one.name))
        button.clicked.connect(lambda: self.swap_wanted.emit(one))
        row.addWidget(label, 1)
        row.addWidget(button)
        self._rows.addWidget(line)
        self._lines.append(line)
        self.labels.append(label)
        self.buttons.append(button)

"""What a page is at: one sentence, a thin bar while something takes longer than a blink, and Stop."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.widgets.wrapped_label import WrappedLabel

_BLINK_MS = 300
_BAR_PIXELS = 6
# Most sentences take two lines of a column: reserved, so that what stands below does not jump at each key.
_LINES = 2


class WorkLine(QWidget):
    """Shows what its owner tells it. `busy` and `can_stop` are asked when work is shown, so an owner overrides them."""

    def __init__(self, bar_name: str) -> None:
        super().__init__()
        self.summary = WrappedLabel(_LINES)
        self.summary.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_BAR_PIXELS)
        self.bar.setAccessibleName(bar_name)
        self.stop_button = QPushButton(self.tr("&Stop"))
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        for widget in (self.bar, self.stop_button):
            widget.hide()
        self._blink = QTimer(self)
        self._blink.setSingleShot(True)
        self._blink.setInterval(_BLINK_MS)
        self._blink.timeout.connect(self._show_bar)
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.bar)

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return False

    @property
    def can_stop(self) -> bool:
        """Whether a person may stop it."""
        return True

    def show_work(self) -> None:
        """Show whether work is under way, and leave the sentence."""
        if not self.busy:
            self._blink.stop()
            self.bar.hide()
            self.stop_button.hide()
        elif not self.bar.isVisible() and not self._blink.isActive():
            self._blink.start()

    def _show_bar(self) -> None:
        self.bar.setRange(0, 0)
        self.bar.show()
        self.stop_button.setVisible(self.can_stop)

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the work is; `total` 0 means unknown."""
        if self.bar.isVisible():
            # After the last step the whole is looked at: how long is not known.
            self.bar.setRange(0, total if done < total else 0)
            self.bar.setValue(done)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing waits behind a page that is gone."""
        self._blink.stop()
        super().hideEvent(event)

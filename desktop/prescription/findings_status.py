"""What the page is at, over the findings: one sentence, a thin bar while something takes longer than a blink, and Stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.widgets.severity import LOOKS, word_of

if TYPE_CHECKING:
    from engine.report import Report, Severity

_CONTEXT = "Findings"
_BLINK_MS = 300
_BAR_PIXELS = 6
# Most sentences take two lines of a column: reserved, so that the findings below do not jump at each key.
_LINES = 2


def result_words(report: Report, counts: Mapping[Severity, int]) -> str:
    """What a check has found, in one line; `counts` are its pairs by their worst finding, worst first."""
    if report.pairs_checked == 0:
        return QCoreApplication.translate(_CONTEXT, "No pair was checked, so nothing is said about interactions.")
    pairs = (
        QCoreApplication.translate(_CONTEXT, "1 pair checked")
        if report.pairs_checked == 1
        else QCoreApplication.translate(_CONTEXT, "{0} pairs checked").format(report.pairs_checked)
    )
    if not counts:
        return QCoreApplication.translate(_CONTEXT, "None found in what was checked ({0}). Absence is no proof.").format(pairs)
    found = ", ".join(f"{count} {word_of(LOOKS[severity]).lower()}" for severity, count in counts.items())
    return QCoreApplication.translate(_CONTEXT, "{0}; {1}").format(found, pairs)


def status_words(model: PrescriptionViewModel, counts: Mapping[Severity, int]) -> str:
    """What the page is at, in one sentence; `counts` as in :func:`result_words`."""
    if model.phase is Phase.OPENING:
        return QCoreApplication.translate(_CONTEXT, "Opening the knowledge… You can type already.")
    if model.phase is Phase.EMPTY:
        return QCoreApplication.translate(_CONTEXT, "Type or paste medicines into the list, one a line.")
    if model.phase is Phase.STOPPED:
        return QCoreApplication.translate(_CONTEXT, "The check was stopped: this list is not checked. F5 checks it.")
    if model.phase in {Phase.FAULT, Phase.UNUSABLE}:
        return QCoreApplication.translate(_CONTEXT, "⚠ Nothing was checked: {0}").format(model.fault)
    if model.phase is Phase.CHECKING:
        if model.report is None:
            return QCoreApplication.translate(_CONTEXT, "Checking…")
        return QCoreApplication.translate(_CONTEXT, "Checking… Until then, what is shown belongs to the list before the change.")
    return result_words(model.report, counts) if model.report is not None else ""


class StatusLine(QWidget):
    """Follows what its panel tells it; the bar follows the progress of a check."""

    def __init__(self, model: PrescriptionViewModel) -> None:
        super().__init__()
        self._model = model
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        self.summary.setMinimumHeight(_LINES * self.summary.fontMetrics().lineSpacing())
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_BAR_PIXELS)
        self.bar.setAccessibleName(self.tr("Progress of the check"))
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
        model.progressed.connect(self._show_progress)
        self.stop_button.clicked.connect(model.stop)

    def show_state(self, counts: Mapping[Severity, int]) -> None:
        """Show the model's present state; `counts` are those of its report, and are used once the check is done."""
        self.summary.setText(status_words(self._model, counts))
        self.show_work()

    def show_work(self) -> None:
        """Show whether work is under way, and leave the sentence: the findings that it will speak of are not shown yet."""
        if not self._model.busy:
            self._blink.stop()
            self.bar.hide()
            self.stop_button.hide()
        elif not self.bar.isVisible() and not self._blink.isActive():
            self._blink.start()

    def _show_bar(self) -> None:
        self.bar.setRange(0, 0)
        self.bar.show()
        # Opening cannot be stopped halfway: there would be nothing to use.
        self.stop_button.setVisible(self._model.phase is Phase.CHECKING)

    def _show_progress(self, done: int, total: int) -> None:
        if self.bar.isVisible():
            # After the last pair the whole list is looked at: how long is not known.
            self.bar.setRange(0, total if done < total else 0)
            self.bar.setValue(done)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing waits behind a page that is gone."""
        self._blink.stop()
        super().hideEvent(event)

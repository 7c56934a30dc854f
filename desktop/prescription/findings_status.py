"""What the page is at, over the findings: one sentence, a thin bar while something takes longer than a blink, and Stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.widgets.severity import LOOKS, word_of
from desktop.widgets.work_line import WorkLine

if TYPE_CHECKING:
    from engine.report import Report, Severity

_CONTEXT = "Findings"


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


class StatusLine(WorkLine):
    """Follows what its panel tells it; the bar follows the progress of a check."""

    def __init__(self, model: PrescriptionViewModel) -> None:
        super().__init__(QCoreApplication.translate(_CONTEXT, "Progress of the check"))
        self._model = model
        model.progressed.connect(self.show_progress)
        self.stop_button.clicked.connect(model.stop)

    @property
    def busy(self) -> bool:
        """Whether the knowledge is being opened or a check is under way."""
        return self._model.busy

    @property
    def can_stop(self) -> bool:
        """Opening cannot be stopped halfway: there would be nothing to use."""
        return self._model.phase is Phase.CHECKING

    def show_state(self, counts: Mapping[Severity, int]) -> None:
        """Show the model's present state; `counts` are those of its report, and are used once the check is done."""
        self.summary.setText(status_words(self._model, counts))
        self.show_work()

"""Looks for alternatives in the background, once somebody stays with a finding. What comes too late is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.prescription.view_model import CheckRequest, PrescriptionViewModel
from desktop.tasks import Task, fault_sentence

if TYPE_CHECKING:
    from engine.report import Alternative

# Walking through the findings with the arrow keys starts nothing; whoever stops does not feel it.
_DELAY_MS = 150
Rows = tuple[int, int]


class AlternativeLooker(QObject):
    """Alternatives of the pair that is looked at; `found` follows a result or a fault. Results are kept while the list stays."""

    found = Signal()

    def __init__(self, model: PrescriptionViewModel) -> None:
        super().__init__()
        self._model = model
        self._request: CheckRequest | None = None
        self._rows: Rows | None = None
        self._known: dict[Rows, tuple[Alternative, ...]] = {}
        self._task: Task[tuple[Alternative, ...]] | None = None
        self.fault = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._start)

    @property
    def alternatives(self) -> tuple[Alternative, ...] | None:
        """Of the pair that is looked at; None while they are looked for."""
        return self._known.get(self._rows) if self._rows is not None else None

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return self._timer.isActive() or self._task is not None

    def look(self, rows: Rows) -> None:
        """Look for alternatives of a pair of the model's present, checked list."""
        request = self._model.request()
        if (request, rows) == (self._request, self._rows):
            return
        self.stop()
        if request != self._request:
            self._request, self._known = request, {}
        self._rows = rows
        if rows not in self._known:
            self._timer.start()

    def stop(self) -> None:
        """Look for nothing any more."""
        self._timer.stop()
        self._rows, self.fault = None, ""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _start(self) -> None:
        application, request, rows = self._model.application, self._request, self._rows
        if application is None or request is None or rows is None:
            return
        checker = application.checker
        self._task = self._model.tasks.start(
            lambda: checker.alternatives_in_steps(request.text, request.patient, request.options, rows),
            lambda offered: self._done(rows, offered),
            self._failed,
        )

    def _done(self, rows: Rows, offered: tuple[Alternative, ...]) -> None:
        self._task = None
        self._known[rows] = offered
        self.found.emit()

    def _failed(self, error: BaseException) -> None:
        self._task = None
        # Raises again what is no fault but a bug of ours.
        self.fault = fault_sentence(error)
        self.found.emit()

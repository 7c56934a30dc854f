"""A panel whose content is worked out of a report in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from desktop.prescription.choice import Selection
from desktop.prescription.matrix.states import Latest, plain_label
from desktop.prescription.panel import Panel
from desktop.prescription.view_model import PrescriptionViewModel
from desktop.tasks import Work

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeStore
    from engine.report import Report

T = TypeVar("T")


class WorkedPanel(Panel, Generic[T]):
    """Works the content of each new report out once; the latest alone is shown, and `state` says what the panel is at.

    A panel of this kind gives `work_on`, `show_worked` and `tell_state`.
    """

    def __init__(self, model: PrescriptionViewModel, selection: Selection) -> None:
        super().__init__(model, selection)
        self.state = plain_label()
        self._latest: Latest[T] = Latest(model.tasks)
        self._asked: Report | None = None
        self._shown: Report | None = None
        self._fault = ""

    def work_on(self, store: KnowledgeStore, report: Report) -> Work[T]:
        """Work for the background on one report."""
        raise NotImplementedError

    def show_worked(self, worked: T | None) -> None:
        """Show what was worked out of `_shown`; None where there is nothing to show."""
        raise NotImplementedError

    def tell_state(self) -> None:
        """Say what the panel is at."""
        raise NotImplementedError

    @property
    def fresh(self) -> bool:
        """Whether what is shown is the model's present state, the worked content included."""
        return super().fresh and not self._latest.busy

    def refresh(self) -> None:
        """Work out the content of a new report in the background."""
        report, application = self.model.report, self.model.application
        if report is None or application is None:
            self._latest.drop()
            self._asked, self._shown, self._fault = None, None, ""
            self.show_worked(None)
        elif report is not self._asked:
            self._asked, self._fault = report, ""
            self._latest.start(self.work_on(application.store, report), lambda worked: self._done(report, worked), self._failed)
        self.tell_state()

    def _done(self, report: Report, worked: T) -> None:
        self._shown = report
        self.show_worked(worked)
        self.tell_state()
        self.follow_choice()

    def _failed(self, sentence: str) -> None:
        self._shown, self._fault = None, sentence
        self.show_worked(None)
        self.tell_state()

"""The panel over a model and a student of its own, without the rest of the page."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.prescription.choice import Selection, choice_of
from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.reasoning.panel import ReasoningPanel
from desktop.reasoning.reasoning import Stage
from desktop.tasks import TaskRunner
from engine.application import Application
from engine.report import Interaction, Report
from tests.desktop.looking import words_of
from tools.screens import lay_out

LIST = "simvastatin 40 mg nocte\nclarithromycin 500 mg bd\naspirin 75 mg\nwarfarin 5 mg od"


class Bench:
    """What a test does with the panel, and what can be read on it."""

    def __init__(self, qtbot: QtBot, application: Application, width: int = 440, height: int = 900) -> None:
        self.qtbot = qtbot
        self.model = PrescriptionViewModel(TaskRunner())
        self.model.application = application
        self.selection = Selection()
        self.panel = ReasoningPanel(self.model, self.selection)
        self.panel.resize(width, height)
        self.panel.show()

    @property
    def report(self) -> Report:
        assert self.model.report is not None
        return self.model.report

    def check(self, text: str) -> None:
        """Check a list as the page does."""
        self.model.set_text(text)
        self.qtbot.waitUntil(lambda: self.model.phase is Phase.CHECKED and self.panel.fresh, timeout=30_000)

    def choose(self, *names: str) -> Interaction:
        """Choose the worst finding on two medicines."""
        found = next(one for one in self.report.interactions if set(one.drugs) == set(names))
        self.selection.choose(choice_of(self.report, found))
        self.rest()
        return found

    def rest(self) -> None:
        """Wait until the panel shows the present state."""
        self.qtbot.waitUntil(lambda: self.panel.fresh, timeout=30_000)
        lay_out()

    def wait_for(self, *words: str) -> None:
        """Wait until all these words can be read."""
        self.qtbot.waitUntil(lambda: all(one in self.text for one in words), timeout=30_000)

    def explain(self) -> None:
        """Ask about the chosen finding and wait for the whole."""
        self.panel.explain.click()
        self.written()

    def written(self) -> None:
        """Wait until the student has ended."""
        self.qtbot.waitUntil(lambda: not self.panel.reasoning.busy and self.panel.fresh, timeout=30_000)
        lay_out()

    @property
    def stage(self) -> Stage:
        """How far the student is with the chosen finding."""
        return self.panel.written.stage

    @property
    def text(self) -> str:
        """Everything that can be read."""
        return words_of(self.panel)

    def close(self) -> None:
        """Nothing may be left."""
        self.panel.close()
        assert self.model.tasks.close()
        self.qtbot.waitUntil(lambda: not self.model.tasks.busy, timeout=10_000)
        self.panel.deleteLater()
        lay_out()
        assert not [other for other in QApplication.topLevelWidgets() if other.isVisible()]

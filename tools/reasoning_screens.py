"""Pictures of the student's reasoning beside a finding; part of `make screens`.

The student is a script: the pictures are of the window, and the same whichever student is installed. A picture must not pass for
what the installed one says.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping

from PySide6.QtWidgets import QWidget

from desktop.abstract.explanation.explainer import Step
from desktop.opening import Opener
from desktop.window import MainWindow
from engine.application import Application
from engine.cancellation import Progress
from tests.engine.reasoning.scripted import Script, with_reasoner

Shoot = Callable[[QWidget, str], None]
WaitUntil = Callable[[Callable[[], bool], int], None]
Open = Callable[[Opener], MainWindow]
_LONGEST_MS = 120_000
# Codes with which the scripted labeller is surer, so that there is something to mark.
_ADDS = {"strong": 3.0, "sensitive": 2.0, "route": 0.5, "narrow_therapeutic_index=yes": 0.3, "high": -0.5, "low": -0.2}
# The label, and the first step with the token that ends it.
_FIRST_STEP = 11


def opener_over(application: Application) -> Opener:
    """Opens what was opened already."""

    def work() -> Generator[Progress, None, Application]:
        yield Progress(0, 0)
        return application

    return work


class ReasoningScreens:
    """Takes pictures of windows over an opened application. `open_window` opens one and waits until it is at rest."""

    def __init__(
        self, application: Application, open_window: Open, shoot: Shoot, wait_until: WaitUntil, rest: Callable[[MainWindow], None]
    ) -> None:
        self._application = application
        self._open, self._shoot, self._wait, self._rest = open_window, shoot, wait_until, rest

    def _window(self, text: str, script: Script | None, adds: Mapping[str, float] | None = None) -> MainWindow:
        window = self._open(opener_over(with_reasoner(self._application, script, adds)))
        window.show_text(text)
        self._rest(window)
        self._wait(lambda: not window.page.detail.looker.busy, _LONGEST_MS)
        self._rest(window)
        return window

    def _finish(self, window: MainWindow, name: str) -> MainWindow:
        self._rest(window)
        self._shoot(window, name)
        return window

    def no_student(self, text: str, name: str) -> MainWindow:
        """An installation without one."""
        return self._finish(self._window(text, None), name)

    def streaming(self, text: str, name: str) -> MainWindow:
        """The label and the first step are there, the rest is being written."""
        script = Script()
        script.hold = lambda: script.written >= _FIRST_STEP
        window = self._window(text, script)
        student = window.page.student
        student.explain.click()
        self._wait(lambda: bool(student.written.steps) and student.line.stop_button.isVisible(), _LONGEST_MS)
        self._finish(window, name)
        script.hold = lambda: False
        self._wait(lambda: not student.reasoning.busy, _LONGEST_MS)
        return window

    def written(self, text: str, name: str, script: Script) -> MainWindow:
        """A whole answer: with `wrong`, one that is contradicted; with another severity, one that disagrees."""
        window = self._window(text, script)
        student = window.page.student
        student.explain.click()
        self._wait(lambda: not student.reasoning.busy, _LONGEST_MS)
        self._rest(window)
        # What was written, from its first line.
        student.area.verticalScrollBar().setValue(student.text.y())
        return self._finish(window, name)

    def all_explained(self, text: str, name: str) -> MainWindow:
        """A run over every finding, with what the student disagrees on."""
        window = self._window(text, Script())
        student = window.page.student
        student.explain_all.click()
        self._wait(lambda: not student.reasoning.busy, _LONGEST_MS)
        return self._finish(window, name)

    def facts(self, text: str, name: str) -> MainWindow:
        """Which facts moved the labeller's label."""
        window = self._window(text, Script(), _ADDS)
        side = window.page.student.facts
        side.wanted.setChecked(True)
        self._wait(lambda: side.explainer.step is Step.DONE, _LONGEST_MS)
        self._rest(window)
        window.page.student.area.verticalScrollBar().setValue(side.y())
        return self._finish(window, name)

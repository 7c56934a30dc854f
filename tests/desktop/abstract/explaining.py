"""A panel over a reading without a student: explanations come from a script, and tests say when."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.abstract.choice import RelationSelection
from desktop.abstract.explanation.panel import ExplanationPanel
from desktop.abstract.explanation.work import ExplainRequest
from desktop.abstract.network.panel import NetworkPanel
from desktop.abstract.panel import AbstractPanel
from desktop.abstract.view_model import AbstractViewModel, ReadingPhase
from desktop.tasks import TaskRunner
from engine.application import Application
from engine.cancellation import CancelToken, Progress
from engine.explain.model import Explanation
from engine.reading.model import Reading
from tests.engine.reports.reading_making import SENTENCES, explanation
from tools.screens import lay_out

HEAVY = {
    "lime": (("increased", 0.4), ("inhibiting", 0.3), ("the", -0.1)),
    "shapley": (("inhibiting", 0.5), ("increased", 0.2), ("plasma", 0.1)),
    "attention": (("increased", 0.4),),
    "occlusion": (("increased", 0.2),),
}


@dataclass
class Script:
    """What the explainer does: `asked` collects requests; `wait` keeps it busy until it is cancelled or let go."""

    asked: list[ExplainRequest] = field(default_factory=list)
    cancelled: list[CancelToken] = field(default_factory=list)
    wait: Callable[[], bool] = lambda: False
    error: BaseException | None = None
    stable: bool = True

    def __call__(
        self, application: Application, request: ExplainRequest, token: CancelToken
    ) -> Generator[Progress, None, Explanation]:
        """As the real work, over made-up words."""
        self.asked.append(request)
        done = 0
        while self.wait():
            done = min(99, done + 1)
            yield Progress(done, 100)
        yield Progress(100, 100)
        if self.error is not None:
            raise self.error
        sentence = next(one for one in SENTENCES if one.text == request.text)
        made = explanation(sentence, method=request.method, heavy=HEAVY[request.method], stable=self.stable)
        return replace(made, label=request.label, mode=request.mode)


@contextmanager
def shown(
    qtbot: QtBot,
    application: Application,
    kind: Callable[[AbstractViewModel, RelationSelection], AbstractPanel],
    width: int = 420,
    height: int = 700,
) -> Iterator[AbstractPanel]:
    """A panel of its own window, and nothing left behind after it."""
    runner = TaskRunner()
    model = AbstractViewModel(runner)
    model.application = application
    model.phase = ReadingPhase.EMPTY
    panel = kind(model, RelationSelection())
    panel.resize(width, height)
    panel.show()
    rest(qtbot, panel)
    yield panel
    panel.close()
    assert runner.close()
    qtbot.waitUntil(lambda: not runner.busy)
    panel.deleteLater()
    QApplication.processEvents()


def rest(qtbot: QtBot, panel: AbstractPanel) -> None:
    """Wait until the panel shows the present state."""
    qtbot.waitUntil(lambda: panel.fresh, timeout=30_000)
    lay_out()


def read(qtbot: QtBot, panel: AbstractPanel, reading: Reading | None, phase: ReadingPhase = ReadingPhase.READ) -> None:
    """Show a reading as the model does when one has come."""
    panel.model.phase, panel.model.reading = phase, reading
    panel.model.changed.emit()
    rest(qtbot, panel)


def explanation_panel(script: Script) -> Callable[[AbstractViewModel, RelationSelection], ExplanationPanel]:
    """Makes the panel over a script."""
    return lambda model, selection: ExplanationPanel(model, selection, script)


def network_panel(model: AbstractViewModel, selection: RelationSelection) -> NetworkPanel:
    """Makes the network's panel."""
    return NetworkPanel(model, selection)

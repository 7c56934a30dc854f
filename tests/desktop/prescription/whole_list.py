"""How tests open a panel on the list as a whole, over a real view model and the real knowledge."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.choice import Selection
from desktop.prescription.panel import Panel
from desktop.prescription.view_model import PrescriptionViewModel
from desktop.tasks import TaskRunner
from engine.report import Report

P = TypeVar("P", bound=Panel)
# In order: 0 simvastatin, 1 clarithromycin, 2 and 3 warfarin, an unread line, 4 codeine and 5 paracetamol of one product,
# 6 ibuprofen, 7 enalapril, 8 lisinopril, 9 sertraline.
LIST = """simvastatin 40 mg nocte
clarithromycin 500 mg bd
warfarin 5 mg
warfarin 3 mg
xyzolumab 5 mg
co-codamol 30/500
ibuprofen 400 mg
enalapril 10 mg
lisinopril 5 mg
sertraline 50 mg"""


@contextmanager
def opened(qtbot: QtBot, opener: Opener | None, kind: type[P], width: int = 380, height: int = 600) -> Iterator[P]:
    """A shown panel; without an opener the knowledge stays closed."""
    tasks = TaskRunner()
    panel = kind(PrescriptionViewModel(tasks), Selection())
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    if opener is not None:
        panel.model.open(opener)
        qtbot.waitUntil(lambda: panel.model.ready and panel.fresh, timeout=10_000)
    yield panel
    panel.model.stop()
    panel.close()
    assert tasks.close()


def rest(qtbot: QtBot, panel: Panel) -> None:
    """Wait until the panel shows the present state, laid out."""
    qtbot.waitUntil(lambda: not panel.model.busy and panel.fresh, timeout=30_000)
    for _ in range(8):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def enter(qtbot: QtBot, panel: Panel, text: str) -> Report:
    """Check a text, and wait until it is shown."""
    panel.model.set_text(text)
    rest(qtbot, panel)
    report = panel.model.report
    assert report is not None
    return report


def show_report(qtbot: QtBot, panel: Panel, report: Report) -> None:
    """Show a report that no list gives."""
    panel.model.report = report
    panel.model.changed.emit()
    rest(qtbot, panel)

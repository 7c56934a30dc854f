"""The student's process killed while the window shows what it writes: the window goes on, says so once, and asks again."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.opening import opener_of
from desktop.prescription.view_model import Phase
from desktop.reasoning.reasoning import Reasoning, Stage
from desktop.tasks import TaskRunner
from desktop.window import MainWindow
from tests.desktop.looking import words_of
from tests.engine.students.children import children, linux_only

pytestmark = [pytest.mark.soak, linux_only]

KILLS = 50
LIST = "simvastatin 40 mg\nclarithromycin 500 mg\namiodarone 200 mg\nwarfarin 5 mg\naspirin 75 mg\nfluconazole 50 mg"
_SAID = "The reasoner was ended by the system"


def _written(reasoning: Reasoning, least: int) -> bool:
    return reasoning.tally.done >= least


def _gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def test_killed_many_times_while_the_window_shows_what_it_writes(
    qtbot: QtBot, chance: random.Random, note: Callable[[str], None]
) -> None:
    window = MainWindow(opener_of(), TaskRunner())
    window.show()
    qtbot.waitUntil(lambda: window.model.ready and window.page.is_furnished, timeout=60_000)
    window.show_text(LIST)
    panel = window.page.student
    qtbot.waitUntil(lambda: window.model.phase is Phase.CHECKED and panel.fresh, timeout=60_000)
    reasoning, cut_short = panel.reasoning, 0
    for _ in range(KILLS):
        panel.explain_all.click()
        qtbot.waitUntil(lambda: len(children()) == 1 and reasoning.tally.done > 0, timeout=60_000)
        # Somewhere in the middle, and sometimes when all is written, on a machine of any speed.
        until = chance.randrange(1, len(reasoning.asked) + 1)
        qtbot.waitUntil(partial(_written, reasoning, until), timeout=60_000)
        (worker,) = children()
        os.kill(worker, signal.SIGKILL)
        qtbot.waitUntil(lambda: not reasoning.busy and panel.fresh, timeout=120_000)
        faults = [asked for asked in reasoning.asked if reasoning.written(asked).stage is Stage.FAULT]
        assert len(faults) <= 1
        assert all(_SAID in reasoning.written(asked).fault for asked in faults)
        assert ("Of these, 1 could not be written." in words_of(panel)) == bool(faults)
        cut_short += len(faults)
        assert reasoning.tally.failed == len(faults)
        # What was written stays; the one that was cut short is written when it is asked for again.
        if faults:
            panel.explain_all.click()
            qtbot.waitUntil(lambda: not reasoning.busy and panel.fresh, timeout=120_000)
        assert all(reasoning.written(asked).stage is Stage.DONE for asked in reasoning.asked)
        qtbot.waitUntil(partial(_gone, worker), timeout=10_000)
        assert len(children()) <= 1
    window.page.list.editor.clear()
    application = window.model.application
    assert application is not None
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    application.students.close()
    assert children() == []
    window.deleteLater()
    # A kill between two answers is not even noticed.
    assert cut_short > 0
    note(f"{KILLS} kills, {cut_short} of them in the middle of an answer")

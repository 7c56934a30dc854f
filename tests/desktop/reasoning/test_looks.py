"""The student's panel in large letters, in the dark and mirrored: nothing clipped, faint or over another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.abstract.explanation.explainer import Step
from engine.application import Application
from tests.desktop.legibility import clipped, faint, overlapping
from tests.desktop.looking import dressed_as
from tests.desktop.reasoning.bench import LIST, Bench
from tests.engine.reasoning.scripted import Script, with_reasoner

ADDS = {"strong": 3.0, "sensitive": 2.0, "route": 0.5, "high": -0.5}


@pytest.fixture(params=["100", "200", "200 dark", "150 mirrored"])
def dressed(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Font size in per cent, theme and direction of the whole application; as they were, afterwards."""
    with dressed_as(qapp, request.param):
        yield request.param


def looked_at(bench: Bench, dressed: str, state: str) -> None:
    """No offence in what is shown."""
    bench.rest()
    for look in (clipped, overlapping, faint):
        assert look(bench.panel) == [], (dressed, state, look.__name__)


def _explained(bench: Bench) -> bool:
    return bench.panel.facts.explainer.step is Step.DONE


def test_every_state_can_be_read(qtbot: QtBot, application: Application, dressed: str) -> None:
    for script, width in ((None, 420), (Script(wrong=True), 420), (Script(severity="minor"), 700)):
        bench = Bench(qtbot, with_reasoner(application, script, ADDS if script is not None else None), width, 420)
        bench.check(LIST)
        looked_at(bench, dressed, "nothing chosen")
        bench.choose("simvastatin", "clarithromycin")
        looked_at(bench, dressed, "nothing asked")
        if script is not None:
            bench.panel.explain_all.click()
            bench.written()
            looked_at(bench, dressed, "written")
            facts = bench.panel.facts
            facts.method.setCurrentIndex(facts.method.findData("occlusion"))
            facts.wanted.setChecked(True)
            qtbot.waitUntil(partial(_explained, bench), timeout=60_000)
            bench.rest()
            looked_at(bench, dressed, "facts")
        bench.close()

"""Matrix, loads and enzymes in large letters, in the dark, mirrored and with 500 medicines."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.opening import Opener
from desktop.prescription.matrix.enzyme_panel import EnzymePanel
from desktop.prescription.matrix.load_panel import LoadPanel
from desktop.prescription.matrix.matrix_model import MatrixModel
from desktop.prescription.matrix.matrix_panel import MatrixPanel
from desktop.prescription.matrix.pairs import Cell, Entry, PairTable
from desktop.prescription.panel import Panel
from engine.application import Application
from engine.report import Report
from tests.desktop.legibility import clipped, faint, overlapping
from tests.desktop.looking import dressed_as
from tests.desktop.prescription.whole_list import LIST, enter, opened, rest

Kind = type[MatrixPanel] | type[LoadPanel] | type[EnzymePanel]
KINDS: tuple[Kind, ...] = (MatrixPanel, LoadPanel, EnzymePanel)
# A frame is 50 ms on a quiet machine; tests share theirs with others.
_FRAME_S = 0.05
_GENEROUS = 6


@pytest.fixture(params=["100", "150", "200", "200 dark", "100 mirrored", "200 mirrored"])
def dressed(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Font size in per cent, theme and direction of the whole application; as they were, afterwards."""
    with dressed_as(qapp, request.param):
        yield request.param


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_clipped_faint_or_over_another(qtbot: QtBot, opener: Opener, dressed: str, kind: Kind) -> None:
    # As low as the page leaves it at 200 %, and as high as it is at 100 %.
    for height in (300, 600):
        with opened(qtbot, opener, kind, 380, height) as panel:
            for text in ("", "xyzolumab", LIST):
                panel.model.set_text(text)
                rest(qtbot, panel)
                for look in (clipped, overlapping, faint):
                    assert look(panel) == [], (dressed, height, text[:10], look.__name__)


@pytest.mark.parametrize("kind", KINDS)
def test_picture_and_words_keep_room_to_be_read(qtbot: QtBot, opener: Opener, dressed: str, kind: Kind) -> None:
    with opened(qtbot, opener, kind, 380, 300) as panel:
        enter(qtbot, panel, LIST)
        line = panel.fontMetrics().lineSpacing()
        view = panel.tree if isinstance(panel, LoadPanel) else panel.grid
        assert view.height() >= 8 * line
        assert panel.words.height() >= 3 * line
        if not isinstance(panel, LoadPanel):
            # A row and a column at least, beside the titles.
            shown = panel.grid.viewport().rect()
            assert shown.contains(panel.grid.visualRect(panel.grid.model().index(0, 0)))
        if isinstance(panel, EnzymePanel):
            titles = panel.roles.column_titles
            header = panel.grid.horizontalHeader()
            drawn = [panel.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, header.height() - 8) for title in titles]
            assert len(set(drawn)) == len(titles), drawn


def _longest_turn(act: Callable[[], object], done: Callable[[], bool]) -> float:
    """Seconds of the longest turn of the event loop while something happens."""
    begun = time.perf_counter()
    act()
    longest = time.perf_counter() - begun
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        begun = time.perf_counter()
        QApplication.processEvents()
        longest = max(longest, time.perf_counter() - begun)
    return longest


def _fresh(panel: Panel) -> bool:
    return panel.fresh


def enlarged(report: Report) -> Report:
    """A report of 500 medicines and more than ten thousand findings, as a check of real ones gives; that takes ten seconds."""
    few = report.drugs
    count = 500 // len(few)
    drugs = [one.model_copy(update={"line_number": number + 1}) for number, one in enumerate(few * count)]
    findings = [
        finding.model_copy(update={"rows": (finding.rows[0] + len(few) * one, finding.rows[1] + len(few) * other)})
        for finding in report.interactions
        for one in range(count)
        for other in range(count)
        if (one + other) % 3 == 0
    ]
    assert len(drugs) == 500
    assert len(findings) > 10_000
    return report.model_copy(update={"drugs": tuple(drugs), "interactions": tuple(findings), "not_checked": ()})


def test_500_medicines_open_and_move_within_frames(qtbot: QtBot, opener: Opener, application: Application) -> None:
    report = enlarged(application.checker.check(LIST))
    measured = {}
    for kind in KINDS:
        with opened(qtbot, opener, kind) as panel:
            panel.model.report = report
            name = kind.__name__
            measured[name, "open"] = _longest_turn(panel.model.changed.emit, partial(_fresh, panel))
            view = panel.tree if isinstance(panel, LoadPanel) else panel.grid
            view.setCurrentIndex(view.model().index(0, 0))
            turns = []
            for key in (Qt.Key.Key_Down, Qt.Key.Key_Right) * 10:
                begun = time.perf_counter()
                QTest.keyClick(view, key)
                QApplication.processEvents()
                turns.append(time.perf_counter() - begun)
            measured[name, "move"] = max(turns)
    assert all(one < _GENEROUS * _FRAME_S for one in measured.values()), measured


def test_cells_are_worked_out_only_when_they_are_asked_for(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    report = application.checker.check(LIST)
    model = MatrixModel()
    model.show_report(report, only_found=False)
    assert model.table is not None
    asked: list[tuple[Entry, Entry]] = []
    original = PairTable.cell

    def counted(table: PairTable, one: Entry, other: Entry) -> Cell:
        asked.append((one, other))
        return original(table, one, other)

    monkeypatch.setattr(PairTable, "cell", counted)
    model.show_report(report, only_found=True)
    model.show_report(report, only_found=False)
    assert asked == []
    assert model.index(0, 1).data()
    assert len(asked) == 1


def test_a_quarter_of_a_million_cells_take_little_memory(application: Application) -> None:
    report = enlarged(application.checker.check(LIST))
    model = MatrixModel()
    tracemalloc.start()
    try:
        model.show_report(report, only_found=False)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert model.rowCount() * model.columnCount() == 250_000
    # One object for each cell would be more than 20 MiB.
    assert peak < 10 * 2**20, peak

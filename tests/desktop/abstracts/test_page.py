"""The page of many abstracts over a run of 3,000 records that is made up."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.abstracts import control
from desktop.abstracts.paged import KEPT_ROWS
from desktop.abstracts.view import PAIRS, PICO, RELATIONS, REMARKS, YEARS
from desktop.abstracts.view_model import Phase
from desktop.abstracts.years_tab import YearsTab
from engine.abstracts.model import Abstract
from tests.desktop.abstracts.conftest import MakePage
from tests.desktop.abstracts.fake_runs import FakeRuns, relation
from tests.desktop.abstracts.looking import cells, read_all, rows_tab, settle, tab
from tests.desktop.looking import words_of


def test_an_empty_page_says_what_can_be_chosen(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page(None)
    assert page.control.status.toPlainText() == "Opening the knowledge…"
    assert not page.control.start.isEnabled()
    page = make_page(FakeRuns())
    settle(qtbot, page)
    assert "Choose or drop a folder, or an export of PubMed (.nbib, .xml, .xml.gz, .txt)" in page.control.status.toPlainText()
    assert "Nothing to show yet: choose a file or folder with abstracts." in words_of(page)


def test_everything_is_read_and_every_tab_shows_it(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    page = make_page(FakeRuns())
    read_all(qtbot, page, source)
    assert page.control.status.toPlainText().startswith("✓ Everything is read: 3,000 records.\n")
    assert "3,000 abstracts · 3,000 statements · of these 300 unsure" in page.control.status.toPlainText()
    relations = rows_tab(page, RELATIONS)
    settle(qtbot, page)
    assert relations.state.text() == "3,000 rows."
    relations.view.scrollToBottom()
    settle(qtbot, page)
    assert cells(relations, 2_999) == [
        *("2019", "10002999", "clarithromycin + aspirin", "Interaction, no detail", "99 %", "✗ contradicted"),
        "Sentence 2999: clarithromycin was given with aspirin <and> & more.",
    ]
    pairs = rows_tab(page, PAIRS)
    # Not "0 rows.": there are some, and they are on their way.
    assert pairs.state.text() == "The rows are being looked up…"
    settle(qtbot, page)
    assert pairs.state.text() != "The rows are being looked up…"
    assert page.model.reader is not None
    commonest = page.model.reader.most_frequent(1)[0]
    assert cells(pairs, 0)[:3] == [
        f"{commonest.first} + {commonest.second}",
        f"{commonest.abstracts:,}",
        f"{commonest.abstracts:,}",
    ]
    years = tab(page, YEARS)
    assert isinstance(years, YearsTab)
    settle(qtbot, page)
    assert [str(years.years.index(0, column).data()) for column in range(3)] == ["1990", "100", "100"]
    assert years.years.index(30, 0).data() == "No year"
    assert years.years.index(0, 3).data(Qt.ItemDataRole.AccessibleTextRole) == "1990: abstracts 100, statements 100"
    pico = rows_tab(page, PICO)
    settle(qtbot, page)
    assert cells(pico, 5) == ["1995", "10000005", "5 adults", "warfarin", "bleeding", "Trial 5"]
    remarks = rows_tab(page, REMARKS)
    settle(qtbot, page)
    assert cells(remarks, 0) == ["✗ not read", "scan.pdf", "The file holds pictures of pages and no text."]
    assert page.tabs.tabText(REMARKS) == "Not read, duplicates (3)"


def test_the_table_holds_few_rows_however_far_one_scrolls(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    page = make_page(FakeRuns())
    read_all(qtbot, page, source)
    relations = rows_tab(page, RELATIONS)
    for place in range(0, 3_000, 100):
        relations.view.scrollTo(relations.rows.index(place, 0))
        settle(qtbot, page)
        assert cells(relations, place)[1] == str(10_000_000 + place)
    assert relations.rows.held <= KEPT_ROWS


def test_results_appear_while_it_is_read(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    runs = FakeRuns()
    runs.stand_at = 500
    page = make_page(runs)
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN)
    page.control.start.click()
    relations = rows_tab(page, RELATIONS)
    qtbot.waitUntil(lambda: relations.state.text() == "500 rows.", timeout=10_000)
    assert page.model.phase is Phase.READING
    assert "500 of 3,000 records" in page.control.status.toPlainText()
    assert page.control.bar.isVisible()
    relations.view.selectRow(7)
    qtbot.waitUntil(lambda: "Sentence 7:" in relations.words.toPlainText(), timeout=5_000)
    runs.gate.set()
    qtbot.waitUntil(lambda: page.model.phase is Phase.DONE, timeout=20_000)
    settle(qtbot, page)
    assert relations.state.text() == "3,000 rows."
    assert relations.view.current_row == 7
    assert "Sentence 7:" in relations.words.toPlainText()


def test_a_run_is_paused_and_gone_on_with_by_another_window(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    runs = FakeRuns()
    runs.stand_at = 1_000
    page = make_page(runs)
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN)
    page.control.start.setFocus()
    QTest.keyClick(page.control.start, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: runs.done == 1_000, timeout=10_000)
    qtbot.waitUntil(lambda: page.focusWidget() is page.control.pause)
    QTest.keyClick(page.control.pause, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.model.phase is Phase.PAUSED, timeout=10_000)
    settle(qtbot, page)
    assert page.control.status.toPlainText().startswith("Paused: 1,000 of 3,000 records. Resume goes on")
    assert page.focusWidget() is page.control.start
    assert page.control.start.text() == "&Resume"
    page.close()
    runs.gate.set()
    again = make_page(runs)
    again.model.choose(source)
    qtbot.waitUntil(lambda: again.model.phase is Phase.PAUSED, timeout=5_000)
    settle(qtbot, again)
    assert rows_tab(again, RELATIONS).state.text() == "1,000 rows."
    again.control.start.click()
    qtbot.waitUntil(lambda: again.model.phase is Phase.DONE, timeout=20_000)
    assert [anew for _source, _place, anew in runs.begun] == [False, False]


def test_a_run_of_another_student_is_refused_with_an_offer(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    runs = FakeRuns(100)
    runs.refusal = "The run was read by another student."
    page = make_page(runs)
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.REFUSED, timeout=5_000)
    assert page.control.status.toPlainText() == ("⚠ The run was read by another student. Start again to read everything anew.")
    assert not page.control.start.isVisible()
    page.control.anew.click()
    qtbot.waitUntil(lambda: page.model.phase is Phase.DONE, timeout=10_000)
    assert runs.begun[0][2]


def test_starting_again_asks_first(qtbot: QtBot, make_page: MakePage, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = FakeRuns(100)
    page = make_page(runs)
    read_all(qtbot, page, source)
    asked: list[int] = []

    def answer(_window: QWidget, done: int) -> bool:
        asked.append(done)
        return len(asked) > 1

    monkeypatch.setattr(control, "ask_whether_anew", answer)
    page.control.anew.click()
    assert page.model.phase is Phase.DONE
    page.control.anew.click()
    qtbot.waitUntil(lambda: page.model.phase is Phase.DONE and len(runs.begun) == 2, timeout=10_000)
    assert asked == [100, 100]
    assert runs.begun[1][2]


def test_filters_and_orders_by_keyboard(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    page = make_page(FakeRuns())
    read_all(qtbot, page, source)
    relations = rows_tab(page, RELATIONS)
    QTest.keyClicks(relations.filters.medicine, "digoxin + aspirin")
    QTest.keyClick(relations.filters.medicine, Qt.Key.Key_Return)
    settle(qtbot, page)
    shown = relations.rows.rowCount()
    assert 0 < shown < 3_000
    assert relations.state.text() == f"{shown:,} of 3,000 rows are shown."
    assert {frozenset(cells(relations, row)[2].split(" + ")) for row in range(20)} == {frozenset({"digoxin", "aspirin"})}
    relations.filters.clear()
    order = relations.filters.order
    order.setFocus()
    while order.currentText() != "Newest first":
        QTest.keyClick(order, Qt.Key.Key_Down)
    order.activated.emit(order.currentIndex())
    settle(qtbot, page)
    assert cells(relations, 0)[0] == "2019"
    header = relations.view.horizontalHeader()
    assert header.sortIndicatorSection() == 0
    header.sectionClicked.emit(4)
    settle(qtbot, page)
    assert order.currentText() == "Most probable first"
    assert cells(relations, 0)[4] == "99 %"
    relations.filters.sureness.setCurrentIndex(2)
    relations.filters.sureness.activated.emit(2)
    settle(qtbot, page)
    assert relations.state.text() == "300 of 3,000 rows are shown."
    kinds = {cells(relations, place)[4].split()[0] for place in range(20)}
    assert kinds == {"unsure,", "unsure:"}


def test_enter_opens_the_abstract_and_a_pair_its_statements(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    page = make_page(FakeRuns())
    read_all(qtbot, page, source)
    relations = rows_tab(page, RELATIONS)
    relations.view.setFocus()
    relations.view.selectRow(0)
    QTest.keyClick(relations.view, Qt.Key.Key_Down)
    settle(qtbot, page)
    with qtbot.waitSignal(page.open_abstract, timeout=5_000) as told:
        QTest.keyClick(relations.view, Qt.Key.Key_Return)
    assert told.args is not None
    (opened,) = told.args
    assert isinstance(opened, Abstract)
    assert opened.whole.startswith("Title 1\n\nSentence 1:")
    assert (opened.pmid, opened.year) == (relation(1).pmid or None, relation(1).year)
    pairs = rows_tab(page, PAIRS)
    settle(qtbot, page)
    pairs.view.selectRow(0)
    names = cells(pairs, 0)[0]
    count = cells(pairs, 0)[2]
    QTest.keyClick(pairs.view, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert page.tabs.currentIndex() == RELATIONS
    assert relations.filters.medicine.text() == names
    assert relations.state.text() == f"{count} of 3,000 rows are shown."


def test_the_place_of_the_run_can_be_another(
    qtbot: QtBot, make_page: MakePage, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = FakeRuns(100)
    page = make_page(runs)
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN, timeout=5_000)
    assert f"Source: {source} · the run is kept beside it as export.nbib.run" in page.control.where.toPlainText()
    page.control.place.setCurrentIndex(1)
    page.control.place.activated.emit(1)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN, timeout=5_000)
    assert f"the run is kept as {tmp_path / 'own' / 'export.nbib.run'}" in page.control.where.toPlainText()
    monkeypatch.setattr(control, "ask_for_place", lambda _window, _present: tmp_path / "elsewhere.run")
    page.control.place.setCurrentIndex(2)
    page.control.place.activated.emit(2)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN, timeout=5_000)
    page.control.start.click()
    qtbot.waitUntil(lambda: page.model.phase is Phase.DONE, timeout=5_000)
    assert runs.begun == [(source, tmp_path / "elsewhere.run", False)]


def test_faults_are_said_and_nothing_breaks(qtbot: QtBot, make_page: MakePage, source: Path, tmp_path: Path) -> None:
    runs = FakeRuns(100)
    page = make_page(runs)
    page.model.choose(tmp_path / "missing")
    qtbot.waitUntil(lambda: page.model.phase is Phase.FAULT, timeout=5_000)
    assert page.control.status.toPlainText() == "⚠ There is no such file or folder."
    runs.fault = "student"
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN, timeout=5_000)
    page.control.start.click()
    qtbot.waitUntil(lambda: page.model.phase is Phase.FAULT, timeout=5_000)
    assert page.control.status.toPlainText() == "⚠ The student is missing."
    runs.fault = ""
    page.control.start.click()
    qtbot.waitUntil(lambda: page.model.phase is Phase.DONE, timeout=5_000)
    settle(qtbot, page)
    runs.fault = "file"
    page.exporter.export_to("csv", tmp_path / "out.csv")
    qtbot.waitUntil(lambda: page.model.message != "", timeout=5_000)
    assert "⚠ The run's file is damaged." in page.fault.text.toPlainText()


def test_an_export_is_written_and_said(qtbot: QtBot, make_page: MakePage, source: Path, tmp_path: Path) -> None:
    page = make_page(FakeRuns(100))
    assert not page.control.export.isVisible()
    read_all(qtbot, page, source)
    assert page.control.export.isVisible()
    page.exporter.export_to("csv", tmp_path / "out.csv")
    qtbot.waitUntil(lambda: page.exported.text().startswith("Written"), timeout=5_000)
    assert page.exported.text() == f"Written to {tmp_path / 'out.csv'}."
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "csv 100"


def test_one_file_or_folder_can_be_dropped(qtbot: QtBot, make_page: MakePage, source: Path, tmp_path: Path) -> None:
    page = make_page(FakeRuns(100))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(source)), QUrl.fromLocalFile(str(tmp_path))])
    assert page.accepts(mime)
    page.drop(mime)
    assert "Drop one file or one folder" in page.fault.text.toPlainText()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    page.drop(mime)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN, timeout=5_000)
    assert page.model.source == tmp_path
    mime.setUrls([QUrl("https://example.org/a.nbib")])
    assert not page.accepts(mime)


def test_a_window_that_closes_ends_the_run(qtbot: QtBot, make_page: MakePage, source: Path) -> None:
    runs = FakeRuns()
    runs.stand_at = 100
    page = make_page(runs)
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.CHOSEN, timeout=5_000)
    page.control.start.click()
    qtbot.waitUntil(lambda: runs.done == 100, timeout=5_000)
    started = time.monotonic()
    assert page.model.tasks.close()
    assert time.monotonic() - started < 1
    QApplication.processEvents()

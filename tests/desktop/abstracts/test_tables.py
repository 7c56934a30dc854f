"""The table model that holds few of many rows, and the parts around it."""

from array import array

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.abstracts.columns import columns_of
from desktop.abstracts.network_tab import PairKey, network_of_pairs
from desktop.abstracts.paged import KEPT_ROWS, PAGE_ROWS, PagedModel
from desktop.abstracts.row_words import row_html
from desktop.abstracts.words import counted_classes, label_words
from desktop.abstracts.years_tab import YearsModel, with_gaps
from engine.reading.batch_model import PairRow, RemarkRow, YearCount
from tests.desktop.abstracts.fake_runs import relation

MANY = 1_000_000


def pair(first: str, second: str, abstracts: int, unsure: int = 0) -> PairRow:
    """A pair with one statement an abstract."""
    return PairRow(1, first, second, abstracts, abstracts, unsure, (("ddi:effect", abstracts),), "documented", 2000, 2020)


def test_a_million_rows_are_asked_for_page_by_page(qtbot: QtBot) -> None:
    model = PagedModel(columns_of("relations"))
    asked: list[list[int]] = []
    model.wanted.connect(asked.append)
    model.show_keys(array("q", range(MANY)))
    assert model.rowCount() == MANY
    assert model.index(500_000, 2).data() == "…"
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert asked[0] == list(range(500_000, 500_000 + PAGE_ROWS))
    model.take_rows({key: relation(key) for key in asked[0]})
    assert model.index(500_000, 1).data() == str(10_500_000)
    assert not model.fetching
    for start in range(0, 50 * PAGE_ROWS, PAGE_ROWS):
        asked.clear()
        model.index(start, 0).data()
        qtbot.waitUntil(lambda: bool(asked))
        assert asked[-1][0] == start
        model.take_rows({key: relation(key) for key in asked[-1]})
    assert model.held <= KEPT_ROWS


def test_who_scrolls_fast_gets_the_last_pages(qtbot: QtBot) -> None:
    model = PagedModel(columns_of("relations"))
    asked: list[list[int]] = []
    model.wanted.connect(asked.append)
    model.show_keys(array("q", range(10_000)))
    for start in (9_000, 5_000, 1_000, 7_000, 3_000):
        model.index(start, 0).data()
    qtbot.waitUntil(lambda: bool(asked))
    assert {key // PAGE_ROWS for key in asked[0]} == {10, 70, 30}


def test_counts_that_change_are_fetched_again_and_shown_meanwhile(qtbot: QtBot) -> None:
    model = PagedModel(columns_of("pairs"), volatile=True)
    asked: list[list[int]] = []
    model.wanted.connect(asked.append)
    model.show_keys(array("q", [1]))
    model.index(0, 0).data()
    qtbot.waitUntil(lambda: len(asked) == 1)
    model.take_rows({1: pair("a", "b", 7)})
    assert model.index(0, 1).data() == "7"
    model.show_keys(array("q", [1]))
    assert model.index(0, 1).data() == "7"
    qtbot.waitUntil(lambda: len(asked) == 2)
    model.take_rows({1: pair("a", "b", 8)})
    assert model.index(0, 1).data() == "8"


def test_a_click_on_a_title_sorts_only_what_can_be_sorted() -> None:
    model = PagedModel(columns_of("relations"))
    told: list[tuple[str, bool]] = []
    model.sort_asked.connect(lambda key, descending: told.append((key, descending)))
    model.sort(0, Qt.SortOrder.DescendingOrder)
    model.sort(6, Qt.SortOrder.AscendingOrder)
    assert told == [("year", True)]


def test_years_without_abstracts_stand_between_the_others() -> None:
    years = with_gaps([YearCount(2000, 3, 1), YearCount(2003, 1, 0), YearCount(None, 2, 2)])
    assert [(row.year, row.abstracts) for row in years] == [(2000, 3), (2001, 0), (2002, 0), (2003, 1), (None, 2)]
    assert with_gaps([YearCount(1500, 1, 0), YearCount(2000, 1, 0)]) == (YearCount(1500, 1, 0), YearCount(2000, 1, 0))
    assert with_gaps([]) == ()
    model = YearsModel()
    model.show([YearCount(2000, 3, 9)])
    assert model.most == 9
    assert model.index(0, 3).data(Qt.ItemDataRole.ToolTipRole) == "2000: abstracts 3, statements 9"


def test_the_network_says_what_it_leaves_out_and_what_a_line_means() -> None:
    data = network_of_pairs([pair("Warfarin", "aspirin", 10), pair("warfarin", "digoxin", 5, unsure=5)], 12)
    assert [node.name for node in data.nodes] == ["Warfarin", "aspirin", "digoxin"]
    assert data.left_out == "10 rarer pairs are not drawn."
    assert "counts these abstracts" in data.lines
    sure, unsure = data.edges
    assert (sure.key, sure.tag, sure.probability, sure.unsure) == (PairKey("Warfarin", "aspirin"), "10", 1.0, False)
    assert sure.words == "10 abstracts, 10 statements (Effect or PD mechanism: 10); knowledge: ✓ documented"
    assert (unsure.probability, unsure.unsure) == (0.5, True)
    assert unsure.words.endswith("; all of them unsure")
    assert network_of_pairs([pair("a", "b", 1)], 1).left_out == ""


def test_words_of_rows_hold_no_markup_of_others() -> None:
    html = row_html(relation(10))
    assert "&lt;and&gt; &amp; more" in html
    assert "The reader is too unsure of this to say it." in html
    assert "Counts say how often something is written, not how true it is." in row_html(pair("a", "b", 2))
    fault = row_html(RemarkRow(None, "fault", "<scan>.pdf", "No text."))
    assert "&lt;scan&gt;.pdf" in fault
    assert "Enter" not in fault


def test_classes_of_a_newer_student_are_shown_by_their_own_names() -> None:
    assert label_words("chemprot:down-regulator") == "down regulator"
    assert counted_classes((("ddi:int", 1_200), ("ade:adverse_effect", 1))) == "Interaction, no detail: 1,200, Adverse effect: 1"

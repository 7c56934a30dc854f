"""The tables of a run: what a query finds, in its order, and what is counted."""

from pathlib import Path

import pytest

from engine.abstracts.model import Abstract
from engine.errors import InputError
from engine.reading import batch_rows
from engine.reading.batch_file import RUN_SUFFIX, connected
from engine.reading.batch_model import AnyRow, PairRow, Query, RelationRow, RemarkRow, Table
from engine.reading.batch_rows import RunRows
from tests.engine.reading.batching import UNREADABLE, abstract, run


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> RunRows:
    place = tmp_path_factory.mktemp("rows") / f"run{RUN_SUFFIX}"
    texts = [
        abstract(1, "Warfarin with aspirin caused bleeding in patients."),
        abstract(2, "Aspirin may bleed with Coumadin. Warfarin met xyzolumab.", year=None),
        abstract(3, "Nothing was taken.", year=2010, pmid="999"),
        abstract(4, UNREADABLE),
        Abstract("", source="scan.pdf", remark="The PDF is scanned."),
        abstract(1),
    ]
    run(place, texts)
    return RunRows(place)


def found(rows: RunRows, query: Query) -> list[AnyRow]:
    return rows.rows(query.table, rows.keys(query))


BLEEDING = "Warfarin with aspirin caused bleeding in patients."
MAY = "Aspirin may bleed with Coumadin."
MET = " Warfarin met xyzolumab."


def test_relations_as_they_were_read(rows: RunRows) -> None:
    assert [row.sentence for row in rows.relations()] == [BLEEDING, MAY, MET]
    first = next(rows.relations())
    assert (first.first, first.first_text, first.second, first.pmid, first.year) == (
        "warfarin",
        "Warfarin",
        "acetylsalicylic acid",
        "1001",
        2001,
    )
    assert (first.direction, first.direction_probability, first.object) == ("increase", 0.95, "warfarin")
    assert first.object == "warfarin"
    assert first.abstained is False


def test_queries_of_relations(rows: RunRows) -> None:
    def asked(query: Query) -> list[str]:
        return [row.sentence for row in found(rows, query) if isinstance(row, RelationRow)]

    assert asked(Query(medicine="COUMADIN")) == [MAY]
    assert asked(Query(medicine="xyzo + warfarin")) == [MET]
    assert asked(Query(medicine="100%_")) == []
    assert asked(Query(sureness="unsure")) == [MAY]
    assert asked(Query(sureness="said", label="ddi:effect")) == [BLEEDING, MET]
    assert asked(Query(label="ddi:advise")) == []
    assert asked(Query(knowledge="not_checked")) == [MET]
    assert asked(Query(sort="probability"))[0] == MAY
    assert asked(Query(sort="probability", descending=True))[-1] == MAY
    # What has no year stands last, whichever way.
    assert asked(Query(sort="year"))[0] == asked(Query(sort="year", descending=True))[0] == BLEEDING
    assert asked(Query(sort="pmid", descending=True))[-1] == BLEEDING


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (("reversed",), "other_object"),
        # One sentence that turns it round makes a pair that a source documents no less documented.
        (("reversed", "with"), "documented"),
        (("with", "reversed", "refuted"), "contradicted"),
    ],
)
def test_a_pair_has_the_most_telling_of_its_states(words: tuple[str, ...], state: str, tmp_path: Path) -> None:
    place = tmp_path / f"run{RUN_SUFFIX}"
    run(place, [abstract(number, f"Warfarin {word} aspirin caused bleeding.") for number, word in enumerate(words)])
    (row,) = found(RunRows(place), Query("pairs"))
    assert isinstance(row, PairRow)
    assert row.knowledge == state


@pytest.mark.parametrize("table", ["relations", "pairs", "pico", "remarks"])
@pytest.mark.parametrize("descending", [False, True])
def test_every_sort_finds_the_same_rows(rows: RunRows, table: Table, descending: bool) -> None:
    keys = sorted(rows.keys(Query(table)))
    assert keys
    sorts = ("year", "pmid", "medicines", "label", "probability", "knowledge", "abstracts", "relations", "kind", "where")
    worked = 0
    for sort in sorts:
        try:
            ordered = rows.keys(Query(table, sort=sort, descending=descending))
        except ValueError:
            continue
        assert sorted(ordered) == keys
        worked += 1
    assert worked >= 2


def test_a_pair_is_one_whatever_the_order_and_the_words(rows: RunRows) -> None:
    pairs = {(row.first, row.second): row for row in rows.pairs()}
    assert set(pairs) == {("acetylsalicylic acid", "warfarin"), ("warfarin", "xyzolumab")}
    row = pairs["acetylsalicylic acid", "warfarin"]
    assert (row.abstracts, row.relations, row.unsure, row.labels) == (2, 2, 1, (("ddi:effect", 2),))
    assert (row.knowledge, row.first_year, row.last_year) == ("documented", 2001, 2001)
    assert next(rows.pairs()) == row
    assert rows.most_frequent(1) == [row]
    (other,) = found(rows, Query("pairs", knowledge="not_checked"))
    assert isinstance(other, PairRow)
    assert other.second == "xyzolumab"


def test_pairs_of_which_all_is_unsure_come_last(tmp_path: Path) -> None:
    place = tmp_path / f"run{RUN_SUFFIX}"
    doubtful = [abstract(number, "Aspirin may bleed with Coumadin.") for number in range(3)]
    run(place, [*doubtful, abstract(9, "Warfarin met xyzolumab.")])
    first, last = RunRows(place).most_frequent(5)
    assert (first.second, first.abstracts, first.unsure) == ("xyzolumab", 1, 0)
    assert (last.second, last.abstracts, last.unsure) == ("warfarin", 3, 3)


def test_the_network_holds_what_is_sure(rows: RunRows) -> None:
    assert [(one.first, one.second, one.label, one.relations) for one in rows.edges()] == [
        ("acetylsalicylic acid", "warfarin", "effect", 1),
        ("warfarin", "xyzolumab", "effect", 1),
    ]


def test_counts(rows: RunRows) -> None:
    summary = rows.summary()
    assert (summary.abstracts, summary.relations, summary.unsure, summary.pairs, summary.pico) == (3, 3, 1, 2, 1)
    assert (summary.faults, summary.duplicates, summary.remarks, summary.labels) == (2, 1, 3, ("ddi:effect",))
    assert [(one.year, one.abstracts, one.relations) for one in summary.years] == [(2001, 1, 1), (2010, 1, 0), (None, 1, 2)]


def test_remarks_say_where(rows: RunRows) -> None:
    remarks = [row for row in found(rows, Query("remarks", sort="where")) if isinstance(row, RemarkRow)]
    assert [(one.kind, one.where) for one in remarks] == [
        ("duplicate", "a.nbib, record 1, PMID 1001"),
        ("fault", "a.nbib, record 4, PMID 1004"),
        ("fault", "scan.pdf"),
    ]


def test_medicines_and_text_of_an_abstract(rows: RunRows) -> None:
    assert [row.medicines for row in rows.abstracts()] == [
        ("warfarin", "acetylsalicylic acid"),
        ("acetylsalicylic acid", "warfarin", "xyzolumab"),
        (),
    ]
    assert rows.text(1) == f"Title 1\n\n{BLEEDING}"


def test_who_goes_through_a_run_does_not_keep_its_writer_waiting(rows: RunRows) -> None:
    parts = [rows.with_relations(), rows.abstracts(), rows.relations(), rows.pairs(), rows.remarks(), rows.edges()]
    for part in parts:
        next(part)
    with connected(rows.path) as database:
        database.execute("PRAGMA busy_timeout = 1")
        database.execute("BEGIN EXCLUSIVE")
        database.execute("ROLLBACK")


def test_each_abstract_with_what_it_states(rows: RunRows, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(rows.with_relations())
    assert [(one.pmid, [row.sentence for row in stated]) for one, stated in whole] == [
        ("1001", [BLEEDING]),
        ("1002", [MAY, MET]),
        ("999", []),
    ]
    for page in (1, 2, 3):
        monkeypatch.setattr(batch_rows, "_PAGE", page)
        assert list(rows.with_relations()) == whole


def test_what_is_not_there(rows: RunRows, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has changed"):
        rows.rows("relations", [77])
    with pytest.raises(InputError):
        rows.text(77)
    with pytest.raises(ValueError, match="cannot be sorted"):
        rows.keys(Query("pico", sort="probability"))
    with pytest.raises(InputError, match="There is no run"):
        RunRows(tmp_path / "none.run").summary()

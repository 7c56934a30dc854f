"""The rows of a run as tables: relations, pairs, PICO columns, remarks, years, network; read from the file, never all at once.

Every call opens the file for itself, so that it may be asked from any thread, and while it is written.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.errors import InputError
from engine.reading.batch_file import RunHeader, damaged, one_state, read_header
from engine.reading.batch_model import (
    AbstractRow,
    AnyRow,
    Edge,
    Kind,
    PairRow,
    PicoRow,
    Query,
    RelationRow,
    RemarkRow,
    Summary,
    Table,
    YearCount,
)

if TYPE_CHECKING:
    from engine.reading.model import KnowledgeState

_Row = TypeVar("_Row")
_JOINED = "relations r JOIN abstracts a ON a.number = r.abstract"
# The most telling state last.
_STATES: tuple[KnowledgeState, ...] = (
    *("not_compared", "not_checked", "no_record"),
    *("other_object", "other_direction", "documented", "contradicted"),
)
_RANK = "CASE {0}.knowledge " + " ".join(f"WHEN '{state}' THEN {rank}" for rank, state in enumerate(_STATES)) + " ELSE 0 END"
# What sure relations say goes before what unsure ones do.
_STATE = f"COALESCE(MAX(CASE WHEN r.abstained = 0 THEN {_RANK.format('r')} END), MAX({_RANK.format('r')}))"
_PICO = "(a.participants <> '' OR a.interventions <> '' OR a.outcomes <> '')"
_CLASS = "r.task || ':' || r.label"
_PMID = "CAST(a.pmid AS INTEGER)"
_RELATION = (
    "r.number, r.abstract, a.year, COALESCE(a.pmid, ''), a.title, a.source, a.place, r.first, r.second, r.first_text,"
    " r.second_text, r.task, r.label, r.probability, r.abstained, r.doubt, r.direction, r.direction_probability,"
    " r.object, r.mechanisms, r.knowledge, r.severity, r.sentence"
)
_PAIRED = "pairs p JOIN relations r ON r.pair = p.number JOIN abstracts a ON a.number = r.abstract"
_PAIR = f"p.number, p.first, p.second, COUNT(DISTINCT r.abstract), COUNT(*), SUM(r.abstained), {_STATE}, MIN(a.year), MAX(a.year)"
_WHERE = "n.source || CASE WHEN n.place > 0 THEN ', record ' || n.place ELSE '' END"
_SORTS: dict[Table, dict[str, tuple[str, ...]]] = {
    "relations": {
        "year": ("a.year",),
        "pmid": (_PMID,),
        "medicines": ("lower(r.first)", "lower(r.second)"),
        "label": ("r.task", "r.label"),
        "probability": ("r.probability",),
        "knowledge": (_RANK.format("r"),),
    },
    "pairs": {
        "medicines": ("p.first_key", "p.second_key"),
        "abstracts": ("COUNT(DISTINCT r.abstract)", "COUNT(*)"),
        "relations": ("COUNT(*)",),
        "knowledge": (_STATE,),
    },
    "pico": {"year": ("a.year",), "pmid": (_PMID,)},
    "remarks": {"kind": ("n.kind",), "where": ("n.source", "n.place")},
}
_NUMBER: dict[Table, str] = {"relations": "r.number", "pairs": "p.number", "pico": "a.number", "remarks": "n.number"}
_FROM: dict[Table, str] = {"relations": _JOINED, "pairs": _PAIRED, "pico": "abstracts a", "remarks": "notes n"}
_PAGE = 500
# Places of columns that hold another kind of value than they show.
_ABSTAINED, _NAMES = 14, 7


@dataclass(frozen=True, slots=True)
class RunRows:
    """The rows of the run at `path`. Its file is not verified here: `look_at_run` and `read_many` have done that.

    Every method raises InputError where the file cannot be read.
    """

    path: Path

    def header(self) -> RunHeader:
        """What stands above the run."""
        with one_state(self.path) as database:
            return read_header(database, self.path)

    def summary(self) -> Summary:
        """The counts."""
        with one_state(self.path) as database:
            header = read_header(database, self.path)
            kinds = dict(database.execute("SELECT kind, COUNT(*) FROM notes GROUP BY kind").fetchall())
            unsure = database.execute("SELECT COUNT(*) FROM relations WHERE abstained = 1").fetchone()[0]
            pico = database.execute(f"SELECT COUNT(*) FROM abstracts a WHERE {_PICO}").fetchone()[0]
            labels = database.execute(f"SELECT DISTINCT {_CLASS} AS class FROM relations r ORDER BY class").fetchall()
            years = database.execute(
                "SELECT a.year, COUNT(DISTINCT a.number), COUNT(r.number)"
                " FROM abstracts a LEFT JOIN relations r ON r.abstract = a.number"
                " GROUP BY a.year ORDER BY a.year IS NULL, a.year"
            ).fetchall()
        return Summary(
            header,
            header.abstracts,
            header.relations,
            unsure,
            header.pairs,
            pico,
            kinds.get("fault", 0),
            kinds.get("duplicate", 0),
            sum(kinds.values()),
            tuple(label for (label,) in labels),
            tuple(YearCount(*row) for row in years),
        )

    def keys(self, query: Query) -> array[int]:
        """Numbers of the rows that a query finds, in its order: eight bytes a row.

        Raises:
            ValueError: the table cannot be sorted so.
        """
        conditions, values = _conditions(query)
        number = _NUMBER[query.table]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        group = f" GROUP BY {number}" if query.table == "pairs" else ""
        order = f" ORDER BY {', '.join(_order(query, number))}"
        with one_state(self.path) as database:
            found = database.execute(f"SELECT {number} FROM {_FROM[query.table]}{where}{group}{order}", values)
            return array("q", (row[0] for row in found))

    def rows(self, table: Table, keys: Sequence[int]) -> list[AnyRow]:
        """Rows of a table, in the order of the keys.

        Raises:
            InputError: one of them is not there.
        """
        found: dict[int, AnyRow] = {}
        with one_state(self.path) as database:
            for start in range(0, len(keys), _PAGE):
                found.update(_FETCH[table](database, keys[start : start + _PAGE]))
        if not all(key in found for key in keys):
            raise InputError(f"The run in '{self.path.name}' has changed; look at it anew.")
        return [found[key] for key in keys]

    def most_frequent(self, count: int) -> list[PairRow]:
        """The pairs of medicines ("ddi") of which most abstracts surely state something, then those of which all is unsure."""
        ask = (
            f"SELECT p.number FROM {_PAIRED} WHERE r.task = 'ddi' GROUP BY p.number"
            " ORDER BY COUNT(DISTINCT CASE r.abstained WHEN 0 THEN r.abstract END) DESC,"
            " COUNT(DISTINCT r.abstract) DESC, COUNT(*) DESC, p.number LIMIT ?"
        )
        with one_state(self.path) as database:
            keys = [row[0] for row in database.execute(ask, (count,))]
            pairs = _pairs(database, keys)
        return [pairs[key] for key in keys]

    def count_pairs(self) -> int:
        """All pairs of medicines ("ddi")."""
        with one_state(self.path) as database:
            found: int = database.execute("SELECT COUNT(DISTINCT pair) FROM relations WHERE task = 'ddi'").fetchone()[0]
        return found

    def edges(self) -> Iterator[Edge]:
        """The network: each pair of medicines with each class that sure relations state, the commonest first."""
        ask = (
            f"SELECT p.first, p.second, r.label, COUNT(*), COUNT(DISTINCT r.abstract) FROM {_PAIRED}"
            " WHERE r.task = 'ddi' AND r.abstained = 0 GROUP BY p.number, r.label ORDER BY COUNT(*) DESC, p.number, r.label"
        )
        with one_state(self.path) as database:
            found = database.execute(ask).fetchall()
        yield from (Edge(*row) for row in found)

    def abstracts(self) -> Iterator[AbstractRow]:
        """Every abstract in the order of reading."""
        yield from (abstract for abstract, _ in self.with_relations())

    def with_relations(self) -> Iterator[tuple[AbstractRow, list[RelationRow]]]:
        """Each abstract with what it states, in the order of reading.

        A page at a time, and nothing holds the file between two: whoever writes it waits for readers, and not for long.
        """
        last = 0
        while True:
            with one_state(self.path) as database:
                abstracts = _abstracts(database, last)
                stated = _relations_of(database, [one.abstract for one in abstracts])
            yield from ((one, stated.get(one.abstract, [])) for one in abstracts)
            if len(abstracts) < _PAGE:
                return
            last = abstracts[-1].abstract

    def relations(self) -> Iterator[RelationRow]:
        """Every relation in the order of reading."""
        yield from self._every(Query("relations"), _relations)

    def pairs(self) -> Iterator[PairRow]:
        """Every pair, that of the most abstracts first."""
        yield from self._every(Query("pairs", sort="abstracts", descending=True), _pairs)

    def remarks(self) -> Iterator[RemarkRow]:
        """Every fault, duplicate and remark in the order of reading."""
        yield from self._every(Query("remarks"), _remarks)

    def _every(self, query: Query, fetch: Callable[[sqlite3.Connection, Sequence[int]], dict[int, _Row]]) -> Iterator[_Row]:
        keys = self.keys(query)
        for start in range(0, len(keys), _PAGE):
            page = keys[start : start + _PAGE]
            with one_state(self.path) as database:
                found = fetch(database, page)
            yield from (found[key] for key in page if key in found)

    def text(self, abstract: int) -> str:
        """The text of an abstract as it was read.

        Raises:
            InputError: there is none of that number.
        """
        with one_state(self.path) as database:
            row = database.execute("SELECT text FROM abstracts WHERE number = ?", (abstract,)).fetchone()
        if row is None or not isinstance(row[0], str):
            raise damaged(self.path)
        return row[0]


def _conditions(query: Query) -> tuple[list[str], list[str]]:
    conditions, values = [], []
    if query.table == "pico":
        conditions.append(_PICO)
    for letters in filter(None, (part.strip().casefold() for part in query.medicine.split("+"))):
        conditions.append(
            {
                "relations": "instr(r.search, ?) > 0",
                "pairs": "instr(p.first_key || char(10) || p.second_key, ?) > 0",
                "pico": "instr(lower(a.title || char(10) || a.names || char(10) || a.interventions), ?) > 0",
                "remarks": "instr(lower(n.sentence), ?) > 0",
            }[query.table]
        )
        values.append(letters)
    if query.table in ("relations", "pairs"):
        if query.label:
            conditions.append(f"{_CLASS} = ?")
            values.append(query.label)
        if query.knowledge is not None:
            conditions.append("r.knowledge = ?")
            values.append(query.knowledge)
        if query.sureness != "all":
            conditions.append(f"r.abstained = {int(query.sureness == 'unsure')}")
    return conditions, values


def _order(query: Query, number: str) -> list[str]:
    if not query.sort:
        return [number]
    sorts = _SORTS[query.table].get(query.sort)
    if sorts is None:
        raise ValueError(f"{query.table} cannot be sorted by {query.sort}")
    # What is not stated stands last, whichever way.
    way = " DESC" if query.descending else ""
    return [
        *(f"{one} IS NULL, {one}{way}" if "MAX(" not in one and "COUNT(" not in one else f"{one}{way}" for one in sorts),
        number,
    ]


def _marks(keys: Sequence[int]) -> str:
    return ", ".join("?" * len(keys))


def _abstracts(database: sqlite3.Connection, after: int) -> list[AbstractRow]:
    """A page of the abstracts behind a number."""
    import json

    ask = (
        "SELECT a.number, COALESCE(a.pmid, ''), a.title, a.year, COALESCE(a.journal, ''), a.source, a.place, a.names,"
        " (SELECT COUNT(*) FROM relations r WHERE r.abstract = a.number), a.participants, a.interventions, a.outcomes"
        " FROM abstracts a WHERE a.number > ? ORDER BY a.number LIMIT ?"
    )
    found = []
    for row in database.execute(ask, (after, _PAGE)):
        values = list(row)
        values[_NAMES] = tuple(json.loads(values[_NAMES]))
        found.append(AbstractRow(*values))
    return found


def _relations_of(database: sqlite3.Connection, abstracts: Sequence[int]) -> dict[int, list[RelationRow]]:
    """The relations of each of a page of abstracts, in the order of reading."""
    ask = f"SELECT r.number FROM relations r WHERE r.abstract IN ({_marks(abstracts)}) ORDER BY r.number"
    keys = [number for (number,) in database.execute(ask, tuple(abstracts))]
    found: dict[int, list[RelationRow]] = {}
    for start in range(0, len(keys), _PAGE):
        page = keys[start : start + _PAGE]
        rows = _relations(database, page)
        for row in (rows[key] for key in page if key in rows):
            found.setdefault(row.abstract, []).append(row)
    return found


def _relations(database: sqlite3.Connection, keys: Sequence[int]) -> dict[int, RelationRow]:
    found = database.execute(f"SELECT {_RELATION} FROM {_JOINED} WHERE r.number IN ({_marks(keys)})", tuple(keys))
    relations = {}
    for row in found:
        values = list(row)
        values[_ABSTAINED] = bool(values[_ABSTAINED])
        relations[row[0]] = RelationRow(*values)
    return relations


def _pairs(database: sqlite3.Connection, keys: Sequence[int]) -> dict[int, PairRow]:
    labels: dict[int, list[tuple[str, int]]] = {}
    ask = (
        f"SELECT r.pair, {_CLASS}, COUNT(*) FROM relations r WHERE r.pair IN ({_marks(keys)}) GROUP BY r.pair, {_CLASS}"
        f" ORDER BY COUNT(*) DESC, {_CLASS}"
    )
    for pair, label, count in database.execute(ask, tuple(keys)):
        labels.setdefault(pair, []).append((label, count))
    found = database.execute(f"SELECT {_PAIR} FROM {_PAIRED} WHERE p.number IN ({_marks(keys)}) GROUP BY p.number", tuple(keys))
    return {row[0]: _pair(row, labels) for row in found}


def _pair(
    row: tuple[int, str, str, int, int, int, int, int | None, int | None], labels: dict[int, list[tuple[str, int]]]
) -> PairRow:
    number, first, second, abstracts, relations, unsure, state, first_year, last_year = row
    counted = tuple(labels[number])
    return PairRow(number, first, second, abstracts, relations, unsure, counted, _STATES[state], first_year, last_year)


def _picos(database: sqlite3.Connection, keys: Sequence[int]) -> dict[int, PicoRow]:
    columns = "a.number, a.year, COALESCE(a.pmid, ''), a.title, a.participants, a.interventions, a.outcomes"
    found = database.execute(f"SELECT {columns} FROM abstracts a WHERE a.number IN ({_marks(keys)})", tuple(keys))
    return {row[0]: PicoRow(*row) for row in found}


def _remarks(database: sqlite3.Connection, keys: Sequence[int]) -> dict[int, RemarkRow]:
    columns = f"n.number, n.abstract, n.kind, {_WHERE}, n.pmid, n.sentence"
    found = database.execute(f"SELECT {columns} FROM notes n WHERE n.number IN ({_marks(keys)})", tuple(keys))
    return {row[0]: _remark(*row[1:]) for row in found}


def _remark(abstract: int | None, kind: str, where: str, pmid: str | None, sentence: str) -> RemarkRow:
    shown: Kind = "fault" if kind == "fault" else "duplicate" if kind == "duplicate" else "remark"
    if pmid is not None:
        where = f"{where}, PMID {pmid}" if where else f"PMID {pmid}"
    return RemarkRow(abstract, shown, where, f"Not read: {sentence}" if kind == "unread" else sentence)


_Fetched = Mapping[int, AnyRow]
_FETCH: dict[Table, Callable[[sqlite3.Connection, Sequence[int]], _Fetched]] = {
    "relations": _relations,
    "pairs": _pairs,
    "pico": _picos,
    "remarks": _remarks,
}

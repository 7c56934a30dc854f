"""Columns of the tables: their titles, what a row says in them, and by which of them rows can be sorted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.abstract.relations_words import class_words, probability_words
from desktop.abstracts.words import counted_classes, remark_kind, state_words, year_words
from engine.reading.batch_model import AnyRow, PairRow, PicoRow, RelationRow, RemarkRow, Table


def _tr(text: str) -> str:
    return QCoreApplication.translate("Columns", text)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `letters` is its usual width; 0 takes what is left. `sort` is the key that a query names, empty for none.

    `low`, `high`: what sorting by it says, least and most first.
    """

    title: str
    letters: int
    text: Callable[[AnyRow], str]
    sort: str = ""
    low: str = ""
    high: str = ""
    number: bool = False


def _of_relation(text: Callable[[RelationRow], str]) -> Callable[[AnyRow], str]:
    return lambda row: text(row) if isinstance(row, RelationRow) else ""


def _of_pair(text: Callable[[PairRow], str]) -> Callable[[AnyRow], str]:
    return lambda row: text(row) if isinstance(row, PairRow) else ""


def _of_pico(text: Callable[[PicoRow], str]) -> Callable[[AnyRow], str]:
    return lambda row: text(row) if isinstance(row, PicoRow) else ""


def _of_remark(text: Callable[[RemarkRow], str]) -> Callable[[AnyRow], str]:
    return lambda row: text(row) if isinstance(row, RemarkRow) else ""


def relation_columns() -> tuple[Column, ...]:
    """Relations: one row is one statement of one sentence."""
    of = _of_relation
    return (
        Column(_tr("Year"), 6, of(lambda row: year_words(row.year)), "year", _tr("Oldest first"), _tr("Newest first"), True),
        Column(_tr("PMID"), 10, of(lambda row: row.pmid or "–"), "pmid", _tr("Lowest PMID first"), _tr("Highest PMID first")),
        Column(_tr("Names"), 30, of(lambda row: f"{row.first} + {row.second}"), "medicines", _tr("Names A to Z"), ""),
        Column(_tr("What is stated"), 27, of(lambda row: class_words(row.task, row.label)), "label", _tr("By statement"), ""),
        Column(
            _tr("Probability"),
            26,
            of(probability_words),
            "probability",
            _tr("Least probable first"),
            _tr("Most probable first"),
            True,
        ),
        Column(_tr("Knowledge"), 18, of(lambda row: state_words(row.knowledge)), "knowledge", _tr("By knowledge"), ""),
        Column(_tr("Sentence"), 0, of(lambda row: row.sentence)),
    )


def pair_columns() -> tuple[Column, ...]:
    """Pairs: one row is two medicines over all abstracts."""
    of = _of_pair

    def years(row: PairRow) -> str:
        first, last = year_words(row.first_year), year_words(row.last_year)
        return first if first == last else _tr("{0} to {1}").format(first, last)

    return (
        Column(_tr("Names"), 34, of(lambda row: f"{row.first} + {row.second}"), "medicines", _tr("Names A to Z"), ""),
        Column(
            _tr("Abstracts"),
            10,
            of(lambda row: f"{row.abstracts:,}"),
            "abstracts",
            _tr("Rarest first"),
            _tr("Commonest first"),
            True,
        ),
        Column(
            _tr("Statements"),
            11,
            of(lambda row: f"{row.relations:,}"),
            "relations",
            _tr("Fewest statements first"),
            _tr("Most statements first"),
            True,
        ),
        Column(_tr("Of these unsure"), 15, of(lambda row: f"{row.unsure:,}"), number=True),
        Column(_tr("Knowledge"), 18, of(lambda row: state_words(row.knowledge)), "knowledge", _tr("By knowledge"), ""),
        Column(_tr("Years"), 14, of(years)),
        Column(_tr("What is stated"), 0, of(lambda row: counted_classes(row.labels))),
    )


def pico_columns() -> tuple[Column, ...]:
    """PICO: one row is one abstract."""
    of = _of_pico
    return (
        Column(_tr("Year"), 6, of(lambda row: year_words(row.year)), "year", _tr("Oldest first"), _tr("Newest first"), True),
        Column(_tr("PMID"), 10, of(lambda row: row.pmid or "–"), "pmid", _tr("Lowest PMID first"), _tr("Highest PMID first")),
        Column(_tr("Participants"), 32, of(lambda row: row.participants or "–")),
        Column(_tr("Intervention or comparison"), 32, of(lambda row: row.interventions or "–")),
        Column(_tr("Outcome"), 32, of(lambda row: row.outcomes or "–")),
        Column(_tr("Title"), 0, of(lambda row: row.title or "–")),
    )


def remark_columns() -> tuple[Column, ...]:
    """What could not be read, what was left out, what was remarked."""
    of = _of_remark
    return (
        Column(_tr("Kind"), 14, of(lambda row: remark_kind(row.kind)), "kind", _tr("By kind"), ""),
        Column(_tr("Where"), 36, of(lambda row: row.where), "where", _tr("By place"), ""),
        Column(_tr("What is said of it"), 0, of(lambda row: row.sentence)),
    )


def columns_of(table: Table) -> tuple[Column, ...]:
    """The columns of a table."""
    makers: dict[Table, Callable[[], tuple[Column, ...]]] = {
        "relations": relation_columns,
        "pairs": pair_columns,
        "pico": pico_columns,
        "remarks": remark_columns,
    }
    return makers[table]()

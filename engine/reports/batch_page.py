"""A run over many abstracts as one self-contained HTML file: counts, the commonest pairs, what they rest on, what was not read.

A page of a hundred thousand rows opens in no browser: beyond a bound rows are counted, and the table has all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cancellation import Progress
from engine.reading.batch_export import said_with
from engine.records.writing import written_whole
from engine.reports.markup import PIECE, ROW, boxed, heading, listed, own_direction, page, style, table, text
from engine.reports.reading_words import knowledge_words, label_words, percent, plural

if TYPE_CHECKING:
    from engine.reading.batch_model import PairRow, RelationRow, RemarkRow, Summary
    from engine.reading.batch_rows import RunRows

Check = Callable[[], None]
MOST_PAIRS = 500
MOST_STATEMENTS = 5_000
MOST_REMARKS = 2_000
TITLE = "Many abstracts as they were read"
_LOOK_EVERY = 200
_WARNING_GROUND = "#fff4d6"


def page_in_steps(rows: RunRows, path: Path, *, check: Check) -> Generator[Progress, None, Path]:
    """Write the page whole or not at all.

    Raises:
        InputError: the file cannot be written, or the run cannot be read.
        CancelledError: raised by `check`; nothing is written.
    """
    yield Progress(0, 0)
    with written_whole(path) as file:
        for done, piece in enumerate(page_pieces(rows), start=1):
            file.write(piece.replace(PIECE, "").replace(ROW, "").encode("utf-8", errors="replace"))
            if not done % _LOOK_EVERY:
                check()
                yield Progress(0, 0)
    return path


def page_pieces(rows: RunRows) -> Iterator[str]:
    """The page, a piece a row where there are many."""
    summary = rows.summary()
    start, _, end = page(TITLE, style(9, 2), "\f").partition("\f")
    yield start
    yield heading(1, TITLE)
    yield f"<p>{own_direction(summary.header.source)}</p>\n"
    yield boxed(listed(text(said) for _kind, said in said_with(summary.header)), _WARNING_GROUND)
    yield _counts(summary)
    yield heading(2, "Pairs of names, the commonest first")
    yield _left_out(summary.pairs, MOST_PAIRS, "pair", "pairs")
    titles = ("Names", "Abstracts", "Statements", "Of these unsure", "Years", "What is stated", "Knowledge")
    yield from _table(titles, (28, 8, 8, 8, 10, 20, 18), map(_pair, islice(rows.pairs(), MOST_PAIRS)))
    yield heading(2, "Statements, in the order of reading")
    yield _left_out(summary.relations, MOST_STATEMENTS, "statement", "statements")
    heads = ("PMID, year", "Names", "What is stated", "Probability", "Knowledge", "Sentence")
    yield from _table(heads, (10, 18, 10, 10, 14, 38), map(_statement, islice(rows.relations(), MOST_STATEMENTS)))
    yield heading(2, "Not read, duplicates, remarks")
    yield _left_out(summary.remarks, MOST_REMARKS, "remark", "remarks")
    yield from _table(("Kind", "Where", "What is said of it"), (12, 30, 58), map(_remark, islice(rows.remarks(), MOST_REMARKS)))
    yield end


def _counts(summary: Summary) -> str:
    counted = (
        plural(summary.abstracts, "abstract read", "abstracts read"),
        plural(summary.relations, "statement", "statements") + f", {summary.unsure} of them unsure",
        plural(summary.pairs, "pair of names", "pairs of names"),
        plural(summary.faults, "record not read", "records not read"),
        plural(summary.duplicates, "duplicate left out", "duplicates left out"),
    )
    years = ((_year(one.year), str(one.abstracts), str(one.relations)) for one in summary.years)
    return (
        f"<p>{text(' · '.join(counted))}</p>\n"
        + heading(2, "Counts by year of publication")
        + table(("Year", "Abstracts", "Statements"), years, (34, 33, 33))
    )


def _year(year: int | None) -> str:
    return str(year) if year is not None else "not stated"


def _left_out(total: int, most: int, one: str, many: str) -> str:
    if not total:
        return "<p>None.</p>\n"
    if total <= most:
        return f"<p>{plural(total, one, many)}.</p>\n"
    return f"<p>The first {most} of {total} {many}; the export as a table or as data has all of them.</p>\n"


def _table(titles: tuple[str, ...], widths: tuple[int, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """A table whose rows are made one by one; the frame is that of every export."""
    mark = "\f"
    frame = table(titles, [(mark, *[""] * (len(titles) - 1))], widths)
    head, _, foot = frame.partition("<tr><td")
    _, _, foot = foot.partition("</tr>\n")
    yield head
    for row in rows:
        yield "".join(("<tr>", *(f'<td valign="top">{cell}</td>' for cell in row), "</tr>\n"))
    yield foot


def _stated(label: str) -> str:
    task, _, name = label.partition(":")
    return label_words(task, name)


def _pair(one: PairRow) -> tuple[str, ...]:
    years = dict.fromkeys((_year(one.first_year), _year(one.last_year)))
    stated = ", ".join(f"{_stated(label)}: {count}" for label, count in one.labels)
    return (
        f"{own_direction(one.first)} + {own_direction(one.second)}",
        str(one.abstracts),
        str(one.relations),
        str(one.unsure),
        text(" to ".join(years)),
        text(stated),
        text(knowledge_words(one.knowledge)),
    )


def _statement(one: RelationRow) -> tuple[str, ...]:
    where = ", ".join(part for part in (one.pmid, str(one.year or "")) if part) or one.source
    sure = percent(one.probability)
    return (
        own_direction(where),
        f"{own_direction(one.first)} + {own_direction(one.second)}",
        text(label_words(one.task, one.label)),
        text(f"{sure}, unsure: not to be relied on" if one.abstained else sure),
        text(knowledge_words(one.knowledge)),
        own_direction(one.sentence),
    )


def _remark(one: RemarkRow) -> tuple[str, ...]:
    kind = {"fault": "✗ not read", "duplicate": "= duplicate"}.get(one.kind, "remark")
    return text(kind), own_direction(one.where), own_direction(one.sentence)

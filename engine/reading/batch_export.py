"""A run over many abstracts as a file: a table with one row a statement, or JSON with everything; written piece by piece.

A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from engine.cancellation import Progress
from engine.errors import InputError
from engine.records.writing import written_whole
from engine.reports.reading_words import doubt_words, probability_cell, short_knowledge
from engine.reports.table import guarded

if TYPE_CHECKING:
    from engine.reading.batch_file import RunHeader
    from engine.reading.batch_model import AbstractRow, RelationRow
    from engine.reading.batch_rows import RunRows

ExportFormat = Literal["csv", "json"]
Check = Callable[[], None]
COLUMNS = (
    *("row", "pmid", "year", "title", "name_1", "name_2", "written_1", "written_2", "task", "statement", "probability", "unsure"),
    *("doubt", "direction", "direction_probability", "object", "mechanisms", "knowledge", "severity"),
    *("participants", "interventions", "outcomes"),
    *("medicines", "journal", "source", "record", "text"),
)
_LOOK_EVERY = 100
_BOM = "\ufeff"


def export_format(path: Path) -> ExportFormat:
    """The format of a file's name.

    Raises:
        InputError: there is no such format.
    """
    for known in get_args(ExportFormat):
        if path.suffix.casefold() == f".{known}":
            found: ExportFormat = known
            return found
    raise InputError("What was read is written as .csv or .json.")


def export_in_steps(rows: RunRows, path: Path, *, check: Check) -> Generator[Progress, None, Path]:
    """Write the run to `path`, in the format of its name, whole or not at all; counted in abstracts.

    Raises:
        InputError: another format, the file cannot be written, or the run cannot be read.
        CancelledError: raised by `check`; nothing is written.
    """
    pieces = table_pieces(rows) if export_format(path) == "csv" else _json_pieces(rows)
    total = rows.header().abstracts
    with written_whole(path) as file:
        for done, piece in enumerate(pieces, start=1):
            file.write(piece.encode("utf-8", errors="replace"))
            if not done % _LOOK_EVERY:
                check()
                yield Progress(min(done, total), total)
    return path


def _json_pieces(rows: RunRows) -> Iterator[str]:
    from engine.reading.batch_json import json_pieces

    return json_pieces(rows)


def table_pieces(rows: RunRows) -> Iterator[str]:
    """The table as CSV, a piece an abstract; the mark in front is what spreadsheets need to see UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    out.write(_BOM)
    writer.writeheader()
    for batch in chain((_of_abstract(*one) for one in rows.with_relations()), ([row] for row in _below(rows))):
        for row in batch:
            writer.writerow({name: guarded(cell.replace("\x00", "")) for name, cell in row.items()})
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _of_abstract(abstract: AbstractRow, relations: list[RelationRow]) -> list[dict[str, str]]:
    whole = {
        "pmid": abstract.pmid,
        "year": "" if abstract.year is None else f"{abstract.year}",
        "title": abstract.title,
        "participants": abstract.participants,
        "interventions": abstract.interventions,
        "outcomes": abstract.outcomes,
        "medicines": "; ".join(abstract.medicines),
        "journal": abstract.journal,
        "source": abstract.source,
        "record": f"{abstract.place}" if abstract.place else "",
    }
    if not relations:
        return [{"row": "no statement", **whole}]
    return [{"row": "statement", **whole, **_of_relation(one)} for one in relations]


def _of_relation(one: RelationRow) -> dict[str, str]:
    return {
        "name_1": one.first,
        "name_2": one.second,
        "written_1": one.first_text,
        "written_2": one.second_text,
        "task": one.task,
        "statement": one.label,
        "probability": probability_cell(one.probability),
        "unsure": "yes" if one.abstained else "no",
        "doubt": "" if one.doubt is None else doubt_words(one.doubt),
        "direction": one.direction or "",
        "direction_probability": probability_cell(one.direction_probability),
        "object": one.object or "",
        "mechanisms": one.mechanisms,
        "knowledge": short_knowledge(one.knowledge),
        "severity": one.severity or "",
        "text": one.sentence,
    }


def _below(rows: RunRows) -> Iterator[dict[str, str]]:
    """What was not read, what was remarked, and what must be said with every export."""
    for remark in rows.remarks():
        yield {"row": "not read" if remark.kind == "fault" else remark.kind, "source": remark.where, "text": remark.sentence}
    header = rows.header()
    for kind, said in said_with(header):
        yield {"row": kind, "text": said}


def said_with(header: RunHeader) -> Iterator[tuple[str, str]]:
    """(kind, sentence) of everything that must be said with an export."""
    from engine.reports.reading_material import cautions_of, terms_of, versions_of

    counts = f"{header.abstracts} abstracts read, {header.relations} statements found"
    yield "totals", counts if header.finished else f"{counts}; the reading was stopped and is not whole"
    if not header.has_head("pico"):
        yield "remark", "This student does not look for participants, interventions and outcomes: those columns are empty."
    for caution in cautions_of(header.provenance, severities=bool(header.relations)):
        yield "caution", caution
    terms = terms_of(header.provenance)
    if terms:
        yield "terms of use", terms
    yield "begun", header.begun
    yield "versions", versions_of(header.provenance)
    yield "intended use", header.notice

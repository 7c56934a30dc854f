"""A reading as a table: one row a statement, a name and a sentence that was not read, so that nothing is lost.

A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.reports.reading_material import ReadingHead, Stated, cautions, not_read, stated, terms_of, versions_of
from engine.reports.reading_words import doubt_words, probability_cell, short_knowledge
from engine.reports.table import guarded

if TYPE_CHECKING:
    from engine.reading.model import Reading

COLUMNS = (
    *("row", "sentence", "name_1", "name_2", "understood_as_1", "understood_as_2", "kind_1", "kind_2", "task", "statement"),
    *("probability", "unsure", "doubt", "direction", "direction_probability", "object", "mechanisms", "knowledge"),
    *("severity", "documented", "text"),
)


def reading_csv(reading: Reading, head: ReadingHead | None = None) -> str:
    """CSV of a reading; `text` is the sentence of a statement. Write it as UTF-8 with the mark for spreadsheets."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in reading_rows(reading, head or ReadingHead()):
        writer.writerow({name: guarded(cell.replace("\x00", "")) for name, cell in row.items()})
    return out.getvalue()


def reading_rows(reading: Reading, head: ReadingHead) -> Iterator[dict[str, str]]:
    """The rows by column, as written and not yet guarded."""
    for number, sentence, reason in not_read(reading):
        yield {"row": "not read", "sentence": f"{number}", "statement": reason, "text": sentence}
    for remark in reading.remarks:
        yield {"row": "remark", "text": remark}
    for one in stated(reading):
        yield _statement(one)
    for place, read in enumerate(reading.sentences, start=1):
        for entity in read.entities:
            yield {
                "row": "name",
                "sentence": f"{place}",
                "name_1": entity.text,
                "understood_as_1": entity.name or "",
                "kind_1": entity.kind,
                "probability": probability_cell(entity.probability),
                "text": entity.source,
            }
        for span in read.spans:
            words = read.text[span.start : span.end]
            yield {
                "row": "part of a trial",
                "sentence": f"{place}",
                "kind_1": span.kind,
                "probability": probability_cell(span.probability),
                "text": words,
            }
    if head.title:
        yield {"row": "title", "text": head.title}
    if head.source:
        yield {"row": "source", "text": head.source}
    if head.date:
        yield {"row": "made", "text": head.date}
    for caution in cautions(reading):
        yield {"row": "caution", "text": caution}
    terms = terms_of(reading.provenance)
    if terms:
        yield {"row": "terms of use", "text": terms}
    yield {"row": "versions", "text": versions_of(reading.provenance)}
    yield {"row": "intended use", "text": reading.notice}


def _statement(one: Stated) -> dict[str, str]:
    relation, sentence = one.relation, one.sentence
    first, second = sentence.entities[relation.first], sentence.entities[relation.second]
    return {
        "row": "statement",
        "sentence": f"{one.sentence_number + 1}",
        "name_1": first.text,
        "name_2": second.text,
        "understood_as_1": first.name or "",
        "understood_as_2": second.name or "",
        "kind_1": first.kind,
        "kind_2": second.kind,
        "task": relation.task,
        "statement": relation.label,
        "probability": probability_cell(relation.probability),
        "unsure": "yes" if relation.abstained else "no",
        "doubt": "" if relation.doubt is None else doubt_words(relation.doubt),
        "direction": relation.direction or "",
        "direction_probability": probability_cell(relation.direction_probability),
        "object": "" if relation.object is None else sentence.entities[relation.object].text,
        "mechanisms": "; ".join(relation.mechanisms),
        "knowledge": short_knowledge(relation.knowledge),
        "severity": relation.severity or "",
        "documented": "; ".join(relation.documented),
        "text": sentence.text,
    }

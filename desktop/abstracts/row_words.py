"""A row of a table in words: what its cells cut off can be read, copied and heard here."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication

from desktop.abstract.relations_words import class_words, doubt_sentence, probability_words
from desktop.abstracts.words import counted, counted_classes, remark_kind, state_words, year_words
from engine.reading.batch_model import AnyRow, PairRow, PicoRow, RelationRow


def _tr(text: str) -> str:
    return QCoreApplication.translate("RowWords", text)


def _where(pmid: str, year: int | None) -> str:
    number = _tr("PMID {0}").format(pmid) if pmid else _tr("no PMID")
    return f"{number}, {year_words(year)}" if year is not None else number


def _relation(row: RelationRow) -> list[str]:
    said = _tr("{0} + {1}: {2} ({3})").format(row.first, row.second, class_words(row.task, row.label), probability_words(row))
    lines = [f"<b>{escape(said)}</b>", escape(row.sentence)]
    lines.append(escape(_tr("Knowledge: {0}. {1}.").format(state_words(row.knowledge), _where(row.pmid, row.year))))
    if row.doubt is not None:
        lines.append(escape(_tr("Not to be relied on: {0}.").format(doubt_sentence(row))))
    elif row.abstained:
        lines.append(escape(_tr("The reader is too unsure of this to say it.")))
    lines.append(escape(_tr("Enter opens the abstract.")))
    return lines


def _pair(row: PairRow) -> list[str]:
    abstracts = counted(row.abstracts, _tr("1 abstract"), _tr("{0} abstracts"))
    statements = counted(row.relations, _tr("1 statement"), _tr("{0} statements"))
    lines = [f"<b>{escape(f'{row.first} + {row.second}')}</b>", escape(f"{abstracts}, {statements}")]
    lines.append(escape(counted_classes(row.labels)))
    if row.unsure:
        lines.append(escape(_tr("Of these the reader is unsure: {0}.").format(f"{row.unsure:,}")))
    lines.append(
        escape(
            _tr("Knowledge: {0}. Counts say how often something is written, not how true it is.").format(
                state_words(row.knowledge)
            )
        )
    )
    lines.append(escape(_tr("Enter shows the statements on this pair.")))
    return lines


def _pico(row: PicoRow) -> list[str]:
    parts = (
        (_tr("Participants"), row.participants),
        (_tr("Intervention or comparison"), row.interventions),
        (_tr("Outcome"), row.outcomes),
    )
    lines = [f"<b>{escape(row.title or _where(row.pmid, row.year))}</b>", escape(_where(row.pmid, row.year))]
    lines += [f"{escape(name)}: {escape(text or '–')}" for name, text in parts]
    lines.append(escape(_tr("Enter opens the abstract.")))
    return lines


def row_html(row: AnyRow) -> str:
    """All that is known of a row."""
    if isinstance(row, RelationRow):
        lines = _relation(row)
    elif isinstance(row, PairRow):
        lines = _pair(row)
    elif isinstance(row, PicoRow):
        lines = _pico(row)
    else:
        lines = [f"<b>{escape(remark_kind(row.kind))}</b>", escape(row.where), escape(row.sentence)]
        if row.abstract is not None:
            lines.append(escape(_tr("Enter opens the abstract.")))
    return "<br>".join(lines)

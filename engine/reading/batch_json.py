"""A run over many abstracts as one JSON object; the models are its schema, and the text is made piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from engine.reading.as_json import JsonProvenance, provenance_json
from engine.reading.batch_export import said_with
from engine.reading.model import Direction, Doubt, KnowledgeState
from engine.report import Frozen

if TYPE_CHECKING:
    from engine.reading.batch_model import AbstractRow, PairRow, RelationRow, Summary
    from engine.reading.batch_rows import RunRows


class BatchRelation(Frozen):
    """What a sentence states of two names: as the knowledge has them where it does, and as written. `abstained`: unsure.
    `doubt`, `direction_probability` and `knowledge`: as in the reading of one text."""

    first: str
    second: str
    first_text: str
    second_text: str
    task: str
    label: str
    probability: float
    abstained: bool
    doubt: Doubt | None
    direction: Direction | None
    direction_probability: float | None
    object: str | None
    mechanisms: tuple[str, ...]
    knowledge: KnowledgeState
    severity: str | None
    sentence: str


class BatchAbstract(Frozen):
    """One abstract; `record` is its place in the file `source`, 0 where the file is one abstract."""

    pmid: str | None
    title: str
    year: int | None
    journal: str
    source: str
    record: int
    medicines: tuple[str, ...]
    participants: str
    interventions: str
    outcomes: str
    relations: tuple[BatchRelation, ...]


class BatchPair(Frozen):
    """Two names over all abstracts; `labels` counts "task:class". `knowledge`: the most telling state."""

    first: str
    second: str
    abstracts: int
    relations: int
    unsure: int
    labels: dict[str, int]
    knowledge: KnowledgeState
    first_year: int | None
    last_year: int | None


class BatchYear(Frozen):
    """Abstracts of one year, and what they state; null: no year given."""

    year: int | None
    abstracts: int
    relations: int


class BatchEdge(Frozen):
    """An edge of the network of medicines: sure statements of one class, and in how many abstracts."""

    first: str
    second: str
    label: str
    relations: int
    abstracts: int


class BatchRemark(Frozen):
    """What was not read, was there twice, or is remarked."""

    kind: Literal["fault", "duplicate", "remark"]
    where: str
    sentence: str


class BatchCounts(Frozen):
    """Counts over the whole run; `relations` includes `unsure`."""

    abstracts: int
    relations: int
    unsure: int
    pairs: int
    faults: int
    duplicates: int


class BatchResult(Frozen):
    """A run. `finished`: the whole source was read. `heads`: what the student looks for. `cautions`: to be said with it."""

    format: Literal[1] = 1
    source: str
    begun: str
    finished: bool
    counts: BatchCounts
    heads: tuple[str, ...]
    provenance: JsonProvenance
    cautions: tuple[str, ...]
    notice: str
    years: tuple[BatchYear, ...]
    network: tuple[BatchEdge, ...]
    pairs: tuple[BatchPair, ...]
    remarks: tuple[BatchRemark, ...]
    abstracts: tuple[BatchAbstract, ...]


def json_pieces(rows: RunRows) -> Iterator[str]:
    """The text of a `BatchResult`, a piece an item."""
    summary = rows.summary()
    head = json.dumps(_head(summary), indent=1)
    yield head[: head.rindex("\n")]
    lists: dict[str, Iterator[Frozen]] = {
        "years": (BatchYear(year=one.year, abstracts=one.abstracts, relations=one.relations) for one in summary.years),
        "network": (
            BatchEdge(first=one.first, second=one.second, label=one.label, relations=one.relations, abstracts=one.abstracts)
            for one in rows.edges()
        ),
        "pairs": (_pair(one) for one in rows.pairs()),
        "remarks": (BatchRemark(kind=one.kind, where=one.where, sentence=one.sentence) for one in rows.remarks()),
        "abstracts": (_abstract(*one) for one in rows.with_relations()),
    }
    for name, items in lists.items():
        yield f',\n "{name}": ['
        comma = ""
        for item in items:
            # Escaped, because a text may hold half of a sign, which UTF-8 cannot say.
            yield f"{comma}\n  {json.dumps(item.model_dump(mode='json'))}"
            comma = ","
        yield "\n ]" if comma else "]"
    yield "\n}\n"


def _head(summary: Summary) -> dict[str, object]:
    header = summary.header
    counts = BatchCounts(
        abstracts=summary.abstracts,
        relations=summary.relations,
        unsure=summary.unsure,
        pairs=summary.pairs,
        faults=summary.faults,
        duplicates=summary.duplicates,
    )
    return {
        "format": 1,
        "source": header.source,
        "begun": header.begun,
        "finished": header.finished,
        "counts": counts.model_dump(),
        "heads": header.heads,
        "provenance": provenance_json(header.provenance).model_dump(),
        "cautions": [sentence for kind, sentence in said_with(header) if kind in ("remark", "caution", "terms of use")],
        "notice": header.notice,
    }


def _abstract(one: AbstractRow, relations: list[RelationRow]) -> BatchAbstract:
    return BatchAbstract(
        pmid=one.pmid or None,
        title=one.title,
        year=one.year,
        journal=one.journal,
        source=one.source,
        record=one.place,
        medicines=one.medicines,
        participants=one.participants,
        interventions=one.interventions,
        outcomes=one.outcomes,
        relations=tuple(_relation(row) for row in relations),
    )


def _relation(one: RelationRow) -> BatchRelation:
    return BatchRelation(
        first=one.first,
        second=one.second,
        first_text=one.first_text,
        second_text=one.second_text,
        task=one.task,
        label=one.label,
        probability=one.probability,
        abstained=one.abstained,
        doubt=one.doubt,
        direction=one.direction,
        direction_probability=one.direction_probability,
        object=one.object,
        mechanisms=tuple(filter(None, one.mechanisms.split("; "))),
        knowledge=one.knowledge,
        severity=one.severity,
        sentence=one.sentence,
    )


def _pair(one: PairRow) -> BatchPair:
    return BatchPair(
        first=one.first,
        second=one.second,
        abstracts=one.abstracts,
        relations=one.relations,
        unsure=one.unsure,
        labels=dict(one.labels),
        knowledge=one.knowledge,
        first_year=one.first_year,
        last_year=one.last_year,
    )

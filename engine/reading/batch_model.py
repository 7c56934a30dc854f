"""What a run over many abstracts shows: rows of its tables, counts, and what is asked of it. Light: the window imports it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.reading.batch_file import RunHeader
    from engine.reading.model import Direction, Doubt, KnowledgeState

Table = Literal["relations", "pairs", "pico", "remarks"]
Sureness = Literal["all", "said", "unsure"]
Kind = Literal["fault", "duplicate", "remark"]


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows of a table, in which order.

    `medicine`: letters that a name must hold; a plus sign stands between letters of two. `label`: "task:class". `sort`: "year",
    "pmid", "medicines", "label", "probability", "knowledge", "abstracts", "relations", "kind" or "where", as far as the table has
    it; empty for the order of reading.
    """

    table: Table = "relations"
    medicine: str = ""
    label: str = ""
    knowledge: KnowledgeState | None = None
    sureness: Sureness = "all"
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class RelationRow:
    """One relation that a sentence states; `abstract` is the number of its abstract. `first`, `second` and `object` are names as
    the knowledge has them, else as written; `first_text` and `second_text` as written."""

    number: int
    abstract: int
    year: int | None
    pmid: str
    title: str
    source: str
    place: int
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
    mechanisms: str
    knowledge: KnowledgeState
    severity: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two names over all abstracts: in how many abstracts, by how many relations, how many of these unsure.

    `labels`: ("task:class", count), the commonest first. `knowledge`: the most telling state, of sure relations where there are
    any.
    """

    number: int
    first: str
    second: str
    abstracts: int
    relations: int
    unsure: int
    labels: tuple[tuple[str, int], ...]
    knowledge: KnowledgeState
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True, slots=True)
class PicoRow:
    """What a trial's abstract says: whom, with what, to what end."""

    abstract: int
    year: int | None
    pmid: str
    title: str
    participants: str
    interventions: str
    outcomes: str


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """A record or file with something to say about it; `abstract` is None where nothing could be read."""

    abstract: int | None
    kind: Kind
    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AbstractRow:
    """One abstract that was read; `medicines`: names that were found in it. `relations`: stated ones, unsure ones included."""

    abstract: int
    pmid: str
    title: str
    year: int | None
    journal: str
    source: str
    place: int
    medicines: tuple[str, ...]
    relations: int
    participants: str
    interventions: str
    outcomes: str


AnyRow = RelationRow | PairRow | PicoRow | RemarkRow


@dataclass(frozen=True, slots=True)
class YearCount:
    """Of one year (None: not stated): abstracts, and relations stated in them."""

    year: int | None
    abstracts: int
    relations: int


@dataclass(frozen=True, slots=True)
class Edge:
    """Two medicines, a class of the head "ddi", how many sure relations state it, and in how many abstracts."""

    first: str
    second: str
    label: str
    relations: int
    abstracts: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the whole run. `remarks` counts rows of that table; `labels`: "task:class" of all relations."""

    header: RunHeader
    abstracts: int
    relations: int
    unsure: int
    pairs: int
    pico: int
    faults: int
    duplicates: int
    remarks: int
    labels: tuple[str, ...]
    years: tuple[YearCount, ...]

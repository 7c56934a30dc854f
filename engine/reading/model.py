"""What is read in a text. Offsets are half-open, in characters of the sentence unless said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# What knowledge says to a relation that a sentence states; "not checked" where one of the two names is not resolved, "not
# compared" where knowledge holds nothing of this kind at all (it has no list of adverse effects).
KnowledgeState = Literal[
    "documented", "other_object", "other_direction", "contradicted", "no_record", "not_checked", "not_compared"
]
Direction = Literal["increase", "decrease"]
# Why a statement is not relied on although the student is sure of it: the sentence's words speak against it ("denied"), it only
# asks ("asked"), the two names stand in parts that it sets against each other ("apart") or side by side in a list ("listed"),
# the medicine is given for the disease ("treated"), the two are told of as one treatment ("together"), or one of them as an
# earlier one ("earlier"), one is measured as a substance of the body ("measured"), the two are one substance or made of it
# ("same"), one of the names is hardly one ("name"), or the text may not be in the language that the student reads ("language").
Doubt = Literal["denied", "asked", "apart", "listed", "treated", "together", "earlier", "measured", "same", "name", "language"]
EntitySource = Literal["student", "dictionary", "both"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A name in a sentence.

    `kind`: "drug", "brand", "group", "drug_n" (no human medicine), "chemical", "disease" or "protein". `probability`: calibrated,
    None where only the dictionary found it. `substance_ids`: in knowledge, several for a combination, none where it is not
    known. `members`: of a group, the medicines that a source counts to it, none where the knowledge does not have it. `name`: the
    preferred name of what it resolves to, else None. `chemical_probability`: of what the student's head of medicines names, how
    sure its head of chemicals is that a chemical stands there (0 where it sees none, None without such a head).
    """

    start: int
    end: int
    text: str
    kind: str
    source: EntitySource
    probability: float | None = None
    substance_ids: tuple[str, ...] = ()
    name: str | None = None
    chemical_probability: float | None = None
    members: tuple[str, ...] = ()

    @property
    def meant(self) -> tuple[str, ...]:
        """The medicines that it stands for: its own, or the members of its group."""
        return self.substance_ids or self.members


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that says whom (PAR), with what (INT) or to what end (OUT) a trial was done."""

    start: int
    end: int
    kind: str
    probability: float


@dataclass(frozen=True, slots=True)
class Relation:
    """What a sentence states of two names.

    `first`, `second`: places in the sentence's entities, in the order in which the student was asked (of an adverse effect the
    medicine first). `task`: head that answered ("ddi", "chemprot", "ade"). `label`: the
    likeliest class ("none" is never kept). `probabilities`: calibrated, by class, in the head's order. `abstained`: too unsure to
    be said. `object`: place of the entity whose exposure or effect changes, and `direction`, only where the sentence states it;
    `direction_probability`: where the words are not plain and the student reads it so. `mechanisms`: kinds that the words name
    ("pk.metabolism" …). `knowledge`: what knowledge says; `documented`: ids of the pairs' rules (or keys of the roles' facts)
    behind that, and `severity` the highest of the rules. `doubt`: what the sentence's own words hold against it; such a relation
    is always `abstained`.
    """

    first: int
    second: int
    task: str
    label: str
    probability: float
    probabilities: tuple[tuple[str, float], ...]
    abstained: bool
    direction: Direction | None = None
    object: int | None = None
    mechanisms: tuple[str, ...] = ()
    knowledge: KnowledgeState = "not_checked"
    documented: tuple[str, ...] = ()
    severity: str | None = None
    doubt: Doubt | None = None
    direction_probability: float | None = None


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """One sentence; `start` is its first character in the whole text. `unread`: why the student could not read it, if so."""

    text: str
    start: int
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    spans: tuple[Span, ...] = ()
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingProvenance:
    """What read it: versions and digests, and the student's terms of use."""

    application: str
    knowledge: str
    knowledge_digest: str
    student: str | None
    student_sha256: str | None
    licence: str | None
    non_commercial: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole text as it was read. `remarks`: sentences on what could not be done (another language, no student …)."""

    text: str
    sentences: tuple[ReadSentence, ...]
    remarks: tuple[str, ...]
    provenance: ReadingProvenance
    notice: str

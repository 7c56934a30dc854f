"""A reading as `read --json` prints it; the models are its schema. Field names and nesting follow the design page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from engine.reading.model import Direction, Doubt, EntitySource, KnowledgeState
from engine.report import Frozen

if TYPE_CHECKING:
    from engine.explain.model import Explanation
    from engine.reading.model import Entity, Reading, ReadingProvenance, ReadSentence, Relation
    from engine.reports.reading_material import Explained


class JsonEntity(Frozen):
    """A name. `start` and `end` are half-open, in characters of the sentence, whose letters there are `text`.

    `name` is the preferred name of what it resolves to, null where it is not known; `knowledge` holds the ids of its substances,
    several for a combination, none where it is not known; `members`, of a group, those that a source counts to it. `probability`
    is null where only the dictionary found it.
    """

    start: int
    end: int
    text: str
    name: str | None
    kind: str
    knowledge: tuple[str, ...]
    members: tuple[str, ...]
    source: EntitySource
    probability: float | None


class JsonWord(Frozen):
    """A word of an explained sentence. `fixed`: a word of one of the two names, which always stands. `weight` is positive where
    the word speaks for the class; null for a fixed word, and for every word of an explanation that is unstable."""

    start: int
    end: int
    text: str
    fixed: bool
    weight: float | None


class JsonTrust(Frozen):
    """How far an explanation can be trusted; figures as the method's contract defines them, null where it has none."""

    local_fit: float | None
    comprehensiveness: float
    random_comprehensiveness: float
    sufficiency: float
    random_sufficiency: float
    top_overlap: float | None


class JsonExplanation(Frozen):
    """Which words moved the answer for one class, not why the medicines interact. Unless it is `stable`, weights are withheld."""

    method: Literal["lime", "shapley", "attention", "occlusion"]
    mode: Literal["quick", "full"]
    label: str
    probability: float
    seed: int
    samples: int
    words: tuple[JsonWord, ...]
    trust: JsonTrust
    stable: bool
    remark: str


class JsonRelation(Frozen):
    """What the sentence states of two names; `a`, `b` and `object` are places in the sentence's entities, from 0.

    `abstained`: too unsure to be relied on, or in `doubt`: the sentence's own words deny it, only ask it, set the two names apart
    or side by side in a list, or speak of a medicine that treats the disease, of two as one treatment, of one as an earlier one,
    of a level of what the body makes itself, or of one substance; one of the two is hardly a name; or the text may not be
    English. `direction`: exposure or effect of `object` goes up or down, null where the sentence does not say so;
    `direction_probability`: where the student reads it so, null where plain words say it.
    `documented`: ids of the rules, or keys of the facts on enzymes, behind `knowledge`, and `severity` the highest of the rules.
    `knowledge`: a source documents the pair or role, documents the pair as a change of the other medicine ("other_object"), or
    pair or role the other way ("other_direction": level and effect may part, or the student is unsure or alone), contradicts the
    sentence, holds no record of the pair, was not checked (too little is known of a name, or of a group as a whole), or holds
    nothing of this kind ("not_compared").
    """

    a: int
    b: int
    task: str
    label: str
    probability: float
    abstained: bool
    doubt: Doubt | None
    probabilities: dict[str, float]
    direction: Direction | None
    direction_probability: float | None
    object: int | None
    mechanisms: tuple[str, ...]
    knowledge: KnowledgeState
    documented: tuple[str, ...]
    severity: str | None
    explanation: JsonExplanation | None


class JsonSpan(Frozen):
    """A stretch that says whom (PAR), with what (INT) or to what end (OUT) a trial was done; offsets as for a name."""

    start: int
    end: int
    text: str
    kind: str
    probability: float


class JsonSentence(Frozen):
    """One sentence; `start` is its first character in the whole text. `unread`: why the student could not read it, else null."""

    text: str
    start: int
    entities: tuple[JsonEntity, ...]
    relations: tuple[JsonRelation, ...]
    spans: tuple[JsonSpan, ...]
    unread: str | None


class JsonProvenance(Frozen):
    """What read it. `student` and what follows are null where none took part: then no statement was looked for."""

    application: str
    knowledge: str
    knowledge_digest: str
    student: str | None
    student_sha256: str | None
    licence: str | None
    non_commercial: bool


class ReadResult(Frozen):
    """A whole text as it was read. `remarks` are sentences on what could not be done; `title`, `pmid` and `year` are null where
    the source does not give them."""

    format: Literal[1] = 1
    title: str | None
    pmid: str | None
    year: int | None
    sentences: tuple[JsonSentence, ...]
    remarks: tuple[str, ...]
    provenance: JsonProvenance
    notice: str


def reading_json(
    reading: Reading,
    explanations: Sequence[Explained] = (),
    *,
    title: str | None = None,
    pmid: str | None = None,
    year: int | None = None,
    remarks: Sequence[str] = (),
) -> ReadResult:
    """A reading as one object; `remarks` are those of the source, before the reading's own.

    Raises:
        ValueError: an explanation is of a relation that the reading does not have, or two are of one.
    """
    explained = {(one.sentence, one.relation): one.explanation for one in explanations}
    there = {(place, number) for place, sentence in enumerate(reading.sentences) for number in range(len(sentence.relations))}
    if len(explained) != len(explanations) or not explained.keys() <= there:
        raise ValueError("explanations do not fit the relations of the reading")
    return ReadResult(
        title=title,
        pmid=pmid,
        year=year,
        sentences=tuple(_sentence(place, one, explained) for place, one in enumerate(reading.sentences)),
        remarks=(*remarks, *reading.remarks),
        provenance=provenance_json(reading.provenance),
        notice=reading.notice,
    )


def provenance_json(made: ReadingProvenance) -> JsonProvenance:
    """What read a text."""
    return JsonProvenance(
        application=made.application,
        knowledge=made.knowledge,
        knowledge_digest=made.knowledge_digest,
        student=made.student,
        student_sha256=made.student_sha256,
        licence=made.licence,
        non_commercial=made.non_commercial,
    )


def _sentence(place: int, sentence: ReadSentence, explained: dict[tuple[int, int], Explanation]) -> JsonSentence:
    relations = (_relation(one, explained.get((place, number))) for number, one in enumerate(sentence.relations))
    spans = (
        JsonSpan(
            start=one.start, end=one.end, text=sentence.text[one.start : one.end], kind=one.kind, probability=one.probability
        )
        for one in sentence.spans
    )
    return JsonSentence(
        text=sentence.text,
        start=sentence.start,
        entities=tuple(_entity(one) for one in sentence.entities),
        relations=tuple(relations),
        spans=tuple(spans),
        unread=sentence.unread,
    )


def _entity(entity: Entity) -> JsonEntity:
    return JsonEntity(
        start=entity.start,
        end=entity.end,
        text=entity.text,
        name=entity.name,
        kind=entity.kind,
        knowledge=entity.substance_ids,
        members=entity.members,
        source=entity.source,
        probability=entity.probability,
    )


def _relation(relation: Relation, explanation: Explanation | None) -> JsonRelation:
    return JsonRelation(
        a=relation.first,
        b=relation.second,
        task=relation.task,
        label=relation.label,
        probability=relation.probability,
        abstained=relation.abstained,
        doubt=relation.doubt,
        probabilities=dict(relation.probabilities),
        direction=relation.direction,
        direction_probability=relation.direction_probability,
        object=relation.object,
        mechanisms=relation.mechanisms,
        knowledge=relation.knowledge,
        documented=relation.documented,
        severity=relation.severity,
        explanation=None if explanation is None else explanation_json(explanation),
    )


def explanation_json(one: Explanation) -> JsonExplanation:
    """An explanation with its figures of trust; weights only where it is stable, as on screen."""
    rows = zip(one.words, one.spans, one.fixed, one.weights, strict=True)
    words = (
        JsonWord(start=start, end=end, text=word, fixed=fixed, weight=weight if one.stable and not fixed else None)
        for word, (start, end), fixed, weight in rows
    )
    trust = JsonTrust(
        local_fit=one.trust.local_fit,
        comprehensiveness=one.trust.comprehensiveness,
        random_comprehensiveness=one.trust.random_comprehensiveness,
        sufficiency=one.trust.sufficiency,
        random_sufficiency=one.trust.random_sufficiency,
        top_overlap=one.trust.top_overlap,
    )
    return JsonExplanation(
        method=one.method,
        mode=one.mode,
        label=one.label,
        probability=one.probability,
        seed=one.seed,
        samples=one.samples,
        words=tuple(words),
        trust=trust,
        stable=one.stable,
        remark=one.remark,
    )

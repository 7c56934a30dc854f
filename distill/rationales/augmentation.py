"""More training pairs out of the same knowledge, where the label surely stays right: or where it is worked out again.

A and B change places; facts that no step cites are left out; a medicine stands in for another with the same roles and tags; and
two medicines drawn at random, also with other strengths, are labelled by the engine's rules on facts alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from distill.corpora.pair_inputs import swapped
from distill.corpora.pairs import PairCorpus, PairRecord, pair_id
from distill.rationales.writing import Told
from distill.teachers.findings import findings_of
from engine.knowledge.records import EnzymeRole, PdTag
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.language import Answer, Direction, Label, ReasonedStep
from engine.reasoning.pair_facts import DrugFacts, PairFacts, Row, Side, codes_of, facts_of

_OTHER: dict[Literal["A", "B"], Literal["A", "B"]] = {"A": "B", "B": "A"}
_MODIFIER_STRENGTHS = ("strong", "moderate", "weak")
_SUBSTRATE_STRENGTHS = ("sensitive", "major", "minor")
_QT_GRADES = ("known", "possible", "conditional")
_TRIES_A_PAIR = 60


@dataclass(frozen=True, slots=True)
class MadePair:
    """A pair that is in no corpus, with the label that the rules on facts alone give it."""

    id: str
    facts: PairFacts
    told: Told


def moved(answer: Answer, before: PairFacts, after: PairFacts, *, swap: bool = False) -> Answer:
    """An answer about facts that are numbered anew, with `swap` also from the other side. Steps whose facts are gone go too."""
    numbers = {fact.row: fact.id for fact in after.facts if fact.row is not None}
    old = {fact.id: numbers.get(fact.row) for fact in before.facts if fact.row is not None}
    steps = (_moved_step(step, old, swap=swap) for step in answer.steps)
    label = swapped(answer.label) if swap else answer.label
    return replace(answer, label=label, steps=tuple(step for step in steps if step is not None))


def _moved_step(step: ReasonedStep, numbers: Mapping[str, str | None], *, swap: bool) -> ReasonedStep | None:
    facts = [numbers.get(number) for number in step.facts]
    known = sorted((number for number in facts if number is not None), key=lambda number: int(number[1:]))
    if len(known) < len(facts):
        return None
    side = _OTHER[step.object] if swap and step.object is not None else step.object
    return replace(step, facts=tuple(known), object=side)


def turned_round(facts: PairFacts) -> PairFacts:
    """The same facts with A and B in each other's place, numbered in the order in which they would stand there."""
    sides: dict[Side, Side] = {"A": "B", "B": "A", "patient": "patient"}
    other = [replace(fact, side=sides[fact.side]) for fact in facts.facts]
    # Routes first, then the patient, then rows of A before those of B.
    other.sort(key=lambda fact: (fact.row is not None, fact.side == "patient", fact.side))
    numbered = (replace(fact, id=f"F{number}") for number, fact in enumerate(other, start=1))
    return PairFacts(facts.second, facts.first, tuple(numbered), facts.left_out)


def with_fewer_facts(facts: PairFacts, answers: Iterable[Answer], rate: float, draw: Random) -> PairFacts:
    """The facts without some that no step cites, numbered anew."""
    cited = {number for answer in answers for step in answer.steps for number in step.facts}
    kept = [fact for fact in facts.facts if fact.id in cited or fact.row is None or draw.random() >= rate]
    numbered = (replace(fact, id=f"F{number}") for number, fact in enumerate(kept, start=1))
    return replace(facts, facts=tuple(numbered), left_out=facts.left_out + len(facts.facts) - len(kept))


def same_roles(drugs: Iterable[DrugFacts]) -> tuple[tuple[str, ...], ...]:
    """Groups of two and more substances with the same roles, tags and stated properties; figures may differ."""
    groups: defaultdict[frozenset[tuple[str, ...]], list[str]] = defaultdict(list)
    for drug in drugs:
        groups[frozenset(codes for codes in map(codes_of, drug.rows) if codes[0] != "figure")].append(drug.exposure.substance)
    return tuple(tuple(sorted(group)) for codes, group in groups.items() if codes and len(group) > 1)


def stand_ins(
    records: Iterable[PairRecord], groups: Sequence[Sequence[str]], corpus: PairCorpus, most: int = 1
) -> Iterator[PairRecord]:
    """Documented pairs again, with another medicine of the same roles in the place of one; at most `most` of each.

    Never a medicine that is held out, nor a pair that stands anywhere in the corpus: there it has a label of its own.
    """
    taken = {record.id for split in corpus.splits.values() for record in split} | {one.id for one in corpus.extrapolated}
    others = {substance: group for group in groups for substance in group}
    for record in records:
        found = 0
        for place, substance in (("first", record.first), ("second", record.second)):
            partner = record.second if place == "first" else record.first
            for other in others.get(substance, ()):
                one = pair_id(other, partner)
                free = other not in (substance, partner) and one not in taken and corpus.division.parts[other] == "seen"
                if free and record.documented and found < most:
                    found += 1
                    taken.add(one)
                    yield replace(record, id=one, first=other) if place == "first" else replace(record, id=one, second=other)


def drawn_pairs(
    store: KnowledgeStore, drugs: Sequence[DrugFacts], taken: Iterable[str], count: int, seed: str, *, strengths: bool = False
) -> Iterator[MadePair]:
    """Pairs drawn at random that facts say something of, labelled by the rules alone; with `strengths`, other ones than stated.

    `taken`: ids of pairs that have another label already. Fewer come where too few pairs say anything.
    """
    draw = Random(f"{seed}/{strengths}")
    used = set(taken)
    for _try in range(count * _TRIES_A_PAIR if len(drugs) > 1 else 0):
        if count == 0:
            return
        first, second = draw.sample(range(len(drugs)), 2)
        one, other = drugs[first], drugs[second]
        name = pair_id(one.exposure.substance, other.exposure.substance)
        if name in used:
            continue
        if strengths:
            one, other = _with_strengths(one, draw), _with_strengths(other, draw)
        facts = facts_of(one, other, Patient())
        told = told_by_rules(store, facts)
        if told is not None:
            used.add(name)
            count -= 1
            yield MadePair(name, facts, told)


def told_by_rules(store: KnowledgeStore, facts: PairFacts) -> Told | None:
    """The label that the rules on facts alone lead to; None where they lead to nothing that is stated."""
    findings = [one for one in findings_of(store, facts) if one.sureness == "stated"]
    if not findings:
        return None
    lead = findings[0]
    direction: Direction = "none"
    if lead.object == "A":
        direction = "A_increase" if lead.change == "increase" else "A_decrease"
    elif lead.object == "B":
        direction = "B_increase" if lead.change == "increase" else "B_decrease"
    return Told(Label(lead.severity, direction, lead.kind), effects=tuple(dict.fromkeys(one.effect for one in findings)))


def _with_strengths(drug: DrugFacts, draw: Random) -> DrugFacts:
    return replace(drug, rows=tuple(_with_strength(row, draw) for row in drug.rows))


def _with_strength(row: Row, draw: Random) -> Row:
    match row:
        case EnzymeRole(role="substrate"):
            return row._replace(strength=draw.choice(_SUBSTRATE_STRENGTHS))
        case EnzymeRole():
            return row._replace(strength=draw.choice(_MODIFIER_STRENGTHS))
        case PdTag(tag="qt_prolongation"):
            return row._replace(grade=draw.choice(_QT_GRADES))
        case PdTag():
            return row._replace(grade=draw.choice(_MODIFIER_STRENGTHS))
        case _:
            return row

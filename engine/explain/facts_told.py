"""The facts of a pair in words: what a student was told, numbered as on the page that shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.knowledge.records import EnzymeRole, PdTag
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.facts import FactDraft, FactWriter
from engine.reasoning.pair_facts import PairFact, PairFacts
from engine.reasoning.wording import capitalised
from engine.report import Fact


@dataclass(frozen=True, slots=True)
class ToldFact:
    """One fact that a student was told. `id`: its number beside the finding; empty, as `source` and `locator` are, for what comes
    from the list or from the patient's data and is no row of knowledge."""

    id: str
    text: str
    source: str = ""
    locator: str = ""
    basis: str = ""


def told_facts(store: KnowledgeStore, facts: PairFacts, known: Iterable[Fact] = ()) -> tuple[ToldFact, ...]:
    """Every fact of a pair, in the order in which it is told.

    `known`: facts that the page shows already; their numbers are kept, and those of others go on from there.
    """
    writer = FactWriter(store)
    numbers = {fact.key: fact.id for fact in known}
    told = []
    for fact in facts.facts:
        draft = _draft(writer, fact)
        if draft is None:
            told.append(ToldFact("", _given_words(fact, facts)))
            continue
        number = numbers.setdefault(draft.key, f"F{len(numbers) + 1}")
        source = draft.provenance
        told.append(ToldFact(number, capitalised(draft.text), source.source, source.locator, source.basis))
    return tuple(told)


def _draft(writer: FactWriter, fact: PairFact) -> FactDraft | None:
    match fact.row:
        case None:
            return None
        case EnzymeRole():
            return writer.role(fact.row)
        case PdTag():
            return writer.tag(fact.row)
        case _:
            return writer.pk(fact.row)


def _given_words(fact: PairFact, facts: PairFacts) -> str:
    """A route, or a fact of the patient."""
    if fact.side == "patient":
        return f"The patient: {fact.codes[1].replace('_', ' ')}"
    return f"{capitalised(facts.exposure(fact.side).name)} is taken by this route: {fact.codes[1]}"

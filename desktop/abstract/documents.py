"""Which sources stand behind what knowledge documents, gathered in the background with the reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.application import Application
    from engine.knowledge.records import EnzymeRole, Rule
    from engine.knowledge.store import KnowledgeStore
    from engine.reading.model import Reading


@dataclass(frozen=True, slots=True)
class WithSources:
    """A reading, and in words where each rule comes from that it cites, by the rule's id."""

    reading: Reading
    sources: Mapping[str, str] = field(default_factory=dict)


def with_sources(application: Application, reading: Reading) -> WithSources:
    """The sources of every rule, and of every role at an enzyme, that a relation of the reading cites. Call in a worker: it asks
    the store."""
    from engine.reasoning.facts import FactWriter
    from engine.reasoning.wording import traced

    store, found = application.store, dict[str, str]()
    for sentence in reading.sentences:
        for relation in sentence.relations:
            missing = set(relation.documented) - found.keys()
            if missing:
                substances = [*sentence.entities[relation.first].substance_ids, *sentence.entities[relation.second].substance_ids]
                for substance in substances:
                    found |= {
                        key: _words(store, traced(*role.provenance), role)
                        for role in store.enzyme_roles.get(substance)
                        if (key := FactWriter(store).role(role).key) in missing
                    }
                    found |= {
                        rule.id: _words(store, traced(*rule.provenance), rule)
                        for rule in _rules(store, substance)
                        if rule.id in missing
                    }
    return WithSources(reading, found)


def _rules(store: KnowledgeStore, substance: str) -> list[Rule]:
    """Rules that name a substance, or a class that it is in."""
    sides = [substance, *(f"@{row.class_id}" for row in store.memberships.get(substance))]
    return [rule for side in sides for rules in store.rules_of(side).values() for rule in rules]


def _words(store: KnowledgeStore, place: str, rule: Rule | EnzymeRole) -> str:
    source = store.sources.get(rule.provenance.source)
    return place if source is None or rule.provenance.basis == "recalled" else f"{source.title}. {place}"

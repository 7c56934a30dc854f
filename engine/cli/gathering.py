"""Gathers what the store holds of one substance: its names, facts, rules by name and by class, and patient rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict, cast

from engine.cli.known import KnownDrug, KnownFact, KnownLevel, KnownName, KnownPatientRule, KnownRule
from engine.interactions.conditions import Atom, Situation, describe, evaluate_atom, parse_condition
from engine.interactions.exposure import Exposure
from engine.knowledge import records as r
from engine.knowledge.store import KnowledgeStore
from engine.knowledge.tables import LEVELS
from engine.prescriptions.patient import Patient
from engine.reasoning.facts import LEVEL_WORDS, FactDraft, FactWriter
from engine.reasoning.wording import capitalised, effect_words, management_words
from engine.report import Basis, Codes, Direction


class _Cells(TypedDict):
    source: str
    locator: str
    basis: Basis


def _cells(row: r.Provenance) -> _Cells:
    return {"source": row.source, "locator": row.locator, "basis": cast("Basis", row.basis)}


class Gatherer:
    """Looks one substance up in every table of one store."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._facts = FactWriter(store)

    def drug(self, substance_id: str) -> KnownDrug:
        """All that is known of a substance.

        Raises:
            KeyError: there is none of this id.
        """
        substance = self._store.substance(substance_id)
        names = self._store.names_of(substance_id)
        facts = (KnownFact(key=one.key, text=one.text, **_cells(one.provenance)) for one in self._drafts(substance_id))
        return KnownDrug(
            name=substance.name,
            substance=substance.id,
            kind=substance.kind,
            codes=Codes(rxnorm=substance.rxnorm, atc=substance.atc, unii=substance.unii),
            names=tuple(KnownName(name=row.name, kind=row.kind, **_cells(row.provenance)) for row in names),
            facts=tuple(facts),
            rules=tuple(self._rules(substance)),
            patient_rules=tuple(self._patient_rules(substance)),
        )

    def _drafts(self, substance_id: str) -> list[FactDraft]:
        store, writer = self._store, self._facts
        drafts = [writer.membership(row) for row in store.memberships.get(substance_id)]
        drafts += [writer.role(row) for row in store.enzyme_roles.get(substance_id)]
        drafts += [writer.tag(row) for row in store.pd_tags.get(substance_id)]
        drafts += [writer.pk(row) for row in store.pk_properties.get(substance_id)]
        drafts += [writer.organ(row) for row in store.organ_function.get(substance_id)]
        drafts += [writer.auc(row) for row in store.auc_changes.get(substance_id)]
        drafts += [writer.auc(row) for row in store.auc_changes.all() if row.precipitant == substance_id]
        return drafts

    def _rules(self, substance: r.Substance) -> Iterator[KnownRule]:
        """Rules by the substance's own name first, then class by class; the highest level first in each."""
        yield from self._rules_of_side(substance, substance.id, substance.name, extended=False)
        for row in self._store.memberships.get(substance.id):
            route = f" ({row.route} use)" if row.route else ""
            through = f"{self._store.classes[row.class_id].name}{route}"
            extended = not row.provenance.traced
            yield from self._rules_of_side(substance, f"@{row.class_id}", through, extended=extended)

    def _rules_of_side(self, substance: r.Substance, side: str, through: str, *, extended: bool) -> list[KnownRule]:
        found = []
        for other, rules in self._store.rules_of(side).items():
            for rule in rules:
                own = "a" if rule.a == side else "b"
                levels = self._levels(rule, own, substance, other)
                if levels:
                    place = min(LEVELS.index(level.level) for level, _ in levels)
                    found.append((place, self._rule(rule, own, substance, other, through, levels, extended=extended)))
        return [rule for _, rule in sorted(found, key=lambda one: (one[0], one[1].other, one[1].rule))]

    def _rule(
        self,
        rule: r.Rule,
        own: str,
        substance: r.Substance,
        other: str,
        through: str,
        levels: list[tuple[r.Level, str | None]],
        *,
        extended: bool,
    ) -> KnownRule:
        other_name = self._facts.side_name(other)
        affected = None if rule.object not in ("a", "b") else substance.name if rule.object == own else other_name
        return KnownRule(
            rule=rule.id,
            through=through,
            extended=extended,
            other=other_name,
            object=affected,
            direction=cast("Direction | None", rule.direction) if affected else None,
            effects=effect_words(rule.effects, self._store.effects),
            levels=tuple(KnownLevel(level=LEVEL_WORDS[level.level], condition=words) for level, words in levels),
            **_cells(rule.provenance),
        )

    def _levels(self, rule: r.Rule, own: str, substance: r.Substance, other: str) -> list[tuple[r.Level, str | None]]:
        """Levels that can hold for this substance, with their conditions in words."""
        named = Exposure(0, 0, substance.id, substance.name)
        partner = Exposure(1, 1, other, self._facts.side_name(other))
        situation = Situation(*((named, partner) if own == "a" else (partner, named)), patient=Patient())
        found = []
        for level in rule.levels:
            atoms = () if level.condition is None else parse_condition(level.condition)
            members = [atom for atom in atoms if atom.field == "substance"]
            if any(atom.subject == own and evaluate_atom(atom, situation) is False for atom in members):
                continue
            # Which member of the other side is meant is decided in a pair and so left out of `describe`; here it must be said.
            words = [self._member(atom) for atom in members if atom.subject != own]
            if level.condition is not None:
                words.append(describe(level.condition, situation, self._store.contexts, self._facts.name))
            found.append((level, " and ".join(part for part in words if part) or None))
        return found

    def _member(self, atom: Atom) -> str:
        names = " or ".join(self._facts.name(value) for value in atom.value.split("|"))
        return f"the other is {'not ' if atom.operator == '!=' else ''}{names}"

    def _patient_rules(self, substance: r.Substance) -> Iterator[KnownPatientRule]:
        subjects = {substance.id: substance.name}
        for row in self._store.memberships.get(substance.id):
            subjects[f"@{row.class_id}"] = self._store.classes[row.class_id].name
        for tag in self._store.pd_tags.get(substance.id):
            subjects[f"#{tag.tag}"] = self._store.tags[tag.tag].words
        named = Exposure(0, 0, substance.id, substance.name)
        situation = Situation(named, named, Patient())
        for subject, through in subjects.items():
            for rule in self._store.patient_rules.get(subject):
                yield KnownPatientRule(
                    rule=rule.id,
                    through=through,
                    condition=describe(rule.condition, situation, self._store.contexts, self._facts.name),
                    statement=capitalised(self._store.statements[rule.statement].words.format(drug=substance.name)),
                    managements=management_words(rule.managements, self._store.managements, substance.name),
                    **_cells(rule.provenance),
                )

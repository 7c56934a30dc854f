"""What the knowledge says to a relation that a sentence states, by the checker's own code.

- *documented*: a source names this pair, or classes that it counts both medicines to.
- *other_object*: a source names this pair, but every rule of it speaks of a change of the one medicine, and the sentence of one
  of the other ("simvastatin raised clarithromycin").
- *contradicted*: every rule of the pair speaks of the same object as the sentence, and of the other direction. Anything less
  (another object, a direction that depends, no direction) is no contradiction. That nothing happens is no relation, so a sentence
  that denies an interaction never comes here.
- *other_direction*: the same, but rule and sentence may both be right: of a changed level beside a rule that says nothing of
  kinetics, or of a prodrug, whose level and effect part. Also where the student is not sure of the pair, or alone reads it so.
- *no_record*: both are known and covered, and no source names the pair. A class rule that we extended to a medicine ourselves
  is no statement of a source, so it does not count.
- *not_checked*: a name is not resolved, stands for a group (but see below), or nothing at hand tells about its interactions.
- *not_compared*: knowledge holds nothing of this kind, as of adverse effects.

A group that the knowledge has is *documented* where each of its members is ("NSAIDs" and lithium), by the rules that hold for all
of them, if there are any; where some are and others are not, that is *not_checked*.

Of a medicine and an enzyme or transporter, knowledge holds the roles substrate, inhibitor and inducer. Only traced rows count,
and only the opposite role alone (inhibitor, inducer) contradicts: as *other_direction* where the student is not sure of the role.
A role of a group is one that each of its members has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from engine.interactions.documented import DocumentedMatch, Side, documented_matches, sides
from engine.interactions.exposure import Exposure
from engine.knowledge.records import EnzymeRole
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reading.model import Direction, Entity, KnowledgeState
from engine.reading.name_index import PROTEIN
from engine.reasoning.facts import FactWriter
from engine.report import Severity, severity_rank

_OPPOSITE: Mapping[Direction, Direction] = {"increase": "decrease", "decrease": "increase"}
# Roles of the knowledge that kinds of relations with a protein speak of; of other kinds it holds nothing.
_ROLES: Mapping[str, str] = {
    "INHIBITOR": "inhibitor",
    "DOWNREGULATOR": "inhibitor",
    "INDIRECT-DOWNREGULATOR": "inhibitor",
    "UPREGULATOR": "inducer",
    "INDIRECT-UPREGULATOR": "inducer",
    "ACTIVATOR": "inducer",
    "SUBSTRATE": "substrate",
}
_OPPOSITE_ROLE: Mapping[str, str] = {"inhibitor": "inducer", "inducer": "inhibitor"}


@dataclass(frozen=True, slots=True)
class Compared:
    """State of a pair, the ids of the rules (or keys of the facts) behind it, worst first, and the highest severity of those."""

    state: KnowledgeState
    rules: tuple[str, ...] = ()
    severity: Severity | None = None


class Comparer:
    """Compares pairs of one text with a store; what it worked out of a medicine or pair is kept for the next mention."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._patient = Patient()
        self._sides: dict[str, Mapping[str, Side]] = {}
        self._matches: dict[tuple[str, str], tuple[DocumentedMatch, ...]] = {}

    def compare(
        self,
        first: Entity,
        second: Entity,
        obj: Entity | None = None,
        direction: Direction | None = None,
        *,
        exposure: bool = False,
    ) -> Compared:
        """Compare what a sentence says of two names; `obj` and `direction` as it states them, `exposure` if of the levels."""
        pairs = [pair for pair in product(first.meant, second.meant) if pair[0] != pair[1]]
        if not pairs:
            return Compared("not_checked")
        found = [self._of(*sorted(pair)) for pair in pairs]
        matches = [match for of_pair in found for match in of_pair]
        if not matches:
            every = {*first.meant, *second.meant}
            return Compared("no_record" if all(map(self._store.covers, every)) else "not_checked")
        if first.members or second.members:
            if not all(found):
                return Compared("not_checked")
            # What holds for each of them says more of the group than what was found of one.
            shared = set[str].intersection(*({match.rule.id for match in of_pair} for of_pair in found))
            matches = [match for match in matches if match.rule.id in shared] or matches
        matches.sort(key=lambda match: severity_rank(match.severity))
        rules = tuple(dict.fromkeys(match.rule.id for match in matches))
        return Compared(self._documented(matches, obj, direction, exposure), rules, matches[0].severity)

    def _documented(
        self, matches: list[DocumentedMatch], obj: Entity | None, direction: Direction | None, exposure: bool
    ) -> KnowledgeState:
        """What the rules of a pair say to a sentence on it."""
        if obj is None or direction is None:
            return "documented"
        if all(match.object is not None and match.object.substance not in obj.meant for match in matches):
            return "other_object"
        if not all(_opposes(match, obj, direction) for match in matches):
            return "documented"
        prodrug = any(map(self._is_prodrug, obj.meant))
        of_one_thing = not prodrug and (not exposure or all(map(_is_kinetic, matches)))
        return "contradicted" if of_one_thing else "other_direction"

    def compare_role(self, first: Entity, second: Entity, label: str) -> Compared:
        """Compare what a sentence says of a medicine and an enzyme or transporter, which may come in either order."""
        protein, medicine = (first, second) if first.kind == PROTEIN else (second, first)
        role = _ROLES.get(label)
        if role is None:
            return Compared("not_compared")
        if protein.name is None or not medicine.meant:
            return Compared("not_checked")
        same = [self._roles(substance, protein.name, role) for substance in medicine.meant]
        opposed = [self._roles(substance, protein.name, _OPPOSITE_ROLE.get(role)) for substance in medicine.meant]
        # Of a combination one part is enough, of a group every member must have it.
        holds = all if medicine.members else any
        if holds(same):
            return Compared("documented", self._keys(same))
        if holds(opposed):
            return Compared("contradicted", self._keys(opposed))
        silent = not any(same) and not any(opposed)
        return Compared("no_record" if silent and all(map(self._store.covers, medicine.meant)) else "not_checked")

    def _roles(self, substance: str, target: str, role: str | None) -> tuple[EnzymeRole, ...]:
        rows = self._store.enzyme_roles.get(substance)
        return tuple(row for row in rows if row.target == target and row.role == role and row.provenance.traced)

    def _keys(self, rows: Iterable[tuple[EnzymeRole, ...]]) -> tuple[str, ...]:
        """The facts that these rows are, each once."""
        writer = FactWriter(self._store)
        return tuple(dict.fromkeys(writer.role(row).key for of_one in rows for row in of_one))

    def _is_prodrug(self, substance: str) -> bool:
        return any(row.property == "prodrug" for row in self._store.pk_properties.get(substance))

    def _of(self, one: str, other: str) -> tuple[DocumentedMatch, ...]:
        known = self._matches.get((one, other))
        if known is None:
            found = documented_matches(self._store, self._sides_of(one, 0), self._sides_of(other, 1), self._patient)
            known = self._matches[one, other] = tuple(match for match in found if not match.extrapolated)
        return known

    def _sides_of(self, substance: str, index: int) -> Mapping[str, Side]:
        known = self._sides.get(substance)
        if known is None:
            exposure = Exposure(index, index, substance, self._store.substance(substance).name)
            known = self._sides[substance] = sides(self._store, exposure)
        return known


def _opposes(match: DocumentedMatch, obj: Entity, direction: Direction) -> bool:
    """Whether a rule says that the same medicine changes the other way."""
    same = match.object is not None and match.object.substance in obj.meant
    return same and match.rule.direction == _OPPOSITE[direction]


def _is_kinetic(match: DocumentedMatch) -> bool:
    return any(mechanism.kind.startswith("pk.") for mechanism in match.rule.mechanisms)

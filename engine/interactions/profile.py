"""What mechanism facts say of one substance: the row to believe for every target, tag and property, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.knowledge.records import EnzymeRole, PdTag, PkProperty
from engine.knowledge.store import KnowledgeStore

MAO: tuple[str, ...] = ("MAO-A", "MAO-B")
MODIFIER_RANK = {"strong": 3, "moderate": 2, "weak": 1}
SUBSTRATE_RANK = {"sensitive": 3, "major": 2, "minor": 1}
_BASIS_RANK = {"file": 0, "read": 0, "recalled": 1}


@dataclass(frozen=True, slots=True)
class Profile:
    """Mechanism facts of one substance.

    `substrates`, `inhibitors` and `inducers` are by target, `tags` by tag, `properties` by (property, value); a prodrug that
    several targets activate stands under each of them. `mao` is the row that makes it an MAO inhibitor.
    """

    substrates: dict[str, EnzymeRole]
    inhibitors: dict[str, EnzymeRole]
    inducers: dict[str, EnzymeRole]
    tags: dict[str, PdTag]
    properties: dict[tuple[str, str], PkProperty]
    mao: EnzymeRole | None


def profile_of(store: KnowledgeStore, substance: str) -> Profile:
    """Read the facts of one substance."""
    return profile_from(store.enzyme_roles.get(substance), store.pd_tags.get(substance), store.pk_properties.get(substance))


def profile_from(roles: Sequence[EnzymeRole], tags: Iterable[PdTag], properties: Iterable[PkProperty]) -> Profile:
    """What rows of one substance say of it."""
    by_value: dict[tuple[str, str], PkProperty] = {}
    for row in properties:
        for value in row.value.split("|"):
            by_value.setdefault((row.property, value), row)
    inhibitors = best_roles(roles, "inhibitor")
    return Profile(
        best_roles(roles, "substrate"),
        {target: row for target, row in inhibitors.items() if target not in MAO},
        best_roles(roles, "inducer"),
        best_tags(tags),
        by_value,
        next((row for target, row in inhibitors.items() if target in MAO and row.strength != "weak"), None),
    )


def best_roles(roles: Iterable[EnzymeRole], role: str) -> dict[str, EnzymeRole]:
    """The row to believe for each target: traced sources before recalled ones, then the stronger statement."""
    ranks = SUBSTRATE_RANK if role == "substrate" else MODIFIER_RANK
    best: dict[str, EnzymeRole] = {}
    for row in roles:
        if row.role != role:
            continue
        known = best.get(row.target)
        if known is None or _role_order(row, ranks) < _role_order(known, ranks):
            best[row.target] = row
    return best


def _role_order(row: EnzymeRole, ranks: dict[str, int]) -> tuple[int, int, int]:
    strength = ranks.get(row.strength or "", 0)
    # A traced row that gives no strength does not outweigh a recalled one that does: it supports it.
    return (0 if strength else 1, _BASIS_RANK[row.provenance.basis], -strength)


def best_tags(tags: Iterable[PdTag]) -> dict[str, PdTag]:
    """The row to believe for each tag: traced before recalled, then a grade before none."""
    best: dict[str, PdTag] = {}
    for row in tags:
        known = best.get(row.tag)
        order = (_BASIS_RANK[row.provenance.basis], row.grade is None)
        if known is None or order < (_BASIS_RANK[known.provenance.basis], known.grade is None):
            best[row.tag] = row
    return best

"""The shared-enzyme map of a list: which medicines are handled by, inhibit or induce the same enzyme or transporter.

A map of roles, no finding: that two medicines meet at an enzyme does not say that they interact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.interactions.profile import MODIFIER_RANK, SUBSTRATE_RANK, best_roles
from engine.knowledge.records import EnzymeRole
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.facts import FactBook, FactWriter
from engine.report import Drug, Fact

Role = Literal["substrate", "inhibitor", "inducer"]
ROLES: tuple[Role, ...] = ("inhibitor", "inducer", "substrate")


@dataclass(frozen=True, slots=True)
class EnzymeMember:
    """One role of one medicine at an enzyme or transporter.

    `row` is the medicine's place in the report's `drugs`. `strength` is that of the row that the check believes: strong, moderate
    or weak of an inhibitor or inducer; sensitive, major or minor of a substrate; None where that row states none. `facts` holds
    every row at hand for this role, the believed one first.
    """

    row: int
    substance: str
    name: str
    role: Role
    strength: str | None
    facts: tuple[Fact, ...]

    @property
    def rank(self) -> int:
        """3 for strong or sensitive, 2, 1, and 0 where no strength is stated."""
        return (SUBSTRATE_RANK if self.role == "substrate" else MODIFIER_RANK).get(self.strength or "", 0)


@dataclass(frozen=True, slots=True)
class SharedEnzyme:
    """An enzyme or transporter at which at least two medicines of different lines have a role; members by row, then role."""

    target: str
    members: tuple[EnzymeMember, ...]

    @property
    def modified(self) -> bool:
        """Whether one medicine inhibits or induces it and another one is its substrate."""
        modifiers = {one.substance for one in self.modifiers}
        substrates = {one.substance for one in self.members if one.role == "substrate"}
        return bool(modifiers and substrates) and len(modifiers | substrates) > 1

    @property
    def modifiers(self) -> tuple[EnzymeMember, ...]:
        """Those that inhibit or induce."""
        return tuple(member for member in self.members if member.role != "substrate")


def shared_enzymes(store: KnowledgeStore, drugs: Sequence[Drug]) -> tuple[SharedEnzyme, ...]:
    """Enzymes and transporters that medicines of different lines share, those first where a change is most to be expected.

    Medicines that are used locally are left out: the facts describe systemic exposure. Order: a modifier meets a substrate of
    another medicine (the stronger the two, the earlier), then a modifier among others, then substrates only; then by members.
    """
    writer = FactWriter(store)
    members: defaultdict[str, list[EnzymeMember]] = defaultdict(list)
    for row, drug in enumerate(drugs):
        if drug.systemic is not False:
            for target, member in _roles_of(store, writer, row, drug):
                members[target].append(member)
    shared = [SharedEnzyme(target, tuple(found)) for target, found in members.items() if _meet(drugs, found)]
    return tuple(sorted(shared, key=_order))


def _roles_of(store: KnowledgeStore, writer: FactWriter, row: int, drug: Drug) -> list[tuple[str, EnzymeMember]]:
    rows = store.enzyme_roles.get(drug.substance)
    found = []
    for role in ROLES:
        for target, believed in best_roles(rows, role).items():
            same = [one for one in rows if one.target == target and one.role == role]
            facts = _facts(writer, believed, same)
            found.append((target, EnzymeMember(row, drug.substance, drug.name, role, believed.strength, facts)))
    return found


def _facts(writer: FactWriter, believed: EnzymeRole, rows: Sequence[EnzymeRole]) -> tuple[Fact, ...]:
    book = FactBook()
    book.cite(writer.role(believed))
    for row in rows:
        book.cite(writer.role(row))
    return book.facts()


def _meet(drugs: Sequence[Drug], members: Sequence[EnzymeMember]) -> bool:
    """Whether two different medicines meet that are not ingredients of one product."""
    products = {(drugs[one.row].line_number, drugs[one.row].line, drugs[one.row].matched_name) for one in members}
    return len(products) > 1 and len({one.substance for one in members}) > 1


def _strongest(members: Iterable[EnzymeMember]) -> list[tuple[int, str]]:
    """(rank, substance) of the two strongest substances."""
    best: dict[str, int] = {}
    for one in members:
        best[one.substance] = max(one.rank, best.get(one.substance, 0))
    return sorted(((rank, substance) for substance, rank in best.items()), reverse=True)[:2]


def _order(enzyme: SharedEnzyme) -> tuple[int, int, int, str]:
    modifiers = _strongest(enzyme.modifiers)
    substrates = _strongest(one for one in enzyme.members if one.role == "substrate")
    met = [one[0] + other[0] for one in modifiers for other in substrates if one[1] != other[1]]
    kind = 0 if enzyme.modified else 1 if modifiers else 2
    return kind, -max(met, default=0), -len({one.row for one in enzyme.members}), enzyme.target

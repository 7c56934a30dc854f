"""How far our enzyme and transporter roles agree with DrugBank and the DIKB: a cross-check, never a source.

DrugBank's protein links (`proteins_nc.tsv`, CC BY-NC, 2015–17) may not fill a table; they may disagree with one. A
role is *comparable* where DrugBank has at least one action of the substance on a target that we have a code for, or
where the DIKB says something about the same substance and target. It is *shared* where either has the same role.
Everything else becomes a `Disagreement` that `resources/knowledge/disagreements.tsv` explains or the tables mend.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from distill.knowledge.dikb import Assertion, standing

ROLES = ("substrate", "inhibitor", "inducer")

TARGET_OF_PROTEIN: Mapping[str, str] = {
    "P05177": "CYP1A2",
    "P20813": "CYP2B6",
    "P10632": "CYP2C8",
    "P11712": "CYP2C9",
    "P33261": "CYP2C19",
    "P10635": "CYP2D6",
    "P05181": "CYP2E1",
    "P08684": "CYP3A4",
    "P20815": "CYP3A4",
    "P22309": "UGT1A1",
    "P22310": "UGT1A4",
    "O60656": "UGT1A9",
    "P16662": "UGT2B7",
    "P47989": "XO",
    "P21397": "MAO-A",
    "P27338": "MAO-B",
    "Q12882": "DPD",
    "P51580": "TPMT",
    "P21964": "COMT",
    "P08183": "P-gp",
    "Q9UNQ0": "BCRP",
    "Q9Y6L6": "OATP1B1/1B3",
    "Q9NPD5": "OATP1B1/1B3",
    "Q4U2R8": "OAT",
    "Q8TCC7": "OAT",
    "O15244": "OCT2/MATE",
    "Q96FL8": "OCT2/MATE",
    "Q86VL8": "OCT2/MATE",
}
"""UniProt accession of a human protein to our target code; the code UGT (member unstated) has no accession."""

_DIKB_ROLES = {
    "substrate_of": "substrate",
    "primary_total_clearance_enzyme": "substrate",
    "primary_metabolic_clearance_enzyme": "substrate",
    "inhibits": "inhibitor",
    "in_viVo_selective_inhibitor_of_enzyme": "inhibitor",
}
_DIKB_DENIALS = {"is_not_substrate_of": "substrate", "does_not_inhibit": "inhibitor"}
_OPPOSITE = {"inhibitor": "inducer", "inducer": "inhibitor"}


class AgreementError(ValueError):
    """The file that is compared with is not the one this module knows; names the file."""


class Kind(Enum):
    """Why a role stands in the list of disagreements."""

    ABSENT = "neither source has it"
    DENIED = "the DIKB says the contrary"
    REVERSED = "DrugBank has the opposite role only"
    LACKING = "the DIKB has it, we do not"


@dataclass(frozen=True, order=True)
class Role:
    """A substance (id) acts on a target (code) as substrate, inhibitor or inducer."""

    substance: str
    target: str
    role: str


@dataclass(frozen=True)
class Disagreement:
    """A role on which we and the others differ."""

    role: Role
    kind: Kind


@dataclass(frozen=True)
class Agreement:
    """`comparable` roles of ours, how many of them DrugBank or the DIKB has too, and every disagreement in order."""

    comparable: int
    shared: int
    disagreements: tuple[Disagreement, ...]

    @property
    def share(self) -> float:
        """Part of our comparable roles that another source has too, 0–1 (0 where nothing is comparable)."""
        return self.shared / self.comparable if self.comparable else 0.0


def read_drugbank(path: Path, ids: Mapping[str, str]) -> frozenset[Role]:
    """Read the human links whose action is a role; `ids` gives our substance id for a DrugBank id.

    Raises AgreementError where the file has other columns.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t")
        needed = {"drugbank_id", "uniprot_id", "organism", "actions"}
        if not needed <= set(reader.fieldnames or ()):
            raise AgreementError(f"{path}: the columns {sorted(needed)} are not all there")
        return frozenset(
            Role(ids[row["drugbank_id"]], TARGET_OF_PROTEIN[row["uniprot_id"]], action)
            for row in reader
            if row["drugbank_id"] in ids and row["uniprot_id"] in TARGET_OF_PROTEIN and row["organism"] == "Human"
            for action in row["actions"].split("|")
            if action in ROLES
        )


def dikb_roles(assertions: tuple[Assertion, ...]) -> tuple[frozenset[Role], frozenset[Role]]:
    """Give the roles that the DIKB accepts and those that it denies, both without contrary evidence."""
    accepted: set[Role] = set()
    denied: set[Role] = set()
    for assertion in standing(assertions):
        target = assertion.value.upper().replace("CYP3A5", "CYP3A4")
        subject = assertion.subject.lower()
        if assertion.slot in _DIKB_ROLES:
            accepted.add(Role(subject, target, _DIKB_ROLES[assertion.slot]))
        elif assertion.slot in _DIKB_DENIALS:
            denied.add(Role(subject, target, _DIKB_DENIALS[assertion.slot]))
    # CYP3A5 is folded into CYP3A4, so one may be accepted and the other denied: then nothing is denied.
    return frozenset(accepted), frozenset(denied - accepted)


def compare(
    ours: Iterable[Role],
    drugbank: Collection[Role],
    accepted: Collection[Role],
    denied: Collection[Role],
    targets: Collection[str] = frozenset(TARGET_OF_PROTEIN.values()),
) -> Agreement:
    """Compare our roles with those of DrugBank and with what the DIKB accepts and denies."""
    mine = {role for role in ours if role.target in targets}
    known = {role.substance for role in drugbank}
    spoken_of = {(role.substance, role.target) for role in (*accepted, *denied)}
    elsewhere = {*drugbank, *accepted}
    comparable = {role for role in mine if role.substance in known or (role.substance, role.target) in spoken_of}
    found = [Disagreement(role, _kind(role, mine, drugbank, denied)) for role in comparable - elsewhere]
    found += [Disagreement(role, Kind.DENIED) for role in comparable & elsewhere if role in denied]
    covered = {role.substance for role in mine}
    found += [
        Disagreement(role, Kind.LACKING)
        for role in accepted
        if role.substance in covered and role.target in targets and role not in mine
    ]
    ordered = tuple(sorted(found, key=lambda difference: difference.role))
    return Agreement(len(comparable), len(comparable & elsewhere), ordered)


def _kind(role: Role, mine: Collection[Role], drugbank: Collection[Role], denied: Collection[Role]) -> Kind:
    if role in denied:
        return Kind.DENIED
    reverse = _OPPOSITE.get(role.role)
    if reverse is not None:
        opposite = Role(role.substance, role.target, reverse)
        if opposite in drugbank and opposite not in mine:
            return Kind.REVERSED
    return Kind.ABSENT

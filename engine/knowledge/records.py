"""Rows of the knowledge tables as immutable values.

Named tuples rather than dataclasses: they are made faster, both the classes at start and the rows afterwards.
"""

from __future__ import annotations

from typing import NamedTuple

NONE = "-"


def optional(cell: str) -> str | None:
    """A cell, or None where the table writes "-"."""
    return None if cell == NONE else cell


def listed(cell: str, separator: str = ";") -> tuple[str, ...]:
    """The parts of a list cell; empty for "-"."""
    return () if cell == NONE else tuple(part.strip() for part in cell.split(separator))


class Provenance(NamedTuple):
    """Where a row comes from."""

    source: str
    locator: str
    basis: str

    @property
    def traced(self) -> bool:
        """Whether it was read in its source, and not recalled."""
        return self.basis != "recalled"


def split_provenance(source: str, locator: str, basis: str) -> tuple[Provenance, ...]:
    """Provenance cells that hold several sources, in the same order in each cell."""
    parts = zip(source.split(";"), locator.split(";"), basis.split(";"), strict=True)
    return tuple(Provenance(*part) for part in parts)


class Substance(NamedTuple):
    """An ingredient, herbal, food or habit."""

    id: str
    name: str
    kind: str
    rxnorm: str | None
    atc: tuple[str, ...]
    unii: str | None
    provenances: tuple[Provenance, ...]
    """One for each source that its name and codes come from, the main one first."""
    inn: str
    """The name of the table, whichever name is shown."""

    @property
    def subgroups(self) -> tuple[str, ...]:
        """Chemical subgroups: the first five characters of each ATC code."""
        return tuple(sorted({code[:5] for code in self.atc if len(code) >= 5}))


class NameRow(NamedTuple):
    """A name under which one substance, or a fixed combination, is known."""

    name: str
    substances: tuple[str, ...]
    kind: str
    route: str | None
    provenance: Provenance


class DrugClass(NamedTuple):
    """A class of substances as a source defines it."""

    id: str
    name: str
    kind: str
    provenance: Provenance


class Membership(NamedTuple):
    """A substance in a class, possibly by one route only."""

    class_id: str
    substance: str
    route: str | None
    provenance: Provenance


class Mechanism(NamedTuple):
    """Coded mechanism: kind, enzyme/transporter/process, role of the precipitant."""

    kind: str
    via: str | None
    role: str | None


def parse_mechanism(cell: str) -> Mechanism:
    """Read `kind:via:role`.

    Raises:
        ValueError: the cell does not have three parts.
    """
    kind, via, role = cell.split(":")
    return Mechanism(kind, optional(via), optional(role))


class Level(NamedTuple):
    """One level of a documented rule with the condition under which the source gives it."""

    rule: str
    n: int
    level: str
    condition: str | None
    managements: tuple[str, ...]
    provenance: Provenance


class Rule(NamedTuple):
    """A documented interaction between two sides, each a substance id or `@class`."""

    id: str
    a: str
    b: str
    object: str | None
    direction: str | None
    mechanisms: tuple[Mechanism, ...]
    effects: tuple[str, ...]
    provenance: Provenance
    levels: tuple[Level, ...]


class EnzymeRole(NamedTuple):
    """Role of a substance at an enzyme or transporter, from one source."""

    substance: str
    target: str
    role: str
    strength: str | None
    provenance: Provenance


class PdTag(NamedTuple):
    """A pharmacodynamic property of a substance, from one source."""

    substance: str
    tag: str
    grade: str | None
    provenance: Provenance


class PkProperty(NamedTuple):
    """A pharmacokinetic figure or property of a substance, from one source."""

    substance: str
    property: str
    value: str
    unit: str | None
    provenance: Provenance


class AucChange(NamedTuple):
    """Observed ratio of the object's AUC with and without the precipitant (dimensionless)."""

    object: str
    precipitant: str
    auc_ratio: float
    note: str | None
    provenance: Provenance


class OrganFunction(NamedTuple):
    """Observed ratio of the AUC in organ impairment to that in health (dimensionless)."""

    substance: str
    organ: str
    stage: str
    auc_ratio: float
    provenance: Provenance


class PatientRule(NamedTuple):
    """A sourced statement on a medicine that depends on data of the patient."""

    id: str
    subject: str
    condition: str
    statement: str
    managements: tuple[str, ...]
    provenance: Provenance


class Source(NamedTuple):
    """A document or data set that rows cite."""

    id: str
    title: str
    publisher: str
    date: str
    licence: str
    level_kind: str


class Effect(NamedTuple):
    """Vocabulary entry of an outcome."""

    code: str
    words: str
    seriousness: str
    pd_tag: str | None


class Management(NamedTuple):
    """Vocabulary entry of an action; `words` may hold `{value}` and `{target}`."""

    code: str
    words: str
    seriousness: str


class Tag(NamedTuple):
    """Vocabulary entry of a pharmacodynamic property."""

    code: str
    words: str
    seriousness: str
    effect: str


class Context(NamedTuple):
    """Vocabulary entry of a circumstance that a rule may depend on."""

    code: str
    words: str
    datum: str


class Statement(NamedTuple):
    """Vocabulary entry of a patient-dependent statement; `words` holds `{drug}`, `weight` says how strongly it is put."""

    code: str
    words: str
    weight: str


class PlainWords(NamedTuple):
    """What a code of a vocabulary means in plain words for a patient.

    `words` may hold `{target}` and `{other}` (medicines of a pair) or `{drug}`; `signs` are what a person would notice.
    """

    words: str
    signs: tuple[str, ...]
    provenance: Provenance


class LookAlike(NamedTuple):
    """A name that is mistaken for others: how it is written with tall-man letters, and the others, so written too."""

    tall_man: str
    confused_with: tuple[str, ...]


Record = Substance | Membership | Rule | Level | EnzymeRole | PdTag | PkProperty | AucChange | OrganFunction | PatientRule
"""Any row that a fact can cite."""

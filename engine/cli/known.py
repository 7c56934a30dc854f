"""What is known of a medicine, as `drug --json` prints it: names, facts, documented and patient rules, each with its source."""

from __future__ import annotations

from typing import Literal

from engine.report import Basis, Codes, Direction, Frozen, Provenance


class Sourced(Frozen):
    """Something with its provenance: id of the source, place in it, and whether that was a file, was read, or is recalled."""

    source: str
    locator: str
    basis: Basis


class KnownName(Sourced):
    """One name of a substance; `kind` as in the table of names."""

    name: str
    kind: str


class KnownFact(Sourced):
    """A row of knowledge in words; `key` is stable."""

    key: str
    text: str


class KnownLevel(Frozen):
    """A level of a rule in its source's scale; `condition` in words, None where it always holds."""

    level: str
    condition: str | None


class KnownRule(Sourced):
    """A documented rule: `through` is the substance's own name or the class by which the rule names it, `other` its other side.

    `extended` is True where no source lists the substance in that class. `levels` are highest first. `direction` is what
    happens to `object`; both are None where the rule is symmetric.
    """

    rule: str
    through: str
    extended: bool
    other: str
    object: str | None
    direction: Direction | None
    effects: tuple[str, ...]
    levels: tuple[KnownLevel, ...]


class KnownPatientRule(Sourced):
    """A statement that holds where `condition` does; `through` as for rules, or the property by which it is named."""

    rule: str
    through: str
    condition: str
    statement: str
    managements: tuple[str, ...]


class KnownDrug(Frozen):
    """All that is known of one substance. `facts` hold changes of AUC both as the affected and as the affecting medicine."""

    name: str
    substance: str
    kind: str
    codes: Codes
    names: tuple[KnownName, ...]
    facts: tuple[KnownFact, ...]
    rules: tuple[KnownRule, ...]
    patient_rules: tuple[KnownPatientRule, ...]


class KnownDrugs(Frozen):
    """The substances behind one name."""

    format: Literal[1] = 1
    drugs: tuple[KnownDrug, ...]
    provenance: Provenance
    notice: str

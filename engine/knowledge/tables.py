"""The shape of every knowledge table, shared by the build (which checks) and the store (which reads).

A table is described once: its columns in file order, the columns that make its key, and what each column may refer to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FORMAT_VERSION = 1
PROVENANCE_COLUMNS: tuple[str, ...] = ("source", "locator", "basis")
BASES: frozenset[str] = frozenset({"file", "read", "recalled"})
LEVELS: tuple[str, ...] = ("contraindication", "not_recommended", "precaution", "take_into_account")
_ENZYMES = "CYP1A2 CYP2B6 CYP2C8 CYP2C9 CYP2C19 CYP2D6 CYP2E1 CYP3A4 UGT UGT1A1 UGT1A4 UGT1A9 UGT2B7 XO MAO-A MAO-B DPD TPMT COMT"
# Targets of enzyme_roles that are transporters: a change at one of them is one of transport.
TRANSPORTERS = ("P-gp", "BCRP", "OATP1B1/1B3", "OAT", "OCT2/MATE")
TARGETS: frozenset[str] = frozenset([*_ENZYMES.split(), *TRANSPORTERS])
PROPERTIES: frozenset[str] = frozenset(
    [
        *("narrow_therapeutic_index", "prodrug", "fe", "f_oral", "half_life_h"),
        *("absorption_chelation", "absorption_gastric_ph", "absorption_binding"),
    ]
)


@dataclass(frozen=True, slots=True)
class Table:
    """One tab-separated table.

    `refers` maps a column to the table whose first column must hold its value; `allowed` maps a column to its closed list.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    provenance: bool = True
    refers: dict[str, str] = field(default_factory=dict)
    allowed: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Columns in file order, provenance included."""
        return self.columns + (PROVENANCE_COLUMNS if self.provenance else ())


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


TABLES: tuple[Table, ...] = (
    Table(
        "sources",
        ("id", "title", "publisher", "date", "licence", "kind", "level_kind", "path"),
        ("id",),
        provenance=False,
        allowed={"kind": BASES, "level_kind": _codes("regulator label study mechanism")},
    ),
    Table(
        "substances",
        ("id", "name", "kind", "rxnorm", "atc", "unii"),
        ("id",),
        allowed={"kind": _codes("medicine herbal food supplement habit device")},
    ),
    Table(
        "names",
        ("name", "substances", "kind", "route"),
        ("name", "substances"),
        allowed={"kind": _codes("inn usan ban synonym salt brand abbreviation french")},
    ),
    Table("naming", ("substance", "usan", "ban"), ("substance",), refers={"substance": "substances"}),
    Table(
        "classes",
        ("id", "name", "kind"),
        ("id",),
        allowed={"kind": _codes("pharmacological risk pk_role extrapolation")},
    ),
    Table(
        "class_members",
        ("class", "substance", "route"),
        ("class", "substance"),
        refers={"class": "classes", "substance": "substances"},
    ),
    Table(
        "rules",
        ("id", "a", "b", "object", "direction", "mechanisms", "effects", "note"),
        ("id",),
        allowed={"object": _codes("a b both -"), "direction": _codes("increase decrease either -")},
    ),
    Table(
        "rule_levels",
        ("rule", "n", "level", "condition", "managements"),
        ("rule", "n"),
        refers={"rule": "rules"},
        allowed={"level": frozenset(LEVELS)},
    ),
    Table(
        "enzyme_roles",
        ("substance", "target", "role", "strength"),
        ("substance", "target", "role", "source"),
        refers={"substance": "substances"},
        allowed={
            "target": TARGETS,
            "role": _codes("substrate inhibitor inducer"),
            "strength": _codes("sensitive major minor strong moderate weak -"),
        },
    ),
    Table(
        "pd_tags",
        ("substance", "tag", "grade"),
        ("substance", "tag", "source"),
        refers={"substance": "substances", "tag": "vocabulary_tags"},
        allowed={"grade": _codes("known possible conditional strong moderate weak -")},
    ),
    Table(
        "pk_properties",
        ("substance", "property", "value", "unit"),
        ("substance", "property", "source"),
        refers={"substance": "substances"},
        allowed={"property": PROPERTIES},
    ),
    Table(
        "auc_changes",
        ("object", "precipitant", "auc_ratio", "note"),
        ("object", "precipitant", "source", "locator"),
        refers={"object": "substances", "precipitant": "substances"},
    ),
    Table(
        "organ_function",
        ("substance", "organ", "stage", "auc_ratio"),
        ("substance", "organ", "stage", "source", "locator"),
        refers={"substance": "substances"},
        allowed={"organ": _codes("renal hepatic")},
    ),
    Table(
        "patient_rules",
        ("id", "subject", "condition", "statement", "managements"),
        ("id",),
        refers={"statement": "vocabulary_statements"},
    ),
    Table("systemic_by_route", ("substance", "route"), ("substance", "route"), refers={"substance": "substances"}),
    Table("exchanged_subgroups", ("subgroup",), ("subgroup",)),
    Table("not_exchanged", ("substance",), ("substance",), refers={"substance": "substances"}),
    Table("approvals", ("substance", "first_approval_year"), ("substance",), refers={"substance": "substances"}),
    Table(
        "vocabulary_effects",
        ("code", "words", "seriousness", "pd_tag"),
        ("code",),
        provenance=False,
        allowed={"seriousness": _codes("yes no unknown")},
    ),
    Table(
        "vocabulary_managements",
        ("code", "words", "seriousness", "value_unit"),
        ("code",),
        provenance=False,
        allowed={"seriousness": _codes("yes no")},
    ),
    Table("vocabulary_mechanisms", ("kind", "words", "vias", "roles"), ("kind",), provenance=False),
    Table("vocabulary_contexts", ("code", "words", "datum"), ("code",), provenance=False),
    Table(
        "vocabulary_tags",
        ("code", "words", "seriousness", "effect"),
        ("code",),
        provenance=False,
        allowed={"seriousness": _codes("yes no unknown")},
    ),
    Table(
        "vocabulary_statements",
        ("code", "words", "weight"),
        ("code",),
        provenance=False,
        allowed={"weight": _codes("contraindicated caution information")},
    ),
    Table(
        "plain_words",
        ("kind", "code", "words", "signs"),
        ("kind", "code"),
        allowed={"kind": _codes("effect management statement")},
    ),
    Table("tall_man", ("name", "tall_man", "confused_with"), ("name", "confused_with")),
    Table("drug_words", ("substance", "words"), ("substance",), refers={"substance": "substances"}),
    Table("sig_terms", ("term", "kind", "value", "language"), ("term", "kind"), provenance=False),
)

TABLE_BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}

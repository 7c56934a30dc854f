"""The compiled knowledge store: opened read-only after its digest is checked, each table read when it is first needed.

Raises `ResourceError` with a sentence for a missing, damaged, mixed or foreign-version store.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from engine.errors import ResourceError
from engine.installation import REBUILD_HINT
from engine.knowledge import records as r
from engine.knowledge.tables import FORMAT_VERSION, TABLE_BY_NAME

STORE_NAME = "knowledge.sqlite"
MANIFEST_NAME = "manifest.json"

Row = tuple[str, ...]
_T = TypeVar("_T")


def _read_manifest(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST_NAME
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResourceError(f"The knowledge manifest '{path}' is missing or unreadable. {REBUILD_HINT}") from error
    wanted = ("format", "sha256", "content_digest", "version")
    if not isinstance(manifest, dict) or any(not isinstance(manifest.get(key), str) for key in wanted):
        raise ResourceError(f"The knowledge manifest '{path}' lacks a field. {REBUILD_HINT}")
    if manifest["format"] != str(FORMAT_VERSION):
        raise ResourceError(
            f"The knowledge in '{folder}' has format {manifest['format']}, this program reads {FORMAT_VERSION}. {REBUILD_HINT}"
        )
    return {key: value for key, value in manifest.items() if isinstance(value, str)}


class KnowledgeStore:
    """Everything that is known, by table. Immutable from outside; safe to share between threads once opened.

    The file is read once into memory and its SHA-256 compared with the manifest before anything is believed.
    """

    def __init__(self, folder: Path) -> None:
        self.manifest = _read_manifest(folder)
        path = folder / STORE_NAME
        try:
            blob = path.read_bytes()
        except OSError as error:
            raise ResourceError(f"The knowledge file '{path}' is missing or unreadable. {REBUILD_HINT}") from error
        if hashlib.sha256(blob).hexdigest() != self.manifest["sha256"]:
            raise ResourceError(f"The knowledge file '{path}' is damaged or does not belong to its manifest. {REBUILD_HINT}")
        # From memory: nothing that happens to the file later can change what was verified.
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.deserialize(blob)

    @property
    def version(self) -> str:
        """Version of the knowledge, as the build named it."""
        return self.manifest["version"]

    @property
    def digest(self) -> str:
        """SHA-256 over the sorted content of all tables (not over the file)."""
        return self.manifest["content_digest"]

    def _rows(self, table: str) -> Iterator[Row]:
        columns = ", ".join(f'"{column}"' for column in TABLE_BY_NAME[table].all_columns)
        yield from self._connection.execute(f'SELECT {columns} FROM "{table}" ORDER BY rowid')

    def _by_first(self, table: str, make: Callable[[Row], _T]) -> dict[str, _T]:
        return {row[0]: make(row) for row in self._rows(table)}

    def _grouped(self, table: str, make: Callable[[Row], _T]) -> dict[str, tuple[_T, ...]]:
        groups: defaultdict[str, list[_T]] = defaultdict(list)
        for row in self._rows(table):
            groups[row[0]].append(make(row))
        return {key: tuple(values) for key, values in groups.items()}

    @cached_property
    def sources(self) -> dict[str, r.Source]:
        """Sources by id."""
        return self._by_first("sources", lambda row: r.Source(row[0], row[1], row[2], row[3], row[4], row[6]))

    @cached_property
    def substances(self) -> dict[str, r.Substance]:
        """Substances by id."""
        return self._by_first(
            "substances",
            lambda row: r.Substance(
                row[0],
                row[1],
                row[2],
                r.optional(row[3]),
                r.listed(row[4]),
                r.optional(row[5]),
                r.split_provenance(*row[6:9]),
            ),
        )

    @cached_property
    def names(self) -> tuple[r.NameRow, ...]:
        """All names, in table order."""
        return tuple(r.NameRow(row[0], r.listed(row[1], "+"), row[2], r.optional(row[3])) for row in self._rows("names"))

    @cached_property
    def classes(self) -> dict[str, r.DrugClass]:
        """Classes by id."""
        return self._by_first("classes", lambda row: r.DrugClass(row[0], row[1], row[2], r.Provenance(*row[3:6])))

    @cached_property
    def memberships(self) -> dict[str, tuple[r.Membership, ...]]:
        """Class memberships by substance id."""
        groups: defaultdict[str, list[r.Membership]] = defaultdict(list)
        for row in self._rows("class_members"):
            member = r.Membership(row[0], row[1], r.optional(row[2]), r.Provenance(*row[3:6]))
            groups[member.substance].append(member)
        return {key: tuple(values) for key, values in groups.items()}

    @cached_property
    def levels(self) -> dict[str, tuple[r.Level, ...]]:
        """Levels by rule id, highest first."""
        return self._grouped(
            "rule_levels",
            lambda row: r.Level(row[0], int(row[1]), row[2], r.optional(row[3]), r.listed(row[4]), r.Provenance(*row[5:8])),
        )

    @cached_property
    def rules_by_side(self) -> dict[str, dict[str, tuple[r.Rule, ...]]]:
        """Documented rules by one side and then the other; each rule stands under both orders."""
        index: defaultdict[str, defaultdict[str, list[r.Rule]]] = defaultdict(lambda: defaultdict(list))
        levels = self.levels
        for row in self._rows("rules"):
            rule = r.Rule(
                row[0],
                row[1],
                row[2],
                r.optional(row[3]),
                r.optional(row[4]),
                tuple(r.parse_mechanism(part) for part in r.listed(row[5])),
                r.listed(row[6]),
                r.Provenance(*row[8:11]),
                levels[row[0]],
            )
            index[rule.a][rule.b].append(rule)
            if rule.a != rule.b:
                index[rule.b][rule.a].append(rule)
        return {a: {b: tuple(rules) for b, rules in others.items()} for a, others in index.items()}

    @cached_property
    def enzyme_roles(self) -> dict[str, tuple[r.EnzymeRole, ...]]:
        """Enzyme and transporter roles by substance id."""
        return self._grouped(
            "enzyme_roles",
            lambda row: r.EnzymeRole(row[0], row[1], row[2], r.optional(row[3]), r.Provenance(*row[4:7])),
        )

    @cached_property
    def pd_tags(self) -> dict[str, tuple[r.PdTag, ...]]:
        """Pharmacodynamic tags by substance id."""
        return self._grouped("pd_tags", lambda row: r.PdTag(row[0], row[1], r.optional(row[2]), r.Provenance(*row[3:6])))

    @cached_property
    def pk_properties(self) -> dict[str, tuple[r.PkProperty, ...]]:
        """Pharmacokinetic properties by substance id."""
        return self._grouped(
            "pk_properties",
            lambda row: r.PkProperty(row[0], row[1], row[2], r.optional(row[3]), r.Provenance(*row[4:7])),
        )

    @cached_property
    def auc_changes(self) -> dict[tuple[str, str], tuple[r.AucChange, ...]]:
        """Observed AUC ratios by (object, precipitant)."""
        groups: defaultdict[tuple[str, str], list[r.AucChange]] = defaultdict(list)
        for row in self._rows("auc_changes"):
            change = r.AucChange(row[0], row[1], float(row[2]), r.optional(row[3]), r.Provenance(*row[4:7]))
            groups[(change.object, change.precipitant)].append(change)
        return {key: tuple(values) for key, values in groups.items()}

    @cached_property
    def organ_function(self) -> dict[str, tuple[r.OrganFunction, ...]]:
        """Observed AUC ratios in organ impairment by substance id."""
        return self._grouped(
            "organ_function",
            lambda row: r.OrganFunction(row[0], row[1], row[2], float(row[3]), r.Provenance(*row[4:7])),
        )

    @cached_property
    def patient_rules(self) -> dict[str, tuple[r.PatientRule, ...]]:
        """Patient rules by subject (substance id, `@class` or `#tag`)."""
        groups: defaultdict[str, list[r.PatientRule]] = defaultdict(list)
        for row in self._rows("patient_rules"):
            groups[row[1]].append(r.PatientRule(row[0], row[1], row[2], row[3], r.listed(row[4]), r.Provenance(*row[5:8])))
        return {key: tuple(values) for key, values in groups.items()}

    @cached_property
    def effects(self) -> dict[str, r.Effect]:
        """Outcome vocabulary by code."""
        return self._by_first("vocabulary_effects", lambda row: r.Effect(row[0], row[1], row[2], r.optional(row[3])))

    @cached_property
    def managements(self) -> dict[str, r.Management]:
        """Action vocabulary by code."""
        return self._by_first("vocabulary_managements", lambda row: r.Management(row[0], row[1], row[2]))

    @cached_property
    def mechanism_words(self) -> dict[str, str]:
        """Words for each mechanism kind."""
        return self._by_first("vocabulary_mechanisms", lambda row: row[1])

    @cached_property
    def tags(self) -> dict[str, r.Tag]:
        """Tag vocabulary by code."""
        return self._by_first("vocabulary_tags", lambda row: r.Tag(*row))

    @cached_property
    def contexts(self) -> dict[str, r.Context]:
        """Circumstance vocabulary by code."""
        return self._by_first("vocabulary_contexts", lambda row: r.Context(*row))

    @cached_property
    def statements(self) -> dict[str, r.Statement]:
        """Patient-statement vocabulary by code."""
        return self._by_first("vocabulary_statements", lambda row: r.Statement(*row))

    @cached_property
    def sig_terms(self) -> tuple[tuple[str, str, str], ...]:
        """Prescription vocabulary: (term, kind, value)."""
        return tuple((row[0], row[1], row[2]) for row in self._rows("sig_terms"))

    def count(self, table: str) -> int:
        """Number of rows of a table.

        Raises:
            KeyError: no such table.
        """
        name = TABLE_BY_NAME[table].name
        (count,) = self._connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
        return int(count)

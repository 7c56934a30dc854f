"""The compiled knowledge store: opened read-only after its digest is checked, each table read when it is first needed.

Raises `ResourceError` with a sentence for a missing, damaged, mixed or foreign-version store.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from engine.errors import ResourceError
from engine.installation import REBUILD_HINT
from engine.knowledge import records as r
from engine.knowledge.tables import FORMAT_VERSION, TABLE_BY_NAME

if TYPE_CHECKING:
    from engine.settings import Naming

STORE_NAME = "knowledge.sqlite"
MANIFEST_NAME = "manifest.json"

Row = tuple[str, ...]
_T = TypeVar("_T")


def _read_manifest(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST_NAME
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ResourceError(f"The knowledge manifest '{path}' is missing or unreadable. {REBUILD_HINT}") from error
    wanted = ("format", "sha256", "content_digest", "version")
    if not isinstance(manifest, dict) or any(not isinstance(manifest.get(key), str) for key in wanted):
        raise ResourceError(f"The knowledge manifest '{path}' lacks a field. {REBUILD_HINT}")
    if manifest["format"] != str(FORMAT_VERSION):
        raise ResourceError(
            f"The knowledge in '{folder}' has format {manifest['format']}, this program reads {FORMAT_VERSION}. {REBUILD_HINT}"
        )
    return {key: value for key, value in manifest.items() if isinstance(value, str)}


def _columns(table: str) -> str:
    return ", ".join(f'"{column}"' for column in TABLE_BY_NAME[table].all_columns)


def _name(row: Row) -> r.NameRow:
    return r.NameRow(row[0], r.listed(row[1], "+"), row[2], r.optional(row[3]), r.Provenance(*row[4:7]))


class Keyed(Generic[_T]):
    """Rows of one table by key, fetched when a key is first asked for and kept.

    A command that checks two medicines must not pay for reading all of them.
    """

    def __init__(self, fetch: Callable[[str], tuple[_T, ...]], fetch_all: Callable[[], Iterable[_T]]) -> None:
        self._fetch = fetch
        self._fetch_all = fetch_all
        self._known: dict[str, tuple[_T, ...]] = {}

    def get(self, key: str) -> tuple[_T, ...]:
        """Rows of a key, in table order; none for an unknown key."""
        rows = self._known.get(key)
        if rows is None:
            rows = self._known[key] = self._fetch(key)
        return rows

    def all(self) -> tuple[_T, ...]:
        """Every row of the table, in table order."""
        return tuple(self._fetch_all())


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
        self._lock = threading.Lock()
        self._naming: Naming = "inn"
        self._rules_of: dict[str, dict[str, tuple[r.Rule, ...]]] = {}
        if self._built() != (self.version, self.digest):
            raise ResourceError(f"The knowledge manifest in '{folder}' says other than the knowledge itself. {REBUILD_HINT}")

    def _built(self) -> Row | None:
        """Version and content digest that the build wrote into the store; None where there are none."""
        try:
            rows = self._query("SELECT version, content_digest FROM built")
        except sqlite3.DatabaseError:
            return None
        return rows[0] if rows else None

    def _query(self, statement: str, values: Row = ()) -> list[Row]:
        # One statement at a time: the window's thread and its workers share this connection, and not every SQLite guards itself.
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    @property
    def version(self) -> str:
        """Version of the knowledge, as the build named it."""
        return self.manifest["version"]

    @property
    def digest(self) -> str:
        """SHA-256 over the sorted content of all tables (not over the file)."""
        return self.manifest["content_digest"]

    def rows(self, table: str) -> Iterator[Row]:
        """Every row of a table as the build took it, in stored order.

        Raises:
            KeyError: no such table.
        """
        yield from self._query(f'SELECT {_columns(table)} FROM "{table}" ORDER BY rowid')

    def _by_first(self, table: str, make: Callable[[Row], _T]) -> dict[str, _T]:
        return {row[0]: make(row) for row in self.rows(table)}

    def _keyed(self, table: str, column: str, make: Callable[[Row], _T]) -> Keyed[_T]:
        query = f'SELECT {_columns(table)} FROM "{table}" WHERE "{column}" = ? ORDER BY rowid'
        return Keyed(
            lambda key: tuple(make(row) for row in self._query(query, (key,))),
            lambda: (make(row) for row in self.rows(table)),
        )

    @cached_property
    def sources(self) -> dict[str, r.Source]:
        """Sources by id."""
        return self._by_first("sources", lambda row: r.Source(row[0], row[1], row[2], row[3], row[4], row[6]))

    @cached_property
    def _substances(self) -> Keyed[r.Substance]:
        return self._keyed(
            "substances",
            "id",
            lambda row: r.Substance(
                row[0],
                row[1],
                row[2],
                r.optional(row[3]),
                r.listed(row[4]),
                r.optional(row[5]),
                r.split_provenance(*row[6:9]),
                row[1],
            ),
        )

    def named(self, naming: Naming) -> KnowledgeStore:
        """A view of this store whose substances show these names: the same rows, read once, and nothing is opened again."""
        view = copy(self)
        view._naming = naming
        # What holds a display name is not shared with the view.
        view.__dict__.pop("_shown_names", None)
        return view

    @cached_property
    def _shown_names(self) -> dict[str, str]:
        """Names to show instead of those of the substances table, by id; none for INN."""
        if self._naming == "inn":
            return {}
        place = {"usan": 1, "ban": 2}[self._naming]
        return {row[0]: row[place] for row in self.rows("naming") if row[place] != r.NONE}

    def substance(self, substance_id: str) -> r.Substance:
        """One substance.

        Raises:
            KeyError: there is none of this id.
        """
        rows = self._substances.get(substance_id)
        if not rows:
            raise KeyError(substance_id)
        return self._shown(rows[0])

    def _shown(self, substance: r.Substance) -> r.Substance:
        name = self._shown_names.get(substance.id)
        return substance if name is None else substance._replace(name=name)

    def all_substances(self) -> tuple[r.Substance, ...]:
        """Every substance, in table order."""
        return tuple(map(self._shown, self._substances.all()))

    def exchanged_for(self, subgroup: str) -> tuple[str, ...]:
        """Ids of the medicines of a subgroup (first five characters of the ATC code) that are exchanged for each other."""
        rows = self._query("SELECT substance FROM subgroups WHERE subgroup = ? ORDER BY substance", (subgroup,))
        return tuple(substance for (substance,) in rows)

    @cached_property
    def names(self) -> tuple[r.NameRow, ...]:
        """All names, in table order."""
        return tuple(_name(row) for row in self.rows("names"))

    def name_of_form(self, form: str) -> r.NameRow | None:
        """The name whose normal form is this one; the build refuses forms that mean two things."""
        rows = self._query(f"SELECT {_columns('names')} FROM names WHERE form = ? ORDER BY rowid LIMIT 1", (form,))
        return _name(rows[0]) if rows else None

    def names_of(self, substance_id: str) -> tuple[r.NameRow, ...]:
        """All names of one substance, combinations left out."""
        rows = self._query(f"SELECT {_columns('names')} FROM names WHERE substances = ? ORDER BY rowid", (substance_id,))
        return tuple(_name(row) for row in rows)

    def name_forms(self) -> list[str]:
        """Normal forms of all names that may be matched by spelling: no abbreviations."""
        rows = self._query("SELECT DISTINCT form FROM names WHERE kind != 'abbreviation' ORDER BY rowid")
        return [form for (form,) in rows]

    @cached_property
    def classes(self) -> dict[str, r.DrugClass]:
        """Classes by id."""
        return self._by_first("classes", lambda row: r.DrugClass(row[0], row[1], row[2], r.Provenance(*row[3:6])))

    @cached_property
    def memberships(self) -> Keyed[r.Membership]:
        """Class memberships by substance id."""
        return self._keyed(
            "class_members",
            "substance",
            lambda row: r.Membership(row[0], row[1], r.optional(row[2]), r.Provenance(*row[3:6])),
        )

    @cached_property
    def levels(self) -> Keyed[r.Level]:
        """Levels by rule id, highest first."""
        return self._keyed(
            "rule_levels",
            "rule",
            lambda row: r.Level(row[0], int(row[1]), row[2], r.optional(row[3]), r.listed(row[4]), r.Provenance(*row[5:8])),
        )

    def _rule(self, row: Row) -> r.Rule:
        return r.Rule(
            row[0],
            row[1],
            row[2],
            r.optional(row[3]),
            r.optional(row[4]),
            tuple(r.parse_mechanism(part) for part in r.listed(row[5])),
            r.listed(row[6]),
            r.Provenance(*row[8:11]),
            self.levels.get(row[0]),
        )

    def rules_of(self, side: str) -> dict[str, tuple[r.Rule, ...]]:
        """Documented rules that name this side (substance id or `@class`), by their other side."""
        known = self._rules_of.get(side)
        if known is None:
            columns = _columns("rules")
            rows = self._query(
                f"SELECT {columns} FROM rules WHERE a = ?1 UNION SELECT {columns} FROM rules WHERE b = ?1 ORDER BY 1", (side,)
            )
            groups: defaultdict[str, list[r.Rule]] = defaultdict(list)
            for row in rows:
                rule = self._rule(row)
                groups[rule.b if rule.a == side else rule.a].append(rule)
            known = {other: tuple(rules) for other, rules in groups.items()}
            self._rules_of[side] = known
        return known

    def absorbed_by(self, substance: str, route: str | None) -> bool:
        """Whether a medicine reaches the whole body by a route that is local for most."""
        return any(row == (substance, route) for row in self._absorbed.get(substance))

    @cached_property
    def _absorbed(self) -> Keyed[tuple[str, str]]:
        return self._keyed("systemic_by_route", "substance", lambda row: (row[0], row[1]))

    def covers(self, substance: str) -> bool:
        """Whether anything at hand speaks of the interactions of a substance: a rule, class, role, tag or property."""
        return bool(
            self.rules_of(substance)
            or self.memberships.get(substance)
            or self.enzyme_roles.get(substance)
            or self.pd_tags.get(substance)
            or self.pk_properties.get(substance)
        )

    def all_rules(self) -> tuple[r.Rule, ...]:
        """Every documented rule, in table order."""
        return tuple(self._rule(row) for row in self.rows("rules"))

    @cached_property
    def enzyme_roles(self) -> Keyed[r.EnzymeRole]:
        """Enzyme and transporter roles by substance id."""
        return self._keyed(
            "enzyme_roles",
            "substance",
            lambda row: r.EnzymeRole(row[0], row[1], row[2], r.optional(row[3]), r.Provenance(*row[4:7])),
        )

    @cached_property
    def pd_tags(self) -> Keyed[r.PdTag]:
        """Pharmacodynamic tags by substance id."""
        return self._keyed(
            "pd_tags", "substance", lambda row: r.PdTag(row[0], row[1], r.optional(row[2]), r.Provenance(*row[3:6]))
        )

    @cached_property
    def pk_properties(self) -> Keyed[r.PkProperty]:
        """Pharmacokinetic properties by substance id."""
        return self._keyed(
            "pk_properties",
            "substance",
            lambda row: r.PkProperty(row[0], row[1], row[2], r.optional(row[3]), r.Provenance(*row[4:7])),
        )

    @cached_property
    def auc_changes(self) -> Keyed[r.AucChange]:
        """Observed AUC ratios by object (substance id)."""
        return self._keyed(
            "auc_changes",
            "object",
            lambda row: r.AucChange(row[0], row[1], float(row[2]), r.optional(row[3]), r.Provenance(*row[4:7])),
        )

    @cached_property
    def organ_function(self) -> Keyed[r.OrganFunction]:
        """Observed AUC ratios in organ impairment by substance id."""
        return self._keyed(
            "organ_function",
            "substance",
            lambda row: r.OrganFunction(row[0], row[1], row[2], float(row[3]), r.Provenance(*row[4:7])),
        )

    @cached_property
    def patient_rules(self) -> Keyed[r.PatientRule]:
        """Patient rules by subject (substance id, `@class` or `#tag`)."""
        return self._keyed(
            "patient_rules",
            "subject",
            lambda row: r.PatientRule(row[0], row[1], row[2], row[3], r.listed(row[4]), r.Provenance(*row[5:8])),
        )

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
    def plain_words(self) -> dict[tuple[str, str], r.PlainWords]:
        """Plain words for patients by kind of code ("effect", "management", "statement") and code."""
        rows = self.rows("plain_words")
        return {(row[0], row[1]): r.PlainWords(row[2], r.listed(row[3], ","), r.Provenance(*row[4:7])) for row in rows}

    @cached_property
    def look_alikes(self) -> dict[str, r.LookAlike]:
        """Names that are mistaken for others, by their lower-case letters."""
        found: dict[str, r.LookAlike] = {}
        for row in self.rows("tall_man"):
            before = found.get(row[0].casefold(), r.LookAlike(row[1], ()))
            found[row[0].casefold()] = before._replace(confused_with=(*before.confused_with, row[2]))
        return found

    @cached_property
    def drug_words(self) -> dict[str, str]:
        """What a medicine is, in a few words of ours, by substance id; only for medicines whose names are mistaken for others."""
        return self._by_first("drug_words", lambda row: row[1])

    @cached_property
    def named_forms(self) -> tuple[tuple[str, r.NameRow], ...]:
        """Every name with its normal form, in table order."""
        rows = self._query(f"SELECT form, {_columns('names')} FROM names ORDER BY rowid")
        return tuple((row[0], _name(row[1:])) for row in rows)

    def sig_rows(self, first: str) -> tuple[tuple[str, str, str], ...]:
        """Prescription vocabulary (term, kind, value) of the terms that begin with this word, as the build worked it out."""
        if first not in self._sig_firsts:
            return ()
        rows = self._query("SELECT term, kind, value FROM sig_terms WHERE first = ? ORDER BY rowid", (first,))
        return tuple((term, kind, value) for term, kind, value in rows)

    @cached_property
    def _sig_firsts(self) -> frozenset[str]:
        # Most words of a text begin no term: they must not cost a query each.
        return frozenset(first for (first,) in self._query("SELECT DISTINCT first FROM sig_terms"))

    def count(self, table: str) -> int:
        """Number of rows of a table.

        Raises:
            KeyError: no such table.
        """
        name = TABLE_BY_NAME[table].name
        ((count,),) = self._query(f'SELECT count(*) FROM "{name}"')
        return int(count)

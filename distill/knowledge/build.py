"""Compiling the tables into the store that the engine opens: one SQLite file and a manifest with two digests.

The content digest is over the sorted rows of all tables, so it is the same on any machine; the file digest is over the SQLite
file, whose bytes may differ between SQLite versions.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from distill.knowledge.tables import TableSet
from engine.errors import InputError, ResourceError
from engine.knowledge.digest import VERSION_LENGTH, content_digest
from engine.knowledge.records import listed
from engine.knowledge.resolve import normal_form
from engine.knowledge.store import MANIFEST_NAME, STORE_NAME
from engine.knowledge.tables import FORMAT_VERSION, TABLES
from engine.prescriptions.terms import first_keys
from engine.records.writing import write_file

# Columns by which the engine fetches rows.
LOOK_UPS: tuple[tuple[str, str], ...] = (
    ("names", "form"),
    ("class_members", "substance"),
    ("rules", "a"),
    ("rules", "b"),
    ("rule_levels", "rule"),
    ("enzyme_roles", "substance"),
    ("pd_tags", "substance"),
    ("pk_properties", "substance"),
    ("organ_function", "substance"),
    ("patient_rules", "subject"),
    ("auc_changes", "object"),
    ("systemic_by_route", "substance"),
    ("substances", "id"),
    ("sig_terms", "first"),
    ("subgroups", "subgroup"),
    ("names", "substances"),
)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build made: rows per table and the digests (hexadecimal SHA-256)."""

    rows: dict[str, int]
    content_digest: str
    file_sha256: str


def build(tables_folder: Path, compiled_folder: Path) -> BuildResult:
    """Check all tables and compile them. The old store stays in place until the new one is complete.

    Raises:
        InputError: a table is missing or has a fault; nothing is written.
        ResourceError: the folder takes no file: full, read-only or not a folder.
    """
    tables = TableSet(tables_folder)
    tables.refuse_faults()
    digest = content_digest(tables.rows.__getitem__)
    version = digest[:VERSION_LENGTH]
    blob = _compile(tables, version, digest)
    sha256 = hashlib.sha256(blob).hexdigest()
    manifest = {
        "format": str(FORMAT_VERSION),
        "version": version,
        "content_digest": digest,
        "sha256": sha256,
    }
    try:
        compiled_folder.mkdir(parents=True, exist_ok=True)
        write_file(compiled_folder / STORE_NAME, blob)
        write_file(compiled_folder / MANIFEST_NAME, (json.dumps(manifest, indent=1) + "\n").encode())
    except OSError as error:
        raise ResourceError(f"The knowledge cannot be written to '{compiled_folder}': {error.strerror}.") from error
    except InputError as error:
        # Its "nothing was changed" is of one of the two files.
        reason = error.sentence.partition(";")[0]
        raise ResourceError(f"The knowledge cannot be written to '{compiled_folder}': {reason}.") from error
    return BuildResult({name: len(rows) for name, rows in tables.rows.items()}, digest, sha256)


def _compile(tables: TableSet, version: str, digest: str) -> bytes:
    connection = sqlite3.connect(":memory:")
    try:
        for table in TABLES:
            columns = ", ".join(f'"{column}" TEXT NOT NULL' for column in table.all_columns)
            connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
            marks = ", ".join("?" * len(table.all_columns))
            connection.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', sorted_rows(tables, table.name))
        _add_derived(connection, tables)
        # Beside the manifest, whose words about the content would otherwise have to be believed.
        connection.execute("CREATE TABLE built (version TEXT NOT NULL, content_digest TEXT NOT NULL)")
        connection.execute("INSERT INTO built VALUES (?, ?)", (version, digest))
        for name, column in LOOK_UPS:
            connection.execute(f'CREATE INDEX "{name}_by_{column}" ON "{name}" ("{column}")')
        connection.commit()
        connection.execute("VACUUM")
        return connection.serialize()
    finally:
        connection.close()


def _add_derived(connection: sqlite3.Connection, tables: TableSet) -> None:
    """What the engine looks up by and would otherwise work out at every start: forms of names, first words, ATC subgroups."""
    connection.execute("ALTER TABLE names ADD COLUMN form TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE sig_terms ADD COLUMN first TEXT NOT NULL DEFAULT ''")
    connection.execute("CREATE TABLE subgroups (subgroup TEXT NOT NULL, substance TEXT NOT NULL)")
    forms = [(normal_form(name), row) for row, name in connection.execute("SELECT rowid, name FROM names").fetchall()]
    connection.executemany("UPDATE names SET form = ? WHERE rowid = ?", forms)
    terms = connection.execute("SELECT rowid, term, kind, value FROM sig_terms").fetchall()
    firsts = first_keys((term, kind, value) for _, term, kind, value in terms)
    connection.executemany(
        "UPDATE sig_terms SET first = ? WHERE rowid = ?", [(first, row[0]) for first, row in zip(firsts, terms, strict=True)]
    )
    exchanged = set(tables.column("exchanged_subgroups", "subgroup"))
    kept_out = set(tables.column("not_exchanged", "substance"))
    subgroups = {
        (code[:5], row[0])
        for row in tables.rows["substances"]
        for code in listed(row[4])
        if row[2] == "medicine" and code[:5] in exchanged and row[0] not in kept_out
    }
    connection.executemany("INSERT INTO subgroups VALUES (?, ?)", sorted(subgroups))


def sorted_rows(tables: TableSet, name: str) -> list[tuple[str, ...]]:
    """Rows in the order in which they are stored: sorted, except where file order carries meaning (levels by number)."""
    return (
        sorted(tables.rows[name], key=lambda row: (row[0], int(row[1]))) if name == "rule_levels" else sorted(tables.rows[name])
    )

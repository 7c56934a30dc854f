"""The digest of what the knowledge says: over rows and not over a file, so it is the same on any machine and any SQLite."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from engine.knowledge.tables import TABLES

# The version of the knowledge is the beginning of its digest.
VERSION_LENGTH = 12


def content_digest(rows_of: Callable[[str], Iterable[tuple[str, ...]]]) -> str:
    """SHA-256 (hexadecimal) over table names, headers and sorted rows; `rows_of` gives the rows of a table by its name."""
    digest = hashlib.sha256()
    for table in TABLES:
        digest.update(f"{table.name}\t{' '.join(table.all_columns)}\n".encode())
        for row in sorted(rows_of(table.name)):
            digest.update(("\t".join(row) + "\n").encode())
    return digest.hexdigest()

"""The hand-edited word tables of `resources/reading`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.errors import ResourceError
from engine.installation import REBUILD_HINT


def read_table(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Rows of a table with tabs between its cells, without its heading.

    Raises:
        ResourceError: the file is missing, unreadable, or has other columns.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"The word table '{path}' is missing or unreadable. {REBUILD_HINT}") from error
    if not lines or tuple(lines[0].split("\t")) != columns:
        raise ResourceError(f"The word table '{path}' does not have the columns {', '.join(columns)}. {REBUILD_HINT}")
    for number, line in enumerate(lines[1:], start=2):
        cells = tuple(line.split("\t"))
        if len(cells) != len(columns) or not all(cells):
            raise ResourceError(f"The word table '{path}' has a wrong number of cells in line {number}. {REBUILD_HINT}")
        yield cells

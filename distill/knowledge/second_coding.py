"""The second, blind coding of a sample of rules: `second_coding.tsv` holds what each reader coded and what was settled.

Not compiled into the store. A test asserts that the tables say what was settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError

FILE_NAME = "second_coding.tsv"
HEADER = ("rule", "field", "first", "second", "settled", "reason")
FIELDS: tuple[str, ...] = ("level", "condition", "direction", "mechanism", "effect")


@dataclass(frozen=True, slots=True)
class SecondCoding:
    """One field of one rule, as two readers coded it independently and as it was settled."""

    rule: str
    field: str
    first: str
    second: str
    settled: str
    reason: str


def read_second_coding(folder: Path) -> tuple[SecondCoding, ...]:
    """Read the file.

    Raises:
        InputError: it is missing or a row is malformed.
    """
    path = folder / FILE_NAME
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"'{path}' cannot be read.") from error
    if not lines or tuple(lines[0].split("\t")) != HEADER:
        raise InputError(f"'{path}' must begin with the header {' '.join(HEADER)}.")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(HEADER) or cells[1] not in FIELDS:
            raise InputError(f"'{path}' line {number} is malformed.")
        rows.append(SecondCoding(*cells))
    return tuple(rows)


def coded_fields(rule: dict[str, str], levels: list[dict[str, str]]) -> dict[str, str]:
    """The five compared fields of a rule of the tables, in the form of the file.

    `level` and `condition` list all levels in order; `direction` joins object and direction; `mechanism` is a sorted list;
    `effect` is the primary one.
    """
    return {
        "level": "|".join(level["level"] for level in levels),
        "condition": " || ".join(level["condition"] for level in levels),
        "direction": f"{rule['object']}:{rule['direction']}",
        "mechanism": ";".join(sorted(rule["mechanisms"].split(";"))),
        "effect": rule["effects"].split(";")[0],
    }

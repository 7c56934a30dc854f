"""Rows of the knowledge tables and the publishers' files behind them, for tests.

The files lie beside the repository; where they do not, the test is skipped with a reason.
"""

import csv
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from distill.knowledge.ansm_2019 import Edition2019, read_interactions, read_memberships
from tests.ansm_files import ansm_file

ROOT = Path(__file__).resolve().parents[1]
TABLES = ROOT / "resources" / "knowledge"
DATA = ROOT.parent / "shared" / "data"


class Provenance(NamedTuple):
    """One source of a row and the place in it."""

    source: str
    locator: str
    basis: str


def published(relative: str) -> Path:
    """A publisher's file or folder, or a skip where it is not at hand."""
    path = DATA / relative
    if not path.exists():
        pytest.skip(f"the publisher's {relative} is not at hand")
    return path


def table(name: str) -> list[dict[str, str]]:
    """The rows of one table, column name to cell."""
    with (TABLES / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def provenance(row: dict[str, str]) -> list[Provenance]:
    """The sources of a row, in their order; the three lists have the same length."""
    parts = [row[column].split(";") for column in ("source", "locator", "basis")]
    if len(parts[0]) == 1:
        return [Provenance(row["source"], row["locator"], row["basis"])]
    return [Provenance(*each) for each in zip(*parts, strict=True)]


def cells(text: str) -> list[str]:
    """The parts of a list cell; none for '-'."""
    return [] if text == "-" else text.split(";")


@lru_cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table without its header."""
    lines = (TABLES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines[1:])


@lru_cache
def edition() -> Edition2019:
    """The French edition."""
    return read_interactions(ansm_file("interactions_fr_2019.txt"))


@lru_cache
def memberships() -> dict[int, tuple[str, str]]:
    """Molecule and class by line of the class table."""
    return {row.line: (row.molecule, row.famille) for row in read_memberships(ansm_file("classes_fr_2019.tsv"))}

"""The vocabulary of dosing as the application has it, read from its table."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.prescriptions.terms import SigTerms, sig_terms

TABLE = Path(__file__).resolve().parents[3] / "resources" / "knowledge" / "sig_terms.tsv"


@pytest.fixture(scope="session")
def rows() -> list[tuple[str, str, str]]:
    """(term, kind, value) of every row of the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    return [(term, kind, value) for term, kind, value, _ in (line.split("\t") for line in lines)]


@pytest.fixture(scope="session")
def terms(rows: list[tuple[str, str, str]]) -> SigTerms:
    """The vocabulary built from the table."""
    return sig_terms(rows)

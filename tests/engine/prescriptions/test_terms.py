"""The vocabulary table is sorted, unambiguous and carried over whole; a bad row is refused by name."""

from __future__ import annotations

import pytest

from engine.errors import ResourceError
from engine.prescriptions.terms import KINDS, SigTerms, sig_terms
from engine.prescriptions.tokens import tokenise


def test_table_is_sorted_and_uses_every_kind(rows: list[tuple[str, str, str]]) -> None:
    keys = [(term, kind) for term, kind, _ in rows]
    assert keys == sorted(set(keys))
    assert {kind for _, kind, _ in rows} == KINDS


def test_every_term_is_found_where_it_is_written(terms: SigTerms, rows: list[tuple[str, str, str]]) -> None:
    for written, kind, _ in rows:
        tokens = tokenise(written, terms.begins)
        assert any(hit.term.kind == kind and hit.end == len(tokens) for hit in terms.at(tokens, 0)), written


def test_capitals_in_a_term_bind(terms: SigTerms) -> None:
    kinds = [{hit.term.kind for hit in terms.at(tokenise(text, terms.begins), 0)} for text in ("ON", "on")]
    assert "frequency" in kinds[0]
    assert "frequency" not in kinds[1]


@pytest.mark.parametrize(
    "row",
    [
        ("od", "frequenci", "1"),
        ("od", "frequency", "daily"),
        ("od", "frequency", "0"),
        ("od", "frequency", "nan"),
        ("mg", "unit", "mg"),
        ("mg", "unit", "mg=0"),
        ("po", "route", "mouth"),
        ("tab", "form", "tablet"),
        ("tab", "form", "tablet:mouth"),
        ("prn", "prn", "yes"),
        ("", "prn", "-"),
    ],
)
def test_a_bad_row_is_refused_by_name(row: tuple[str, str, str]) -> None:
    with pytest.raises(ResourceError, match="dosing vocabulary") as refused:
        sig_terms([row])
    assert repr(row[0]) in refused.value.sentence


def test_a_term_given_twice_is_refused() -> None:
    with pytest.raises(ResourceError, match="twice"):
        sig_terms([("gel", "form", "gel:topical"), ("gél", "form", "capsule:oral")])

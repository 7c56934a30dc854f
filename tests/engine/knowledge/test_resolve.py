"""Name resolution: exact, synonym, brand, abbreviation, one unique spelling; never a guess between two."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.application import Application
from engine.knowledge.records import NameRow, Provenance
from engine.knowledge.resolve import Resolution, Resolver, Unresolved, normal_form


@pytest.fixture
def resolve(application: Application) -> Callable[[str], Resolution | Unresolved]:
    return lambda name: application.checker.resolver.resolve([name])


@pytest.mark.parametrize(
    ("written", "substances", "match"),
    [
        ("warfarin", ("warfarin",), "exact"),
        ("Coumadin", ("warfarin",), "brand"),
        ("acetaminophen", ("paracetamol",), "synonym"),
        ("FRUSEMIDE", ("furosemide",), "synonym"),
        ("rifampin", ("rifampicin",), "synonym"),
        ("metoprolol tartrate", ("metoprolol",), "synonym"),
        ("Méthotrexate", ("methotrexate",), None),
        ("St. John's wort", ("st-johns-wort",), None),
        ("co-trimoxazole", ("sulfamethoxazole", "trimethoprim"), None),
    ],
)
def test_known_names(
    resolve: Callable[[str], Resolution | Unresolved], written: str, substances: tuple[str, ...], match: str | None
) -> None:
    found = resolve(written)
    assert isinstance(found, Resolution)
    assert set(found.substances) == set(substances)
    if match is not None:
        assert found.match == match


def test_one_slip_is_a_provisional_spelling_match(resolve: Callable[[str], Resolution | Unresolved]) -> None:
    found = resolve("warfarrin")
    assert isinstance(found, Resolution)
    assert (found.substances, found.match, found.confirmed) == (("warfarin",), "spelling", False)


def test_abbreviations_are_not_confirmed(resolve: Callable[[str], Resolution | Unresolved]) -> None:
    found = resolve("HCTZ")
    assert isinstance(found, Resolution)
    assert (found.match, found.confirmed) == ("abbreviation", False)


def test_two_equally_near_names_are_never_decided() -> None:
    recalled = Provenance("recalled", "-", "recalled")
    rows = [
        NameRow("prednisolone", ("prednisolone",), "inn", None, recalled),
        NameRow("prednisotone", ("other",), "inn", None, recalled),
    ]
    by_form = {normal_form(row.name): row for row in rows}
    found = Resolver(by_form.get, lambda: list(by_form)).resolve(["prednisoxone"])
    assert isinstance(found, Unresolved)
    assert set(found.suggestions) == {"prednisolone", "prednisotone"}


@pytest.mark.parametrize("nonsense", ["", "xyzolumab", "   ", "💊", "'; DROP TABLE names;--", "a" * 10_000, "\u202e\u0000"])
def test_nonsense_is_not_recognised(resolve: Callable[[str], Resolution | Unresolved], nonsense: str) -> None:
    assert isinstance(resolve(nonsense), Unresolved)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_answered(application: Application, text: str) -> None:
    found = application.checker.resolver.resolve([text])
    assert isinstance(found, Resolution | Unresolved)
    if isinstance(found, Resolution) and found.match != "spelling":
        assert normal_form(text) == normal_form(found.matched_name)


def test_every_name_resolves_to_what_its_row_says(application: Application) -> None:
    resolver = application.checker.resolver
    for row in application.store.names:
        found = resolver.exact(row.name)
        assert found is not None
        assert found.substances == row.substances


@pytest.mark.parametrize("written", ["warfarin", "Coumadin", "coumadinn", "ASA"])
def test_a_name_carries_where_it_comes_from(
    resolve: Callable[[str], Resolution | Unresolved], application: Application, written: str
) -> None:
    found = resolve(written)
    assert isinstance(found, Resolution)
    row = application.store.name_of_form(normal_form(found.matched_name))
    assert row is not None
    assert found.provenance == row.provenance
    assert found.basis == row.provenance.basis

"""Completion of names: what comes first, what tells look-alikes apart, and how long it takes."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.knowledge.completion import Completer, Completion, typed_name
from engine.knowledge.misspelt import span_of


@pytest.fixture(scope="module")
def completer(application: Application) -> Completer:
    return Completer(application.store)


def names(found: tuple[Completion, ...]) -> list[str]:
    return [each.name for each in found]


def test_ingredients_come_before_brands(completer: Completer) -> None:
    found = completer.complete("war")
    assert found[0].name == "warfarin"
    kinds = [each.kind for each in found]
    assert kinds.index("inn") < kinds.index("brand") < kinds.index("synonym")
    brand = completer.complete("coumad")[0]
    assert (brand.name, brand.kind, brand.substances) == ("Coumadin", "brand", ("warfarin",))


def test_look_alikes_are_told_apart(completer: Completer) -> None:
    found = {each.name: each for each in completer.complete("hydr")}
    assert found["hydralazine"].tall_man == "hydrALAZINE"
    assert found["hydralazine"].words == "vasodilator"
    assert found["hydralazine"].confused_with == ("hydrOXYzine", "hydroCHLOROthiazide")
    assert found["hydroxyzine"].tall_man == "hydrOXYzine"
    assert found["hydroxyzine"].words == "antihistamine"


def test_where_no_class_is_known_nothing_is_said(completer: Completer) -> None:
    assert completer.complete("silymar")[0].words == ""


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("warfr", "warfarin"),
        ("clarythro", "clarithromycin"),
        ("valproate", "sodium valproate"),
        ("insulin gl", "insulin glargine"),
    ],
)
def test_later_words_and_misspelt_beginnings_are_found(completer: Completer, typed: str, wanted: str) -> None:
    assert wanted in names(completer.complete(typed))


@pytest.mark.parametrize("typed", ["", "w", "  ", "xqzxqz", "warfarin od", "\n", "%"])
def test_nothing_is_offered_where_nothing_fits(completer: Completer, typed: str) -> None:
    assert completer.complete(typed) == ()


def test_at_most_the_limit(completer: Completer) -> None:
    assert len(completer.complete("am", limit=5)) == 5
    assert len(set(names(completer.complete("am")))) == 12


def test_an_answer_comes_within_a_frame(completer: Completer) -> None:
    typed = ["am", "hydr", "warfr", "clarythro", "methylpr", "co-amox", "valproate", "methotrx", "xyzq", "prednisol"]
    spent = []
    for text in typed:
        completer.complete(text)
        start = time.perf_counter()
        completer.complete(text)
        spent.append(time.perf_counter() - start)
    assert sorted(spent)[len(spent) // 2] < 0.015


@given(st.text(max_size=60))
def test_any_text_is_answered(completer: Completer, text: str) -> None:
    for each in completer.complete(text):
        assert each.tall_man.casefold() == each.name.casefold()
        assert each.substances


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("war", "war"),
        ("- war", "war"),
        ("12. war", "war"),
        ("Tab. war", "war"),
        ("insulin gl", "insulin gl"),
        ("w", ""),
        ("warfarin ", ""),
        ("warfarin 5 m", ""),
        ("co-am", "co-am"),
        ("take one of these every day", ""),
    ],
)
def test_only_the_name_is_completed(before: str, wanted: str) -> None:
    assert typed_name(before) == wanted


@pytest.mark.parametrize(
    ("line", "name", "wanted"),
    [
        ("1. Warfarrin 5 mg od", "warfarin", "Warfarrin"),
        ("insulin glargin 10 u", "insulin glargine", "insulin glargin"),
        ("take MTX 10 mg", "MTX", "MTX"),
    ],
)
def test_the_misspelt_words_are_found(line: str, name: str, wanted: str) -> None:
    span = span_of(line, name)
    assert span is not None
    assert line[slice(*span)] == wanted


def test_no_words_are_taken_for_a_name_unlike_them() -> None:
    assert span_of("zzz 5 mg", "warfarin") is None
    assert span_of("", "warfarin") is None


def test_every_tall_man_name_is_known_and_its_partner_is_written_the_same_way(application: Application) -> None:
    alike = application.store.look_alikes
    assert len(alike) > 100
    for name, each in alike.items():
        assert application.checker.resolver.exact(name) is not None
        for other in each.confused_with:
            partner = alike.get(other.casefold())
            assert partner is None or partner.tall_man == other
            assert partner is None or each.tall_man in partner.confused_with

"""Facts of a pair: mechanism facts only, numbered in a stable order, never more than fit, the same whichever medicine is A."""

from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.interactions.exposure import Exposure
from engine.knowledge.records import EnzymeRole, PdTag, PkProperty
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.pair_facts import (
    MAX_FACTS,
    PATIENT_CODES,
    DrugFacts,
    PairFacts,
    Row,
    codes_of,
    drug_facts,
    facts_of,
    pair_facts,
    patient_codes,
)

ROUTES = (None, "oral", "iv", "topical")


@pytest.fixture(scope="module")
def store(application: Application) -> KnowledgeStore:
    return application.store


@pytest.fixture(scope="module")
def substances(store: KnowledgeStore) -> tuple[str, ...]:
    return tuple(sorted(row.id for row in store.all_substances() if store.covers(row.id)))


def taken(substance: str, index: int = 0, route: str | None = None) -> Exposure:
    return Exposure(index, index, substance, substance, route=route)


def said(facts: PairFacts, side: str) -> list[tuple[str, ...]]:
    return [fact.codes for fact in facts.facts if fact.side == side]


def test_clarithromycin_with_simvastatin_is_told_as_it_stands_in_the_tables(store: KnowledgeStore) -> None:
    facts = pair_facts(store, taken("clarithromycin"), taken("simvastatin", 1))
    assert ("inhibitor", "CYP3A4", "strong") in said(facts, "A")
    assert ("substrate", "CYP3A4", "sensitive") in said(facts, "B")
    assert bool(facts)
    assert facts.exposure("A").substance == "clarithromycin"
    assert facts.fact("F1") == facts.facts[0]
    with pytest.raises(KeyError):
        facts.fact("F99")
    with pytest.raises(KeyError):
        facts.exposure("patient")


@given(data=st.data())
def test_only_rows_of_mechanism_facts_are_told_each_once_and_of_its_own_side(
    data: st.DataObject, store: KnowledgeStore, substances: tuple[str, ...]
) -> None:
    first, second = (taken(data.draw(st.sampled_from(substances)), side, data.draw(st.sampled_from(ROUTES))) for side in range(2))
    facts = pair_facts(store, first, second, Patient(age_years=80, pregnant=False))
    rows = [fact.row for fact in facts.facts if fact.row is not None]
    assert [fact.id for fact in facts.facts] == [f"F{number}" for number in range(1, len(facts.facts) + 1)]
    assert len(rows) <= MAX_FACTS
    for fact in facts.facts:
        if fact.row is None:
            assert fact.codes[0] in ("route", "patient")
            assert (fact.side == "patient") == (fact.codes[0] == "patient")
            continue
        assert type(fact.row) in (EnzymeRole, PdTag, PkProperty)
        assert fact.side != "patient"
        assert fact.row.substance == facts.exposure(fact.side).substance
        assert fact.codes == codes_of(fact.row)
    for side in ("A", "B"):
        assert len(said(facts, side)) == len(set(said(facts, side)))


@given(data=st.data())
def test_swapping_the_medicines_swaps_the_sides_and_keeps_the_facts(
    data: st.DataObject, store: KnowledgeStore, substances: tuple[str, ...]
) -> None:
    one, other = (taken(data.draw(st.sampled_from(substances)), side) for side in range(2))
    forth, back = pair_facts(store, one, other), pair_facts(store, other, one)
    if forth.left_out:
        # Of facts that say equally little, A's come first: which are left out may differ, how many may not.
        assert forth.left_out == back.left_out
        return
    assert (said(forth, "A"), said(forth, "B")) == (said(back, "B"), said(back, "A"))


@given(data=st.data())
def test_the_order_is_the_same_each_time_and_the_facts_stand_in_the_order_of_the_profile(
    data: st.DataObject, store: KnowledgeStore, substances: tuple[str, ...]
) -> None:
    one, other = (taken(data.draw(st.sampled_from(substances)), side) for side in range(2))
    drugs = drug_facts(store, one), drug_facts(store, other)
    facts = facts_of(*drugs, Patient())
    assert facts == pair_facts(store, one, other)
    for side, drug in zip(("A", "B"), drugs, strict=True):
        kept = [fact.row for fact in facts.facts if fact.side == side]
        places = [drug.rows.index(row) for row in kept if row is not None]
        assert places == sorted(places)


def test_too_many_facts_leave_the_less_telling_ones_out_and_say_how_many(store: KnowledgeStore) -> None:
    """The pair with the most facts there is: those in which the two meet are all kept."""
    known = [drug_facts(store, taken(row.id)) for row in store.all_substances() if store.covers(row.id)]
    longest = sorted(known, key=lambda drug: -len(drug.rows))[:6]
    assert len(longest[0].rows) + len(longest[1].rows) > MAX_FACTS
    for one, other in islice(permutations(longest, 2), 30):
        facts = facts_of(one, other, Patient())
        rows = one.beside(other), other.beside(one)
        told = [fact.row for fact in facts.facts if fact.row is not None]
        assert len(told) + facts.left_out == len(rows[0]) + len(rows[1])
        assert len(told) == min(MAX_FACTS, len(rows[0]) + len(rows[1]))
        meeting = [row for row in shared_rows(*rows) if row not in told]
        assert not meeting or not [row for row in told if row not in shared_rows(*rows)]


def shared_rows(one: tuple[Row, ...], other: tuple[Row, ...]) -> list[Row]:
    def topic(row: Row) -> str:
        return codes_of(row)[1].partition("=")[0]

    topics = {topic(row) for row in one if codes_of(row)[0] != "prodrug"} & {
        topic(row) for row in other if codes_of(row)[0] != "prodrug"
    }
    return [row for row in (*one, *other) if codes_of(row)[0] != "prodrug" and topic(row) in topics]


def test_a_medicine_used_locally_has_no_facts_and_two_of_them_nothing_to_reason_from(store: KnowledgeStore) -> None:
    skin = taken("clarithromycin", 0, "topical")
    facts = pair_facts(store, skin, taken("simvastatin", 1))
    assert said(facts, "A") == [("route", "topical")]
    assert facts
    assert not pair_facts(store, skin, taken("simvastatin", 1, "topical"))


def test_that_a_medicine_is_absorbed_is_told_beside_one_that_binds_others_alone(store: KnowledgeStore) -> None:
    absorbed, binds = ("property", "absorption_binding=object"), ("property", "absorption_binding=precipitant")
    met = pair_facts(store, taken("patiromer"), taken("amlodipine", 1))
    assert binds in said(met, "A")
    assert absorbed in said(met, "B")
    apart = pair_facts(store, taken("simvastatin"), taken("amlodipine", 1))
    assert absorbed not in said(apart, "A") + said(apart, "B")
    for binder_route, other_route, expected in (("oral", None, True), (None, "iv", False), ("rectal", "oral", False)):
        facts = pair_facts(store, taken("patiromer", 0, binder_route), taken("morphine", 1, other_route))
        assert binds in said(facts, "A")
        assert (absorbed in said(facts, "B")) == expected
    assert absorbed not in said(pair_facts(store, taken("patiromer"), taken("insulin-glargine", 1)), "B")
    assert drug_facts(store, taken("patiromer")).telling
    row = next(fact.row for fact in met.facts if (fact.side, fact.codes) == ("B", absorbed))
    assert row is not None
    assert not DrugFacts(taken("amlodipine", 1), (row,)).telling
    assert not drug_facts(store, taken("activated-charcoal")).telling


def test_the_patient_is_told_in_codes_without_figures() -> None:
    person = Patient(age_years=82, pregnant=True, egfr_ml_min=20.0, child_pugh="C")
    assert patient_codes(person) == ("severe_renal_impairment", "hepatic_impairment", "pregnant", "elderly")
    assert patient_codes(Patient(egfr_ml_min=45.0, age_years=30)) == ("renal_impairment",)
    assert patient_codes(Patient()) == ()
    assert set(patient_codes(person)) <= set(PATIENT_CODES)

"""Loads over the whole list: what is counted, what stands alone, and that the report says the same."""

import pytest

from engine.application import Application
from engine.interactions.overview import Load, cumulative_loads, load_overview

LIST = "warfarin 5 mg\nibuprofen 400 mg\nsertraline 50 mg\nclarithromycin 500 mg\namiodarone 200 mg"


def loads_of(application: Application, text: str) -> dict[str, Load]:
    """The loads of a list by tag, in their order."""
    report = application.checker.check(text)
    return {load.tag: load for load in load_overview(application.store, report.drugs)}


def test_weak_contributors_are_known_and_not_counted(application: Application) -> None:
    bleeding = loads_of(application, LIST)["bleeding"]
    assert [(one.name, one.grade) for one in bleeding.counted] == [("warfarin", "strong"), ("ibuprofen", "moderate")]
    assert [one.name for one in bleeding.contributors if not one.counted] == ["sertraline"]
    assert bleeding.adds_up


def test_the_report_holds_exactly_what_adds_up(application: Application) -> None:
    report = application.checker.check(LIST)
    adding = [load for load in load_overview(application.store, report.drugs) if load.adds_up]
    assert [(load.tag, tuple(one.name for one in load.counted)) for load in adding] == [
        (one.tag, one.drugs) for one in report.cumulative
    ]
    assert cumulative_loads(application.store, report.drugs) == report.cumulative


def test_what_adds_up_comes_first_then_the_serious(application: Application) -> None:
    loads = list(loads_of(application, LIST).values())
    order = [(not load.adds_up, load.seriousness != "yes") for load in loads]
    assert order == sorted(order)
    assert loads[0].adds_up
    assert not loads[-1].adds_up


@pytest.mark.parametrize(
    "text",
    [
        "amiodarone 200 mg",
        # One medicine on two lines is no sum of medicines.
        "amiodarone 200 mg\namiodarone 100 mg",
        # A weak contributor makes no sum.
        "warfarin 5 mg\nsertraline 50 mg",
        # Basal and bolus insulin are one treatment.
        "insulin glargine 20 units\ninsulin aspart 4 units",
    ],
)
def test_one_treatment_does_not_add_up(application: Application, text: str) -> None:
    loads = loads_of(application, text)
    assert loads
    assert not any(load.adds_up for load in loads.values())


def test_what_is_used_locally_adds_nothing(application: Application) -> None:
    taken = loads_of(application, "warfarin 5 mg\ndiclofenac 50 mg")["bleeding"]
    assert {one.name for one in taken.counted} == {"warfarin", "diclofenac"}
    local = loads_of(application, "warfarin 5 mg\ndiclofenac 1 % gel")["bleeding"]
    assert {one.name for one in local.contributors} == {"warfarin"}


def test_each_contributor_has_a_fact_with_a_source(application: Application) -> None:
    for load in loads_of(application, LIST).values():
        for one in load.contributors:
            assert one.name in one.fact.text
            assert all(one.fact.provenance)

"""Medicines that bind others in the gut: nothing is said without a source on the pair, and what a source says stands."""

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.report import Interaction

NO_ALTERNATIVES = CheckOptions(with_alternatives=False)


def findings(application: Application, *lines: str) -> tuple[Interaction, ...]:
    return application.check("\n".join(lines), options=NO_ALTERNATIVES).interactions


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Its makers found that patiromer leaves these alone: that a binder binds some medicines says nothing of a pair.
        ("patiromer", "lisinopril 10 mg po"),
        ("patiromer 8.4 g po", "apixaban 5 mg po"),
        ("magnesium hydroxide", "tolbutamide"),
        ("patiromer", "Mirena"),
        ("patiromer", "enoxaparin"),
        ("patiromer", "colestipol"),
    ],
)
def test_that_a_binder_is_taken_is_no_finding_without_a_source_on_the_pair(
    application: Application, first: str, second: str
) -> None:
    assert not findings(application, first, second)


@pytest.mark.parametrize("other", ["aldesleukin", "docetaxel", "fentanyl", "zoledronic acid 4 mg iv"])
def test_what_is_never_swallowed_is_bound_by_nothing(application: Application, other: str) -> None:
    assert not findings(application, "colestyramine", other)
    assert not findings(application, "kaolin", other)


@pytest.mark.parametrize("binder", ["colestyramine", "activated charcoal"])
@pytest.mark.parametrize("other", ["leflunomide", "teriflunomide"])
def test_a_wash_out_is_not_prevented_by_taking_the_doses_apart(application: Application, binder: str, other: str) -> None:
    (one,) = findings(application, binder, other)
    assert (one.documented, one.severity, one.object, one.direction) == (True, "major", other, "decrease")
    assert one.managements[0] == "avoid unless the benefit outweighs the risk"


@pytest.mark.parametrize(
    ("binder", "other", "severity", "action"),
    [
        ("sodium polystyrene sulfonate", "amlodipine 5 mg po", "moderate", "take the doses at least 2 hours apart"),
        ("colestyramine", "levothyroxine 100 mcg po", "moderate", "take the doses at least 2 hours apart"),
        ("lanthanum carbonate", "warfarin 5 mg po", "moderate", "take the doses at least 2 hours apart"),
        ("activated charcoal", "raltegravir 400 mg po", "major", "avoid unless the benefit outweighs the risk"),
    ],
)
def test_what_a_source_says_of_a_pair_leads_and_the_facts_stand_behind_it(
    application: Application, binder: str, other: str, severity: str, action: str
) -> None:
    (one,) = findings(application, binder, other)
    assert (one.documented, one.evidence, one.severity, one.direction) == (True, "regulator", severity, "decrease")
    assert one.managements[0] == action
    assert "separate_doses" not in one.management_codes
    assert {step.status for step in one.rationale} == {"supported"}
    assert any(fact.key.startswith("pk_properties/") for fact in one.facts)

"""Medicines that bind others in the gut: what is inferred of whom, and that documented findings stay as they are."""

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.report import Interaction

NO_ALTERNATIVES = CheckOptions(with_alternatives=False)


def findings(application: Application, *lines: str) -> tuple[Interaction, ...]:
    return application.check("\n".join(lines), options=NO_ALTERNATIVES).interactions


@pytest.mark.parametrize(("first", "second"), [("patiromer", "apixaban"), ("apixaban 5 mg po", "patiromer 8.4 g po")])
def test_what_is_swallowed_is_bound_by_a_binder_and_taken_apart_from_it(
    application: Application, first: str, second: str
) -> None:
    (one,) = findings(application, first, second)
    assert (one.object, one.precipitant, one.direction) == ("apixaban", "patiromer", "decrease")
    assert (one.severity, one.documented, one.evidence) == ("moderate", False, "mechanism")
    assert [(each.kind, each.via, each.role) for each in one.mechanisms] == [("pk.absorption", "binding", "inhibition")]
    assert one.management_codes[0] == "separate_doses"
    assert one.managements[0] == "take the doses as far apart as possible"
    assert {step.status for step in one.rationale} == {"supported"}
    assert one.rationale[0].text == (
        "Patiromer reduces the absorption of apixaban by binding in the gut: apixaban is absorbed from the gut when it is "
        "swallowed and patiromer can bind other medicines in the gut, so that these are taken apart from it."
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("patiromer 8.4 g po", "ampicillin 1 g iv"),
        ("patiromer", "insulin glargine 20 units sc"),
        ("patiromer", "enoxaparin"),
        ("patiromer", "adalimumab"),
        ("patiromer", "timolol eye drops"),
        ("patiromer", "colestipol"),
        ("patiromer", "macrogol"),
    ],
)
def test_what_is_not_absorbed_from_the_gut_is_not_bound_there(application: Application, first: str, second: str) -> None:
    assert not findings(application, first, second)


def test_nothing_is_bound_by_an_enema(application: Application) -> None:
    lines = ("sodium polystyrene sulfonate 30 g pr", "sotorasib 960 mg po")
    assert not findings(application, *lines)
    assert findings(application, lines[0].replace("pr", "po"), lines[1])


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


def test_other_advice_is_not_given_where_nothing_binds(application: Application) -> None:
    found = [one for one in findings(application, "clarithromycin", "sotorasib", "dasatinib") if not one.documented]
    assert found
    assert not [one for one in found if "separate_doses" in one.management_codes]

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


# Of the pairs that are asked about here, what the first step says.
FIRST_STEPS = {
    ("colestyramine", "warfarin 5 mg po"): (
        "Colestyramine reduces the absorption of warfarin by binding in the gut: warfarin is absorbed from the gut when it is "
        "swallowed and colestyramine can bind other medicines in the gut."
    ),
    ("kaolin", "ciprofloxacin 500 mg po"): (
        "Kaolin reduces the absorption of ciprofloxacin by binding in the gut: ciprofloxacin is absorbed from the gut when it is "
        "swallowed and kaolin can bind other medicines in the gut."
    ),
    ("activated charcoal", "raltegravir 400 mg po"): (
        "Activated charcoal reduces the absorption of raltegravir by binding in the gut: raltegravir is absorbed from the gut "
        "when it is swallowed and activated charcoal can bind other medicines in the gut."
    ),
    ("magnesium hydroxide", "ciprofloxacin 500 mg po"): (
        "Magnesium hydroxide reduces the absorption of ciprofloxacin by binding to metal ions in the gut: ciprofloxacin is bound "
        "by polyvalent metal ions in the gut and magnesium hydroxide brings polyvalent metal ions that bind other medicines "
        "in the gut."
    ),
    # Here the rule states no more than that the absorption falls.
    ("iron", "ciprofloxacin 500 mg po"): (
        "Iron reduces the absorption of ciprofloxacin by binding to metal ions in the gut: ciprofloxacin is bound by polyvalent "
        "metal ions in the gut and iron brings polyvalent metal ions that bind other medicines in the gut."
    ),
}


@pytest.mark.parametrize("pair", FIRST_STEPS, ids=" + ".join)
def test_the_rule_stands_before_the_facts_that_explain_it(application: Application, pair: tuple[str, str]) -> None:
    (one,) = findings(application, *pair)
    assert one.rationale[0].text == FIRST_STEPS[pair]
    assert one.facts[0].key.startswith("rules/")
    assert one.facts[0].basis != "recalled"
    assert one.rationale[0].facts[0] == one.facts[0].id == "F1"
    assert one.rationale[0].status == "supported"
    # Of one process in the gut, nothing is told twice.
    assert [step.step for step in one.rationale].count("pk.absorption") == 1
    assert len({note.via for note in one.mechanisms if note.kind == "pk.absorption"}) == 1


def test_what_a_rule_states_stands_before_what_facts_alone_say(application: Application) -> None:
    (one,) = findings(application, "hydrotalcite", "ledipasvir + sofosbuvir")[:1]
    steps = [step for step in one.rationale if step.step == "pk.absorption"]
    assert ["by binding in the gut" in step.text for step in steps] == [True, False]
    assert one.facts[0].key.startswith("rules/")
    assert steps[0].facts[0] == "F1"
    assert "through a change of gastric pH" in steps[1].text


def test_no_finding_tells_binding_beside_chelation(application: Application) -> None:
    metals = ("calcium", "iron", "magnesium hydroxide", "aluminium", "lanthanum carbonate", "sucralfate", "zinc")
    bound = ("ciprofloxacin", "doxycycline", "levothyroxine", "dolutegravir", "alendronic acid")
    found = findings(application, *metals, *(f"{name} 50 mg po" for name in bound))
    chelated = [one for one in found if any("metal ions in the gut:" in step.text for step in one.rationale)]
    assert len(chelated) > 20
    assert not [one.drugs for one in chelated for step in one.rationale if "by binding in the gut" in step.text]
    assert not [one.drugs for one in chelated if "binding" in {note.via for note in one.mechanisms}]

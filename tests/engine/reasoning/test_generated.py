"""A student's steps: judged against the facts they cite, put into words, never part of the finding."""

from dataclasses import replace
from typing import Literal

import pytest

from engine.application import Application
from engine.interactions.exposure import Exposure
from engine.prescriptions.patient import Patient
from engine.reasoning.generated import StepChecker, StepWriter
from engine.reasoning.language import ReasonedStep
from engine.reasoning.pair_facts import PairFacts, pair_facts
from engine.reasoning.reasoner import facts_of_finding
from engine.report import StepStatus

NOBODY = Patient()


def facts_of(application: Application, first: str, second: str) -> PairFacts:
    return pair_facts(application.store, Exposure(0, 0, first, first), Exposure(1, 1, second, second))


def number_of(facts: PairFacts, side: str, *codes: str) -> str:
    return next(fact.id for fact in facts.facts if fact.side == side and fact.codes[: len(codes)] == codes)


def status(application: Application, facts: PairFacts, step: ReasonedStep) -> StepStatus:
    return StepChecker(application.store, facts, NOBODY).status(step)


def metabolism(
    facts: PairFacts, cited: tuple[str, ...], obj: Literal["A", "B"] = "B", change: str = "increase", role: str = "inhibition"
) -> ReasonedStep:
    return ReasonedStep("pk.metabolism", "CYP3A4", cited, role, obj, change)


@pytest.fixture(scope="module")
def statin(application: Application) -> tuple[PairFacts, tuple[str, str]]:
    facts = facts_of(application, "clarithromycin", "simvastatin")
    return facts, (number_of(facts, "A", "inhibitor", "CYP3A4"), number_of(facts, "B", "substrate", "CYP3A4"))


def test_a_step_that_follows_from_its_facts_is_supported(
    application: Application, statin: tuple[PairFacts, tuple[str, str]]
) -> None:
    facts, cited = statin
    assert status(application, facts, metabolism(facts, cited)) == "supported"


@pytest.mark.parametrize(
    ("change", "obj", "role", "expected"),
    [
        ("decrease", "B", "inhibition", "contradicted"),
        ("increase", "B", "induction", "contradicted"),
        ("increase", "A", "inhibition", "no_record"),
    ],
)
def test_a_wrong_direction_role_or_object_is_not(
    application: Application,
    statin: tuple[PairFacts, tuple[str, str]],
    change: str,
    obj: Literal["A", "B"],
    role: str,
    expected: StepStatus,
) -> None:
    facts, cited = statin
    assert status(application, facts, metabolism(facts, cited, obj, change, role)) == expected


def test_half_of_the_facts_supports_nothing_and_neither_does_a_foreign_one(
    application: Application, statin: tuple[PairFacts, tuple[str, str]]
) -> None:
    facts, cited = statin
    assert status(application, facts, metabolism(facts, cited[:1])) == "no_record"
    foreign = number_of(facts, "A", "tag")
    assert status(application, facts, metabolism(facts, (*cited, foreign))) == "no_record"
    assert status(application, facts, metabolism(facts, (*cited, "F99"))) == "no_record"


def test_a_prodrug_that_the_step_keeps_quiet_about_contradicts_it(application: Application) -> None:
    facts = facts_of(application, "fluconazole", "clopidogrel")
    cited = (number_of(facts, "A", "inhibitor", "CYP2C19"), number_of(facts, "B", "substrate", "CYP2C19"))
    step = ReasonedStep("pk.metabolism", "CYP2C19", cited, "inhibition", "B", "increase")
    assert status(application, facts, step) == "contradicted"
    told = replace(step, facts=(*cited, number_of(facts, "B", "prodrug", "CYP2C19")), change="decrease")
    assert status(application, facts, told) == "supported"
    # What it cites bears it out; the activation alone decides.
    checker = StepChecker(application.store, facts, NOBODY)
    assert checker.against(step) == (facts.fact(number_of(facts, "B", "prodrug", "CYP2C19")).row,)
    assert checker.against(told) == ()


def test_what_a_step_cites_itself_can_decide_against_it(
    application: Application, statin: tuple[PairFacts, tuple[str, str]]
) -> None:
    facts, (inhibitor, substrate) = statin
    checker = StepChecker(application.store, facts, NOBODY)
    both = {facts.fact(inhibitor).row, facts.fact(substrate).row}
    assert set(checker.against(metabolism(facts, (inhibitor, substrate), change="decrease"))) == both
    # That it inhibits what it is said to induce needs no second fact.
    assert checker.against(metabolism(facts, (inhibitor, substrate), role="induction")) == (facts.fact(inhibitor).row,)


def test_the_deciding_fact_is_numbered_beside_what_the_step_cites(application: Application) -> None:
    report = application.check("paroxetine 20 mg\ntramadol 50 mg")
    finding, patient = report.interactions[0], NOBODY
    facts = facts_of_finding(application.store, report, finding, patient)
    writer = StepWriter(application.store, finding, facts, patient)
    cited = (number_of(facts, "A", "inhibitor", "CYP2D6"), number_of(facts, "B", "substrate", "CYP2D6"))
    step = writer.step(ReasonedStep("pk.metabolism", "CYP2D6", cited, "inhibition", "B", "increase"))
    texts = {fact.id: fact.text for fact in (*finding.facts, *writer.facts())}
    assert step.status == "contradicted"
    assert [texts[number] for number in step.against] == ["tramadol is a prodrug activated by CYP2D6"]
    assert set(step.against).isdisjoint(step.facts)


def wrong_way(application: Application, facts: PairFacts, step: ReasonedStep) -> bool:
    return StepChecker(application.store, facts, NOBODY).wrong_way(step)


def test_the_wrong_way_is_told_by_all_facts_cited_or_not(
    application: Application, statin: tuple[PairFacts, tuple[str, str]]
) -> None:
    facts, cited = statin
    right = metabolism(facts, cited)
    raised, lost = (ReasonedStep("net_effect", f"object_{one}", cited, None, "B") for one in ("toxicity", "efficacy_loss"))
    assert not wrong_way(application, facts, right)
    assert wrong_way(application, facts, replace(right, change="decrease", facts=cited[:1]))
    # Nothing is known of the two at this enzyme: what they do to each other elsewhere tells the way.
    assert wrong_way(application, facts, replace(right, via="CYP1A2", role="induction", change="decrease"))
    assert not wrong_way(application, facts, replace(right, via="CYP1A2"))
    assert not wrong_way(application, facts, replace(raised, change="increase"))
    assert wrong_way(application, facts, replace(lost, change="decrease"))
    assert wrong_way(application, facts, replace(lost, change="increase"))
    # Nothing leads to a change of the inhibitor, and an effect of both together has no way.
    assert not wrong_way(application, facts, replace(right, object="A", change="decrease"))
    assert not wrong_way(application, facts, replace(lost, object=None))


def test_a_step_that_keeps_quiet_about_an_activation_goes_the_wrong_way(application: Application) -> None:
    facts = facts_of(application, "paroxetine", "codeine")
    cited = (number_of(facts, "A", "inhibitor", "CYP2D6"), number_of(facts, "B", "substrate", "CYP2D6"))
    step = ReasonedStep("pk.metabolism", "CYP2D6", cited, "inhibition", "B", "increase")
    assert wrong_way(application, facts, step)
    assert not wrong_way(application, facts, replace(step, change="decrease"))


def test_where_facts_lead_both_ways_no_net_effect_goes_the_wrong_way(application: Application) -> None:
    facts = facts_of(application, "letermovir", "voriconazole")
    cited = (number_of(facts, "A", "inhibitor", "CYP3A4"), number_of(facts, "B", "substrate", "CYP3A4"))
    assert wrong_way(application, facts, metabolism(facts, cited, change="decrease", role="induction"))
    for effect, change in (("object_toxicity", "increase"), ("object_efficacy_loss", "decrease")):
        assert not wrong_way(application, facts, ReasonedStep("net_effect", effect, cited, None, "B", change))


def test_a_load_needs_both_and_a_tag_of_one_is_no_record(application: Application) -> None:
    facts = facts_of(application, "warfarin", "acetylsalicylic-acid")
    both = (number_of(facts, "A", "tag", "bleeding"), number_of(facts, "B", "tag", "bleeding"))
    assert status(application, facts, ReasonedStep("pd.additive", "bleeding", both)) == "supported"
    assert status(application, facts, ReasonedStep("pd.additive", "bleeding", both[:1])) == "no_record"
    assert status(application, facts, ReasonedStep("net_effect", "bleeding", both)) == "supported"
    assert status(application, facts, ReasonedStep("net_effect", "torsades_de_pointes", both)) == "no_record"


def test_absorption_follows_from_who_binds_and_who_is_bound(application: Application) -> None:
    facts = facts_of(application, "iron", "doxycycline")
    cited = (
        number_of(facts, "A", "property", "absorption_chelation=precipitant"),
        number_of(facts, "B", "property", "absorption_chelation=object"),
    )
    step = ReasonedStep("pk.absorption", "chelation", cited, "inhibition", "B", "decrease")
    assert status(application, facts, step) == "supported"
    assert status(application, facts, replace(step, object="A")) == "contradicted"
    assert status(application, facts, replace(step, change="increase")) == "contradicted"


@pytest.mark.parametrize(
    ("binder_route", "other_route", "expected"),
    [(None, None, "supported"), ("oral", "oral", "supported"), (None, "iv", "no_record"), ("rectal", None, "no_record")],
)
def test_what_is_bound_in_the_gut_must_be_swallowed(
    application: Application, binder_route: str | None, other_route: str | None, expected: StepStatus
) -> None:
    told = facts_of(application, "sodium-polystyrene-sulfonate", "amlodipine")
    cited = (
        number_of(told, "A", "property", "absorption_binding=precipitant"),
        number_of(told, "B", "property", "absorption_binding=object"),
    )
    facts = replace(told, first=replace(told.first, route=binder_route), second=replace(told.second, route=other_route))
    step = ReasonedStep("pk.absorption", "binding", cited, "inhibition", "B", "decrease")
    net = ReasonedStep("net_effect", "object_efficacy_loss", cited, None, "B", "decrease")
    assert status(application, facts, step) == status(application, facts, net) == expected
    wrong: StepStatus = "contradicted" if expected == "supported" else "no_record"
    assert status(application, facts, replace(step, change="increase")) == wrong
    assert status(application, facts, replace(step, facts=cited[:1])) == "no_record"
    assert status(application, facts, replace(step, via="chelation")) != "supported"


def test_words_carry_the_names_and_numbers_go_on_from_the_finding(application: Application) -> None:
    report = application.check("clarithromycin 500 mg\nsimvastatin 40 mg")
    finding = report.interactions[0]
    facts = facts_of_finding(application.store, report, finding, NOBODY)
    writer = StepWriter(application.store, finding, facts, NOBODY)
    side = "A" if facts.first.name == "clarithromycin" else "B"
    other: Literal["A", "B"] = "B" if side == "A" else "A"
    cited = (number_of(facts, side, "inhibitor", "CYP3A4"), number_of(facts, other, "substrate", "CYP3A4"))
    rising = tuple(sorted(cited, key=lambda one: int(one[1:])))
    step = writer.step(metabolism(facts, rising, other))
    assert step.text == (
        "Clarithromycin reduces the metabolism of simvastatin by CYP3A4, so exposure or effect of simvastatin goes up."
    )
    known = {fact.id for fact in finding.facts}
    assert {fact.id for fact in writer.facts()} == set(step.facts) - known
    texts = {fact.id: fact.text for fact in (*finding.facts, *writer.facts())}
    assert {"CYP3A4" in texts[number] for number in step.facts} == {True}


def test_an_action_is_supported_where_the_source_of_the_finding_asks_for_it(application: Application) -> None:
    report = application.check("warfarin 5 mg\naspirin 100 mg")
    finding = next(one for one in report.interactions if one.documented)
    facts = facts_of_finding(application.store, report, finding, NOBODY)
    writer = StepWriter(application.store, finding, facts, NOBODY)
    asked = writer.management([code for code in finding.management_codes if "{value}" not in code][:1])
    assert asked is not None
    assert asked.status == "supported"
    other = writer.management(["monitor_hearing"])
    assert other is not None
    assert (other.status, other.text) == ("no_record", "Monitor hearing.")
    assert writer.management([]) is None

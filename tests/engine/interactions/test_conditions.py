"""Conditions: grammar, three-valued evaluation, words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.checking import CheckOptions
from engine.interactions.conditions import Situation, describe, evaluate, parse_condition
from engine.interactions.exposure import ROUTES, Exposure
from engine.prescriptions.patient import Patient

ASPIRIN = Exposure(0, 0, "acetylsalicylic-acid", "aspirin", route="oral", dose_mg=500.0, dose_mg_per_day=1500.0)
WARFARIN = Exposure(1, 1, "warfarin", "warfarin")


def state(condition: str, patient: Patient | None = None) -> bool | None:
    return evaluate(condition, Situation(ASPIRIN, WARFARIN, patient or Patient()))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a.dose_mg_per_dose>=500", True),
        ("a.dose_mg_per_dose>=1000", False),
        ("a.dose_mg_per_week>10000", True),
        ("b.dose_mg_per_day>5", None),
        ("a.route=oral", True),
        ("a.route=systemic", True),
        ("a.route=parenteral", False),
        ("a.route!=iv", True),
        ("b.route=oral", None),
        ("b.route!=oral", None),
        ("a.substance=warfarin", False),
        ("b.substance=warfarin|acenocoumarol", True),
        ("b.substance!=warfarin", False),
        ("a.context=use_contraception", None),
        ("patient.context=diabetes", None),
        ("patient.age_years>=65", None),
        ("a.dose_mg_per_dose>=1000 & patient.age_years>=65", False),
        ("a.dose_mg_per_dose>=500 & patient.age_years>=65", None),
    ],
)
def test_without_patient_data(condition: str, expected: bool | None) -> None:
    assert state(condition) is expected


def test_patient_data_decide() -> None:
    patient = Patient(age_years=70, egfr_ml_min=25, sex="female", pregnant=False, history=("diabetes",))
    assert state("patient.age_years>=65", patient) is True
    assert state("patient.egfr_ml_min<30", patient) is True
    assert state("patient.sex=male", patient) is False
    assert state("patient.pregnant=yes", patient) is False
    assert state("patient.context=diabetes", patient) is True
    assert state("patient.context!=diabetes", patient) is False


@pytest.mark.parametrize(
    "broken",
    ["", "a.dose_mg_per_dose", "c.route=oral", "a.route>=oral", "a.dose_mg_per_day=5", "a.colour=red", "a.dose_mg_per_day>=x"],
)
def test_broken_conditions_are_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"atom|fit|float"):
        parse_condition(broken)


@given(st.sampled_from(sorted(ROUTES)), st.sampled_from(sorted(ROUTES)))
def test_negation_is_the_opposite_where_the_route_is_known(route: str, wanted: str) -> None:
    situation = Situation(Exposure(0, 0, "x", "x", route=route), WARFARIN, Patient())
    assert evaluate(f"a.route={wanted}", situation) is not evaluate(f"a.route!={wanted}", situation)


def test_every_condition_of_the_knowledge_has_words(application: Application) -> None:
    store = application.store
    situation = Situation(ASPIRIN, WARFARIN, Patient())
    conditions = [level.condition for level in store.levels.all() if level.condition]
    conditions += [rule.condition for rule in store.patient_rules.all()]
    assert len(conditions) > 100
    for condition in conditions:
        words = describe(condition, situation, store.contexts, lambda substance: store.substance(substance).name)
        assert "_" not in words, (condition, words)
        assert words or all(atom.field == "substance" for atom in parse_condition(condition))


@pytest.mark.parametrize(
    ("dose_mg", "route", "condition", "expected"),
    [
        # 75 mg every hour are 1.8 g: no frequency reaches 3 g.
        (75.0, None, "a.dose_mg_per_day>=3000", False),
        (75.0, "oral", "a.dose_mg_per_day>=3000", False),
        (75.0, "oral", "a.dose_mg_per_day>3000", False),
        (75.0, "oral", "a.dose_mg_per_day<3000", True),
        (75.0, "oral", "a.dose_mg_per_day<=3000", True),
        (75.0, "oral", "a.dose_mg_per_week>=13000", False),
        (75.0, "oral", "a.dose_mg_per_week>=12600", None),
        # What can be reached stays open, also exactly.
        (125.0, "oral", "a.dose_mg_per_day>=3000", None),
        (500.0, None, "a.dose_mg_per_day>=3000", None),
        (500.0, None, "a.dose_mg_per_day<3000", None),
        # A pump gives more than one dose an hour.
        (75.0, "iv", "a.dose_mg_per_day>=3000", None),
        (75.0, "sc", "a.dose_mg_per_day<3000", None),
        # One dose alone exceeds the limit.
        (4000.0, "iv", "a.dose_mg_per_day>=3000", True),
        (4000.0, "oral", "a.dose_mg_per_day<3000", False),
        (None, "oral", "a.dose_mg_per_day>=3000", None),
    ],
)
def test_a_dose_without_a_frequency_decides_what_no_frequency_can_change(
    dose_mg: float | None, route: str | None, condition: str, expected: bool | None
) -> None:
    once = Exposure(0, 0, "acetylsalicylic-acid", "aspirin", route=route, dose_mg=dose_mg)
    assert evaluate(condition, Situation(once, WARFARIN, Patient())) is expected


@pytest.mark.parametrize("sig", ["", " orally", " as needed"])
def test_a_low_dose_of_aspirin_is_not_taken_for_three_grams(application: Application, sig: str) -> None:
    report = application.check(f"aspirin 75 mg{sig}\nwarfarin 5 mg once daily", None, CheckOptions(with_alternatives=False))
    (pair,) = (one for one in report.interactions if one.documented)
    assert pair.severity == "major"
    open_one = application.check("aspirin 500 mg\nwarfarin 5 mg once daily", None, CheckOptions(with_alternatives=False))
    assert open_one.interactions[0].severity == "contraindicated"

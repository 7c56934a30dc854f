"""The patient: bounds, unknown fields, sentences that name the field and repeat nothing, kidney function."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from engine.errors import InputError
from engine.prescriptions.patient import MAX_PATIENT_CHARACTERS, Patient, patient_from_json

WHOLE: dict[str, object] = {
    "age_years": 80,
    "sex": "female",
    "weight_kg": 60.5,
    "height_cm": 160,
    "creatinine_umol_l": 150,
    "child_pugh": "B",
    "pregnant": False,
    "breastfeeding": False,
    "qtc_ms": 480,
    "potassium_mmol_l": 3.2,
    "inr": 2.5,
    "smoker": True,
    "alcohol": False,
    "history": ["long_qt", "heart_failure"],
}


def test_everything_is_optional_and_nothing_is_assumed() -> None:
    patient = patient_from_json("{}")
    assert patient == Patient()
    assert {name for name, value in patient.model_dump(exclude_none=True).items() if value} == set()
    assert patient.effective_egfr_ml_min() is None


def test_a_whole_patient_survives_the_round_trip() -> None:
    patient = patient_from_json(json.dumps(WHOLE))
    assert patient.history == ("long_qt", "heart_failure")
    assert patient_from_json(patient.model_dump_json()) == patient
    with pytest.raises(ValidationError):
        patient.age_years = 3.0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("age_years", -1),
        ("age_years", 131),
        ("age_years", "80"),
        ("age_years", True),
        ("sex", "F"),
        ("weight_kg", 0),
        ("weight_kg", 5000),
        ("height_cm", 1.7),
        ("egfr_ml_min", -5),
        ("creatinine_umol_l", 1.2),
        ("child_pugh", "D"),
        ("pregnant", "yes"),
        ("breastfeeding", 1),
        ("qtc_ms", 0.44),
        ("potassium_mmol_l", 40),
        ("inr", 100),
        ("smoker", "no"),
        ("alcohol", "daily"),
        ("history", "long_qt"),
        ("history", ["Long QT!"]),
        ("history", ["long_qt"] * 101),
        ("blood_type", "A"),
    ],
)
def test_a_bad_field_is_named_in_one_sentence(field: str, value: object) -> None:
    with pytest.raises(InputError) as refused:
        patient_from_json(json.dumps({**WHOLE, field: value}))
    sentence = refused.value.sentence
    assert f"“{field}”" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    if isinstance(value, str) and field not in ("sex", "child_pugh"):
        assert value not in sentence.replace(f"“{field}”", "").replace("such as long_qt", "").split()


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '"x"', '{"age_years": NaN}', '{"age_years": 1e999}', "\ud800"])
def test_what_is_no_patient_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        patient_from_json(text)
    assert refused.value.sentence.endswith(".")


def test_a_name_typed_as_a_field_is_not_repeated() -> None:
    with pytest.raises(InputError) as refused:
        patient_from_json('{"Jane Doe, 12 High Street": 1}')
    assert "Jane" not in refused.value.sentence


def test_a_pregnant_man_is_refused() -> None:
    with pytest.raises(InputError, match="pregnant"):
        patient_from_json('{"sex": "male", "pregnant": true}')


def test_a_long_text_is_refused() -> None:
    with pytest.raises(InputError, match="longer than"):
        patient_from_json(" " * (MAX_PATIENT_CHARACTERS + 1))


def test_kidney_function_is_the_given_figure_first() -> None:
    assert patient_from_json(json.dumps({**WHOLE, "egfr_ml_min": 33})).effective_egfr_ml_min() == 33


def test_cockcroft_and_gault() -> None:
    # (140 − 60) × 72 ÷ (72 × 1 mg/dL) = 80 mL/min, and 0.85 of it for a woman.
    man = Patient(age_years=60, sex="male", weight_kg=72, creatinine_umol_l=88.4)
    assert man.effective_egfr_ml_min() == pytest.approx(80.0)
    woman = Patient(age_years=60, sex="female", weight_kg=72, creatinine_umol_l=88.4)
    assert woman.effective_egfr_ml_min() == pytest.approx(68.0)


@pytest.mark.parametrize("missing", ["age_years", "sex", "weight_kg", "creatinine_umol_l"])
def test_no_kidney_function_from_part_of_the_data(missing: str) -> None:
    patient = {**WHOLE, missing: None}
    assert patient_from_json(json.dumps(patient)).effective_egfr_ml_min() is None


def test_no_adult_formula_for_a_child() -> None:
    assert Patient(age_years=10, sex="male", weight_kg=30, creatinine_umol_l=50).effective_egfr_ml_min() is None

"""Whose medicines and measurements these are, in which units, and what of a schedule the list does not say."""

import pytest

from engine.errors import InputError
from engine.records.strict_json import Json
from tests.engine.records.fhir.building import bundle, dosed, lists, request

DAILY: dict[str, Json] = {"frequency": 1, "period": 1, "periodUnit": "d"}
MORE = "The file says more on how these are taken than the list does: Simvastatin."


def person(name: str, gender: str, **fields: Json) -> dict[str, Json]:
    return {"resourceType": "Patient", "id": "1", "name": [{"text": name}], "gender": gender, **fields}


def measured(code: str, quantity: dict[str, Json], subject: str = "Patient/1") -> dict[str, Json]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": subject},
        "effectiveDateTime": "2026-11-01",
        "valueQuantity": quantity,
    }


def taken(name: str, reference: str, **fields: Json) -> dict[str, Json]:
    return request(medicationCodeableConcept={"text": name}, subject={"reference": reference}, **fields)


def entries(*rows: tuple[str | None, dict[str, Json]]) -> dict[str, Json]:
    return bundle(entry=[{"fullUrl": url, "resource": one} if url else {"resource": one} for url, one in rows])


def test_the_same_number_at_two_servers_is_two_people() -> None:
    here, there = "http://a.example/fhir/", "http://b.example/fhir/"
    value = entries(
        (f"{here}Patient/1", person("Anna", "female")),
        (f"{there}Patient/1", person("Bob", "male")),
        (f"{here}MedicationRequest/7", taken("Warfarin", "Patient/1")),
        (f"{there}MedicationRequest/7", taken("Aspirin", "Patient/1")),
        (None, taken("Digoxin", f"{there}Patient/1/_history/3")),
    )
    anna, bob = lists(value)
    assert (anna.title, anna.text) == ("Anna", "Warfarin")
    assert (bob.title, bob.text) == ("Bob", "Aspirin\nDigoxin")
    assert anna.patient is not None
    assert bob.patient is not None
    assert (anna.patient.sex, bob.patient.sex) == ("female", "male")


def test_a_number_that_two_people_have_is_refused() -> None:
    with pytest.raises(InputError, match="same number") as caught:
        lists(bundle(person("Anna", "female"), person("Bob", "male"), taken("Warfarin", "Patient/1")))
    assert "Anna" not in caught.value.sentence


def test_the_same_person_twice_is_one() -> None:
    (one,) = lists(bundle(person("Anna", "female"), person("Anna", "female"), taken("Warfarin", "Patient/1")))
    assert one.text == "Warfarin"


def test_contained_people_are_told_apart_by_what_is_said_of_them() -> None:
    def holding(medicine: str, *who: str) -> dict[str, Json]:
        return taken(medicine, "#1", contained=[person(*who)])

    anna, bob = lists(
        bundle(holding("Warfarin", "Anna", "female"), holding("Aspirin", "Bob", "male"), holding("Digoxin", "Anna", "female"))
    )
    assert (anna.title, anna.text) == ("Anna", "Warfarin\nDigoxin")
    assert (bob.title, bob.text) == ("Bob", "Aspirin")
    assert bob.patient is not None
    assert bob.patient.sex == "male"


def test_a_medicine_of_another_server_is_not_taken_for_that_number() -> None:
    medication: dict[str, Json] = {"resourceType": "Medication", "id": "5", "code": {"text": "Warfarin"}}
    asked = request(medicationReference={"reference": "http://b.example/fhir/Medication/5"})
    del asked["medicationCodeableConcept"]
    (one,) = lists(entries(("http://a.example/fhir/Medication/5", medication), (None, asked)))
    assert one.text == ""
    assert "left out: 2." in one.remarks[0]


def test_an_inactive_ingredient_is_no_medicine() -> None:
    parts: list[Json] = [
        {"itemCodeableConcept": {"text": "Amlodipine"}, "isActive": True},
        {"itemCodeableConcept": {"text": "Lactose"}, "isActive": False},
    ]
    asked = request(
        medicationReference={"reference": "#m"}, contained=[{"resourceType": "Medication", "id": "m", "ingredient": parts}]
    )
    del asked["medicationCodeableConcept"]
    assert lists(asked)[0].text == "Amlodipine"


@pytest.mark.parametrize(
    ("code", "quantity"),
    [
        ("6301-6", {"value": 13.1, "unit": "seconds"}),
        ("6301-6", {"value": 13.1, "code": "s", "system": "http://unitsofmeasure.org"}),
        ("2160-0", {"value": 1.2, "code": "mg/dL", "unit": "umol/L"}),
        ("29463-7", {"value": 170, "code": "kg", "unit": "lb"}),
        ("29463-7", {"value": 170, "code": "[oz_av]", "unit": "kg"}),
        ("2823-3", {"value": 5}),
        ("3137-7", {"value": 170}),
        ("48642-3", {"value": 0.8, "code": "mL/s/{1.73_m2}"}),
    ],
)
def test_a_unit_that_is_unknown_or_says_two_things_gives_no_value(code: str, quantity: dict[str, Json]) -> None:
    (one,) = lists(bundle(person("Anna", "female"), taken("Warfarin", "Patient/1"), measured(code, quantity)))
    assert one.patient is not None
    assert one.patient.model_dump(exclude_none=True, exclude_defaults=True) == {"sex": "female"}
    assert "Not taken, because value, unit or date cannot be used" in one.remarks[1]


@pytest.mark.parametrize(
    ("code", "quantity", "field", "kept"),
    [
        ("6301-6", {"value": 2.5}, "inr", 2.5),
        ("6301-6", {"value": 2.5, "code": "{INR}"}, "inr", 2.5),
        ("2160-0", {"value": 1, "unit": "mg/dL"}, "creatinine_umol_l", 88.4),
        ("2160-0", {"value": 80, "code": "umol/L", "unit": "µmol/L"}, "creatinine_umol_l", 80.0),
        ("29463-7", {"value": 100, "unit": "lb"}, "weight_kg", 45.359),
        ("38875-1", {"value": 2.5, "unit": "{INR}"}, "inr", 2.5),
        ("8302-2", {"value": 70, "code": "[in_i]", "unit": "in"}, "height_cm", 177.8),
        ("3137-7", {"value": 1.7, "code": "m"}, "height_cm", 170.0),
    ],
)
def test_units_are_converted(code: str, quantity: dict[str, Json], field: str, kept: float) -> None:
    (one,) = lists(bundle(taken("Warfarin", "Patient/1"), measured(code, quantity)))
    assert getattr(one.patient, field) == kept


def test_a_measurement_of_nobody_is_counted() -> None:
    (one,) = lists(bundle(taken("Warfarin", "Patient/1"), measured("29463-7", {"value": 70, "unit": "kg"}, "Patient/2")))
    assert one.patient is None
    assert one.remarks == ("Measurements of nobody who has a medicine in the file are left out: 1.",)


@pytest.mark.parametrize(
    "more",
    [
        {"boundsPeriod": {"start": "2019-01-01", "end": "2019-02-01"}},
        {"boundsDuration": {"value": 36, "code": "h"}},
        {"count": 10},
        {"count": 1},
        {"duration": 30, "durationUnit": "min"},
    ],
)
def test_an_end_that_the_words_do_not_say_is_named(more: dict[str, Json]) -> None:
    (one,) = lists(dosed({**DAILY, **more}))
    assert one.text == "Simvastatin 10 mg oral once daily"
    assert one.remarks == (MORE,)


def test_hours_of_the_day_say_how_often() -> None:
    twice: list[Json] = ["08:00:00", "20:00:00"]
    often: tuple[dict[str, Json], ...] = (
        {**DAILY, "timeOfDay": twice},
        {**DAILY, "frequency": 2, "timeOfDay": twice},
        {"timeOfDay": twice},
    )
    for repeat in often:
        (one,) = lists(dosed(repeat))
        assert (one.text, one.remarks) == ("Simvastatin 10 mg oral at 08:00, 20:00", ())
    (one,) = lists(dosed({**DAILY, "frequency": 3, "timeOfDay": twice}))
    assert (one.text, one.remarks) == ("Simvastatin 10 mg oral", (MORE,))


def test_figures_beyond_all_bounds_are_no_fault_of_the_program() -> None:
    for period in (9e300, 1e-300):
        (one,) = lists(dosed({"frequency": 2, "period": period, "periodUnit": "wk"}))
        assert (one.text, one.remarks) == ("Simvastatin 10 mg oral", (MORE,))


def test_a_coded_dose_that_the_written_words_lack_is_named() -> None:
    dose = {"doseAndRate": [{"doseQuantity": {"value": 40, "unit": "mg"}}]}
    (one,) = lists(request(dosageInstruction=[{"text": "at bedtime", **dose}]))
    assert (one.text, one.remarks) == ("Simvastatin at bedtime", (MORE,))
    (one,) = lists(request(dosageInstruction=[{"text": "40 mg at bedtime", **dose}]))
    assert (one.text, one.remarks) == ("Simvastatin 40 mg at bedtime", ())


def test_an_egfr_is_said_to_be_normalised() -> None:
    code: Json = {"coding": [{"system": "http://loinc.org", "code": "98979-8"}]}
    for unit in ("mL/min/{1.73_m2}", "mL/min"):
        value: Json = {"value": 48, "code": unit}
        observation: dict[str, Json] = {"resourceType": "Observation", "status": "final", "code": code, "valueQuantity": value}
        (one,) = lists(bundle(request(), {**observation, "subject": {"reference": "Patient/1"}}))
        assert one.patient is not None
        assert one.patient.egfr_ml_min == 48
        assert any("1.73 m² of body surface" in remark for remark in one.remarks)
    assert not any("1.73" in remark for remark in lists(request())[0].remarks)


def test_an_egfr_by_one_variant_of_the_formula_is_taken_and_by_two_that_differ_is_not() -> None:
    rate: dict[str, Json] = {"code": "mL/min/{1.73_m2}"}
    for code in ("48642-3", "48643-1"):
        (one,) = lists(bundle(request(), measured(code, {"value": 48, **rate})))
        assert one.patient is not None
        assert one.patient.egfr_ml_min == 48
        assert any("1.73 m² of body surface" in remark for remark in one.remarks)
    both = (measured("48642-3", {"value": 48, **rate}), measured("48643-1", {"value": 58, **rate}))
    (one,) = lists(bundle(request(), *both))
    assert one.patient is None
    assert one.remarks == ("Not taken, because value, unit or date cannot be used: eGFR.",)


def test_a_route_by_a_code_of_another_system_is_no_route() -> None:
    def routed(system: str) -> tuple[str, tuple[str, ...]]:
        route: Json = {"coding": [{"system": system, "code": "26643006"}]}
        (one,) = lists(request(dosageInstruction=[{"route": route}]))
        return one.text, one.remarks

    assert routed("http://snomed.info/sct") == ("Simvastatin oral", ())
    assert routed("http://example.org") == ("Simvastatin", (MORE,))

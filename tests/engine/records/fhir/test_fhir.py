"""FHIR R4 to lists: nothing is taken or left out in silence, and every other version is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.prescriptions.parser import parse_prescription
from engine.prescriptions.patient import Patient
from engine.prescriptions.terms import SigTerms, sig_terms
from engine.records.fhir.bundle import lists_of_fhir
from engine.records.strict_json import Json, read_json
from tests.engine.records.driving import driven
from tests.engine.records.fhir.building import TODAY, bundle, dosed, lists, request

ROOT = Path(__file__).resolve().parents[4]
BUNDLE = ROOT / "tests" / "data" / "fhir_r4_bundle.json"
DAILY: dict[str, Json] = {"frequency": 1, "period": 1, "periodUnit": "d"}


@pytest.fixture(scope="module")
def terms() -> SigTerms:
    lines = (ROOT / "resources" / "knowledge" / "sig_terms.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return sig_terms([(term, kind, value) for term, kind, value, _ in (line.split("\t") for line in lines)])


def test_the_bundle_at_hand(terms: SigTerms) -> None:
    value = read_json(BUNDLE.read_text(encoding="utf-8"))
    assert isinstance(value, dict)
    first, second = driven(lists_of_fhir(value, None, TODAY))
    assert first.title == "Änne Beispiel, born 1950-03-01"
    assert first.text.splitlines() == [
        "Simvastatin 40 mg 1 tablet Oral route once daily at bedtime",
        "Clarithromycin 500 mg oral 2 times daily for 7 days",
        "Paracetamol 500-1000 mg oral every 4-6 hours as needed max 4 g per day",
        "Methotrexate 10 mg oral once weekly on Monday",
        "Levothyroxine 50 micrograms every morning",
    ]
    read = [(one.dose_mg, one.frequency_per_day) for one in parse_prescription(first.text, terms).items]
    assert read == [(40, 1), (500, 2), (1000, 6), (10, pytest.approx(1 / 7)), (0.05, 1)]
    assert first.patient == Patient(
        age_years=76.0, sex="female", weight_kg=61.0, egfr_ml_min=48.0, creatinine_umol_l=97.24, potassium_mmol_l=5.6
    )
    assert (second.title, second.text) == ("Max Muster, born 1980", "Sertraline 50 mg oral once daily")
    assert second.patient == Patient(sex="male")
    said = " ".join(first.remarks)
    for name in ("Warfarin", "Amiodarone", "Aspirin", "Digoxin", "Metformin", "AllergyIntolerance", "INR, QTc", "out: 13."):
        assert name in said


@pytest.mark.parametrize(
    ("fields", "remark"),
    [
        ({"status": "stopped"}, "ended or were stopped"),
        ({"status": "completed"}, "ended or were stopped"),
        ({"status": "cancelled"}, "ended or were stopped"),
        ({"status": "on-hold"}, "on hold"),
        ({"status": "draft"}, "drafts, plans or proposes"),
        ({"status": "entered-in-error"}, "entered in error"),
        ({"status": "odd"}, "none that FHIR R4 knows"),
        ({"intent": "proposal"}, "drafts, plans or proposes"),
        ({"intent": "plan"}, "drafts, plans or proposes"),
        ({"intent": "option"}, "drafts, plans or proposes"),
        ({"doNotPerform": True}, "must not be given"),
        ({"modifierExtension": [{"url": "http://example.org/not", "valueBoolean": True}]}, "left out: 1 (Simvastatin)."),
    ],
)
def test_what_is_not_taken_is_named_and_left_out(fields: dict[str, Json], remark: str) -> None:
    (one,) = lists(request(**fields))
    assert one.text == ""
    assert len(one.remarks) == 1
    assert remark in one.remarks[0]
    assert "Simvastatin" in one.remarks[0]


def test_what_is_not_clear_is_in_the_list_and_named() -> None:
    (one,) = lists(request(status="unknown"))
    assert one.text == "Simvastatin"
    assert one.remarks == ("The file does not say whether these are taken now; they are in the list: Simvastatin.",)
    # A statement may speak of what is meant to be taken, perhaps later.
    statement = request(resourceType="MedicationStatement", status="intended")
    del statement["intent"]
    assert lists(statement) == (one,)
    # What a person reports to take is coded as a plan.
    assert lists(request(intent="plan", reportedBoolean=True))[0].text == "Simvastatin"


@pytest.mark.parametrize(
    ("repeat", "words", "a_day"),
    [
        (DAILY, "once daily", 1),
        ({"frequency": 3, "period": 1, "periodUnit": "d"}, "3 times daily", 3),
        ({"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}, "1-2 times daily", 2),
        ({"frequency": 1, "period": 8, "periodUnit": "h"}, "every 8 hours", 3),
        ({"frequency": 2, "period": 3, "periodUnit": "d"}, "2 times every 3 days", pytest.approx(2 / 3)),
        ({"frequency": 5, "period": 3, "periodUnit": "mo"}, "5 times every 3 months", pytest.approx(5 / 90)),
        ({"frequency": 1, "frequencyMax": 2, "period": 2, "periodUnit": "wk"}, "1-2 times every 2 weeks", pytest.approx(1 / 7)),
        ({"frequency": 3, "period": 24, "periodUnit": "h"}, "every 8 hours", 3),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, "once weekly", pytest.approx(1 / 7)),
        ({"frequency": 1, "period": 1, "periodUnit": "mo"}, "once monthly", pytest.approx(1 / 30)),
        ({**DAILY, "dayOfWeek": ["mon"]}, "once weekly on Monday", pytest.approx(1 / 7)),
        ({"dayOfWeek": ["mon", "thu"]}, "2 times a week on Monday, Thursday", pytest.approx(2 / 7)),
        ({"when": ["MORN", "HS"]}, "in the morning and at bedtime", 2),
        ({**DAILY, "timeOfDay": ["22:00:00"]}, "once daily at 22:00", 1),
    ],
)
def test_timing_is_read_back(terms: SigTerms, repeat: dict[str, Json], words: str, a_day: float) -> None:
    (one,) = lists(dosed(repeat))
    assert one.text == f"Simvastatin 10 mg oral {words}"
    assert one.remarks == ()
    (item,) = parse_prescription(one.text, terms).items
    assert (item.dose_mg, item.route, item.frequency_per_day) == (10, "oral", a_day)


@pytest.mark.parametrize(
    "repeat",
    [
        {"frequency": 2, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon"]},
        {"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "thu"]},
        {"frequency": 5, "period": 24, "periodUnit": "h"},
        {"frequency": 2},
        {**DAILY, "when": ["XYZ"]},
        {**DAILY, "period": 1e300},
    ],
)
def test_timing_that_cannot_be_said_safely_is_left_out_and_named(repeat: dict[str, Json]) -> None:
    (one,) = lists(dosed(repeat))
    assert one.text == "Simvastatin 10 mg oral"
    assert one.remarks == ("The file says more on how these are taken than the list does: Simvastatin.",)


def test_a_bound_or_a_bare_figure_is_no_dose() -> None:
    for quantity in ({"value": 10, "unit": "mg", "comparator": "<"}, {"value": 10}, {"value": -1, "unit": "mg"}):
        (one,) = lists(request(dosageInstruction=[{"doseAndRate": [{"doseQuantity": quantity}]}]))
        assert one.text == "Simvastatin"
        assert "Simvastatin" in one.remarks[0]


def test_references_in_circles_end() -> None:
    def circle(own: str, other: str) -> dict[str, Json]:
        return {"resourceType": "Medication", "id": own, "ingredient": [{"itemReference": {"reference": f"Medication/{other}"}}]}

    asked = request(medicationReference={"reference": "Medication/a"})
    del asked["medicationCodeableConcept"]
    (one,) = lists(bundle(asked, circle("a", "b"), circle("b", "a")))
    assert one.text == ""
    assert "left out: 1." in one.remarks[0]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"resourceType": "MedicationOrder"}, "an older version"),
        ({"resourceType": "MedicationStatement", "taken": "y"}, "an older version"),
        (request(context={"reference": "Encounter/1"}), "an older version"),
        ({"resourceType": "MedicationRequest", "medication": {"concept": {"text": "secret"}}}, "a newer version"),
        ({"resourceType": "MedicationStatement", "medication": {"concept": {"text": "secret"}}}, "a newer version"),
        (bundle(request(), {"resourceType": "MedicationOrder"}), "an older version"),
        (bundle(), "no medication request"),
        (bundle(request(), type="history"), "history of changes"),
        ({"resourceType": "Bundle", "entry": {"a": 1}}, "entries are not a list"),
        ({"resourceType": "Patient"}, "neither a bundle"),
    ],
)
def test_other_versions_and_kinds_are_refused(value: dict[str, Json], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        lists(value)
    assert "secret" not in caught.value.sentence


def test_one_page_of_several_and_damaged_entries_are_named() -> None:
    broken = request(subject=5)
    value = bundle(request(), broken, link=[{"relation": "next", "url": "http://example.org"}])
    entries = value["entry"]
    assert isinstance(entries, list)
    entries.append({"request": {"method": "DELETE"}})
    said = " ".join(remark for one in lists(value) for remark in one.remarks)
    assert "one page of several" in said
    assert "left out: 2 (Simvastatin)." in said
    assert "hold nothing: 1." in said


def test_the_same_twice_is_one_line() -> None:
    (one,) = lists(bundle(request(), request()))
    assert (one.text, one.remarks) == ("Simvastatin", ("Entries that say the same as another are one line with it: 1.",))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(["active", "mg", "d", "Patient/1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["text", "coding", "code", "system", "reference", "value", "unit", "repeat", "timing", "doseAndRate"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)
FIELDS = ["status", "intent", "subject", "medicationCodeableConcept", "medicationReference", "dosageInstruction", "contained"]


@given(changed=st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=3), entry=JSON_VALUES)
def test_any_change_of_a_request_is_read_or_refused(changed: dict[str, Json], entry: Json) -> None:
    value = bundle(request(**changed), {"resourceType": "Observation", "code": entry, "subject": changed.get("subject")})
    for one in lists(value):
        assert one.text or one.remarks

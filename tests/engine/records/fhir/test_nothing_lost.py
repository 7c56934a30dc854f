"""Whatever a bundle holds, every medication entry is a line of a list, or named or numbered in a remark."""

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.records.model import MedicationList
from engine.records.strict_json import Json
from tests.engine.records.fhir.building import bundle, lists

_LEFT_OUT = "Entries without a medicine that can be read"
_NUMBER = re.compile(r"(?<=[:,] )\d+\b")
_UNSAFE = {"url": "http://example.org/not", "valueBoolean": True}
NUMBERS = st.integers(-2, 400) | st.sampled_from([0.5, 1e9, 1e300])
SMALL: st.SearchStrategy[Json] = st.sampled_from(
    [None, True, 0, 1.5, "", "x", "active", [], {}, [None], "Patient/1", "Medication/1"]
)
STATUS = st.sampled_from(
    [
        "active",
        "active",
        "completed",
        "stopped",
        "on-hold",
        "unknown",
        "draft",
        "entered-in-error",
        "not-taken",
        "intended",
        "odd",
        5,
    ]
)
REPEAT = st.dictionaries(
    st.sampled_from(["frequency", "frequencyMax", "period", "periodMax", "periodUnit", "when", "dayOfWeek", "count", "offset"]),
    NUMBERS | st.sampled_from(["d", "wk", "h", "mo", ["MORN"], ["mon", "thu"], ["XYZ"]]),
)
DOSAGE = st.fixed_dictionaries(
    {},
    optional={
        "text": st.sampled_from(["one daily", "a; b", "x" * 500, "", "stopped"]),
        "asNeededBoolean": st.booleans(),
        "timing": st.fixed_dictionaries({"repeat": REPEAT}),
        "route": st.fixed_dictionaries({"text": st.sampled_from(["oral", "x" * 90])}),
        "doseAndRate": st.lists(
            st.fixed_dictionaries(
                {"doseQuantity": st.fixed_dictionaries({"value": NUMBERS, "unit": st.sampled_from(["mg", "g"])})}
            )
        ),
        "modifierExtension": st.just([_UNSAFE]),
    },
)


@st.composite
def entries(draw: st.DrawFn, number: int) -> dict[str, Json]:
    """One request or statement whose medicine is called by its number, in one of the ways that FHIR has."""
    name = f"Medicine{number}q"
    kind = draw(st.sampled_from(["MedicationRequest", "MedicationStatement"]))
    made: dict[str, Json] = {"resourceType": kind, "id": str(number), "status": draw(STATUS)}
    if kind == "MedicationRequest":
        made["intent"] = draw(st.sampled_from(["order", "order", "plan", "proposal", "odd"]))
    made["subject"] = {"reference": draw(st.sampled_from(["Patient/1", "Patient/1", "Patient/2", "urn:uuid:3", "#p"]))}
    named: dict[str, Json] = {"text": name}
    coded: dict[str, Json] = {"coding": [{"system": "http://www.whocc.no/atc", "code": name}]}
    displayed: dict[str, Json] = {"coding": [{"display": name}]}
    way = draw(st.integers(0, 5))
    if way < 3:
        made["medicationCodeableConcept"] = (named, coded, displayed)[way]
    elif way == 3:
        made["medicationReference"] = {"reference": "#m"}
        made["contained"] = [{"resourceType": "Medication", "id": "m", "code": named}]
    elif way == 4:
        made["medicationReference"] = {"reference": "#m"}
        ingredient: Json = {"itemCodeableConcept": named}
        made["contained"] = [{"resourceType": "Medication", "id": "m", "ingredient": [ingredient]}]
    else:
        made["medicationReference"] = {"reference": "Medication/none", "display": name}
    made["dosageInstruction" if kind == "MedicationRequest" else "dosage"] = draw(st.lists(DOSAGE, max_size=2))
    for field in draw(
        st.lists(st.sampled_from(["status", "medicationCodeableConcept", "subject", "intent", "contained"]), max_size=1)
    ):
        made[field] = draw(SMALL)
    if draw(st.integers(0, 9)) == 0:
        made["modifierExtension"] = [_UNSAFE]
    return made


@st.composite
def bundles(draw: st.DrawFn) -> list[dict[str, Json]]:
    return [draw(entries(number)) for number in range(1, draw(st.integers(1, 8)) + 1)]


def accounted(found: tuple[MedicationList, ...]) -> Iterator[str]:
    """Every line, every remark, and the name of each entry that a remark gives by its number."""
    for one in found:
        yield from one.text.split("\n")
        for remark in one.remarks:
            yield remark
            if remark.startswith(_LEFT_OUT):
                yield from (f"Medicine{number}q" for number in _NUMBER.findall(remark))


@settings(max_examples=120, deadline=None)
@given(made=bundles())
def test_every_medication_entry_is_accounted_for(made: list[dict[str, Json]]) -> None:
    try:
        found = lists(bundle(*made))
    except InputError:
        # Refused as a whole, in a sentence.
        return
    told = "\n".join(accounted(found))
    for number in range(1, len(made) + 1):
        assert f"Medicine{number}q" in told, (number, told)


@settings(max_examples=60, deadline=None)
@given(made=bundles())
def test_what_is_stopped_is_never_a_line(made: list[dict[str, Json]]) -> None:
    try:
        found = lists(bundle(*made))
    except InputError:
        return
    lines = [line for one in found for line in one.text.split("\n")]
    for number, entry in enumerate(made, 1):
        if entry.get("status") in ("completed", "stopped", "on-hold", "draft", "entered-in-error", "not-taken"):
            assert not any(f"Medicine{number}q" in line for line in lines)

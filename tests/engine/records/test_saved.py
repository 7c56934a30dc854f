"""A saved list comes back as it was."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.prescriptions.patient import Patient
from engine.records.model import MedicationList
from engine.records.saved import list_of_saved, save_list, save_text, saved_bytes
from engine.records.strict_json import read_json
from tests.engine.records.driving import opened

PATIENTS = st.builds(
    Patient,
    age_years=st.none() | st.floats(0, 130),
    sex=st.sampled_from([None, "female"]),
    pregnant=st.sampled_from([None, True, False]),
    potassium_mmol_l=st.none() | st.floats(1, 12),
    history=st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), max_size=4).map(tuple),
)
LISTS = st.builds(
    MedicationList,
    title=st.just(""),
    text=st.text(st.characters(exclude_categories=())),
    patient=st.none() | PATIENTS,
    confirmed_names=st.frozensets(st.text(min_size=1, max_size=20)),
)


@given(saved=LISTS)
def test_round_trip(saved: MedicationList) -> None:
    assert list_of_saved(read_json(saved_bytes(saved, "1.2.3").decode("ascii"))) == saved


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saved=LISTS, damage=st.integers(0, 400))
def test_a_list_that_was_cut_short_is_refused(tmp_path: Path, saved: MedicationList, damage: int) -> None:
    path = tmp_path / "list.coprescribe.json"
    # The last byte but one closes the object: every shorter piece is damaged.
    path.write_bytes(saved_bytes(saved, "1.2.3")[:-2][:damage])
    with pytest.raises(InputError, match="damaged or cut short" if damage else "is empty"):
        opened(path)


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "Frau B.coprescribe.json"
    save_list(path, MedicationList("", "Aspirin", Patient(age_years=70.0), frozenset({"aspirin"})), "1.2.3")
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "format": 1,
        "kind": "coprescribe list",
        "application": "1.2.3",
        "text": "Aspirin",
        "patient": {"age_years": 70.0},
        "confirmed_names": ["aspirin"],
    }
    assert opened(path) == (MedicationList("", "Aspirin", Patient(age_years=70.0), frozenset({"aspirin"})),)


def test_a_list_as_text(tmp_path: Path) -> None:
    save_text(tmp_path / "list.txt", "Aspirin 75 mg\nWarfarin")
    assert (tmp_path / "list.txt").read_bytes() == b"Aspirin 75 mg\nWarfarin\n"


def test_a_list_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder does not exist"):
        save_list(tmp_path / "gone" / "a.json", MedicationList("", "Aspirin"), "1")

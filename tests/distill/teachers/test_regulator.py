"""The regulator's record: certain where a rule names the pair, careful where none does, and never asked about a test."""

from dataclasses import replace

import pytest

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import NO_LABEL, Circumstances, PairRecord
from distill.teachers.protocol import PairItem
from distill.teachers.regulator import RegulatorTeacher
from engine.application import Application
from engine.prescriptions.patient import Patient
from engine.reasoning.language import Label

KNOWN = PairRecord(
    "clarithromycin+simvastatin",
    "clarithromycin",
    "simvastatin",
    Label("contraindicated", "B_increase", "pk.metabolism"),
    managements=("avoid",),
)
HARMLESS = PairRecord("clarithromycin+metformin", "clarithromycin", "metformin", NO_LABEL)
ELDERLY = replace(KNOWN, label=NO_LABEL, circumstances=Circumstances("topical", "oral", Patient(age_years=82.0)))


@pytest.fixture
def inputs(application: Application) -> PairInputs:
    return PairInputs(application.store)


def test_what_a_rule_says_is_certain(inputs: PairInputs) -> None:
    said = RegulatorTeacher([KNOWN], ()).judge(inputs.item(KNOWN))
    assert (said.severity, said.direction, said.mechanism) == (
        {"contraindicated": 1.0},
        {"B_increase": 1.0},
        {"pk.metabolism": 1.0},
    )
    assert said.management == ("avoid",)


def test_the_other_way_round_the_sides_change_places(inputs: PairInputs) -> None:
    assert RegulatorTeacher([KNOWN], ()).judge(inputs.item(KNOWN, swap=True)).direction == {"A_increase": 1.0}


def test_no_rule_is_no_certainty(inputs: PairInputs) -> None:
    said = RegulatorTeacher([HARMLESS], ()).judge(inputs.item(HARMLESS))
    assert 0.5 < said.severity["none"] < 1.0


def test_it_knows_a_pair_in_its_circumstances_only(inputs: PairInputs) -> None:
    teacher = RegulatorTeacher([KNOWN, ELDERLY], ())
    assert "contraindicated" in teacher.judge(inputs.item(KNOWN)).severity
    assert teacher.judge(inputs.item(ELDERLY)).severity["none"] > 0.5
    assert teacher.judge(inputs.item(ELDERLY, swap=True)).severity["none"] > 0.5
    assert RegulatorTeacher([ELDERLY], ()).judge(inputs.item(KNOWN)).abstains


def test_it_keeps_silent_of_other_pairs(inputs: PairInputs) -> None:
    teacher = RegulatorTeacher([KNOWN], ())
    assert teacher.judge(inputs.item(HARMLESS)).abstains
    # The same id over other medicines is another pair.
    assert teacher.judge(PairItem(KNOWN.id, inputs.facts(HARMLESS))).abstains


def test_it_refuses_pairs_of_tests(inputs: PairInputs) -> None:
    with pytest.raises(ValueError, match="belongs to a test"):
        RegulatorTeacher([HARMLESS], [KNOWN.id]).judge(inputs.item(KNOWN))
    with pytest.raises(ValueError, match="among the records"):
        RegulatorTeacher([KNOWN], [KNOWN.id])


def test_its_version_is_that_of_what_it_knows() -> None:
    versions = {RegulatorTeacher(records, ()).version for records in ([KNOWN], [HARMLESS], [KNOWN, HARMLESS])}
    assert len(versions) == 3

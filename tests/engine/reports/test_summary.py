"""The summary for the clipboard, and the patient's figures in the units of the settings."""

from dataclasses import replace

import pytest

from engine.application import Application
from engine.prescriptions.patient import Patient
from engine.reports.looks import LOOKS
from engine.reports.material import patient_values, versions
from engine.reports.summary import summary_text
from tests.engine.reports.making import OLD_WOMAN, RICH, SAMPLE, material_of


def test_the_summary_has_every_part(application: Application) -> None:
    made = material_of(application, RICH, OLD_WOMAN, title="Ward 3", remark="at noon")
    lines = summary_text(made).splitlines()
    report = made.report
    assert lines[:3] == ["Ward 3", "2026-11-21 09:30 UTC", "at noon"]
    for row in report.not_checked:
        assert f"NOT CHECKED: {row.line}: {row.reason}" in lines
    for sentence in report.assumed:
        assert f"ASSUMED: {sentence}" in lines
    assert f"Pairs: {report.pairs_checked} checked, {report.pairs_not_checked} not checked" in lines
    assert any(line.startswith("NOT KNOWN and would change statements: ") for line in lines)
    found = [line for line in lines if line.endswith(("(documented)", "(inferred)"))]
    assert len(found) == len(report.interactions)
    ranks = [[look.shape for look in LOOKS.values()].index(line[0]) for line in found]
    assert ranks == sorted(ranks)
    assert (
        "■ Contraindicated: simvastatin (affected by clarithromycin): muscle damage, up to rhabdomyolysis (documented)" in found
    )
    assert "   do not combine" in lines
    assert versions(made) in lines
    assert report.notice in summary_text(made)


def test_nothing_found_is_no_clearance(application: Application) -> None:
    said = summary_text(material_of(application, "xyzolumab"))
    assert "None found in what was checked. Absence of a finding is no proof that there is no interaction." in said
    assert "Medicines: none recognised" in said
    assert "NOT CHECKED: xyzolumab: not recognised" in said


def test_units_of_the_united_states(application: Application) -> None:
    made = material_of(application, SAMPLE, OLD_WOMAN.model_copy(update={"height_cm": 160.0}), units="us")
    expected = ("age: 81 years", "sex: female", "weight: 110.2 lb", "height: 62.99 in", "creatinine: 1.7 mg/dL")
    assert patient_values(made) == (*expected, "potassium: 5.6 mEq/L")
    assert "creatinine: 1.7 mg/dL" in summary_text(made)
    assert "creatinine: 150 µmol/L" in summary_text(replace(made, units="si"))


def test_values_are_told_in_words(application: Application) -> None:
    patient = Patient(
        pregnant=False, smoker=True, child_pugh="B", inr=2.5, qtc_ms=455.0, history=("history_gastroduodenal_ulcer",)
    )
    said = patient_values(material_of(application, SAMPLE, patient))
    assert said[:5] == ("Child-Pugh class: B", "pregnant: no", "QTc: 455 ms", "INR: 2.5", "smoker: yes")
    assert said[5].startswith("history: ")
    assert "_" not in said[5]
    assert patient_values(material_of(application, SAMPLE)) == ()


def test_a_time_without_a_zone_is_refused(application: Application) -> None:
    made = material_of(application, "warfarin")
    with pytest.raises(ValueError, match="zone"):
        replace(made, made_at=made.made_at.replace(tzinfo=None))


def test_what_is_contraindicated_for_the_patient_comes_first(application: Application) -> None:
    said = summary_text(material_of(application, f"{SAMPLE}metformin 500 mg", Patient(age_years=81.0, egfr_ml_min=20.0)))
    assert said.index("■ Contraindicated for this patient: Metformin") < said.index("■ Contraindicated: simvastatin")
    assert said.count("Metformin is contraindicated") == 1
    assert said.index("lactic acidosis with metformin") > said.index("(documented)")

"""Statements that a clinical review found missing or too weak: each was read in a source and stays found."""

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.prescriptions.patient import Patient
from engine.report import Severity

PLAIN = CheckOptions(with_alternatives=False)


@pytest.mark.parametrize(
    ("text", "severity", "effect"),
    [
        ("dabigatran 150 mg bd po; enoxaparin 80 mg sc bd", "contraindicated", "bleeding"),
        ("apixaban 5 mg bd po; warfarin 3 mg od po", "contraindicated", "bleeding"),
        ("apixaban 5 mg bd po; heparin 5000 units sc bd", "moderate", "bleeding"),
        ("sumatriptan 50 mg po prn; rizatriptan 10 mg po prn", "contraindicated", "vasoconstriction"),
        ("sumatriptan 50 mg po prn; zolmitriptan 2.5 mg po prn", "contraindicated", "vasoconstriction"),
        ("rizatriptan 10 mg po prn; propranolol 80 mg po bd", "moderate", "object_toxicity"),
        ("empagliflozin 10 mg po od; gliclazide 80 mg po bd", "moderate", "hypoglycaemia"),
        ("empagliflozin 10 mg po od; insulin 10 units sc nocte", "moderate", "hypoglycaemia"),
        ("prednisolone 40 mg po od; insulin glargine 20 units sc nocte", "moderate", "hyperglycaemia"),
        ("prednisolone 40 mg po od; metformin 1 g po bd", "moderate", "hyperglycaemia"),
        ("insulin 10 units sc tds; propranolol 40 mg po bd", "moderate", "hypoglycaemia_masked"),
        ("insulin detemir 10 units sc nocte; propranolol 40 mg po bd", "moderate", "hypoglycaemia_masked"),
        ("lamotrigine 100 mg po bd; carbamazepine 400 mg po bd", "moderate", "seizure_control_loss"),
    ],
)
def test_the_pair_is_found(application: Application, text: str, severity: Severity, effect: str) -> None:
    (found,) = (one for one in application.check(text, options=PLAIN).interactions if effect in one.effect_codes)
    assert found.severity == severity
    # Which insulin is meant is not written, or the source does not list it: the class is extended by us, and that is said.
    assert found.documented is not any(name in ("insulin", "insulin detemir") for name in found.drugs)


@pytest.mark.parametrize(
    "text", ["budesonide inhaler 200 mcg bd inhaled; metformin 1 g po bd", "apixaban 5 mg po bd; apixaban 5 mg po od"]
)
def test_no_pair_is_made_up(application: Application, text: str) -> None:
    """An inhaled steroid raises no blood sugar by these sources, and a medicine is no second anticoagulant beside itself."""
    assert not application.check(text, options=PLAIN).interactions


@pytest.mark.parametrize(
    ("text", "patient", "statement"),
    [
        ("warfarin 3 mg od", Patient(pregnant=True), "contraindicated_pregnancy"),
        ("isotretinoin 20 mg od", Patient(pregnant=True), "stop_in_pregnancy"),
        ("thalidomide 100 mg od", Patient(pregnant=True), "stop_in_pregnancy"),
        ("lenalidomide 10 mg od", Patient(pregnant=True), "contraindicated_pregnancy"),
        ("mycophenolate mofetil 1 g bd", Patient(pregnant=True), "contraindicated_pregnancy"),
        ("sodium valproate 500 mg bd", Patient(pregnant=True), "contraindicated_pregnancy_except_epilepsy"),
        ("topiramate 50 mg bd", Patient(pregnant=True), "contraindicated_pregnancy_except_epilepsy"),
        ("naproxen 500 mg bd", Patient(pregnant=True), "avoid_pregnancy_from_week_20"),
        ("ketoconazole 200 mg od po", Patient(child_pugh="A"), "contraindicated_hepatic"),
        ("aspirin 300 mg od", Patient(age_years=15.0), "avoid_child"),
        ("dabigatran 150 mg bd", Patient(egfr_ml_min=25.0), "contraindicated_renal"),
    ],
)
def test_the_patient_is_told(application: Application, text: str, patient: Patient, statement: str) -> None:
    assert statement in {one.statement for one in application.check(text, patient, PLAIN).patient}
    assert not application.check(text, options=PLAIN).patient


def test_who_is_pregnant_is_not_told_to_exclude_a_pregnancy(application: Application) -> None:
    rules = [rule for group in ("acitretin", "bosentan", "ambrisentan") for rule in application.store.patient_rules.get(group)]
    assert len([rule for rule in rules if rule.condition == "patient.pregnant=yes"]) == 3
    assert all("exclude_pregnancy" not in rule.managements for rule in rules if rule.condition == "patient.pregnant=yes")


def test_an_inr_is_asked_for_with_vitamin_k_antagonists_only(application: Application) -> None:
    """A direct oral anticoagulant cannot be followed by the INR."""
    for name, asked in (("warfarin", True), ("rivaroxaban", False)):
        (found,) = application.check(f"{name} 5 mg od po; prednisolone 30 mg od po", options=PLAIN).interactions
        assert ("monitor_inr" in found.management_codes) is asked


def test_heparin_as_a_base_is_heparin(application: Application) -> None:
    """Only the carrier that MIMIC calls "D5W heparin base" is glucose; an order of heparin must not get lost."""
    report = application.check("bupivacaine 10 mg epidural\nHeparin base 25000 units\nD5W HEPARIN BASE 250 mL", options=PLAIN)
    assert [drug.name for drug in report.drugs] == ["bupivacaine", "heparin", "glucose"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("aspirin 75 mg od po; valproate 500 mg bd po", "Acetylsalicylic acid displaces valproic acid from plasma proteins."),
        ("dofetilide 250 mcg bd po; triamterene 50 mg od po", "Triamterene and dofetilide compete for excretion by the kidney."),
    ],
)
def test_displacement_and_competition_in_words(application: Application, text: str, said: str) -> None:
    steps = [step for one in application.check(text, options=PLAIN).interactions for step in one.rationale]
    assert [step.status for step in steps if step.text == said] == ["supported"]

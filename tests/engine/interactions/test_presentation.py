"""What a pharmacist would stumble over: absurd stand-ins, false duplicates, local use, actions without their condition."""

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.report import Interaction, Report, severity_rank

NO_ALTERNATIVES = CheckOptions(with_alternatives=False)


def check(application: Application, text: str) -> Report:
    return application.check(text, options=NO_ALTERNATIVES)


def finding(application: Application, first: str, second: str) -> Interaction:
    return check(application, f"{first}\n{second}").interactions[0]


@pytest.mark.parametrize(
    "text",
    [
        "ivabradine 5 mg po; diltiazem 180 mg po",
        "methotrexate 15 mg po; trimethoprim 200 mg po",
        "amiodarone 200 mg; sotalol 80 mg",
    ],
)
def test_medicines_of_another_use_are_no_alternative(application: Application, text: str) -> None:
    assert not [one for each in application.check(text).interactions for one in each.alternatives]


def test_fluids_insulins_and_local_use_are_no_duplicates(application: Application) -> None:
    text = "potassium chloride 20 mEq iv\nglucose 5% iv\npotassium chloride 40 mEq iv\ninsulin glargine 10 units sc\n"
    text += "insulin aspart 4 units sc\nhydrocortisone cream\nhydrocortisone 10 mg po"
    report = check(application, text)
    assert not report.duplicates
    assert not any("hypoglycaemia" in one.effects for one in report.interactions)


def test_grapefruit_does_not_reach_what_is_injected(application: Application) -> None:
    assert not check(application, "vincristine 2 mg iv\ngrapefruit juice").interactions
    assert check(application, "simvastatin 40 mg po\ngrapefruit juice").interactions


def test_local_use_leaves_slow_hearts_but_not_every_added_effect(application: Application) -> None:
    assert not check(application, "prednisolone eye drops\nheparin 5000 units sc").interactions
    drops = finding(application, "timolol eye drops", "verapamil 80 mg po")
    # Beta-blocker drops reach the heart: the knowledge lists them, so the source's level stands.
    assert drops.severity == "major"
    cream = finding(application, "diclofenac gel top", "warfarin 5 mg po")
    assert cream.severity == "minor"
    assert cream.managements[0].startswith("on systemic use the source says")


def test_actions_carry_the_condition_that_is_not_known(application: Application) -> None:
    one = finding(application, "digoxin 125 micrograms po", "calcium gluconate")
    assert one.severity == "contraindicated"
    assert one.managements[0] == "if route of calcium is iv: do not combine"
    assert finding(application, "digoxin 125 micrograms po", "calcium carbonate").severity == "moderate"


def test_actions_name_the_medicine(application: Application) -> None:
    one = finding(application, "simvastatin 40 mg po", "amlodipine 10 mg po")
    assert any("mg a day of simvastatin" in words for words in one.managements)
    assert not any("{" in words for words in one.managements)


def test_one_harm_is_one_finding(application: Application) -> None:
    report = check(application, "ramipril 5 mg po\nibuprofen 400 mg po")
    assert len(report.interactions) == 1
    texts = [step.text for step in report.interactions[0].rationale]
    assert len(set(texts)) == len(texts)


def test_an_extended_rule_does_not_hold_a_worse_inference_down(application: Application) -> None:
    one = finding(application, "phenelzine 15 mg po", "mirtazapine 15 mg po")
    assert severity_rank(one.severity) <= severity_rank("major")


def test_habits_in_the_list_are_known_of_the_patient(application: Application) -> None:
    report = check(application, "diazepam 5 mg po\nalcohol")
    assert not any(row.datum == "alcohol" for row in report.missing)
    assert any(row.drug == "diazepam" and "alcohol" in row.text for row in report.patient)


def test_one_dose_above_a_weekly_limit_decides(application: Application) -> None:
    one = finding(application, "methotrexate 5 g iv", "omeprazole 20 mg po")
    assert one.severity == "major"
    assert not any("weekly dose" in note.needs and not note.known for note in one.conditions)


def test_two_oral_anticoagulants_are_duplicates_over_subgroups(application: Application) -> None:
    report = check(application, "warfarin 5 mg po\nrivaroxaban 20 mg po")
    assert [set(row.drugs) for row in report.duplicates] == [{"warfarin", "rivaroxaban"}]
    assert report.duplicates[0].facts


def test_the_skin_lets_too_little_through_to_change_an_exposure(application: Application) -> None:
    assert not check(application, "ketoconazole shampoo\ntadalafil 5 mg po").interactions


def test_an_opioid_antagonist_does_not_sedate(application: Application) -> None:
    assert not check(application, "naltrexone 50 mg po\ndiazepam 5 mg po").interactions


def test_known_parts_of_a_condition_are_not_asked_again(application: Application) -> None:
    one = finding(application, "ceftriaxone 1 g iv", "calcium gluconate 1 g iv")
    assert one.managements[0] == "if age < 0.08 years: do not combine"


def test_what_does_not_meet_in_the_gut_does_not_bind_there(application: Application) -> None:
    assert not check(application, "levothyroxine 100 mcg iv\ncalcium gluconate iv").interactions
    assert not check(application, "levothyroxine 100 mcg po\ncalcium gluconate iv").interactions
    assert check(application, "levothyroxine 100 mcg po\ncalcium carbonate 500 mg po").interactions


def test_naloxone_does_not_sedate(application: Application) -> None:
    assert not check(application, "naloxone 0.4 mg iv\nalcohol").interactions


def test_metronidazole_with_warfarin(application: Application) -> None:
    assert finding(application, "warfarin 5 mg po", "metronidazole 400 mg po").severity == "moderate"

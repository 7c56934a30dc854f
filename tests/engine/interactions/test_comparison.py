"""What would change: findings that go, come, get better or worse, and what concerns the list as a whole."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.application import Application
from engine.cancellation import Progress
from engine.checking import CheckOptions
from engine.interactions.alternatives import candidates_for
from engine.interactions.comparison import Difference, compare
from engine.prescriptions.patient import Patient
from engine.prescriptions.swapping import ROUTE_WORDS
from engine.report import Alternative, Interaction
from engine.settings import Naming

LIST = "simvastatin 40 mg\nclarithromycin 500 mg bd\nwarfarin 5 mg\namiodarone 200 mg"


def test_nothing_changes_against_itself(application: Application) -> None:
    report = application.check(LIST)
    same = compare(report, report)
    assert (same.gone, same.new, same.better, same.worse) == ((), (), (), ())
    assert same.stay == len(report.interactions) > 0
    assert same.not_checked == same.duplicates == same.loads == same.patient == Difference()


def test_a_swap_takes_findings_away_and_brings_others(application: Application) -> None:
    before = application.check(LIST)
    after = application.check(LIST.replace("simvastatin 40 mg", "pravastatin"))
    found = compare(before, after)
    assert all("simvastatin" in one.drugs for one in found.gone)
    assert {"clarithromycin"} <= {name for one in found.gone for name in one.drugs}
    assert all("pravastatin" in one.drugs for one in found.new)
    assert found.gone[0].severity == "contraindicated"
    assert found.stay == len(before.interactions) - len(found.gone) == len(after.interactions) - len(found.new)


def test_a_dose_makes_a_finding_better_and_back_worse(application: Application) -> None:
    high, low = (
        application.check("aspirin 1 g po tds; warfarin 5 mg od"),
        application.check("aspirin 75 mg po od; warfarin 5 mg od"),
    )
    (change,) = compare(high, low).better
    assert (change.before.severity, change.after.severity) == (high.interactions[0].severity, low.interactions[0].severity)
    assert not compare(high, low).worse
    assert len(compare(low, high).worse) == 1


def test_a_medicine_that_stands_twice_is_told_apart(application: Application) -> None:
    twice = application.check("ibuprofen 400 mg\nibuprofen 200 mg\nwarfarin 5 mg")
    once = application.check("ibuprofen 400 mg\nwarfarin 5 mg")
    found = compare(twice, once)
    assert len(found.gone) == found.stay > 0
    assert [words for words in found.duplicates.gone if words.startswith("same ingredient")]


def test_what_concerns_the_list_and_the_patient_is_compared(application: Application) -> None:
    patient = Patient(egfr_ml_min=20, age_years=80)
    before = application.check("citalopram 20 mg\namiodarone 200 mg\nmetformin 1 g", patient)
    after = application.check("paracetamol 1 g\namiodarone 200 mg\nxyzolumab", patient)
    found = compare(before, after)
    assert any("QT prolongation" in words for words in found.loads.gone)
    assert any("etformin" in words for words in found.patient.gone)
    assert found.not_checked.new == ("xyzolumab: not recognised",)


NAMES = ["warfarin", "ibuprofen", "lithium", "amiodarone", "clarithromycin", "simvastatin", "morphine", "tramadol", "xyzolumab"]


@settings(max_examples=25, deadline=None)
@given(
    before=st.lists(st.sampled_from(NAMES), max_size=5), after=st.lists(st.sampled_from(NAMES), max_size=5), random=st.randoms()
)
def test_every_finding_of_both_reports_is_somewhere_and_an_order_is_no_change(
    application: Application, before: list[str], after: list[str], random: Random
) -> None:
    options = CheckOptions(with_alternatives=False)
    old, new = (application.check("\n".join(names), None, options) for names in (before, after))
    found = compare(old, new)
    changed = found.stay + len(found.better) + len(found.worse)
    assert len(old.interactions) == changed + len(found.gone)
    assert len(new.interactions) == changed + len(found.new)
    random.shuffle(before)
    same = compare(old, application.check("\n".join(before), None, options))
    assert (same.gone, same.new, same.better, same.worse) == ((), (), (), ())
    assert same.not_checked == same.duplicates == same.loads == same.patient == Difference()


def offered(
    application: Application, text: str, rows: tuple[int, int], patient: Patient | None = None
) -> tuple[Alternative, ...]:
    steps = application.checker.alternatives_in_steps(text, patient, CheckOptions(), rows)
    while True:
        try:
            assert isinstance(next(steps), Progress)
        except StopIteration as stop:
            found: tuple[Alternative, ...] = stop.value
            return found


def test_alternatives_of_one_pair_are_those_of_the_whole_check(application: Application) -> None:
    report = application.check(LIST)
    worst: dict[tuple[int, int], Interaction] = {}
    for finding in report.interactions:
        worst.setdefault(finding.rows, finding)
    assert any(finding.alternatives for finding in worst.values())
    for rows, finding in worst.items():
        assert set(offered(application, LIST, rows)) == set(finding.alternatives)


def test_no_alternatives_below_moderate(application: Application) -> None:
    text = "ibuprofen gel top; warfarin 5 mg po od"
    assert all(one.severity in ("minor", "none") for one in application.check(text).interactions)
    assert offered(application, text, (0, 1)) == ()


@pytest.mark.parametrize("naming", ["inn", "usan", "ban"])
def test_every_name_that_may_be_offered_is_read_as_that_medicine(application: Application, naming: Naming) -> None:
    shown = application.named(naming)
    offered_ids = {one.substance for each in shown.store.all_substances() for one in candidates_for(shown.store, each.id)}
    assert len(offered_ids) > 100
    for substance in sorted(offered_ids):
        for route in ("", f" {ROUTE_WORDS['oral']}", f" {ROUTE_WORDS['iv']}"):
            recognised = shown.checker.recognise(shown.store.substance(substance).name + route, CheckOptions(provisional=False))
            assert [(drug.substance, drug.confirmed) for drug in recognised.drugs] == [(substance, True)]

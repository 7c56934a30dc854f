"""A choice means the same pair in every report of a changing list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from desktop.prescription.choice import Choice, choice_of, chosen_of, pair_choice
from engine.application import Application

if TYPE_CHECKING:
    from desktop.prescription.choice import Chosen

LIST = "warfarin 5 mg\nibuprofen 400 mg\nibuprofen 200 mg\ncitalopram 20 mg\namiodarone 200 mg\nspironolactone 25 mg"


def test_every_part_of_a_report_is_found_by_its_own_choice(application: Application) -> None:
    report = application.check(LIST)
    parts: tuple[Chosen, ...] = (*report.interactions, *report.cumulative, *report.duplicates, *report.patient, *report.missing)
    assert len({choice_of(report, part).kind for part in parts}) >= 4
    for part in parts:
        assert part in chosen_of(report, choice_of(report, part))
    for finding in report.interactions:
        found = chosen_of(report, choice_of(report, finding))
        assert {tuple(sorted(one.rows)) for one in found if one in report.interactions} == {tuple(sorted(finding.rows))}


@pytest.mark.parametrize("changed", [f"simvastatin 20 mg\n{LIST}", LIST.replace("citalopram 20 mg\n", "")])
def test_the_second_of_two_lines_stays_the_second(application: Application, changed: str) -> None:
    before = application.check(LIST)
    choice = pair_choice(before, (0, 2))
    after = application.check(changed)
    (found,) = {tuple(sorted(one.rows)) for one in chosen_of(after, choice) if hasattr(one, "rows")}
    assert [after.drugs[row].dose_mg for row in found] == [5.0, 200.0]


def test_what_is_gone_means_nothing(application: Application) -> None:
    before = application.check(LIST)
    choice = pair_choice(before, (0, 1))
    assert chosen_of(before, choice)
    assert chosen_of(application.check("warfarin 5 mg"), choice) == ()
    assert chosen_of(before, Choice("load", ("nothing",))) == ()

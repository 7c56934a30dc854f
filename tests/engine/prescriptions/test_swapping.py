"""Replacing one medicine's name in a text: only its part of its line changes, without a dose, or a sentence says why not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.errors import InputError
from engine.prescriptions.swapping import (
    COMBINATION,
    NOT_FOUND,
    ROUTE_WORDS,
    SEVERAL_LINES,
    SEVERAL_MEDICINES,
    WORDS_BEFORE,
    replaced_line,
    replaced_text,
    swap_obstacle,
)
from engine.report import Drug, Report


def the(report: Report, name: str) -> Drug:
    return next(drug for drug in report.drugs if drug.name == name)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("simvastatin 40 mg nocte", "pravastatin"),
        ("  simvastatin 40 mg po nocte  ", "  pravastatin oral  "),
        ("2. simvastatin 40 mg", "2. pravastatin"),
        ("- Zocor 40 mg tablets", "- pravastatin oral"),
        ("warfarin 5 mg; simvastatin 40 mg;  aspirin 75 mg", "warfarin 5 mg; pravastatin;  aspirin 75 mg"),
        ("simvastatin 40 mg; at night; aspirin 75 mg", "pravastatin; aspirin 75 mg"),
        ("Allergy: penicillin. simvastatin 40 mg", "Allergy: penicillin. pravastatin"),
        ("* Morning: Zocor 40 mg po", "* Morning: pravastatin oral"),
        ("Tab. simvastatin 40 mg", "pravastatin oral"),
        ("40 mg simvastatin", "pravastatin"),
    ],
)
def test_only_the_part_of_the_medicine_is_replaced(application: Application, text: str, wanted: str) -> None:
    report = application.check(text)
    assert replaced_line(text, the(report, "simvastatin"), "pravastatin") == wanted


def test_the_new_line_has_no_dose(application: Application) -> None:
    text = "simvastatin 40 mg po nocte\nclarithromycin 500 mg bd"
    new = replaced_line(text, the(application.check(text), "simvastatin"), "pravastatin")
    after = application.check(replaced_text(text, 1, new))
    pravastatin = the(after, "pravastatin")
    assert (pravastatin.dose_mg, pravastatin.route) == (None, "oral")
    assert the(after, "clarithromycin").dose_mg == 500


def test_directions_on_the_next_line_are_not_left_to_the_new_medicine(application: Application) -> None:
    text = "simvastatin 40 mg\none tablet at night"
    with pytest.raises(InputError) as met:
        replaced_line(text, application.check(text).drugs[0], "pravastatin")
    assert met.value.sentence == SEVERAL_LINES


@pytest.mark.parametrize("text", ["Take 40 mg daily. Simvastatin", "Home: tab simvastatin 40 mg", "Day 1: simvastatin"])
def test_words_before_the_name_are_kept_whole_or_not_touched(application: Application, text: str) -> None:
    with pytest.raises(InputError) as met:
        replaced_line(text, the(application.check(text), "simvastatin"), "pravastatin")
    assert met.value.sentence == WORDS_BEFORE


@pytest.mark.parametrize("text", ["simvastatin 40 mg; simvastatin 40 mg", "warfarin 5 mg", "", "\n\n"])
def test_what_is_not_there_exactly_once_is_refused(application: Application, text: str) -> None:
    drug = application.check("simvastatin 40 mg").drugs[0]
    with pytest.raises(InputError) as met:
        replaced_line(text, drug, "pravastatin")
    assert met.value.sentence == NOT_FOUND
    assert "simvastatin" not in met.value.sentence


def test_a_line_with_more_than_the_medicine_is_left_to_the_person(application: Application) -> None:
    assert swap_obstacle(application.check("simvastatin 40 mg"), 0) is None
    assert swap_obstacle(application.check("co-amoxiclav 625 mg"), 0) == COMBINATION
    both = application.check("simvastatin 40 mg and warfarin 5 mg")
    assert [swap_obstacle(both, row) for row in range(len(both.drugs))] == [SEVERAL_MEDICINES] * 2
    twice = application.check("simvastatin 40 mg; simvastatin 40 mg")
    assert [swap_obstacle(twice, row) for row in range(2)] == [SEVERAL_MEDICINES] * 2
    # Two medicines behind each other, each in its own part.
    apart = application.check("simvastatin 40 mg; warfarin 5 mg")
    assert swap_obstacle(apart, 0) is None


def test_a_medicine_without_knowledge_on_its_own_line_can_be_replaced(application: Application) -> None:
    names = [one.name for one in application.store.all_substances() if not application.store.covers(one.id)]
    report = next(report for name in names if len((report := application.check(name)).drugs) == 1)
    assert report.not_checked
    assert swap_obstacle(report, 0) is None


@pytest.mark.parametrize("route", sorted(ROUTE_WORDS))
def test_each_route_is_read_back(application: Application, route: str) -> None:
    report = application.check(f"hydrocortisone {ROUTE_WORDS[route]}")
    assert [drug.route for drug in report.drugs] == [route]


LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029"), max_size=20)
END = st.sampled_from(["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])


@given(st.lists(st.tuples(LINE, END), max_size=6), LINE, st.lists(st.tuples(END, LINE), max_size=6), LINE)
def test_other_lines_are_untouched(before: list[tuple[str, str]], line: str, after: list[tuple[str, str]], new: str) -> None:
    head = "".join(text + end for text, end in before)
    tail = "".join(end + text for end, text in after)
    # "\r" and "\n" of two neighbours are one end of line.
    number = len(re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", head))
    if head.endswith("\r") and (line + tail).startswith("\n"):
        return
    assert replaced_text(head + line + tail, number, new) == head + new + tail


def test_a_line_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError):
        replaced_text("one\ntwo", 3, "three")

"""A number of times over a stretch of time is divided by it; what can be read in two ways is left unknown, and that is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.prescriptions.parser import parse_prescription
from engine.prescriptions.terms import SigTerms

UNCLEAR = "How often it is taken can be read in more than one way; no frequency was used."

SURE = [
    ("2 times every 3 days", 2 / 3),
    ("two times every three days", 2 / 3),
    ("twice every 3 days", 2 / 3),
    ("2 x every 3 days", 2 / 3),
    ("2x/3 days", 2 / 3),
    ("2 times q3 days", 2 / 3),
    ("1-2 times every 3 days", 2 / 3),
    ("once or twice every 3 days", 2 / 3),
    ("2 fois tous les 3 jours", 2 / 3),
    ("once every 3 days", 1 / 3),
    ("1 time every 8 hours", 3),
    ("3 times per 2 weeks", 3 / 14),
    ("3 times every 2 weeks", 3 / 14),
    ("3 times every two weeks", 3 / 14),
    ("3 times a fortnight", 3 / 14),
    ("1 tablet 2 times every other day", 1),
    ("twice every other day", 1),
    ("2 fois un jour sur deux", 1),
    ("3 times every 24 hours", 3),
    ("up to 3 times in 24 hours", 3),
    ("3 times in a day", 3),
    ("3 times every day", 3),
    ("twice daily", 2),
    ("2 tablets every 3 days", 1 / 3),
    ("3 days a week", 3 / 7),
    ("for 3 days a week", 3 / 7),
    ("4 jours par semaine", 4 / 7),
    ("2 doses twice daily", 2),
    ("2 doses every 12 hours", 2),
]
DOUBTFUL = [
    "2 times every 8 hours",
    "twice every eight hours",
    "2 times every 4-6 hours",
    "3 times in 2 weeks",
    "twice over 3 days",
    "every 3 days 2 times",
    "every three days, twice",
    "alternate days twice",
    "twice every morning",
    "2 times on Monday",
    "several times every 3 days",
    "plusieurs fois par jour",
    "2 doses daily",
    "2 doses every 3 days",
    "2 weeks per month",
    "8 days a week",
]


@pytest.mark.parametrize(("words", "a_day"), SURE)
def test_a_number_of_times_is_spread(terms: SigTerms, words: str, a_day: float) -> None:
    (item,) = parse_prescription(f"prednisone 10 mg {words}", terms).items
    assert item.name_text == "prednisone"
    assert item.frequency_per_day == pytest.approx(a_day)
    assert UNCLEAR not in item.notes


@pytest.mark.parametrize("words", DOUBTFUL)
def test_what_can_be_read_in_two_ways_is_unknown_and_said(terms: SigTerms, words: str) -> None:
    (item,) = parse_prescription(f"prednisone 10 mg {words}", terms).items
    assert (item.name_text, item.frequency_per_day, item.dose_mg_per_day) == ("prednisone", None, None)
    assert UNCLEAR in item.notes


def test_days_of_a_week_are_no_duration(terms: SigTerms) -> None:
    (item,) = parse_prescription("prednisone 10 mg 3 days a week", terms).items
    assert item.duration_days is None
    (course,) = parse_prescription("prednisone 10 mg bd for 3 days", terms).items
    assert (course.frequency_per_day, course.duration_days) == (2, 3)


@given(
    times=st.integers(1, 6),
    period=st.integers(1, 30),
    unit=st.sampled_from([("days", 1), ("weeks", 7), ("months", 30)]),
    link=st.sampled_from(["every", "per", "each"]),
    word=st.sampled_from(["times", "x", "fois"]),
)
def test_any_number_over_any_period(
    terms: SigTerms, times: int, period: int, unit: tuple[str, int], link: str, word: str
) -> None:
    (item,) = parse_prescription(f"prednisone 10 mg {times} {word} {link} {period} {unit[0]}", terms).items
    assert item.frequency_per_day == pytest.approx(times / (period * unit[1]))

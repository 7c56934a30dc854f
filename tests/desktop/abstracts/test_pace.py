"""Rates and times left, as figures and as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.abstracts.pace import Pace, left_words, rate_words


def test_nothing_is_said_before_enough_was_seen() -> None:
    pace = Pace()
    assert pace.rate_per_s is None
    for second in range(3):
        pace.take(second, second * 10)
        assert pace.rate_per_s is None
    pace.take(3.5, 35)
    assert pace.rate_per_s == pytest.approx(10)
    assert pace.left_s(100) == pytest.approx(6.5)
    assert pace.left_s(0) is None
    pace.start()
    assert pace.rate_per_s is None


def test_only_the_last_half_minute_counts() -> None:
    pace = Pace()
    for second in range(100):
        pace.take(second, second * 10 if second < 50 else 500 + (second - 50))
    assert pace.rate_per_s == pytest.approx(1, abs=0.01)


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(0, 100)), max_size=60), st.integers(0, 10_000))
def test_a_rate_is_never_negative_and_left_never_less_than_nothing(steps: list[tuple[float, int]], total: int) -> None:
    pace, now_s, done = Pace(), 0.0, 0
    for seconds, records in steps:
        now_s, done = now_s + seconds, done + records
        pace.take(now_s, done)
    rate, left = pace.rate_per_s, pace.left_s(total)
    assert rate is None or rate > 0
    assert left is None or left >= 0


@pytest.mark.parametrize(
    ("rate", "words"), [(0.25, "15 a minute"), (2.345, "2.3 a second"), (41.7, "42 a second"), (1.0, "1.0 a second")]
)
def test_rates_in_words(rate: float, words: str) -> None:
    assert rate_words(rate) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (3, "a few seconds left"),
        (44, "about 40 seconds left"),
        (89, "about 90 seconds left"),
        (600, "about 10 minutes left"),
        (7_300, "about 2 h 0 min left"),
        (9_000, "about 2 h 30 min left"),
    ],
)
def test_times_in_words(left: float, words: str) -> None:
    assert left_words(left) == words

"""How sure a label is told, by how many of the two medicines were learned from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.students.temperatures import Temperatures, softened


def test_less_known_medicines_have_temperatures_of_their_own() -> None:
    told = Temperatures({"severity": 1.0, "direction": 1.5}, {"severity": (2.0, 3.0)}, frozenset({"a", "b"}))
    assert [told.of("severity", pair) for pair in ("ab", "ax", "xb", "xy")] == [1.0, 2.0, 2.0, 3.0]
    assert told.of("direction", "xy") == 1.5
    assert Temperatures({"severity": 1.2}).of("severity", "xy") == 1.2


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=6), st.floats(0.05, 20.0))
def test_softening_keeps_the_order_and_the_sum(given: list[float], temperature: float) -> None:
    shares = {str(place): one / sum(given) for place, one in enumerate(given)}
    soft = softened(shares, temperature)
    assert sum(soft.values()) == pytest.approx(1.0)
    assert max(soft.values()) == pytest.approx(soft[max(shares, key=lambda place: shares[place])])
    if temperature > 1:
        assert max(soft.values()) <= max(shares.values()) + 1e-9


def test_a_temperature_of_two_takes_the_root() -> None:
    assert softened({"none": 0.8, "major": 0.2}, 2.0) == pytest.approx({"none": 2 / 3, "major": 1 / 3})

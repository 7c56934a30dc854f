"""Units: factors as their sources give them, and no figure changed by being shown."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.prescriptions.patient import bounds_of
from engine.prescriptions.units import kept, shown, unit_of
from engine.settings import Units

FIGURES = (
    *("age_years", "weight_kg", "height_cm", "egfr_ml_min", "creatinine_umol_l"),
    *("qtc_ms", "potassium_mmol_l", "inr"),
)


@pytest.mark.parametrize(
    ("field", "figure", "text"),
    [
        ("creatinine_umol_l", 88.4, "1"),
        ("weight_kg", 70.0, "154.3"),
        ("height_cm", 180.0, "70.87"),
        ("potassium_mmol_l", 4.2, "4.2"),
        ("egfr_ml_min", 60.0, "60"),
    ],
)
def test_known_figures(field: str, figure: float, text: str) -> None:
    assert shown(field, figure, "us") == text


@given(st.sampled_from(FIGURES), st.floats(0.5, 900), st.sampled_from(get_args(Units)))
def test_round_trips(field: str, figure: float, chosen: Units) -> None:
    back = kept(field, float(shown(field, figure, chosen)), chosen)
    exact = unit_of(field, chosen).kept_per_one == 1.0
    assert back == figure if exact else back == pytest.approx(figure, rel=6e-4)


def test_every_figure_has_bounds() -> None:
    for field in FIGURES:
        least, most = bounds_of(field)
        assert least < most
    with pytest.raises(ValueError, match="sex"):
        bounds_of("sex")

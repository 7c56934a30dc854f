"""Units in which a patient's figures are written: SI as they are kept, and those of the United States.

Kept figures are never rounded: a figure is converted for show only, and what a person typed stays as typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.settings import Units


UMOL_L_PER_MG_DL_CREATININE = 88.4
"""µmol/L of creatinine in 1 mg/dL: 10 000 µg/L ÷ 113.12 g/mol (C4H7N3O, atomic weights of IUPAC), rounded as laboratories do."""
KG_PER_LB = 0.45359237
"""Kilograms in a pound: exact, international yard and pound agreement of 1959."""
CM_PER_INCH = 2.54
"""Centimetres in an inch: exact, international yard and pound agreement of 1959."""
SHOWN_DIGITS = 4


class Unit(NamedTuple):
    """A unit as it is written, and how many of the kept unit one of it is."""

    name: str
    kept_per_one: float


_SI: dict[str, Unit] = {
    "age_years": Unit("years", 1.0),
    "weight_kg": Unit("kg", 1.0),
    "height_cm": Unit("cm", 1.0),
    "egfr_ml_min": Unit("mL/min", 1.0),
    "creatinine_umol_l": Unit("µmol/L", 1.0),
    "qtc_ms": Unit("ms", 1.0),
    "potassium_mmol_l": Unit("mmol/L", 1.0),
    "inr": Unit("", 1.0),
}
# Potassium carries one charge, so a mmol is a mEq.
_US: dict[str, Unit] = {
    **_SI,
    "weight_kg": Unit("lb", KG_PER_LB),
    "height_cm": Unit("in", CM_PER_INCH),
    "creatinine_umol_l": Unit("mg/dL", UMOL_L_PER_MG_DL_CREATININE),
    "potassium_mmol_l": Unit("mEq/L", 1.0),
}


def unit_of(field: str, units: Units) -> Unit:
    """The unit in which a figure of the patient (a field of `Patient`) is written.

    Raises:
        KeyError: the field holds no figure.
    """
    return (_US if units == "us" else _SI)[field]


def kept(field: str, figure: float, units: Units) -> float:
    """A figure as it is written, in the unit in which it is kept."""
    return figure * unit_of(field, units).kept_per_one


def shown(field: str, figure: float, units: Units, digits: int = SHOWN_DIGITS) -> str:
    """A kept figure as it is written in these units: whole in the unit in which it is kept, else to `digits` significant ones."""
    unit = unit_of(field, units)
    if unit.kept_per_one == 1.0:
        return repr(figure).removesuffix(".0")
    return f"{figure / unit.kept_per_one:.{digits}g}"

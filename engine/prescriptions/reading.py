"""From the elements of one item to its :class:`Sig`: route, schedule and quantities put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from engine.prescriptions.model import Route, RouteSource, Sig
from engine.prescriptions.quantities import Quantities, read_quantities
from engine.prescriptions.scan import Element

STOPPED = "the line says that something is stopped or held; it is treated as taken."
_AS_NEEDED = "Taken as needed: the daily amount is the most that the line allows, not what is taken."
_UNCLEAR = "How often it is taken can be read in more than one way; no frequency was used."
_EYE_WORDS = frozenset({"drop", "ointment"})


def read_sig(elements: Sequence[Element], names: int = 1) -> Sig:
    """Dose, route and schedule of one item that joins `names` names (1 for a plain one)."""
    notes: list[str] = []
    route, source, eye = _route(elements, notes)
    unclear = _is_unclear(elements)
    frequency = _frequency(elements, eye, notes) if not unclear else None
    found = read_quantities(elements, names, frequency is not None)
    if unclear:
        notes.append(_UNCLEAR)
    else:
        frequency = frequency or found.times_a_day or _by_moments(elements)
    single = any(element.kind == "single" for element in elements) and frequency is None
    units = found.units_per_dose if found.units_per_dose is not None and found.units_per_dose > 0 else None
    per_day = _per_day(found, frequency, single, elements, route)
    in_mg = found.code == "mg"
    as_needed = any(element.kind == "prn" for element in elements)
    if as_needed:
        per_day = _bound(per_day, frequency, found)
        if per_day is not None and in_mg:
            notes.append(_AS_NEEDED)
    strength = found.strengths[0] if found.strengths else None
    return Sig(
        strength_mg=strength if in_mg else None,
        strengths_mg=found.strengths if in_mg else (),
        strength_value=strength,
        strength_unit=found.code if strength is not None else None,
        strength_volume_ml=found.strength_volume_ml,
        dose_mg=_tidy(found.dose) if found.dose_code == "mg" else None,
        dose_value=_tidy(found.dose),
        dose_unit=found.dose_code if found.dose is not None else None,
        dose_mg_per_day=_tidy(per_day) if in_mg else None,
        max_mg_per_day=found.max_mg_per_day,
        units_per_dose=units,
        units_per_day=found.units_per_day
        if found.units_per_day is not None
        else _tidy(units * frequency)
        if units is not None and frequency is not None
        else None,
        form=_form(elements),
        route=route,
        route_source=source,
        frequency_per_day=_tidy(frequency),
        as_needed=as_needed,
        duration_days=next((element.days for element in elements if element.kind == "duration"), None),
        single_dose=single,
        notes=tuple(dict.fromkeys([*notes, *found.notes, *_stopped(elements)])),
    )


def _tidy(value: float | None) -> float | None:
    """Without the dust of binary fractions: 0.30000000000000004 is 0.3."""
    return None if value is None else float(f"{value:.12g}")


def _form(elements: Sequence[Element]) -> str | None:
    return next(
        (e.code for e in elements if e.kind in ("form", "count") and e.code)
        if any(e.kind in ("form", "count") for e in elements)
        else (e.code for e in elements if e.kind in ("container", "containers") and e.code),
        None,
    )


def _route(elements: Sequence[Element], notes: list[str]) -> tuple[Route | None, RouteSource | None, bool]:
    """(route, where it comes from, whether the line is about an eye)."""
    products = [e for e in elements if e.kind in ("form", "count", "pattern", "container", "containers")]
    implied = {e.route for e in products if e.route != "-"}
    stated = {e.code for e in elements if e.kind == "route" and e.code != "pr"}
    eyelike = "ophthalmic" in stated | implied or any(e.code in _EYE_WORDS for e in products)
    if _is_rectal(elements, products, implied, notes):
        stated.add("rectal")
    schedules = [e for e in elements if e.kind == "frequency"]
    if eyelike and (any(e.kind == "eye" for e in elements) or _eye_beside_frequency(schedules)):
        stated.add("ophthalmic")
    if any(e.kind == "ear" for e in elements) and any(e.code == "drop" for e in products):
        stated.add("otic")
    if len(stated) == 1:
        return cast(Route, stated.pop()), "stated", eyelike
    if stated:
        notes.append("Several routes are written; none was used.")
        return None, None, eyelike
    # "Capsule for inhalation": the other form says more than the tablet or capsule does.
    if len(implied) > 1:
        implied.discard("oral")
    if len(implied) == 1:
        return cast(Route, implied.pop()), "form", eyelike
    return None, None, eyelike


def _is_rectal(elements: Sequence[Element], products: Sequence[Element], implied: set[str], notes: list[str]) -> bool:
    """Whether "PR" behind an amount means rectal. "100 mg PR tablets" are of prolonged release; "2 tablets PR" may be either."""
    marks = [e for e in elements if e.kind == "route" and e.code == "pr"]
    if not marks:
        return False
    solid = [e for e in products if e.code in ("tablet", "capsule")]
    if not solid:
        return True
    if not any(e.start == mark.end for mark in marks for e in solid):
        implied.clear()
        notes.append("“PR” can mean rectal or prolonged release; no route was read from the line.")
    return False


def _eye_beside_frequency(schedules: Sequence[Element]) -> bool:
    """ "1 drop OD bid": with another frequency on the line, "OD" is the eye."""
    return any(e.eye for e in schedules) and not all(e.eye for e in schedules)


def _frequency(elements: Sequence[Element], eye: bool, notes: list[str]) -> float | None:
    stated = [e for e in elements if e.kind == "frequency"]
    if eye and any(e.eye for e in stated):
        others = [e for e in stated if not e.eye]
        if not others:
            notes.append("“OD” can mean once daily or the right eye; no frequency was used.")
            return None
        stated = others
    values = {e.per_day for e in stated}
    days = {e.values[0] for e in elements if e.kind == "weekday"}
    divided = any(e.kind == "divided" for e in elements)
    if days and values <= {1.0}:
        return len(days) / 7 * (len(_moments(elements)) or 1)
    if len(values) > 1 and not divided:
        if _same_schedule(values):
            return max(values)
        notes.append("Several frequencies are written; none was used.")
        return None
    return max(values) if values else None


def _is_unclear(elements: Sequence[Element]) -> bool:
    """Whether a number of times stands beside a schedule that it does not agree with: "every 3 days, twice"."""
    if any(e.kind == "unclear" for e in elements):
        return True
    repeats = {e.values[0] for e in elements if e.kind == "repeats"} - {1.0}
    stated = {e.per_day for e in elements if e.kind == "frequency"}
    if not stated and (_moments(elements) or any(e.kind == "weekday" for e in elements)):
        return bool(repeats - {float(len(_moments(elements)))})
    return bool(stated and repeats - stated)


def _same_schedule(values: set[float]) -> bool:
    """ "Twice daily, every day" and "8-hourly, three times a day" say one thing."""
    several = sorted(value for value in values if value != 1.0)
    return len(several) == 1 and several[0] > 1.0


def _moments(elements: Sequence[Element]) -> set[str]:
    return {e.code for e in elements if e.kind == "moment"}


def _by_moments(elements: Sequence[Element]) -> float | None:
    moments = _moments(elements)
    return float(len(moments)) if moments else None


def _per_day(
    found: Quantities, frequency: float | None, single: bool, elements: Sequence[Element], route: str | None
) -> float | None:
    """A day's amount in the base unit, never above the maximum that the line states."""
    per_day = found.per_day
    if per_day is None and found.dose is not None and found.dose_code == found.code:
        if frequency is not None:
            per_day = found.dose * frequency
        elif single:
            per_day = found.dose
    if per_day is None and route == "transdermal":
        rate = next((e for e in elements if e.kind == "amount" and e.per == "period" and e.per_value < 1), None)
        per_day = rate.values[-1] / rate.per_value if rate is not None and rate.per_value > 0 else None
    if per_day is not None and found.max_mg_per_day is not None and found.code == "mg":
        return min(per_day, found.max_mg_per_day)
    return per_day


def _bound(per_day: float | None, frequency: float | None, found: Quantities) -> float | None:
    """A day's most of what is taken as needed: as often as written, or the written maximum; unknown without either."""
    if frequency is not None or found.per_day is not None:
        return per_day
    return found.max_mg_per_day if found.code == "mg" else None


def _stopped(elements: Sequence[Element]) -> list[str]:
    if any(element.kind == "stopped" for element in elements):
        return [STOPPED]
    return []

"""Strength, single dose and a day's amount from the elements of one item. Doubt leaves a figure out and leaves a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.prescriptions.scan import Element

# A number of tablets above this is what the pack holds, the sooner if the line does not say when to take them.
_MOST_UNITS_AT_A_TIME = 12.0
_MOST_UNITS_UNSCHEDULED = 4.0
_SCHEDULE_KINDS = frozenset({"frequency", "unclear", "repeats", "moment", "prn", "single", "weekday", "pattern"})
_PACKED_FORMS = frozenset({"tablet", "capsule", "sachet", "suppository", "patch", "lozenge"})
_TOLERANCE = 0.011
_PRODUCT_WORDS = frozenset({"ointment", "cream", "gel", "lotion", "tube", "topical", "inhaler", "puff", "spray", "drop"})
_PRODUCT_KINDS = frozenset({"form", "count", "route", "container", "containers"})
_GRAM_MG = 1000.0


@dataclass(slots=True)
class Quantities:
    """What `read_quantities` found, in the base unit `code` of the amounts."""

    code: str | None = None
    strengths: tuple[float, ...] = ()
    strength_volume_ml: float | None = None
    dose: float | None = None
    dose_code: str | None = None
    per_day: float | None = None
    """A day's amount where the line states it or gives different doses; else dose times frequency."""
    max_mg_per_day: float | None = None
    units_per_dose: float | None = None
    units_per_day: float | None = None
    times_a_day: float | None = None
    """Times a day, where the quantities themselves tell ("1-0-1")."""
    notes: list[str] = field(default_factory=list)


def read_quantities(elements: Sequence[Element], names: int, frequency_known: bool) -> Quantities:
    """Quantities of one item. `names` is the number of names it joins: "25-250 mg" of two names are two strengths."""
    found = Quantities()
    for element in elements:
        if element.kind == "maximum" and element.code == "mg":
            found.max_mg_per_day = element.values[-1] / element.per_value
        if element.kind == "doubtful":
            found.notes.append("Two figures stand together without saying what they count; no dose was read from them.")
    _read_units(found, elements, frequency_known)
    if any(element.kind == "doubtful" for element in elements):
        found.units_per_dose = -1.0
    _read_pattern(found, elements)
    amounts = _drug_amounts(elements)
    found.code = _principal(amounts, elements)
    if found.code is None:
        return found
    mine = [amount for amount in amounts if amount.code == found.code]
    stated = [amount for amount in mine if amount.per in ("", "form")]
    if found.code == "ml":
        stated = _volumes(elements)
    solutions = [amount for amount in mine if amount.per in ("volume", "mass")]
    rates = [amount for amount in mine if amount.per in ("period", "body")]
    if solutions:
        injections = next((e for e in elements if e.kind == "count" and e.code == "injection"), None)
        _from_solution(found, solutions[0], stated, _volumes(elements), injections)
    elif rates:
        _from_rate(found, rates[0], stated)
    elif stated and not _paired_with_moments(found, elements):
        _from_stated(found, stated, elements, names)
    _finish_pattern(found, elements)
    return found


def high(element: Element, found: Quantities) -> float:
    """The figure of an element; of a range the higher one, with a note."""
    if element.joined == "range":
        found.notes.append("A range is written; the higher figure was used.")
    return element.values[-1] if element.joined == "range" else element.values[0]


def _principal(amounts: list[Element], elements: Sequence[Element]) -> str | None:
    """The unit in which the medicine is dosed: its mass, units or mmol before the volume it is in or its percentage."""
    codes = [amount.code for amount in amounts] + [e.code for e in elements if e.kind == "pattern" and e.code in _UNITS]
    for code in codes:
        if code not in ("ml", "%"):
            return code
    return codes[0] if codes else None


_UNITS = frozenset({"mg", "ml", "units", "IU", "mmol", "mEq"})


def _drug_amounts(elements: Sequence[Element]) -> list[Element]:
    """Amounts of the medicine; the grams of a cream, a spray or of something given as "2%" are grams of the product."""
    by_product = any(e.code in _PRODUCT_WORDS for e in elements if e.kind in _PRODUCT_KINDS)
    percent = any(e.kind == "amount" and e.code == "%" for e in elements)
    return [
        element
        for element in elements
        if element.kind == "amount"
        and not (by_product and element.code == "mg" and not element.per and (percent or element.values[0] >= _GRAM_MG))
    ]


def _volumes(elements: Sequence[Element]) -> list[Element]:
    """Amounts in mL that are given, not the contents of a vial or bag."""
    return [
        element
        for element, following in zip(elements, [*elements[1:], None], strict=True)
        if element.kind == "amount"
        and element.code == "ml"
        and not element.per
        and (following is None or following.kind != "container" or following.start != element.end)
    ]


def _read_units(found: Quantities, elements: Sequence[Element], frequency_known: bool) -> None:
    counts = [element for element in elements if element.kind == "count"]
    counts += _bare_counts(elements)
    # "1 drop, 0.02 bottle": bottles count only where nothing better does.
    counts = counts or [element for element in elements if element.kind == "containers"]
    scheduled = any(element.kind in _SCHEDULE_KINDS for element in elements)
    usable: list[float] = []
    for count in counts:
        value = high(count, found)
        most = _MOST_UNITS_AT_A_TIME if scheduled else _MOST_UNITS_UNSCHEDULED
        if count.code in _PACKED_FORMS and value > most:
            found.notes.append(f"{value:g} units were taken for the contents of a pack, not for a dose.")
        elif value > 0:
            usable.append(value)
    for element in elements:
        if element.kind == "times" and not usable:
            if frequency_known:
                usable.append(element.values[0])
            else:
                found.notes.append(f"“x {element.values[0]:g}” can mean units or times; it was not used.")
                found.units_per_dose = -1.0
    if len(set(usable)) == 1:
        found.units_per_dose = usable[0]
    elif usable:
        moments = _counted_moments(elements)
        if len(moments) == len(usable):
            found.units_per_dose, found.units_per_day = max(usable), sum(usable)
            found.times_a_day = float(len(usable))
            found.notes.append("Doses differ over the day; the largest is given as the single dose.")
        else:
            found.notes.append("Several numbers of units are written; none was used.")
            found.units_per_dose = -1.0


def _bare_counts(elements: Sequence[Element]) -> list[Element]:
    """Bare figures just before a frequency or a moment: "1 nocte", "2 daily"."""
    before = {element.start for element in elements if element.kind in ("frequency", "unclear", "moment", "prn")}
    return [e for e in elements if e.kind == "figures" and e.joined in ("", "range") and e.end in before]


def _counted_moments(elements: Sequence[Element]) -> list[Element]:
    """Moments of the day that come right after a number of units, noise between them let pass."""
    found = []
    last = ""
    for element in elements:
        if element.kind == "moment" and last in ("count", "figures", "amount"):
            found.append(element)
        if element.kind not in ("noise", "route"):
            last = element.kind
    return found


def _read_pattern(found: Quantities, elements: Sequence[Element]) -> None:
    for element in elements:
        if element.kind == "pattern" and element.code not in _UNITS:
            given = [value for value in element.values if value > 0]
            found.units_per_dose, found.units_per_day = max(given), sum(given)
            found.times_a_day = float(len(given))
            if len(set(given)) > 1:
                found.notes.append("Doses differ over the day; the largest is given as the single dose.")


def _finish_pattern(found: Quantities, elements: Sequence[Element]) -> None:
    for element in elements:
        if element.kind == "pattern" and element.code in _UNITS and element.code == found.code:
            given = [value for value in element.values if value > 0]
            if given:
                found.dose, found.dose_code, found.per_day = max(given), element.code, sum(given)
                found.times_a_day = float(len(given))
                found.notes.append("Doses differ over the day; the largest is given as the single dose.")


def _paired_with_moments(found: Quantities, elements: Sequence[Element]) -> bool:
    """ "10 units mane 12 units nocte": as many amounts as moments, each before its own."""
    amounts = [element for element in elements if element.kind == "amount" and element.code == found.code]
    if len(amounts) < 2 or len(_counted_moments(elements)) != len(amounts):
        return False
    values = [high(amount, found) for amount in amounts]
    found.dose, found.dose_code, found.per_day = max(values), found.code, sum(values)
    found.times_a_day = float(len(values))
    found.notes.append("Doses differ over the day; the largest is given as the single dose.")
    return True


def _from_solution(
    found: Quantities, solution: Element, stated: list[Element], volumes: list[Element], injections: Element | None
) -> None:
    """ "250 mg/5 mL": the dose is another amount on the line, or a volume; beside "20 mg/g", one of the product."""
    found.strengths = (solution.values[0],)
    found.dose_code = found.code
    values = {high(amount, found) for amount in stated}
    if solution.per == "mass":
        if len(values) == 1:
            found.dose = values.pop() * solution.values[0] / solution.per_value
        return
    found.strength_volume_ml = solution.per_value
    if len(values) == 1:
        found.dose = values.pop()
    elif values:
        found.notes.append("Several amounts are written; none was used as the dose.")
    elif len(volumes) == 1 and solution.per_value > 0:
        found.dose = high(volumes[0], found) * solution.values[0] / solution.per_value
    elif not volumes and injections is not None and found.units_per_dose is not None:
        # "4000 IU/0.4 mL, 1 injection": the syringe holds the stated volume.
        found.dose = solution.values[0] * found.units_per_dose if found.units_per_dose > 0 else None


def _from_rate(found: Quantities, rate: Element, stated: list[Element]) -> None:
    """ "5 mg/day" is a day's amount; "15 mg/kg" and "2 mg/h" are no single dose in mg."""
    if rate.per == "body":
        found.dose, found.dose_code = None, f"{found.code}/kg"
        found.notes.append("A dose per body size is written; it was not turned into a dose.")
    elif rate.per_value >= 1:
        found.per_day = high(rate, found) / rate.per_value
    else:
        found.notes.append("A rate is written; it was not turned into a single dose.")
    values = {amount.values[0] for amount in stated}
    if len(values) == 1 and found.code != "ml":
        found.strengths = (values.pop(),)
    elif not values and rate.per == "period" and rate.per_value < 1:
        found.strengths, found.per_day = (), None


def _from_stated(found: Quantities, stated: list[Element], elements: Sequence[Element], names: int) -> None:
    first = stated[0]
    combined = first.joined == "ratio" or (first.joined == "range" and len(first.values) == names > 1)
    if found.code != "ml":
        found.strengths = first.values if combined else (first.values[0],)
    found.dose_code = found.code
    strength = first.values[0] if combined else high(first, found)
    units = found.units_per_dose
    if len(stated) == 1:
        _from_one(found, first, strength, elements)
        return
    second = stated[1]
    values = {amount.values[-1] for amount in stated[1:]}
    if len(values) > 1 or not _followed_by_form(first, elements):
        if len({amount.values for amount in stated}) == 1:
            found.dose = strength
            return
        found.notes.append("Several amounts are written; none was used as the dose.")
        return
    dose = high(second, found)
    if units is not None and units > 0 and abs(strength * units - dose) > _TOLERANCE * dose:
        found.notes.append("Strength, number of units and dose do not agree; no dose was used.")
        return
    found.dose = dose


def _from_one(found: Quantities, amount: Element, strength: float, elements: Sequence[Element]) -> None:
    """The dose where one amount is written: times the number of units, if there is one."""
    units = found.units_per_dose
    if units is None:
        found.dose = strength if _stands_for_a_dose(found, amount, elements) else None
    elif units > 0 and found.code != "%":
        if not any(element.kind in ("count", "figures", "pattern", "times") for element in elements):
            found.dose = _from_containers(found, amount, strength, elements)
            return
        found.dose = strength * units
        if found.units_per_day is not None:
            found.per_day = strength * found.units_per_day


def _from_containers(found: Quantities, amount: Element, strength: float, elements: Sequence[Element]) -> float | None:
    """ "1 g vial, 2 vials" is 2 g; "250 mL vial 25 g 2 vials" is 25 g out of two; "1 g 2 vials" may be either."""
    units = found.units_per_dose or 1.0
    if any(element.kind == "container" and element.start == amount.end for element in elements):
        return strength * units
    volumes = [e for e in elements if e.kind == "amount" and e.code == "ml" and not e.per]
    if units == 1.0 or found.code == "ml" or len(volumes) > len(_volumes(elements)):
        return strength
    found.notes.append("A number of containers is written beside an amount; no dose was read from them.")
    return None


def _followed_by_form(amount: Element, elements: Sequence[Element]) -> bool:
    return any(
        element.kind in ("form", "container", "count", "containers") and amount.end <= element.start <= amount.end + 1
        for element in elements
    )


def _stands_for_a_dose(found: Quantities, amount: Element, elements: Sequence[Element]) -> bool:
    """A lone amount is the dose; with tablets named but not counted, one is taken if the line says how often."""
    if amount.code == "%":
        return False
    form = next((e for e in elements if e.kind in ("form", "container") and 0 <= e.start - amount.end <= 1), None)
    if form is None:
        return True
    if form.kind == "container":
        return False
    if any(element.kind in ("frequency", "unclear", "moment", "single", "prn") for element in elements):
        found.notes.append("No number of units is written; one at a time was assumed.")
        return True
    return False

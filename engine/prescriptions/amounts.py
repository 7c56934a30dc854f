"""What begins with a figure: amounts with their unit, counts of tablets, "3 times a day", "7 days", "1-0-1", bare figures."""

from __future__ import annotations

from engine.prescriptions.often import days_of_a_period, doses_a_period, spread
from engine.prescriptions.scan import Element, Figure, Scan

_DURATION_BASES = {7.0: 1.0, 52.0: 7.0, 12.0: 30.0}
# "Seretide 250 Evohaler": what stands before these is a strength.
_UNCOUNTED_FORMS = frozenset({"inhaler", "cream", "ointment", "gel", "lotion", "liquid"})
_MAX_PATTERN_VALUE = 50.0

_MG_PER_GRAM = 1000.0


def number_element(scan: Scan, index: int, after_sig: bool) -> Element | None:
    """The element that begins with the figure at `index`; `after_sig` tells "5/7" the duration from "5/7" the strengths."""
    figure = scan.figure(index)
    if figure is None:
        return None
    end = _past_hyphen(scan, figure.end)
    return (
        _amount(scan, index, figure, end)
        or _pattern(scan, index, figure)
        or _schedule(scan, index, figure, end)
        or _count(scan, index, figure, end)
        or _uk_duration(index, figure, after_sig)
        or _first_of_several(scan, index, figure)
        or Element("figures", index, figure.end, values=figure.values, joined=figure.joined)
    )


def _past_hyphen(scan: Scan, index: int) -> int:
    """Over the hyphen of "5-day" and "10-mg"."""
    return index + 1 if scan.sign(index, "-") and scan.glued(index) and scan.glued(index + 1) else index


def _amount(scan: Scan, index: int, figure: Figure, end: int) -> Element | None:
    unit = scan.find(end, "unit")
    if unit is None:
        return None
    code, values = unit.term.code, [value * unit.term.figure for value in figure.values]
    joined, position = figure.joined, unit.end
    # "500 mg/125 mg", "2 mg - 4 mg"
    while len(values) < 6:
        how = "ratio" if scan.sign(position, "/") or scan.sign(position, "+") else ""
        hit = scan.find(position, "range")
        if scan.sign(position, "-") or hit is not None:
            how = "range"
        following = scan.figure(hit.end if hit is not None else position + 1) if how else None
        if following is None or following.joined or (joined and joined != how):
            break
        next_unit = scan.find(following.end, "unit")
        if next_unit is None or next_unit.term.code != code:
            break
        value = following.values[0] * next_unit.term.figure
        if how == "range" and value <= values[-1]:
            break
        values, joined, position = [*values, value], how, next_unit.end
    if joined == "dashes":
        # "10-0-12 units" is a day's pattern of amounts.
        return Element("pattern", index, position, values=tuple(values), joined=joined, code=code)
    per, per_value, position = _per(scan, position)
    return Element(
        "amount",
        index,
        position,
        values=tuple(values),
        joined=joined,
        code=code,
        per=per,
        per_value=per_value,
    )


def _per(scan: Scan, index: int) -> tuple[str, float, int]:
    """What follows a unit: ("volume", ml), ("mass", mg), ("period", days), ("body", 0), ("form", 0), ("", 0)."""
    if scan.sign(index, "/"):
        after = index + 1
    else:
        word = scan.find(index, "per")
        if word is None:
            return "", 0.0, index
        after = word.end
    figure = scan.figure(after)
    amount, position = (1.0, after)
    if figure is not None:
        if figure.joined:
            return "", 0.0, index
        amount, position = figure.values[0], _past_hyphen(scan, figure.end)
    unit = scan.find(position, "unit")
    if unit is not None and unit.term.code == "ml":
        return "volume", amount * unit.term.figure, unit.end
    if unit is not None and unit.term.code == "mg" and unit.term.figure >= _MG_PER_GRAM:
        return "mass", amount * unit.term.figure, unit.end
    if unit is not None and unit.term.code in ("kg", "m2"):
        _, _, end = _per(scan, unit.end)
        return "body", 0.0, end
    period = scan.find(position, "period")
    if period is not None:
        return "period", amount * period.term.figure, period.end
    form = scan.find(position, "form")
    if form is not None and figure is None:
        return "form", 0.0, form.end
    return "", 0.0, index


def _pattern(scan: Scan, index: int, figure: Figure) -> Element | None:
    if figure.joined != "dashes" or len(figure.values) not in (3, 4):
        return None
    if max(figure.values) > _MAX_PATTERN_VALUE or sum(figure.values) == 0:
        return None
    form = scan.find(figure.end, "form")
    end = form.end if form is not None else figure.end
    code, route = (form.term.code, form.term.route) if form is not None else ("", "-")
    return Element("pattern", index, end, values=figure.values, joined="dashes", code=code, route=route)


def _schedule(scan: Scan, index: int, figure: Figure, end: int) -> Element | None:
    """ "3 times a day", "2/day", "1 daily", "2 at night", "7 days", "8-hourly", "8 am"."""
    value = figure.values[-1] if figure.joined == "range" else figure.values[0]
    if figure.joined not in ("", "range"):
        return None
    times = scan.find(end, "times")
    if times is not None:
        found = _times_a_period(scan, index, value, times.end)
        if found is not None:
            return found
        if scan.word(end) == "x":
            return _figure_times_figure(scan, index, figure, times.end)
        return Element("repeats", index, times.end, values=(value,))
    doses = doses_a_period(scan, index, value, end)
    if doses is not None:
        return doses
    per = "/" if scan.sign(end, "/") else ""
    word = scan.find(end, "per")
    after = end + 1 if per else word.end if word is not None else -1
    period = scan.find(after, "period") if after >= 0 else None
    if period is not None and value > 0:
        return Element("frequency", index, period.end, per_day=value / period.term.figure)
    following = scan.word(end)
    if following in ("am", "pm"):
        return Element("moment", index, end + 1, code=f"{value:g} {following}")
    if following in ("hourly", "hrly") and min(figure.values) > 0:
        return Element("frequency", index, end + 1, per_day=24 / min(figure.values))
    period = scan.find(end, "period")
    if period is not None and value > 0 and period.term.figure >= 1:
        some_days = days_of_a_period(scan, index, value, period.term.figure, period.end)
        return some_days or Element("duration", index, period.end, days=value * period.term.figure)
    return None


def _figure_times_figure(scan: Scan, index: int, figure: Figure, after: int) -> Element | None:
    """ "2 x 500 mg", "1 x 3/day": the figure before the sign counts units. What "3 x 1" counts differs from land to land."""
    second = scan.figure(after)
    if second is None:
        return None
    if scan.find(second.end, "unit", "per", "times") is not None or scan.sign(second.end, "/"):
        return Element("count", index, after, values=figure.values, joined=figure.joined)
    return Element("doubtful", index, second.end)


def _times_a_period(scan: Scan, index: int, value: float, end: int) -> Element | None:
    """ "times a day", "x/day", "x daily", "fois par jour" after a figure."""
    link = scan.find(end, "per", "every")
    after = end + 1 if scan.sign(end, "/") else link.end if link is not None else end
    period = scan.find(after, "period", "adverb")
    if period is None or value <= 0:
        return spread(scan, index, value, end)
    if period.term.kind == "period" and after == end and scan.word(end - 1) == "x":
        return None
    return Element("frequency", index, period.end, per_day=value / period.term.figure)


def _count(scan: Scan, index: int, figure: Figure, end: int) -> Element | None:
    position = end
    while scan.word(position) in ("of", "de", "oral", "small", "level"):
        position += 1
    form = scan.find(position, "form", "container")
    if form is None or figure.joined == "ratio" or form.term.code in _UNCOUNTED_FORMS:
        return None
    plural = scan.tokens[form.end - 1].key.endswith("s")
    kind = "count" if form.term.kind == "form" else "containers"
    return Element(
        kind,
        index,
        form.end,
        values=figure.values,
        joined=figure.joined,
        code=form.term.code,
        route=form.term.route,
        plural=plural,
    )


def _uk_duration(index: int, figure: Figure, after_sig: bool) -> Element | None:
    """ "5/7" days, "2/52" weeks, "3/12" months, as British prescribers write them after the frequency."""
    if not after_sig:
        return None
    days = uk_days(figure)
    return Element("duration", index, figure.end, days=days) if days is not None else None


def uk_days(figure: Figure) -> float | None:
    """Days meant by a figure over 7, 52 or 12."""
    if figure.joined != "ratio" or len(figure.values) != 2:
        return None
    unit_days = _DURATION_BASES.get(figure.values[1])
    value = figure.values[0]
    return value * unit_days if unit_days is not None and 0 < value == int(value) else None


def _first_of_several(scan: Scan, index: int, figure: Figure) -> Element | None:
    """ "2 500 mg tablets": a figure directly before an amount counts units, if the form is named after it."""
    if figure.joined or figure.end >= len(scan.tokens):
        return None
    following = scan.figure(figure.end)
    if following is None:
        return None
    unit = scan.find(following.end, "unit")
    if unit is None:
        return None
    form = scan.find(unit.end, "form")
    if form is not None and figure.values[0] <= 12:
        return Element("count", index, figure.end, values=figure.values, code=form.term.code, route=form.term.route)
    # "12 500 units" may be one figure: nothing of it is used.
    return Element("doubtful", index, unit.end)

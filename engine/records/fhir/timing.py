"""When a medicine is taken, as FHIR codes it, in the words of a prescription."""

from __future__ import annotations

from decimal import Decimal

from fhir.resources.R4B.timing import Timing, TimingRepeat

from engine.records.fhir.names import figure, one_line

# Codes of the value set "TimingAbbreviation".
_CODES = {
    "QD": "once daily",
    "BID": "2 times daily",
    "TID": "3 times daily",
    "QID": "4 times daily",
    "QOD": "every 2 days",
    "Q1H": "every 1 hour",
    "Q2H": "every 2 hours",
    "Q3H": "every 3 hours",
    "Q4H": "every 4 hours",
    "Q6H": "every 6 hours",
    "Q8H": "every 8 hours",
    "AM": "in the morning",
    "PM": "in the afternoon",
    "BED": "at bedtime",
    "WK": "once weekly",
    "MO": "once monthly",
}
# Codes of the value set "EventTiming".
_WHEN = {
    "MORN": "in the morning",
    "MORN.early": "in the morning",
    "MORN.late": "in the morning",
    "NOON": "at noon",
    "AFT": "in the afternoon",
    "AFT.early": "in the afternoon",
    "AFT.late": "in the afternoon",
    "EVE": "in the evening",
    "EVE.early": "in the evening",
    "EVE.late": "in the evening",
    "NIGHT": "at night",
    "PHS": "at night",
    "HS": "at bedtime",
    "WAKE": "in the morning",
    "CM": "with breakfast",
    "CD": "with lunch",
    "CV": "with dinner",
    "ACM": "before breakfast",
    "ACD": "before lunch",
    "ACV": "before dinner",
    "PCM": "after breakfast",
    "PCD": "after lunch",
    "PCV": "after dinner",
    "C": "with meals",
    "AC": "before meals",
    "PC": "after meals",
}
_DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_PERIODS = {"min": "minutes", "h": "hours", "d": "days", "wk": "weeks", "mo": "months"}
_LONG = frozenset({"d", "wk", "mo"})
_HOURS = {"h": 1, "d": 24, "wk": 168}
_SINGLE = {"d": "daily", "wk": "a week", "mo": "a month"}
_DURATIONS = {"d": "days", "wk": "weeks", "mo": "months"}


def words_of_timing(timing: Timing | None) -> str | None:
    """Words such as "2 times daily for 7 days"; empty for no timing, None where it cannot be said safely."""
    if timing is None:
        return ""
    if timing.modifierExtension:
        return None
    if timing.repeat is not None:
        return _words_of_repeat(timing.repeat)
    if timing.code is not None:
        codes = [_CODES[coding.code] for coding in timing.code.coding or [] if coding.code in _CODES]
        return codes[0] if codes else one_line(timing.code.text) or None
    return None if timing.event else ""


def is_all_said(timing: Timing | None) -> bool:
    """Whether the words leave nothing out: an end, a number of doses or how long one takes."""
    repeat = timing.repeat if timing is not None else None
    if repeat is None:
        return True
    ends = repeat.boundsPeriod is not None and repeat.boundsPeriod.end is not None
    unsaid = (ends, repeat.boundsRange, repeat.countMax, repeat.duration, repeat.durationMax)
    # "Once" is said for one dose without a period.
    counted = repeat.count and (repeat.count > 1 or repeat.period is not None or repeat.when)
    return not counted and not any(unsaid) and (repeat.boundsDuration is None or bool(_for_how_long(repeat)))


def _words_of_repeat(repeat: TimingRepeat) -> str | None:
    if repeat.offset or (repeat.frequencyMax and not repeat.frequency) or (repeat.periodMax and not repeat.period):
        return None
    when = [_WHEN.get(code or "") for code in repeat.when or []]
    days = [_DAYS.get(code or "") for code in repeat.dayOfWeek or []]
    if None in when or None in days:
        return None
    if when and repeat.timeOfDay:
        return None
    often = _on_days(repeat, len(days)) if days else _often(repeat, len(when) or len(repeat.timeOfDay or []))
    if often is None:
        return None
    times = [f"{time:%H:%M}" for time in repeat.timeOfDay or [] if time is not None]
    said = [often, " and ".join(filter(None, when)), ", ".join(filter(None, days)) and f"on {', '.join(filter(None, days))}"]
    if times:
        said.append(f"at {', '.join(times)}")
    said.append(_for_how_long(repeat))
    return " ".join(filter(None, said))


def _on_days(repeat: TimingRepeat, days: int) -> str | None:
    """Once on each of some days: the daily frequency that is written does not hold for the week."""
    once = (repeat.frequency or 1) == 1 and not repeat.frequencyMax
    a_day = repeat.period is None or (repeat.period == 1 and repeat.periodUnit in ("d", "wk")) or (days == 7)
    if not once or not a_day or repeat.periodMax or len(repeat.when or []) > 1 or len(repeat.timeOfDay or []) > 1:
        return None
    if days > 1 and repeat.periodUnit == "wk":
        # Once a week on one of several days, or on each of them? Nobody can tell.
        return None
    return "once weekly" if days == 1 else "once daily" if days == 7 else f"{days} times a week"


def _often(repeat: TimingRepeat, parts_of_day: int) -> str | None:
    if repeat.period is None:
        # Without a period only the parts of the day tell how often.
        plain = not repeat.frequency and not repeat.count
        return "" if plain else "once" if repeat.count == 1 and not parts_of_day else None
    unit = repeat.periodUnit or ""
    if not figure(repeat.period):
        return None
    period, least = repeat.period, repeat.frequency or 1
    most = max(least, repeat.frequencyMax or least)
    if unit not in _PERIODS or (parts_of_day > 1 and (most != parts_of_day or unit != "d" or period != 1)):
        return _unless_repeated(unit, period, most, parts_of_day)
    range_of_times = f"{least}" if most == least else f"{least}-{most}"
    if repeat.periodMax is None and period == 1 and unit in _SINGLE:
        words = {"d": "once daily", "wk": "once weekly", "mo": "once monthly"}[unit] if most == 1 else ""
        words = words or f"{range_of_times} times {_SINGLE[unit]}"
        return "" if parts_of_day > 1 else words
    if most == 1:
        last = f"-{figure(repeat.periodMax)}" if repeat.periodMax is not None else ""
        return f"every {figure(period)}{last} {_PERIODS[unit]}" if figure(period) and last != "-" else None
    if repeat.periodMax is not None or not figure(period):
        return None
    if unit in _LONG and period >= 1:
        return f"{range_of_times} times every {figure(period)} {_PERIODS[unit]}"
    return _spread(period, unit, most) if most == least else None


def _unless_repeated(unit: str, period: Decimal, most: int, parts_of_day: int) -> str | None:
    """Once a day at each of several parts of the day is how some systems write it."""
    return "" if unit == "d" and period == 1 and most == 1 and parts_of_day > 1 else None


def _spread(period: Decimal, unit: str, times: int) -> str | None:
    """Several times in a number of hours, or in a part of a day, as hours between them where these are whole."""
    hours = period * _HOURS.get(unit, 0) / times
    return f"every {figure(hours)} hours" if hours >= 1 and hours == hours.to_integral_value() else None


def _for_how_long(repeat: TimingRepeat) -> str:
    bounds = repeat.boundsDuration
    if bounds is None or bounds.comparator or (bounds.code or bounds.unit) not in _DURATIONS:
        return ""
    number = figure(bounds.value)
    return f"for {number} {_DURATIONS[bounds.code or bounds.unit or '']}" if number else ""

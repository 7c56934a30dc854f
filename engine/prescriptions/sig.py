"""From tokens to elements: one pass, each element read by looking a few tokens ahead."""

from __future__ import annotations

from engine.prescriptions.amounts import number_element, uk_days
from engine.prescriptions.often import days_of_a_period, spread, vague_times
from engine.prescriptions.phrases import negation_end
from engine.prescriptions.scan import Element, Scan
from engine.prescriptions.terms import Hit

# Tried in this order where one term has several kinds.
_SINGLE_WORD_KINDS = (
    "weekday",
    "prn",
    "single",
    "divided",
    "stopped",
    "heading",
    "person",
    "prose",
    "reason",
    "noise",
)
_DOSING = frozenset(
    [
        "amount",
        "count",
        "containers",
        "frequency",
        "unclear",
        "repeats",
        "pattern",
        "times",
        "duration",
        "moment",
        "weekday",
        "prn",
        "single",
        "doubtful",
    ]
)


def elements_of(scan: Scan) -> tuple[Element, ...]:
    """Everything understood in the line, in order, without overlap."""
    found: list[Element] = []
    index, after_sig = 0, False
    while index < len(scan.tokens):
        element = _element(scan, index, after_sig)
        if element is None:
            index += 1
            continue
        found.append(element)
        after_sig = after_sig or element.kind in _DOSING
        index = max(element.end, index + 1)
    return tuple(found)


def is_dosing(element: Element) -> bool:
    """Whether the element says how much or how often."""
    return element.kind in _DOSING


def _element(scan: Scan, index: int, after_sig: bool) -> Element | None:
    token = scan.tokens[index]
    if token.kind == "date":
        return Element("noise", index, index + 1)
    if token.kind == "clock":
        return Element("moment", index, index + 1, code=token.text)
    if token.number is not None:
        return number_element(scan, index, after_sig)
    if token.text == "/":
        return _per_period(scan, index, index + 1)
    if token.text == "#":
        return _dispensed(scan, index, index + 1)
    end = negation_end(scan, index)
    if end:
        return Element("negation", index, end)
    hits = tuple(hit for hit in scan.hits[index] if hit.term.cased is None or after_sig)
    return _word_element(scan, index, hits, after_sig) if hits else None


def _word_element(scan: Scan, index: int, hits: tuple[Hit, ...], after_sig: bool) -> Element | None:
    # A longer term wins over what a shorter one could mean: "as needed" over "as", "every day" over "every".
    for length in sorted({hit.end for hit in hits}, reverse=True):
        same = {hit.term.kind: hit for hit in hits if hit.end == length}
        if length > index + 1 and "link" in same:
            return None  # "Pen G" is neither a device nor a gram
        for reader in (_grammar, _schedule_word, _product_word, _plain_word):
            element = reader(scan, index, same, after_sig)
            if element is not None:
                return element
    return None


def _grammar(scan: Scan, index: int, same: dict[str, Hit], after_sig: bool) -> Element | None:
    """Words that only speak together with what follows them."""
    if "every" in same:
        found = _every(scan, index, same["every"].end)
        if found is not None:
            return found
    if "number" in same:
        return number_element(scan, index, after_sig)
    if "maximum" in same:
        return _maximum(scan, index, same["maximum"].end)
    if "dispense" in same:
        return _dispensed(scan, index, same["dispense"].end)
    if "times" in same or "duration" in same:
        found = _times_or_duration(scan, index, same)
        if found is not None:
            return found
    if "per" in same:
        return _per_period(scan, index, same["per"].end)
    return None


def _schedule_word(scan: Scan, index: int, same: dict[str, Hit], after_sig: bool) -> Element | None:
    if "multiple" in same:
        return _multiple(scan, index, same["multiple"])
    if "frequency" in same:
        hit = same["frequency"]
        return Element("frequency", index, hit.end, per_day=hit.term.figure, eye="eye" in same)
    if "adverb" in same:
        hit = same["adverb"]
        return Element("frequency", index, hit.end, per_day=1 / hit.term.figure)
    if "time" in same:
        hit = same["time"]
        return Element("moment", index, hit.end, code=hit.term.code)
    return None


def _product_word(scan: Scan, index: int, same: dict[str, Hit], after_sig: bool) -> Element | None:
    for kind in ("route", "eye", "ear", "form", "container"):
        if kind not in same:
            continue
        hit = same[kind]
        # "PR" before any amount belongs to the name as often as not; it is kept there and noted.
        if kind == "route" and hit.term.code == "pr" and not after_sig:
            return None
        plural = scan.tokens[hit.end - 1].key.endswith("s")
        return Element(kind, index, hit.end, code=hit.term.code, route=hit.term.route, plural=plural)
    return None


def _plain_word(scan: Scan, index: int, same: dict[str, Hit], after_sig: bool) -> Element | None:
    for kind in _SINGLE_WORD_KINDS:
        if kind in same:
            return Element(kind, index, same[kind].end, values=(same[kind].term.figure,))
    vague = vague_times(scan, index, same["times"].end) if "times" in same else None
    if vague is not None:
        return vague
    if "per" in same or "every" in same or "times" in same or "duration" in same or "range" in same:
        return Element("noise", index, max(hit.end for hit in same.values()))
    return None


def _every(scan: Scan, index: int, after: int) -> Element | None:
    """ "every 6 hours", "q 4-6 h", "every day", "every morning", "every Monday"."""
    figure = scan.figure(after)
    if figure is None:
        period = scan.find(after, "period")
        if period is not None:
            return Element("frequency", index, period.end, per_day=1 / period.term.figure)
        moment = scan.find(after, "time")
        if moment is not None:
            return Element("moment", index, moment.end, code=moment.term.code)
        day = scan.find(after, "weekday")
        return Element("weekday", index, day.end, values=(day.term.figure,)) if day is not None else None
    end = figure.end + 1 if scan.sign(figure.end, "-") else figure.end
    period = scan.find(end, "period")
    shortest = min(figure.values)
    if figure.joined in ("", "range") and shortest > 0:
        if period is not None:
            return Element("frequency", index, period.end, per_day=1 / (shortest * period.term.figure))
        if scan.word(end) in ("hourly", "hrly"):
            return Element("frequency", index, end + 1, per_day=24 / shortest)
    return None


def _multiple(scan: Scan, index: int, hit: Hit) -> Element:
    """ "twice daily", "once a week", "once or twice a day", "once" alone."""
    value, end = hit.term.figure, hit.end
    link = scan.find(end, "range")
    higher = scan.find(link.end, "multiple") if link is not None else None
    if higher is not None:
        value, end = max(value, higher.term.figure), higher.end
    per = scan.find(end, "per", "every")
    after = end + 1 if scan.sign(end, "/") or scan.sign(end, "-") else per.end if per is not None else end
    period = scan.find(after, "period", "adverb")
    if period is not None:
        return Element("frequency", index, period.end, per_day=value / period.term.figure)
    over = spread(scan, index, value, end)
    if over is not None:
        return over
    if value == 1:
        moment = scan.find(_past_noise(scan, end), "time")
        return Element("noise", index, end) if moment is not None else Element("single", index, end)
    return Element("repeats", index, end, values=(value,))


def _past_noise(scan: Scan, index: int) -> int:
    hit = scan.find(index, "noise", "per", "every")
    return hit.end if hit is not None and scan.find(index, "time") is None else index


def _per_period(scan: Scan, index: int, after: int) -> Element | None:
    """ "a day", "/day" after a form: "1 tablet/day"."""
    period = scan.find(after, "period")
    if period is None:
        return None
    return Element("frequency", index, period.end, per_day=1 / period.term.figure)


def _times_or_duration(scan: Scan, index: int, same: dict[str, Hit]) -> Element | None:
    """ "x 7 days", "for 5/7", "x 3/day", "x 1 dose", "x 2"."""
    after = max(hit.end for kind, hit in same.items() if kind in ("times", "duration"))
    figure = scan.figure(after)
    if figure is None:
        return None
    days = uk_days(figure)
    if days is not None:
        return Element("duration", index, figure.end, days=days)
    value = figure.values[-1]
    if figure.joined not in ("", "range") or value <= 0:
        return None
    end = figure.end + 1 if scan.sign(figure.end, "-") else figure.end
    period = scan.find(end, "period")
    if period is not None:
        some_days = days_of_a_period(scan, index, value, period.term.figure, period.end)
        return some_days or Element("duration", index, period.end, days=value * period.term.figure)
    if "times" not in same:
        return Element("single", index, end + 1) if value == 1 and _is_dose_word(scan, end) else None
    times = scan.find(end, "times")
    link = scan.find(times.end if times is not None else end, "per")
    position = times.end if times is not None else end
    position = position + 1 if scan.sign(position, "/") else link.end if link is not None else position
    unit = scan.find(position, "period", "adverb")
    if unit is not None:
        return Element("frequency", index, unit.end, per_day=value / unit.term.figure)
    if scan.find(end, "unit", "form") is not None:
        return None
    if _is_dose_word(scan, end):
        return Element("single" if value == 1 else "noise", index, end + 1)
    return Element("single" if value == 1 else "times", index, end, values=(value,))


def _is_dose_word(scan: Scan, index: int) -> bool:
    return scan.word(index) in ("dose", "doses", "prise", "prises")


def _maximum(scan: Scan, index: int, after: int) -> Element:
    """ "max 4 g/day", "not more than 8 in 24 hours": never a dose."""
    while scan.find(after, "noise", "range") is not None or scan.sign(after, ":"):
        after += 1
    if after >= len(scan.tokens):
        return Element("noise", index, after)
    element = number_element(scan, after, after_sig=True) if scan.figure(after) is not None else None
    if element is None:
        return Element("noise", index, after)
    end, per_value = element.end, element.per_value if element.per == "period" else 0.0
    link = scan.find(end, "per", "every", "noise")
    if link is not None and not per_value:
        figure = scan.figure(link.end)
        period = scan.find(figure.end if figure is not None else link.end, "period")
        if period is not None:
            end, per_value = (
                period.end,
                (figure.values[0] if figure is not None else 1.0) * period.term.figure,
            )
    elif not per_value:
        adverb = scan.find(end, "adverb")
        if adverb is not None:
            end, per_value = adverb.end, adverb.term.figure
    if element.kind == "frequency":
        # "max 3 times a day" is as often as it may be taken.
        return Element("frequency", index, element.end, per_day=element.per_day)
    if element.kind != "amount" or element.per not in ("", "period") or not per_value:
        return Element("noise", index, end)
    return Element("maximum", index, end, values=element.values, code=element.code, per_value=per_value)


def _dispensed(scan: Scan, index: int, after: int) -> Element:
    """ "disp 30 tabs", "#28", "refills 2", "boîte de 30": what is handed out, never a dose."""
    while scan.sign(after, ":") or scan.sign(after, "#") or scan.find(after, "link", "noise") is not None:
        after += 1
    figure = scan.figure(after)
    if figure is None:
        return Element("noise", index, after)
    form = scan.find(figure.end, "form", "container", "unit", "period")
    return Element("noise", index, form.end if form is not None else figure.end)

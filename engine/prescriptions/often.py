"""A number of times spread over a stretch of time: "2 times every 3 days", "twice every other day", "3 days a week".

What follows the number decides. Where it can be read in two ways the line says how often, and nobody can tell how often: an
element of kind "unclear", which leaves the frequency unknown and says so.
"""

from __future__ import annotations

from engine.prescriptions.scan import Element, Scan

_EVERY_WORDS = frozenset({"every", "each", "q", "quaque", "tous", "toutes", "ttes", "chaque"})
# "3 times in 24 hours" is a day; "2 times in 3 days" may be all that is given.
_IN_WORDS = frozenset({"in", "within", "over", "en", "dans", "sur"})
_ARTICLES = frozenset({"a", "an"})
_VAGUE_WORDS = frozenset({"several", "many", "few", "multiple", "various", "plusieurs", "quelques"})
_DOSE_WORDS = frozenset({"doses", "prises"})
_A_DAY_LEAST, _A_DAY_MOST = 0.999, 1.001


def spread(scan: Scan, start: int, times: float, end: int) -> Element | None:
    """The frequency of `times` times that are written from `start` to `end` and spread over what follows; None for nothing."""
    if times <= 0:
        return None
    whole = _schedule_of_its_own(scan, start, times, end)
    if whole is not None:
        return whole
    link = scan.find(end, "per", "every")
    inside = link is None and scan.word(end) in _IN_WORDS
    slash = link is None and scan.sign(end, "/")
    after = link.end if link is not None else end + 1
    if link is None and not inside and not slash:
        return None
    figure = scan.figure(after)
    if figure is None:
        return _over_a_period(scan, start, times, after) if inside else None
    hyphen = scan.sign(figure.end, "-")
    period = scan.find(figure.end + 1 if hyphen else figure.end, "period")
    if period is None or figure.joined not in ("", "range") or min(figure.values) <= 0:
        return None
    days = min(figure.values) * period.term.figure
    a_day = _A_DAY_LEAST < days < _A_DAY_MOST
    certain = (times <= 1 or days >= _A_DAY_LEAST) and (a_day or not inside) and scan.word(end) not in _ARTICLES
    return _element(start, period.end, times / days if certain else None)


def _over_a_period(scan: Scan, start: int, times: float, after: int) -> Element | None:
    """ "3 times in a day"."""
    article = scan.find(after, "per")
    period = scan.find(article.end if article is not None else after, "period")
    return _element(start, period.end, times / period.term.figure) if period is not None else None


def _schedule_of_its_own(scan: Scan, start: int, times: float, end: int) -> Element | None:
    """ "2 times every other day": each of the days has two. "Twice every eight hours" has no such sense."""
    hit = scan.find(end, "frequency")
    if hit is None or hit.end == end or (hit.term.figure >= 1 and scan.word(end) not in _EVERY_WORDS):
        return None
    certain = times <= 1 or hit.term.figure <= 1
    return _element(start, hit.end, times * hit.term.figure if certain else None)


def days_of_a_period(scan: Scan, start: int, days: float, unit_days: float, end: int) -> Element | None:
    """ "3 days a week" after a number of days: on how many of them. Weeks of a month are left unclear."""
    link = scan.find(end, "per", "every")
    after = end + 1 if scan.sign(end, "/") else link.end if link is not None else -1
    period = scan.find(after, "period") if after >= 0 else None
    if period is None or period.term.figure <= unit_days:
        return None
    certain = unit_days == 1 and days <= period.term.figure and days == int(days)
    return _element(start, period.end, days / period.term.figure if certain else None)


def doses_a_period(scan: Scan, start: int, number: float, end: int) -> Element | None:
    """ "2 doses daily" may be two of what is written, or that in two: unclear. "In 2 doses" is the amount, divided.

    "2 doses twice daily" of an inhaler are puffs, and are not meant here.
    """
    if scan.word(end) not in _DOSE_WORDS or number <= 1 or (start and scan.word(start - 1) in _IN_WORDS | {"into"}):
        return None
    found = spread(scan, start, number, end + 1)
    if found is not None:
        return _element(start, found.end, None) if found.kind == "frequency" else None
    link = scan.find(end + 1, "per", "every")
    often = scan.find(link.end if link is not None else end + 1, "adverb", "period")
    return _element(start, often.end, None) if often is not None else None


def vague_times(scan: Scan, start: int, end: int) -> Element | None:
    """ "Several times every 3 days"; `start` is the word for times."""
    return _element(start, end, None) if start and scan.word(start - 1) in _VAGUE_WORDS else None


def _element(start: int, end: int, per_day: float | None) -> Element:
    return Element("unclear", start, end) if per_day is None else Element("frequency", start, end, per_day=per_day)

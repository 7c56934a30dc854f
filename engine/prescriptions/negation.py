"""Words that say that a medicine is not taken, and the names on the line that they are said of.

"No longer on amiodarone", "warfarin stopped 2019", "allergic to aspirin and takes warfarin". Only what is said outright counts:
"stop if bleeding", "to be stopped", "previously 3 mg" and "not on Sundays" leave a medicine as taken, for a medicine that is
wrongly taken out is worse than one too many.
"""

from __future__ import annotations

from bisect import bisect_left

from engine.prescriptions.phrases import BEFORE_ONLY, DIRECT, PARTICIPLES, is_struck_out
from engine.prescriptions.runs import Line, Run, join_at
from engine.prescriptions.scan import Element
from engine.prescriptions.sig import is_dosing

_MOST_TOKENS_BETWEEN = 8
_MOST_TOKENS_BACK = 40
_THROUGH_SIGNS = frozenset(":-=\"'*")
_LIST_SIGNS = frozenset(",/+&")
_ANDS = frozenset({"and", "et", "plus"})
_ORS = frozenset({"or", "ou", "nor", "ni"})
_TURNS = frozenset({"but", "mais", "now"})
_ENDS = frozenset(",.)]}|!?")
_SINCES = frozenset({"since", "depuis", "any", "anymore", "now", "because", "due", "at"})
# "Not stopped", "if stopped", "to be stopped": not said outright.
_OPEN_BEFORE = frozenset(
    ["not", "never", "no", "longer", "without", "if", "when", "until", "unless", "be", "cannot", "can't", "don't", "jamais"]
)
_OPEN_AFTER = frozenset({"if", "when", "after", "once", "unless", "before", "by", "on", "si", "quand"})
_LOOK_BACK = 3


def negated_runs(line: Line) -> frozenset[int]:
    """First tokens of the runs that the line says are not taken."""
    found: set[int] = set()
    starts = [run.start for run in line.runs]
    if is_struck_out(line.scan):
        return frozenset(starts)
    for element in line.elements:
        participle = element.kind == "stopped" and line.scan.word(element.start) in PARTICIPLES
        if participle:
            found.update(_of_participle(line, element, starts))
        elif element.kind == "negation":
            found.update(_of_phrase(line, element, starts))
    return frozenset(found)


def _of_participle(line: Line, element: Element, starts: list[int]) -> list[int]:
    """ "Warfarin stopped" means the name before, ", stopped warfarin" the name behind; between two side by side, neither."""
    scan = line.scan
    before = {scan.word(n) for n in range(max(0, element.start - _LOOK_BACK), element.start)}
    if before & _OPEN_BEFORE or scan.word(element.end) in _OPEN_AFTER:
        return []
    preceding, following = _preceding(line, element, starts), _following(line, element, starts)
    same_segment = preceding is not None and not _separated(line, preceding, element)
    if preceding is not None and same_segment and following is not None:
        dosed = any(is_dosing(e) for e in line.within(preceding.end, element.start))
        return [preceding.start] if dosed else []
    if following is not None:
        return _listed(line, following, starts)
    return [preceding.start] if preceding is not None else []


def _of_phrase(line: Line, element: Element, starts: list[int]) -> list[int]:
    following = _following(line, element, starts)
    if following is not None:
        return _listed(line, following, starts)
    keys = tuple(line.scan.word(n) for n in range(element.start, element.end))
    if keys in BEFORE_ONLY or (element.start and line.scan.word(element.start - 1) in ("as", "comme")):
        return []
    ends = element.end >= len(line.scan.tokens) or line.scan.tokens[element.end].text in _ENDS
    if not ends and line.scan.word(element.end) not in _SINCES:
        return []
    preceding = _preceding(line, element, starts)
    return [preceding.start] if preceding is not None else []


def _following(line: Line, element: Element, starts: list[int]) -> Run | None:
    """The name that comes next with nothing but small words between."""
    keys = tuple(line.scan.word(n) for n in range(element.start, element.end))
    index = element.end
    limit = min(len(line.scan.tokens), index + _MOST_TOKENS_BETWEEN)
    while index < limit and line.inside[index] == line.inside[element.start]:
        place = bisect_left(starts, index)
        if place < len(starts) and starts[place] == index:
            return line.runs[place]
        owner = line.owner.get(index)
        if keys in DIRECT or line.scan.word(index) in _TURNS:
            return None
        if owner is not None and owner.kind in ("noise", "prose"):
            index = owner.end
        elif owner is None and (line.scan.tokens[index].text in _THROUGH_SIGNS or line.scan.find(index, "link") is not None):
            index += 1
        else:
            return None
    return None


def _listed(line: Line, first: Run, starts: list[int]) -> list[int]:
    """The name and those listed with it: "aspirin, clopidogrel or warfarin". One with a dose of its own is taken again."""
    found = [first.start]
    place = bisect_left(starts, first.start)
    for n in range(place + 1, len(line.runs)):
        before, after = line.runs[n - 1], line.runs[n]
        joined = _joined(line, before, after)
        if after.place != first.place or not joined:
            break
        limit = line.runs[n + 1].start if n + 1 < len(line.runs) else len(line.scan.tokens)
        if joined != "or" and any(is_dosing(e) for e in line.within(after.end, limit)):
            break
        found.append(after.start)
    return found


def _joined(line: Line, before: Run, after: Run) -> str:
    """ "or", "and" or, if anything but a list stands between, nothing."""
    keys = {line.scan.word(n) for n in range(before.end, after.start)}
    if not keys or keys - _LIST_SIGNS - _ANDS - _ORS:
        return ""
    return "or" if keys & _ORS else "and"


def _preceding(line: Line, element: Element, starts: list[int]) -> Run | None:
    """The nearest name before, in the same sentence; of a remark in brackets, a name in it first."""
    within = line.inside[element.start]
    place = bisect_left(starts, element.start) - 1
    nearest = line.runs[place] if place >= 0 else None
    if nearest is None or element.start - nearest.end > _MOST_TOKENS_BACK:
        return None
    if within and nearest.place == "bracket" and all(line.inside[nearest.start : element.start]):
        return nearest
    while place >= 0 and line.runs[place].place != "main":
        place -= 1
        if bisect_left(starts, element.start) - place > _MOST_TOKENS_BETWEEN:
            return None
    if place < 0:
        return None
    run = line.runs[place]
    if element.start - run.end > _MOST_TOKENS_BACK:
        return None
    tokens = line.scan.tokens
    broken = any(
        (tokens[n].text in ".!?" and n not in line.owner) or line.scan.word(n) in _TURNS
        for n in range(run.end, element.start)
        if not line.inside[n]
    )
    return None if broken else run


def _separated(line: Line, run: Run, element: Element) -> bool:
    """Whether a sign or word of listing stands between the name and what is said."""
    return any(
        line.scan.tokens[n].text in _LIST_SIGNS or join_at(line.scan, n) > 0
        for n in range(run.end, element.start)
        if n not in line.owner
    )

"""The ways to look one name up: as written first, then with fewer of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.prescriptions.runs import Line, Run
from engine.prescriptions.scan import Element, Scan

_MAX_PREFIXES = 8
_MOST_TOKENS = 8
_MOST_TOKENS_BEFORE = 4
_SHORTEST_PREFIX = 3
_NEVER_IN_A_NAME = frozenset(";:!?|")
_COMPOUND = re.compile(r"(?<=[^\W\d_]{4})-(?=[^\W\d_]{4})")


def compound_names(name: str) -> tuple[str, ...]:
    """("Oxycodone", "Acetaminophen Elixir") of "Oxycodone-Acetaminophen Elixir"; empty for a name without such a hyphen."""
    pieces = _COMPOUND.split(name)
    return tuple(pieces) if 1 < len(pieces) <= 4 else ()


def candidates(line: Line, run: Run, brackets: Sequence[str], tail: Element | None) -> tuple[str, ...]:
    """Names to try for a run, in order. `tail` is a figure without unit right behind it ("Humulin 70/30")."""
    scan, name = line.scan, line.text(run.start, run.end)
    tried: list[str] = []
    if tail is not None:
        tried.append(line.text(run.start, tail.end))
    tried.append(name)
    tried.extend(_without_qualifiers(scan, run))
    tried.extend(_prefixes(line, run))
    tried.extend(brackets)
    return tuple(dict.fromkeys(candidate for candidate in tried if candidate))


def exact_candidates(line: Line, first: Run, last: Run, start: int, end: int) -> tuple[str, ...]:
    """Longer stretches of the tokens start to end that hold all of the runs `first` to `last`, longest first.

    A figure, a form or a joining word may be part of a name, and so may a comma ("paraffin, liquid"). The stretch of one run is
    no candidate here, since it is one by itself; that of several is, with the figures between them ("D5 1/2NS").
    """
    tokens = line.scan.tokens
    low, high = first.start, last.end
    while low > start and first.start - low < _MOST_TOKENS_BEFORE and tokens[low - 1].text not in _NEVER_IN_A_NAME:
        low -= 1
    while high < end and high - first.start < _MOST_TOKENS and tokens[high].text not in _NEVER_IN_A_NAME:
        high += 1
    spans = [
        (begin, stop)
        for begin in range(low, first.start + 1)
        for stop in range(last.end, high + 1)
        if (first != last or (begin, stop) != (first.start, last.end)) and stop - begin <= _MOST_TOKENS
    ]
    spans.sort(key=lambda span: span[0] - span[1])
    return tuple(dict.fromkeys(line.text(begin, stop) for begin, stop in spans))


def qualifies(scan: Scan, index: int, *kinds: str) -> bool:
    """Whether a term of one of these kinds begins at the token."""
    return any(hit.term.kind in kinds for hit in scan.hits[index])


def _joined(scan: Scan, indexes: Sequence[int]) -> str:
    return " ".join(scan.tokens[index].text for index in indexes)


def _without_qualifiers(scan: Scan, run: Run) -> list[str]:
    """Fewer and fewer words of salt and release; at least one word stays."""
    found = []
    words = [n for n in range(run.start, run.end) if scan.tokens[n].kind == "word"]
    kept = [n for n in words if not qualifies(scan, n, "release")]
    if kept and len(kept) < len(words):
        found.append(_joined(scan, kept))
    while len(kept) > 1 and qualifies(scan, kept[-1], "salt") and not qualifies(scan, kept[-2], "link"):
        kept.pop()
        found.append(_joined(scan, kept))
    return found


def _prefixes(line: Line, run: Run) -> list[str]:
    """Leading words. "Calcium" is not offered for a misspelt "calcium folinat": a metal alone is another medicine."""
    scan, found = line.scan, list[str]()
    # "Milk of magnesia" is no milk.
    if any(qualifies(scan, n, "link") for n in range(run.start, run.end)):
        return found
    for end in range(run.end - 1, run.start, -1):
        indexes = range(run.start, end)
        if all(qualifies(scan, n, "salt", "release") for n in indexes):
            continue
        if end - run.start == 1 and len(scan.tokens[run.start].text) < _SHORTEST_PREFIX:
            continue
        found.append(line.text(run.start, end))
    return found[:_MAX_PREFIXES] if len(found) <= _MAX_PREFIXES else [*found[: _MAX_PREFIXES - 1], found[-1]]

"""The ways to look one name up: as written first, then with fewer of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.prescriptions.runs import Line, Run
from engine.prescriptions.scan import Element, Scan

_MAX_PREFIXES = 8
_LEAD_WORDS = 6
_SHORTEST_PREFIX = 3
_COMPOUND = re.compile(r"(?<=[^\W\d_]{4})-(?=[^\W\d_]{4})")


def compound_names(name: str) -> tuple[str, ...]:
    """("Oxycodone", "Acetaminophen Elixir") of "Oxycodone-Acetaminophen Elixir"; empty for a name without such a hyphen."""
    pieces = _COMPOUND.split(name)
    return tuple(pieces) if 1 < len(pieces) <= 4 else ()


def candidates(line: Line, run: Run, brackets: Sequence[str], tail: Element | None) -> tuple[str, ...]:
    """Names to try for a run, in order. `tail` is a figure without unit right behind it ("Humulin 70/30")."""
    scan, name = line.scan, line.text(run.start, run.end)
    tried: list[str] = []
    lead = _lead(line, run)
    if lead is not None:
        tried.append(lead)
    if tail is not None:
        tried.append(line.text(run.start, tail.end))
    tried.append(name)
    tried.extend(_without_qualifiers(scan, run))
    tried.extend(_prefixes(line, run))
    tried.extend(brackets)
    return tuple(dict.fromkeys(candidate for candidate in tried if candidate))


def _qualifies(scan: Scan, index: int, *kinds: str) -> bool:
    return any(hit.term.kind in kinds for hit in scan.hits[index])


def _joined(scan: Scan, indexes: Sequence[int]) -> str:
    return " ".join(scan.tokens[index].text for index in indexes)


def _without_qualifiers(scan: Scan, run: Run) -> list[str]:
    """Fewer and fewer words of salt and release; at least one word stays."""
    found = []
    words = [n for n in range(run.start, run.end) if scan.tokens[n].kind == "word"]
    kept = [n for n in words if not _qualifies(scan, n, "release")]
    if kept and len(kept) < len(words):
        found.append(_joined(scan, kept))
    while len(kept) > 1 and _qualifies(scan, kept[-1], "salt") and not _qualifies(scan, kept[-2], "link"):
        kept.pop()
        found.append(_joined(scan, kept))
    return found


def _prefixes(line: Line, run: Run) -> list[str]:
    """Leading words. "Calcium" is not offered for a misspelt "calcium folinat": a metal alone is another medicine."""
    scan, found = line.scan, list[str]()
    # "Milk of magnesia" is no milk.
    if any(_qualifies(scan, n, "link") for n in range(run.start, run.end)):
        return found
    for end in range(run.end - 1, run.start, -1):
        indexes = range(run.start, end)
        if all(_qualifies(scan, n, "salt", "release") for n in indexes):
            continue
        if end - run.start == 1 and len(scan.tokens[run.start].text) < _SHORTEST_PREFIX:
            continue
        found.append(line.text(run.start, end))
    return found[:_MAX_PREFIXES] if len(found) <= _MAX_PREFIXES else [*found[: _MAX_PREFIXES - 1], found[-1]]


def _lead(line: Line, run: Run) -> str | None:
    """The first words of the line up to a figure or a frequency, where a form or route among them may be part of the name:
    "oral rehydration salts", "nicotine patch"."""
    scan, owner = line.scan, line.owner
    start, end = run.start, run.end
    while start > 0 and _extends(scan, owner, start - 1):
        start -= 1
    while end < len(scan.tokens) and _extends(scan, owner, end):
        end += 1
    while end > run.end and owner[end - 1].kind == "route":
        end -= 1
    if (start, end) == (run.start, run.end) or end - start > _LEAD_WORDS:
        return None
    return line.text(start, end)


def _extends(scan: Scan, owner: dict[int, Element], index: int) -> bool:
    element = owner.get(index)
    return element is not None and element.kind in ("form", "route", "container") and scan.tokens[index].kind == "word"

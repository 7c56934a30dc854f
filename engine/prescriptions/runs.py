"""The words of a line that dosing does not explain, in runs: each may be a medicine's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.prescriptions.scan import Element, Scan

# Between two names these make a list; "/" and "+" may also join the components of one product.
_LIST_SIGNS = frozenset(",+&/.|!?•·")
_PRODUCT_SIGNS = frozenset("/+&")
_TRANSPARENT_SIGNS = frozenset("\"'*~=°<>")
_OPENING, _CLOSING = "([{", ")]}"
_NAME_KINDS = frozenset({"salt", "link", "release"})


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words `tokens[start:end]`; `place` is "main", "bracket" or "reason" (what a medicine is for)."""

    start: int
    end: int
    place: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What separates two runs: `kind` is "" (dosing or nothing), "list" or "product"; `cut` is the token index after the sign."""

    kind: str
    text: str
    cut: int


def bracket_depths(scan: Scan) -> list[bool]:
    """For each token whether it stands in brackets that are closed."""
    inside = [False] * len(scan.tokens)
    opened: list[int] = []
    for index, token in enumerate(scan.tokens):
        if token.text in _OPENING:
            opened.append(index)
        elif token.text in _CLOSING and opened:
            begin = opened.pop()
            if not opened:
                inside[begin : index + 1] = [True] * (index + 1 - begin)
    return inside


def runs_of(scan: Scan, elements: Sequence[Element]) -> tuple[Run, ...]:
    """All runs in order. Words of units and schedules alone, and words of release alone, make none."""
    owner: dict[int, Element] = {
        n: element for element in elements for n in range(element.start, element.end)
    }
    inside = bracket_depths(scan)
    runs: list[Run] = []
    begin, last, reason = -1, -1, False

    def close() -> None:
        nonlocal begin
        if begin >= 0:
            place = "bracket" if inside[begin] else "reason" if reason else "main"
            runs.extend(_trimmed(scan, begin, last + 1, place))
        begin = -1

    for index, token in enumerate(scan.tokens):
        element = owner.get(index)
        if element is None and token.kind == "word" and join_at(scan, index) == 0:
            if begin >= 0 and inside[begin] != inside[index]:
                close()
            begin, last = (index if begin < 0 else begin), index
            continue
        if element is None and token.text in _TRANSPARENT_SIGNS:
            continue
        close()
        if element is None:
            reason = reason and token.text not in _LIST_SIGNS and join_at(scan, index) == 0
        elif element.kind in ("reason", "prn"):
            reason = True
        elif element.kind not in ("noise", "prose"):
            reason = False
    close()
    return tuple(runs)


def _trimmed(scan: Scan, start: int, end: int, place: str) -> list[Run]:
    """The run without linking words at its ends, or nothing if no word of it can name something."""
    while start < end and _is(scan, start, "link"):
        start += 1
    while end > start and _is(scan, end - 1, "link"):
        end -= 1
    if all(_explained(scan, index) for index in range(start, end)):
        return []
    return [Run(start, end, place)]


def _is(scan: Scan, index: int, kind: str) -> bool:
    return any(hit.term.kind == kind and hit.end == index + 1 for hit in scan.hits[index])


def _explained(scan: Scan, index: int) -> bool:
    """A term of dosing that its neighbours gave no sense, or a word of release, names nothing by itself."""
    if _is(scan, index, "salt"):
        return False
    hits = [hit for hit in scan.hits[index] if hit.end == index + 1 and hit.term.cased is None]
    if any(hit.term.kind == "release" for hit in scan.hits[index]):
        return True
    return any(hit.term.kind not in _NAME_KINDS for hit in hits) or _is(scan, index, "link")


def join_at(scan: Scan, index: int) -> int:
    """The index after the joining word ("and", "with") at `index`, or 0."""
    hit = scan.find(index, "join")
    return hit.end if hit is not None else 0


def gap_between(scan: Scan, elements: Sequence[Element], before: Run, after: Run) -> Gap:
    """What stands between two neighbouring runs, outside brackets."""
    covered = {n for e in elements if before.end <= e.start < after.start for n in range(e.start, e.end)}
    inside = bracket_depths(scan)
    gap = Gap("", " ", after.start)
    index = before.end
    while index < after.start:
        token = scan.tokens[index]
        joined = join_at(scan, index)
        if index in covered or inside[index]:
            index += 1
        elif joined:
            product = token.key in ("w", "with", "avec")
            gap = Gap("product" if product and gap.kind != "list" else "list", f" {token.text} ", joined)
            index = joined
        elif token.text in _LIST_SIGNS:
            product = token.text in _PRODUCT_SIGNS and gap.kind != "list"
            gap = Gap(
                "product" if product else "list",
                f"{token.text} " if token.text in ",." else token.text,
                index + 1,
            )
            index += 1
        else:
            index += 1
    return gap


def text_of(scan: Scan, start: int, end: int) -> str:
    """The written text of tokens start to end."""
    return scan.text[scan.tokens[start].start : scan.tokens[end - 1].end] if start < end else ""

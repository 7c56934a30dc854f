"""A line taken apart: its elements of dosing, and the words that dosing does not explain, in runs that may be names."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from engine.prescriptions.scan import Element, Scan
from engine.prescriptions.sig import elements_of

# Between two names these make a list; "/" and "+" may also join the components of one product.
_LIST_SIGNS = frozenset(",+&/.|!?•·")
_PRODUCT_SIGNS = frozenset("/+")
_TRANSPARENT_SIGNS = frozenset("\"'*~=°<>")
_SHORTEST_SENTENCE_END = 4
_OPENING, _CLOSING = "([{", ")]}"
_REMARK_KINDS = frozenset({"noise", "prose", "reason", "stopped", "negation", "frequency", "unclear"})
_ADDING_WORDS = frozenset({"and", "et", "plus"})
_MEDICINES_TOO = frozenset({"INH", "Mg"})
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


class Line:
    """Tokens, elements and runs of one line, with the look-ups that keep its reading linear. Not changed once made."""

    __slots__ = ("_starts", "elements", "inside", "owner", "runs", "scan")

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.elements = elements_of(scan)
        self.owner: dict[int, Element] = {n: e for e in self.elements for n in range(e.start, e.end)}
        self._starts = [element.start for element in self.elements]
        self.inside = _in_brackets(scan)
        """For each token whether it stands in brackets that are closed."""
        self.runs = _runs(self) or self._abbreviation_first()

    def within(self, start: int, end: int) -> tuple[Element, ...]:
        """Elements that begin at tokens start to end."""
        return self.elements[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def text(self, start: int, end: int) -> str:
        """The written text of tokens start to end."""
        tokens = self.scan.tokens
        return self.scan.text[tokens[start].start : tokens[end - 1].end] if start < end else ""

    def is_plain_bracket(self, run: Run) -> bool:
        """Whether the brackets around a run hold names only: another name, not a remark such as "(with grapefruit juice)"."""
        start, end = run.start, run.end
        while start > 0 and self.inside[start - 1]:
            start -= 1
        while end < len(self.inside) and self.inside[end]:
            end += 1
        if any(element.kind in _REMARK_KINDS for element in self.within(start, end)):
            return False
        joins = (n for n in range(start, end) if n not in self.owner and join_at(self.scan, n))
        return all(self.scan.tokens[n].key in _ADDING_WORDS for n in joins)

    def _abbreviation_first(self) -> tuple[Run, ...]:
        """ "INH 300 mg", "Mg 400 mg": abbreviations of dosing that are also a medicine's, where nothing else can be the name."""
        if not self.scan.tokens or self.scan.tokens[0].text not in _MEDICINES_TOO:
            return ()
        if not any(element.kind == "amount" and element.start > 0 for element in self.elements):
            return ()
        self.elements = tuple(element for element in self.elements if element.start > 0)
        self._starts = [element.start for element in self.elements]
        self.owner.pop(0, None)
        return (Run(0, 1, "main"),)


def _in_brackets(scan: Scan) -> list[bool]:
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


def _runs(line: Line) -> tuple[Run, ...]:
    """All runs in order. Words of units and schedules alone, and words of release alone, make none."""
    scan, inside = line.scan, line.inside
    runs: list[Run] = []
    open_run: Run | None = None
    reason = False
    for index, token in enumerate(scan.tokens):
        element = line.owner.get(index)
        joining = element is None and join_at(scan, index) > 0
        if element is None and token.kind == "word" and not joining:
            if open_run is not None and inside[open_run.start] == inside[index]:
                open_run = Run(open_run.start, index + 1, open_run.place)
                continue
            runs.extend(_trimmed(scan, open_run))
            place = "bracket" if inside[index] else "reason" if reason else "main"
            open_run = Run(index, index + 1, place)
            continue
        if element is None and token.text in _TRANSPARENT_SIGNS:
            continue
        runs.extend(_trimmed(scan, open_run))
        open_run = None
        reason = _is_reason(reason, element, joining or token.text in _LIST_SIGNS)
    runs.extend(_trimmed(scan, open_run))
    return tuple(runs)


def _is_reason(before: bool, element: Element | None, listing: bool) -> bool:
    """Whether the words that come next say what a medicine is for."""
    if element is None:
        return before and not listing
    if element.kind in ("reason", "prn"):
        return True
    return before and element.kind in ("noise", "prose")


def _trimmed(scan: Scan, run: Run | None) -> list[Run]:
    """The run without linking words at its ends, or nothing if no word of it can name something."""
    if run is None:
        return []
    start, end = run.start, run.end
    while start < end and _is(scan, start, "link"):
        start += 1
    while end > start and _is(scan, end - 1, "link"):
        end -= 1
    if all(_explained(scan, index) for index in range(start, end)):
        return []
    return [Run(start, end, run.place)]


def _is(scan: Scan, index: int, kind: str) -> bool:
    return any(hit.term.kind == kind and hit.end == index + 1 for hit in scan.hits[index])


def _explained(scan: Scan, index: int) -> bool:
    """A term of dosing that its neighbours gave no sense, or a word of release, names nothing by itself."""
    if not scan.hits[index] or _is(scan, index, "salt"):
        return False
    if any(hit.term.kind == "link" and hit.end > index + 1 for hit in scan.hits[index]):
        return False
    if any(hit.term.kind == "release" for hit in scan.hits[index]):
        return True
    hits = [hit for hit in scan.hits[index] if hit.end == index + 1 and hit.term.cased is None]
    return any(hit.term.kind not in _NAME_KINDS for hit in hits) or _is(scan, index, "link")


def join_at(scan: Scan, index: int) -> int:
    """The index after the joining word ("and", "with") at `index`, or 0."""
    hit = scan.find(index, "join")
    return hit.end if hit is not None else 0


def _lists(line: Line, index: int) -> bool:
    """Whether the sign at `index` separates medicines; the full stop of an abbreviation does not."""
    tokens = line.scan.tokens
    if tokens[index].text not in _LIST_SIGNS or index in line.owner or line.inside[index]:
        return False
    if tokens[index].text != "." or index == 0 or index + 1 >= len(tokens):
        return True
    before, after = tokens[index - 1], tokens[index + 1]
    if after.glued or after.kind != "word":
        return False
    return after.text[0].isupper() if index - 1 in line.owner else len(before.text) >= _SHORTEST_SENTENCE_END


def gap_between(line: Line, before: Run, after: Run) -> Gap:
    """What stands between two neighbouring runs, outside brackets."""
    scan = line.scan
    gap = Gap("", " ", after.start)
    index = before.end
    while index < after.start:
        token = scan.tokens[index]
        joined = 0 if index in line.owner or line.inside[index] else join_at(scan, index)
        if joined:
            gap = Gap("list", f" {token.text} ", joined)
        elif _lists(line, index):
            product = token.text in _PRODUCT_SIGNS and gap.kind != "list"
            written = f"{token.text} " if token.text in ",." else token.text
            gap = Gap("product" if product else "list", written, index + 1)
        index = joined or index + 1
    return gap

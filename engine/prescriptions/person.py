"""Lines that begin with a datum of the person or an allergy: where the datum ends and medicines begin."""

from __future__ import annotations

from itertools import zip_longest

from engine.prescriptions.runs import Line, Run
from engine.prescriptions.scan import Scan

_AFTER_PERSON = frozenset(":-=")
_ALLERGY_STEMS = ("allerg", "intoler")
_NO_ALLERGY = "nk"
_DOSED_KINDS = frozenset({"amount", "count", "frequency", "unclear", "pattern"})
_SIGNS = frozenset(",.|")
_TAKING = frozenset(
    [
        *("takes", "taking", "take", "on", "but", "now", "currently", "started", "prescribed", "meds", "medication"),
        *("medications", "medicines", "rx", "prend", "mais", "sous", "traitement"),
    ]
)


def is_about_person(scan: Scan) -> bool:
    """ "Allergies: penicillin", "Weight 70 kg", "Dr: Smith": a line that begins with a datum of the person, not a medicine."""
    hit = scan.find(0, "person")
    if hit is None:
        return False
    if scan.word(0).startswith((*_ALLERGY_STEMS, _NO_ALLERGY)) or hit.end >= len(scan.tokens):
        return True
    following = scan.tokens[hit.end]
    return following.text in _AFTER_PERSON or following.number is not None or following.kind == "date"


def medicines_begin(line: Line) -> int:
    """The first token of what a line about a person says of medicines; 0 where it names none with an amount or a schedule.

    A name in a list of allergies is no medicine that is taken, dosed or not, before a full stop or "takes" tells it apart.
    """
    scan = line.scan
    hit = scan.find(0, "person")
    if hit is None:
        return 0
    start, allergy = hit.end, scan.word(0).startswith(_ALLERGY_STEMS)
    runs = [run for run in line.runs if run.place == "main" and run.start >= start]
    turned, seen = start, 0
    for run, following in zip_longest(runs, runs[1:]):
        for index in range(max(start, seen), run.start):
            if _turns(line, index, allergy):
                turned = index + 1
        seen = run.start
        limit = following.start if following is not None else len(scan.tokens)
        if turned == start and allergy:
            continue
        if any(element.kind in _DOSED_KINDS for element in line.within(run.end, limit)):
            return _beginning(line, run, turned, start, allergy)
    return 0


def _turns(line: Line, index: int, allergy: bool) -> bool:
    """Whether the remark ends at this token."""
    token = line.scan.tokens[index]
    if line.inside[index]:
        return False
    if token.key in _TAKING:
        return True
    return token.text in (".|" if allergy else _SIGNS) and index not in line.owner


def _beginning(line: Line, run: Run, turned: int, start: int, allergy: bool) -> int:
    """Behind the sign or word that ends the remark; without one, at the name or behind a colon."""
    if turned > start:
        return _first_listed(line, start, turned) if not allergy and _is_figure(line, start) else turned
    return run.start


def _is_figure(line: Line, start: int) -> bool:
    """Whether the datum is a figure ("Weight: 70 kg") or says that there is none ("NKDA"): names behind it are medicines."""
    scan = line.scan
    if scan.word(0).startswith(_NO_ALLERGY):
        return True
    index = start
    while index < len(scan.tokens) and scan.tokens[index].text in _AFTER_PERSON:
        index += 1
    return index < len(scan.tokens) and (scan.tokens[index].number is not None or scan.tokens[index].kind == "date")


def _first_listed(line: Line, start: int, turned: int) -> int:
    """The first name right behind a sign: in "Weight 70 kg, warfarin, aspirin 75 mg" both are medicines."""
    for run in line.runs:
        if start < run.start < turned and run.place == "main" and _turns(line, run.start - 1, allergy=False):
            return run.start
    return turned

"""What a change of the list or of the patient changes in its report: findings that go, come, get better or worse, and stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from engine.report import CumulativeLoad, Duplicate, Interaction, NotChecked, PatientStatement, Report, severity_rank

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """A finding on the same pair in both reports whose severity is not the same."""

    before: Interaction
    after: Interaction


@dataclass(frozen=True, slots=True)
class Difference:
    """Parts of one kind that are in one report only, in words."""

    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`gone`, `new`, `better` and `worse` are worst first; `stay` counts the findings that are the same in both.

    `not_checked`, `duplicates`, `loads` and `patient` hold what is in one of the reports only.
    """

    gone: tuple[Interaction, ...]
    new: tuple[Interaction, ...]
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    stay: int
    not_checked: Difference
    duplicates: Difference
    loads: Difference
    patient: Difference


def compare(before: Report, after: Report) -> Comparison:
    """What is other in `after`. A medicine is the same where its substance is; of several, the first is the first."""
    old, new = _by_pair(before), _by_pair(after)
    gone: list[Interaction] = []
    come: list[Interaction] = []
    changed: list[Change] = []
    stay = 0
    for key in {**old, **new}:
        mine, other = old.get(key, []), new.get(key, [])
        for was, now in zip(mine, other, strict=False):
            if was.severity == now.severity:
                stay += 1
            else:
                changed.append(Change(was, now))
        gone += mine[len(other) :]
        come += other[len(mine) :]
    return Comparison(
        gone=_worst_first(gone),
        new=_worst_first(come),
        better=tuple(one for one in changed if severity_rank(one.after.severity) > severity_rank(one.before.severity)),
        worse=tuple(one for one in changed if severity_rank(one.after.severity) < severity_rank(one.before.severity)),
        stay=stay,
        not_checked=_difference(before.not_checked, after.not_checked, _not_checked),
        duplicates=_difference(before.duplicates, after.duplicates, _duplicate),
        loads=_difference(before.cumulative, after.cumulative, _load),
        patient=_difference(before.patient, after.patient, _statement),
    )


def _by_pair(report: Report) -> dict[Hashable, list[Interaction]]:
    """Findings by what makes them the same in another report: the two medicines, the object, the way and the origin."""
    counts: defaultdict[str, int] = defaultdict(int)
    medicines = []
    for drug in report.drugs:
        medicines.append((drug.substance, counts[drug.substance]))
        counts[drug.substance] += 1
    found: defaultdict[Hashable, list[Interaction]] = defaultdict(list)
    for one in report.interactions:
        pair = tuple(sorted(medicines[row] for row in one.rows))
        found[(pair, one.object, one.direction, one.documented)].append(one)
    return dict(found)


def _worst_first(findings: Iterable[Interaction]) -> tuple[Interaction, ...]:
    return tuple(sorted(findings, key=lambda one: (severity_rank(one.severity), not one.documented)))


def _difference(before: Iterable[T], after: Iterable[T], words: Callable[[T], str]) -> Difference:
    old, new = dict.fromkeys(map(words, before)), dict.fromkeys(map(words, after))
    return Difference(tuple(one for one in old if one not in new), tuple(one for one in new if one not in old))


def _not_checked(row: NotChecked) -> str:
    return f"{row.line}: {row.reason}"


def _duplicate(row: Duplicate) -> str:
    return f"{row.kind} ({row.subgroup}): {_in_order(row.drugs)}"


def _load(row: CumulativeLoad) -> str:
    return f"{row.effect}: {_in_order(row.drugs)}"


def _in_order(names: Iterable[str]) -> str:
    """Names by letter: the order of the lines is no difference."""
    return ", ".join(sorted(names, key=str.casefold))


def _statement(row: PatientStatement) -> str:
    return row.text

"""What the findings tree shows, without widgets: groups of rows, severities first, then the list as a whole and the patient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from desktop.prescription import detail
from desktop.widgets.severity import LOOKS, WEIGHTS, SeverityLook, label
from desktop.widgets.wrapped import Badge, Entry

if TYPE_CHECKING:
    from engine.report import CumulativeLoad, Duplicate, Interaction, MissingDatum, PatientStatement, Report

OVER_THE_LIST = "Over the whole list"
PATIENT = "Patient"
MISSING = "Not known and would matter"
# More than these are counted in the row and named in its detail.
_FEW = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `key` is stable over checks of a changing list; `html` makes the detail."""

    key: tuple[str, ...]
    entry: Entry
    html: Callable[[], str] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; `look` gives the heading its colours."""

    title: str
    rows: tuple[Row, ...]
    look: SeverityLook | None = None

    @property
    def entry(self) -> Entry:
        """Title with the number of rows."""
        return Entry(f"{self.title} ({len(self.rows)})", badge=_badge(self.look) if self.look else None, heading=True)


def _badge(look: SeverityLook) -> Badge:
    return Badge(look.shape, look.text, look.background)


def groups_of(report: Report) -> tuple[Group, ...]:
    """Every group that has rows."""
    groups = []
    for severity, look in LOOKS.items():
        rows = tuple(_finding(one) for one in report.interactions if one.severity == severity)
        groups.append(Group(label(severity), rows, look))
    whole = (*(_load(one) for one in report.cumulative), *(_duplicate(one) for one in report.duplicates))
    groups.append(Group(PATIENT, tuple(_statement(one) for one in report.patient)))
    groups.append(Group(OVER_THE_LIST, whole))
    groups.append(Group(MISSING, tuple(_missing(one) for one in report.missing)))
    return tuple(group for group in groups if group.rows)


def _finding(finding: Interaction) -> Row:
    origin = "documented" if finding.documented else "inferred"
    if finding.provisional:
        origin += ", provisional"
    text = f"{'; '.join(finding.effects) or finding.effect} ({origin})"
    key = ("finding", *finding.drugs, origin, finding.object or "", finding.direction or "")
    entry = Entry(" + ".join(finding.drugs), text, _badge(LOOKS[finding.severity]))
    return Row(key, entry, partial(detail.finding_html, finding))


def _load(load: CumulativeLoad) -> Row:
    entry = Entry(detail.sentence_case(load.effect), f"adds up: {', '.join(load.drugs)}", Badge("Σ"))
    return Row(("load", load.tag), entry, partial(detail.load_html, load))


def _duplicate(duplicate: Duplicate) -> Row:
    names = tuple(dict.fromkeys(duplicate.drugs))
    entry = Entry(detail.duplicate_title(duplicate), f"possible duplicate: {', '.join(names)}", Badge("="))
    return Row(("duplicate", *names), entry, partial(detail.duplicate_html, duplicate))


def _statement(statement: PatientStatement) -> Row:
    entry = Entry(statement.drug, statement.text, _badge(WEIGHTS[statement.weight]))
    return Row(("patient", statement.drug, statement.text), entry, partial(detail.statement_html, statement))


def _missing(missing: MissingDatum) -> Row:
    count = len(missing.would_change)
    text = f"would change what is said about {count} medicines or pairs"
    if count <= _FEW:
        text = f"would change: {'; '.join(' + '.join(pair) for pair in missing.would_change)}"
    entry = Entry(detail.sentence_case(missing.datum), text, Badge("?"))
    return Row(("missing", missing.datum), entry, partial(detail.missing_html, missing))

"""What the findings list shows, without widgets: groups worst first, the patient, the whole list, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.prescription import findings_words as words
from desktop.prescription.choice import Choice, choice_of, pair_of, row_keys
from desktop.prescription.filters import Facets, Filter, Sifted, facets_of, sift_in_steps
from desktop.widgets.badge import Badge
from desktop.widgets.severity import LOOKS, WEIGHTS, SeverityLook, word_of

if TYPE_CHECKING:
    from engine.report import Interaction, Report

_CONTEXT = "Findings"
# More than these are counted in the row and named in its detail.
_FEW = 4
# Rows between two looks at the clock of whoever builds them.
_STRIDE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a bold title, text, and remarks that are drawn fainter; `spoken` is the whole for a screen reader."""

    choice: Choice
    badge: Badge
    title: str
    text: str
    remarks: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading. `look` gives the heading its colours: filled where documented, as an outline where inferred."""

    key: str
    title: str
    rows: tuple[Row, ...]
    look: SeverityLook | None = None
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the list shows of a report under a filter; `mechanisms` are the kinds that the whole report has."""

    groups: tuple[Group, ...]
    sifted: Sifted
    hidden: frozenset[Choice]
    mechanisms: frozenset[str] = frozenset()


def _badge(look: SeverityLook) -> Badge:
    return Badge(look.shape, look.text, look.background)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _spoken(title: str, *parts: str) -> str:
    return " — ".join([title, "; ".join(part.replace("\n", "; ") for part in parts if part)])


def shown_in_steps(report: Report, wanted: Filter) -> Iterator[Shown | None]:
    """Build everything, yielding None between pieces of work of about a millisecond, and the result at the end."""
    findings = report.interactions
    facets: list[Facets] = []
    mechanisms: set[str] = set()
    for one in facets_of(report):
        facets.append(one)
        mechanisms |= one.mechanisms
        if len(facets) % (4 * _STRIDE) == 0:
            yield None
    sifted = yield from sift_in_steps(facets, wanted)
    keys = row_keys(report.drugs)
    yield None
    names = words.names_of(report)
    yield None

    rows: dict[tuple[str, bool], list[Row]] = {}
    for number, pair in enumerate(sifted.shown):
        head = findings[pair.head]
        more = [(findings[place], False) for place in pair.more] + [(findings[place], True) for place in pair.beyond]
        made = _pair_row(head, pair_of(keys, head.rows), names, more, outside=pair.outside)
        rows.setdefault((head.severity, head.documented), []).append(made)
        if number % _STRIDE == 0:
            yield None
    groups = [
        _severity_group(look, key, documented, tuple(rows[key, documented]))
        for key, look in LOOKS.items()
        for documented in (True, False)
        if (key, documented) in rows
    ]
    yield None
    groups += [group for group in _list_groups(report) if group.rows]
    hidden: set[Choice] = set()
    for number, place in enumerate(sifted.hidden):
        hidden.add(pair_of(keys, findings[place].rows))
        if number % (4 * _STRIDE) == 0:
            yield None
    yield Shown(tuple(groups), sifted, frozenset(hidden), frozenset(mechanisms))


def _severity_group(look: SeverityLook, severity: str, documented: bool, rows: tuple[Row, ...]) -> Group:
    title = f"{look.shape} {word_of(look)} ({len(rows)})"
    if not documented:
        inferred = QCoreApplication.translate(_CONTEXT, "{0} {1}, inferred ({2}): from mechanism, no source documents it")
        title = inferred.format(look.shape, word_of(look), len(rows))
    return Group(f"{severity} {'documented' if documented else 'inferred'}", title, rows, look, filled=documented)


def _pair_row(
    head: Interaction, choice: Choice, names: tuple[str, ...], more: list[tuple[Interaction, bool]], *, outside: bool
) -> Row:
    look = LOOKS[head.severity]
    title = words.pair_words(head, names)
    text = _lines(words.sentence_case(words.effect_words(head)), words.action_words(head))
    provisional = QCoreApplication.translate(_CONTEXT, "Provisional: a name is not confirmed")
    stays = QCoreApplication.translate(_CONTEXT, "Outside the filter; contraindicated pairs are always shown")
    remarks = _lines(
        words.source_words(head),
        words.unknown_words(head),
        provisional if head.provisional else "",
        *(words.more_words(finding, beyond=beyond) for finding, beyond in more),
        stays if outside else "",
    )
    origin = (
        QCoreApplication.translate(_CONTEXT, "documented")
        if head.documented
        else QCoreApplication.translate(_CONTEXT, "inferred from mechanism")
    )
    return Row(choice, _badge(look), title, text, remarks, _spoken(title, word_of(look), origin, text, remarks))


def _row(choice: Choice, badge: Badge, title: str, text: str, weight: str = "") -> Row:
    return Row(choice, badge, title, text, spoken=_spoken(title, weight, text))


def _list_groups(report: Report) -> tuple[Group, ...]:
    patient = tuple(
        _row(
            choice_of(report, one),
            _badge(WEIGHTS[one.weight]),
            one.drug,
            _statement_text(one.text, one.managements),
            word_of(WEIGHTS[one.weight]),
        )
        for one in report.patient
    )
    adds = QCoreApplication.translate(_CONTEXT, "Adds up: {0}")
    loads = tuple(
        _row(choice_of(report, one), Badge("Σ"), words.sentence_case(one.effect), adds.format(", ".join(one.drugs)))
        for one in report.cumulative
    )
    same = QCoreApplication.translate(_CONTEXT, "Same ingredient twice: {0}")
    subgroup = QCoreApplication.translate(_CONTEXT, "Same subgroup: {0}")
    possible = QCoreApplication.translate(_CONTEXT, "Possible duplicate: {0}")
    duplicates = tuple(
        _row(
            choice_of(report, one),
            Badge("="),
            (same if one.kind == "same ingredient" else subgroup).format(one.subgroup),
            possible.format(", ".join(dict.fromkeys(one.drugs))),
        )
        for one in report.duplicates
    )
    missing = tuple(
        _row(choice_of(report, one), Badge("?"), words.sentence_case(one.datum), _would_change(one.would_change))
        for one in report.missing
    )
    return (
        Group("patient", QCoreApplication.translate(_CONTEXT, "This patient ({0})").format(len(patient)), patient),
        Group(
            "list",
            QCoreApplication.translate(_CONTEXT, "Over the whole list ({0})").format(len(loads) + len(duplicates)),
            loads + duplicates,
        ),
        Group("missing", QCoreApplication.translate(_CONTEXT, "Not known and would matter ({0})").format(len(missing)), missing),
    )


def _statement_text(text: str, managements: tuple[str, ...]) -> str:
    action = QCoreApplication.translate(_CONTEXT, "Action: {0}").format("; ".join(managements)) if managements else ""
    return _lines(words.sentence_case(text), action)


def _would_change(pairs: tuple[tuple[str, ...], ...]) -> str:
    if len(pairs) > _FEW:
        many = QCoreApplication.translate(_CONTEXT, "Would change what is said about {0} medicines or pairs")
        return many.format(len(pairs))
    return QCoreApplication.translate(_CONTEXT, "Would change: {0}").format("; ".join(" + ".join(pair) for pair in pairs))

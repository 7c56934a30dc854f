"""What each line of the list was taken for, or what it waits for, from a report. No widgets here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.prescription.list.gutter import Mark
from desktop.prescription.list.signs import NO_MEDICINE, NOT_CHECKED, RECOGNISED, WAITING

if TYPE_CHECKING:
    from engine.knowledge.records import LookAlike
    from engine.knowledge.store import KnowledgeStore
    from engine.report import Drug, NotChecked, Report

_ORDER = {NOT_CHECKED: 0, WAITING: 1, RECOGNISED: 2, NO_MEDICINE: 3, "": 4}

# Names by which nobody would correct a spelling: the ingredient's own is offered.
_SAID_BY_INGREDIENT = frozenset({"abbreviation", "french", "synonym"})


def _tr(text: str) -> str:
    return QCoreApplication.translate("ListPanel", text)


@dataclass(frozen=True, slots=True)
class LineState:
    """State of one line. `line_number` is the report's (from 1); None for a remark that stands on no line of its own.

    `confirmable` is the name that a person may agree to, `written` the words taken for it, `suggestions` what may stand in
    their place: one where only one name is near, several to choose from otherwise.
    """

    line_number: int | None
    line: str
    sign: str
    text: str
    confirmable: str | None = None
    written: str | None = None
    suggestions: tuple[str, ...] = ()

    @property
    def needs_you(self) -> bool:
        """Whether a person has to look at it."""
        return self.sign != RECOGNISED


def figure(value: float) -> str:
    """A figure as it is written on a prescription: no trailing zeros, no exponent."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if value else "0"


def line_states(report: Report, store: KnowledgeStore) -> tuple[LineState, ...]:
    """States of all lines: first those that need a person, then those that were recognised; each in the order of the list."""
    alike = store.look_alikes
    problems = [_problem(row, report, store) for row in report.not_checked]
    # One line, one state: what is recognised on a line with a problem is said there.
    taken = {(state.line_number, state.line) for state in problems}
    recognised: dict[tuple[int, str], list[Drug]] = {}
    for drug in report.drugs:
        recognised.setdefault((drug.line_number, drug.line), []).append(drug)
    done = [
        LineState(number, line, RECOGNISED, _recognised(drugs, alike))
        for (number, line), drugs in recognised.items()
        if (number, line) not in taken
    ]

    def place(state: LineState) -> tuple[bool, int]:
        return state.line_number is None, state.line_number or 0

    return (*sorted(_merged(problems, recognised, alike), key=place), *sorted(done, key=place))


def _merged(
    problems: list[LineState], recognised: dict[tuple[int, str], list[Drug]], alike: dict[str, LookAlike]
) -> Iterable[LineState]:
    """One state a line: a line may have several problems, and medicines that were recognised beside them."""
    groups: dict[tuple[int | None, str], list[LineState]] = {}
    for state in problems:
        groups.setdefault((state.line_number, state.line), []).append(state)
    for (number, line), states in groups.items():
        first = min(states, key=lambda state: (state.confirmable is None, _ORDER[state.sign]))
        texts = [first.text, *(state.text for state in states if state is not first)]
        drugs = recognised.get((number, line), []) if number is not None else []
        beside = [drug for drug in drugs if not any(f"{drug.name}:" in text for text in texts)]
        if beside:
            texts.append(_recognised(beside, alike))
        worst = min((state.sign for state in states), key=lambda sign: _ORDER[sign])
        yield LineState(number, line, worst, "; ".join(texts), first.confirmable, first.written, first.suggestions)


def _problem(row: NotChecked, report: Report, store: KnowledgeStore) -> LineState:
    from engine.knowledge.misspelt import span_of
    from engine.prescriptions.recognise import NOT_RECOGNISED, WAITS

    if row.reason == WAITS:
        name = row.suggestions[0]
        span = span_of(row.line, name)
        written = row.line[slice(*span)] if span is not None else name
        meant = _meaning(name, written, store)
        text = _tr("Please confirm: {0} → {1}?").format(written, " + ".join(_tall(each, store.look_alikes) for each in meant))
        replaced = span is not None and len(meant) == 1
        return LineState(row.line_number, row.line, WAITING, text, name, written, meant if replaced else ())
    # One medicine under its names in several languages is one suggestion.
    others = tuple(dict.fromkeys(_offered(name, store) for name in row.suggestions))
    near = ", ".join(_tall(name, store.look_alikes) for name in others)
    text = _tr("Not checked: {0}").format(row.reason) + (_tr("; near: {0}").format(near) if near else "")
    suggestions = others if row.reason == NOT_RECOGNISED else ()
    return LineState(row.line_number, row.line, NOT_CHECKED, text, None, None, suggestions)


def _meaning(name: str, written: str, store: KnowledgeStore) -> tuple[str, ...]:
    """What may stand in the place of a name: the known name, or what an abbreviation or a name of another language means."""
    from engine.knowledge.resolve import normal_form

    row = store.name_of_form(normal_form(name))
    if row is None or (row.kind not in _SAID_BY_INGREDIENT and normal_form(name) != normal_form(written)):
        return (name,)
    return tuple(store.substance(each).name for each in row.substances)


def _offered(name: str, store: KnowledgeStore) -> str:
    """The name as it is offered: by the ingredient, where it is only that ingredient's name in another language."""
    from engine.knowledge.resolve import normal_form

    row = store.name_of_form(normal_form(name))
    if row is None or row.kind not in _SAID_BY_INGREDIENT or len(row.substances) != 1:
        return name
    return store.substance(row.substances[0]).name


def _tall(name: str, alike: dict[str, LookAlike]) -> str:
    found = alike.get(name.casefold())
    return found.tall_man if found is not None else name


def _recognised(drugs: list[Drug], alike: dict[str, LookAlike]) -> str:
    return "; ".join(_one(drug, alike) for drug in drugs)


def _one(drug: Drug, alike: dict[str, LookAlike]) -> str:
    """A medicine with how it was recognised, its dose and route, and the names that it is mistaken for."""
    from engine.reasoning.wording import name_remark

    matches = {
        "exact": _tr("exact name"),
        "synonym": _tr("another name of it"),
        "brand": _tr("brand"),
        "abbreviation": _tr("abbreviation"),
        "spelling": _tr("spelling"),
    }
    agreed = _tr(", confirmed") if drug.match in {"abbreviation", "spelling"} and drug.confirmed else ""
    said = [f"{matches[drug.match]}{agreed}", *_dosing(drug), drug.route or _tr("route not written")]
    text = f"{_tall(drug.name, alike)} ({', '.join(said)}){name_remark(drug.match, drug.name_basis)}"
    own = alike.get(drug.name.casefold())
    written = alike.get(drug.matched_name.casefold())
    others = dict.fromkeys(name for each in (written, own) if each is not None for name in each.confused_with)
    return text + (_tr("; looks like: {0}").format(", ".join(others)) if others else "")


def _dosing(drug: Drug) -> list[str]:
    said = [_tr("{0} mg").format(figure(drug.dose_mg)) if drug.dose_mg is not None else _tr("dose not read")]
    if drug.frequency_per_day is not None:
        said.append(_tr("{0} × a day").format(figure(drug.frequency_per_day)))
    if drug.as_needed:
        said.append(_tr("as needed"))
    return said


def marks_of(states: Iterable[LineState], lines: list[str]) -> list[Mark]:
    """A mark for each line of the text that was checked; the worst sign where a line has several states."""
    marks = [
        Mark(line, NO_MEDICINE, _tr("Not read as a medicine of its own")) if line.strip() else Mark(line, "", "")
        for line in lines
    ]
    for state in states:
        if state.line_number is None or not 1 <= state.line_number <= len(marks):
            continue
        before = marks[state.line_number - 1]
        if before.sign in {NO_MEDICINE, ""}:
            marks[state.line_number - 1] = Mark(before.text, state.sign, state.text)
        else:
            worst = min(before.sign, state.sign, key=lambda sign: _ORDER[sign])
            marks[state.line_number - 1] = Mark(before.text, worst, f"{before.says}; {state.text}")
    return marks

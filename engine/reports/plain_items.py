"""What a patient's sheet can speak of: pairs, medicines that add up, duplicates, and what the patient's own data say.

Plain words come from `plain_words.tsv` by code. Every action is a question to ask, never an order to change a medicine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from engine.report import Drug, Interaction, Report, Severity, severity_rank
from engine.reports.material import Material, worst_first

ONE_OF_TWO = "one of the two"
_LEADS: dict[Severity, str] = {
    "contraindicated": (
        "As a rule these two are not used together. Speak with your doctor or pharmacist about it today, "
        "and before the first dose if one of them is new."
    ),
    "major": ("This pair can do real harm. Ask your doctor or pharmacist soon, and before the first dose if one of them is new."),
    "moderate": "This pair needs some care. Ask your doctor or pharmacist about it.",
    "minor": "This pair is good to know about. Ask if you have doubts.",
    "none": "Ask if you have doubts about this pair.",
}
_GUESSED = "This pair is not in the lists we have. We think so from how each one works."
_DEPENDS = "How much it matters for you depends on facts that we do not have."
_NOT_SURE = "We are not sure that we read one of the names right."
_URGENT = "As a rule this one is not used in such a case. Speak with your doctor or pharmacist about it today."


class Harm(NamedTuple):
    """What can happen, in plain words, and what a person would notice of it."""

    words: str
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One point of the sheet. `severity` is None where it is no pair; texts are plain, not HTML.

    `urgent`: the medicine is contraindicated for this patient, whatever else is taken.
    """

    key: str
    title: str
    severity: Severity | None
    lead: tuple[str, ...]
    can_happen: tuple[Harm, ...]
    questions: tuple[str, ...]
    urgent: bool = False

    @property
    def usual(self) -> bool:
        """Whether it stands on the sheet unless somebody takes it off: moderate or worse, or no pair."""
        return self.severity is None or severity_rank(self.severity) <= severity_rank("moderate")


def name_on_list(drug: Drug) -> str:
    """The name as the list has it, with the medicine's own name where that is another one."""
    if drug.matched_name.casefold() == drug.name.casefold():
        return drug.name
    return f"{drug.matched_name} ({drug.name})"


def sheet_items(material: Material) -> tuple[SheetItem, ...]:
    """Everything that the sheet can speak of: what is contraindicated first, then pairs, worst first, then the rest."""
    items = (*_pairs(material), *_statements(material), *_loads(material), *_duplicates(material.report))
    return tuple(sorted(items, key=lambda item: not (item.urgent or item.severity == "contraindicated")))


def _named(report: Report, name: str | None, default: str) -> str:
    if name is None:
        return default
    return next((name_on_list(drug) for drug in report.drugs if drug.name == name), name)


def _pairs(material: Material) -> Iterator[SheetItem]:
    """One item a pair of names: what a source says and what was inferred are one thing to talk about."""
    groups: dict[tuple[str, ...], list[Interaction]] = {}
    for finding in worst_first(material.report):
        names = tuple(name_on_list(material.report.drugs[row]) for row in finding.rows)
        groups.setdefault(tuple(sorted(names)), []).append(finding)
    for findings in groups.values():
        names = tuple(name_on_list(material.report.drugs[row]) for row in findings[0].rows)
        yield _pair(material, names, findings)


def _pair(material: Material, names: Iterable[str], findings: list[Interaction]) -> SheetItem:
    plain = material.words.plain
    worst = findings[0]
    lead = [_LEADS[worst.severity]]
    if not any(finding.documented for finding in findings):
        lead.append(_GUESSED)
    if any(not note.known for finding in findings for note in finding.conditions):
        lead.append(_DEPENDS)
    if any(finding.provisional for finding in findings):
        lead.append(_NOT_SURE)
    can_happen: dict[Harm, None] = {}
    questions: dict[str, None] = {}
    for finding in findings:
        target = _named(material.report, finding.object, ONE_OF_TWO)
        other = _named(material.report, finding.precipitant, ONE_OF_TWO)
        for code in finding.effect_codes:
            row = plain["effect", code]
            can_happen[Harm(row.words.format(target=target, other=other), row.signs)] = None
        for code in finding.management_codes:
            questions[plain["management", code].words.format(target=target, other=other)] = None
    title = " and ".join(names)
    return SheetItem(f"pair:{title}", title, worst.severity, tuple(lead), tuple(can_happen), tuple(questions))


def _statements(material: Material) -> Iterator[SheetItem]:
    groups: dict[str, dict[Harm, None]] = {}
    urgent = set()
    for statement in material.report.patient:
        name = _named(material.report, statement.drug, statement.drug)
        words = material.words.plain["statement", statement.statement].words.format(drug=name)
        groups.setdefault(name, {})[Harm(words, ())] = None
        if statement.weight == "contraindicated":
            urgent.add(name)
    for name, said in groups.items():
        lead = (_URGENT,) if name in urgent else ()
        ask = ("Ask what this means for you.",)
        yield SheetItem(f"you:{name}", f"You and {name}", None, lead, tuple(said), ask, name in urgent)


def _loads(material: Material) -> Iterator[SheetItem]:
    # A finding on two names their harm already, but not every two that add up are a finding.
    told = {(frozenset(one.drugs), code) for one in material.report.interactions for code in one.effect_codes}
    for load in material.report.cumulative:
        names = list(dict.fromkeys(_named(material.report, name, name) for name in load.drugs))
        code = material.words.tag_effects.get(load.tag, "")
        effect = material.words.plain.get(("effect", code))
        if len(names) < 2 or effect is None or (frozenset(load.drugs), code) in told:
            continue
        lead = (f"These act in the same way: {', '.join(names)}. They add up.",)
        # The first sentence says what happens; the words of the vocabulary are for professionals.
        what = effect.words.partition(".")[0]
        title = f"{len(names)} medicines that add up: {what[:1].lower()}{what[1:]}"
        harm = Harm(effect.words, effect.signs)
        yield SheetItem(f"load:{load.tag}", title, None, lead, (harm,), ("Ask if you still need all of them.",))


def _duplicates(report: Report) -> Iterator[SheetItem]:
    for duplicate in report.duplicates:
        names = " and ".join(dict.fromkeys(_named(report, name, name) for name in duplicate.drugs))
        same = duplicate.kind == "same ingredient"
        lead = "The same medicine is on your list more than once." if same else "These are of the same kind."
        title = f"{names}: more than once" if same else f"{names}: of the same kind"
        yield SheetItem(
            f"twice:{names}:{duplicate.kind}:{duplicate.subgroup}",
            title,
            None,
            (f"{lead} This may be meant.",),
            (Harm("You may get too much.", ()),),
            ("Ask if it is meant.",),
        )

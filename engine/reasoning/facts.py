"""Facts as they are cited: one knowledge row, a stable key, our words for it, and a number within one finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast
from weakref import WeakValueDictionary

from engine.interactions.documented import DocumentedMatch, LevelState
from engine.knowledge import records as r
from engine.knowledge.records import Record
from engine.knowledge.store import KnowledgeStore
from engine.report import Fact, Step, StepStatus

LEVEL_WORDS: dict[str, str] = {
    "contraindication": "contraindication",
    "not_recommended": "not recommended",
    "precaution": "precaution for use",
    "take_into_account": "take into account",
}
ATC_SOURCE = "ansm-2016"
_PROPERTY_WORDS: dict[tuple[str, str], str] = {
    ("narrow_therapeutic_index", "yes"): "has a narrow therapeutic index",
    ("prodrug", "yes"): "is a prodrug",
    ("absorption_chelation", "object"): "is bound by polyvalent metal ions in the gut",
    ("absorption_chelation", "precipitant"): "brings polyvalent metal ions that bind other medicines in the gut",
    ("absorption_gastric_ph", "object"): "needs gastric acid to be absorbed",
    ("absorption_gastric_ph", "raises_ph"): "raises gastric pH",
    ("absorption_binding", "object"): "is absorbed from the gut when it is swallowed",
    ("absorption_binding", "precipitant"): "can bind other medicines in the gut",
}
_FIGURE_WORDS: dict[str, str] = {
    "half_life_h": "has a half-life of {}",
    "fe": "is excreted unchanged to {}",
    "f_oral": "has an oral bioavailability of {}",
}


@dataclass(frozen=True, slots=True)
class FactDraft:
    """A row with its key, words and provenance, before it is numbered."""

    key: str
    text: str
    provenance: r.Provenance
    record: Record


class SharedParts:
    """Facts and steps of the findings that are alive, by all that they say; safe to share between threads.

    Thousands of findings cite some hundred rows, and the report before is there until the next one is: both hold the same parts,
    and are less than half as large for it.
    """

    def __init__(self) -> None:
        self.facts: WeakValueDictionary[tuple[str, ...], Fact] = WeakValueDictionary()
        self.steps: WeakValueDictionary[tuple[str, str, tuple[str, ...], StepStatus, tuple[str, ...]], Step] = (
            WeakValueDictionary()
        )


class FactBook:
    """Numbers the facts that one finding cites, in the order in which they are first cited.

    With `shared`, a fact or step equal to one that another finding holds is that one. `known`: numbers by key that were given
    before; they stay, later ones go on from them, and `facts` does not repeat them.
    """

    def __init__(self, shared: SharedParts | None = None, known: Mapping[str, str] | None = None) -> None:
        # Without others to share with, a finding shares within itself.
        self._shared = shared or SharedParts()
        self._ids: dict[str, str] = dict(known or {})
        self._drafts: list[FactDraft] = []

    def cite(self, draft: FactDraft) -> str:
        """Return the fact's number, giving it one if it is new."""
        known = self._ids.get(draft.key)
        if known is None:
            known = f"F{len(self._ids) + 1}"
            self._ids[draft.key] = known
            self._drafts.append(draft)
        return known

    def facts(self) -> tuple[Fact, ...]:
        """All cited facts in order."""
        return tuple(self._fact(draft) for draft in self._drafts)

    def _fact(self, draft: FactDraft) -> Fact:
        said = draft.provenance
        # All that a fact says: the same words of the same row under the same number.
        values = (self._ids[draft.key], draft.key, draft.text, said.source, said.locator, said.basis)
        known = self._shared.facts.get(values)
        if known is not None:
            return known
        number, key, text, source, locator, _basis = values
        basis = cast(Literal["file", "read", "recalled"], said.basis)
        fact = Fact(id=number, key=key, text=text, source=source, locator=locator, basis=basis)
        self._shared.facts[values] = fact
        return fact

    def step(self, kind: str, text: str, facts: tuple[str, ...], status: StepStatus, against: tuple[str, ...] = ()) -> Step:
        """A step that cites facts by their numbers; `against`: numbers of those that decide against it."""
        values = (kind, text, facts, status, against)
        known = self._shared.steps.get(values)
        if known is None:
            made = Step(step=kind, text=text, facts=facts, status=status, against=against)
            known = self._shared.steps[values] = made
        return known


def article(word: str) -> str:
    """The word with its indefinite article."""
    return f"an {word}" if word[:1].lower() in "aeiou" else f"a {word}"


class FactWriter:
    """Puts rows of one store into words."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._names: dict[str, str] = {}

    def name(self, substance: str) -> str:
        """Display name of a substance id."""
        known = self._names.get(substance)
        if known is None:
            known = self._names[substance] = self._store.substance(substance).name
        return known

    def side_name(self, side: str) -> str:
        """Display name of a rule's side, a substance id or `@class`."""
        if side.startswith("@"):
            return self._store.classes[side[1:]].name
        return self.name(side)

    def membership(self, row: r.Membership) -> FactDraft:
        """A class membership."""
        route = f" ({row.route} use)" if row.route else ""
        text = f"{self.name(row.substance)} belongs to the class '{self._store.classes[row.class_id].name}'{route}"
        return FactDraft(f"class_members/{row.class_id}/{row.substance}", text, row.provenance, row)

    def role(self, row: r.EnzymeRole) -> FactDraft:
        """An enzyme or transporter role."""
        kind = f"{row.strength} {row.role}" if row.strength else row.role
        text = f"{self.name(row.substance)} is {article(kind)} of {row.target}"
        key = f"enzyme_roles/{row.substance}/{row.target}/{row.role}/{row.provenance.source}"
        return FactDraft(key, text, row.provenance, row)

    def tag(self, row: r.PdTag) -> FactDraft:
        """A pharmacodynamic tag."""
        grade = f" ({row.grade})" if row.grade else ""
        text = f"{self.name(row.substance)} contributes to {self._store.tags[row.tag].words}{grade}"
        return FactDraft(f"pd_tags/{row.substance}/{row.tag}/{row.provenance.source}", text, row.provenance, row)

    def pk(self, row: r.PkProperty) -> FactDraft:
        """A pharmacokinetic property or figure."""
        words = _PROPERTY_WORDS.get((row.property, row.value))
        if words is None and row.property == "prodrug":
            words = f"is a prodrug activated by {row.value.replace('|', ' and ')}"
        if words is None:
            # "fraction" may say more, as "fraction, upper bound".
            unit, _, remark = (row.unit or "").partition(", ")
            figure = f"{100 * float(row.value):.3g} %" if unit == "fraction" else f"{row.value} {unit}"
            words = f"{_FIGURE_WORDS[row.property].format(figure)}{f' ({remark})' if remark else ''}"
        key = f"pk_properties/{row.substance}/{row.property}/{row.provenance.source}"
        return FactDraft(key, f"{self.name(row.substance)} {words}", row.provenance, row)

    def auc(self, row: r.AucChange) -> FactDraft:
        """An observed change of exposure."""
        text = f"{self.name(row.precipitant)} changed the AUC of {self.name(row.object)} by a factor of {row.auc_ratio:g}"
        key = f"auc_changes/{row.object}/{row.precipitant}/{row.provenance.source}/{row.provenance.locator}"
        return FactDraft(key, text, row.provenance, row)

    def organ(self, row: r.OrganFunction) -> FactDraft:
        """An observed change of exposure in organ impairment."""
        organ = {"renal": "kidney", "hepatic": "liver"}[row.organ]
        text = f"{row.stage} {organ} impairment changed the AUC of {self.name(row.substance)} by a factor of {row.auc_ratio:g}"
        key = f"organ_function/{row.substance}/{row.organ}/{row.stage}/{row.provenance.source}"
        return FactDraft(key, text, row.provenance, row)

    def rule(self, match: DocumentedMatch) -> FactDraft:
        """A documented rule: its sides, direction and effects."""
        rule = match.rule
        effects = "; ".join(self._store.effects[code].words for code in rule.effects)
        text = f"{self.side_name(rule.a)} with {self.side_name(rule.b)}: {effects}"
        if rule.object in ("a", "b") and rule.direction in ("increase", "decrease"):
            named = self.side_name(rule.a if rule.object == "a" else rule.b)
            verb = "raised" if rule.direction == "increase" else "lowered"
            text = f"{text} (exposure or effect of {named} {verb})"
        return FactDraft(f"rules/{rule.id}", text, rule.provenance, rule)

    def level(self, match: DocumentedMatch, state: LevelState, condition: str | None) -> FactDraft:
        """A level that a source gives, with its condition in words."""
        when = f", when {condition}" if condition else ""
        source = self._store.sources[state.level.provenance.source].title
        text = f"{source}: {LEVEL_WORDS[state.level.level]}{when}"
        return FactDraft(f"rule_levels/{match.rule.id}/{state.level.n}", text, state.level.provenance, state.level)

    def subgroup(self, row: r.Substance, subgroup: str) -> FactDraft:
        """Membership of an ATC subgroup; the codes come from the source that carries them."""
        traced = next((one for one in row.provenances if one.source == ATC_SOURCE), row.provenances[0])
        return FactDraft(f"substances/{row.id}", f"{row.name}: ATC subgroup {subgroup}", traced, row)

    def patient_rule(self, row: r.PatientRule, text: str) -> FactDraft:
        """A patient-dependent rule."""
        return FactDraft(f"patient_rules/{row.id}", text, row.provenance, row)

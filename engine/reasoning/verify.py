"""Verification of a step against the facts that it cites.

The verifier sees claims, rows and the pair; it shares no code with the writer of the steps, so that a step that was built
wrongly, or that a student generated, is caught: *contradicted* if a cited row says the opposite of one claim, *supported* if
every claim follows from a cited row, *no_record* otherwise. A row about another substance than the pair's supports nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from engine.interactions.conditions import Situation, evaluate
from engine.interactions.exposure import Exposure
from engine.knowledge import records as r
from engine.knowledge.records import Record
from engine.prescriptions.patient import Patient
from engine.report import Severity, StepStatus, severity_rank

_OPPOSITE = {"increase": "decrease", "decrease": "increase"}
_STATED: dict[str, Severity] = {"contraindication": "contraindicated", "not_recommended": "major", "precaution": "moderate"}
_GENERIC = {"object_toxicity": "increase", "object_efficacy_loss": "decrease"}
_HIGHEST_INFERRED: Severity = "major"
_HIGHEST_USUAL: Severity = "moderate"


class RoleClaim(NamedTuple):
    """A substance has a role (and, if stated, a strength) at an enzyme or transporter."""

    substance: str
    target: str
    role: str
    strength: str | None = None


class TagClaim(NamedTuple):
    """A substance contributes to a pharmacodynamic harm."""

    substance: str
    tag: str


class PropertyClaim(NamedTuple):
    """A substance has a pharmacokinetic property."""

    substance: str
    property: str
    value: str


class MechanismClaim(NamedTuple):
    """A documented rule states this mechanism, for this object (substance id; None where the step names none)."""

    kind: str
    via: str | None
    role: str | None
    object: str | None


class OutcomeClaim(NamedTuple):
    """The object's exposure or effect goes this way because of the precipitant (substance ids)."""

    object: str
    precipitant: str
    direction: str


class AucClaim(NamedTuple):
    """A study observed this ratio of the object's AUC with and without the precipitant (substance ids)."""

    object: str
    precipitant: str
    auc_ratio: float


class EffectClaim(NamedTuple):
    """The pair leads to this outcome (code), by a change of the object in this direction where one is claimed."""

    effect: str
    object: str | None = None
    direction: str | None = None


class LevelClaim(NamedTuple):
    """A source gives this level of a rule, and its condition is met (`open` True) or not known (`open` None)."""

    source: str
    level: str
    open: bool | None


class SeverityClaim(NamedTuple):
    """The finding has this severity: the worst of the open levels, or, if inferred, within the ceilings."""

    severity: Severity
    inferred: bool


class ActionClaim(NamedTuple):
    """A source asks for this action (code, with value where it has one)."""

    management: str


Claim = (
    RoleClaim
    | TagClaim
    | PropertyClaim
    | MechanismClaim
    | OutcomeClaim
    | AucClaim
    | EffectClaim
    | LevelClaim
    | SeverityClaim
    | ActionClaim
)


@dataclass(frozen=True, slots=True)
class PairContext:
    """The pair that a step speaks of, the patient, and the vocabulary that claims are read with.

    `tag_effects` gives the outcome of a tag, `serious_effects` the outcomes marked serious.
    """

    first: Exposure
    second: Exposure
    patient: Patient
    tag_effects: dict[str, str]
    serious_effects: frozenset[str]

    @property
    def substances(self) -> frozenset[str]:
        """The two substances."""
        return frozenset((self.first.substance, self.second.substance))


class _Cited:
    """The rows of one step that speak of the pair; what several claims ask of them is worked out once."""

    def __init__(self, rows: Sequence[Record], context: PairContext) -> None:
        self.rows = rows
        self._context = context

    @cached_property
    def rules(self) -> list[tuple[r.Rule, list[tuple[Exposure, Exposure]]]]:
        """Rules about the pair, each with the ways in which the pair stands on its sides."""
        rules = [(row, _orientations(row, self.rows, self._context)) for row in self.rows if isinstance(row, r.Rule)]
        return [(rule, orientations) for rule, orientations in rules if orientations]

    @cached_property
    def open_levels(self) -> list[tuple[r.Level, bool | None]]:
        """Levels of rules about the pair whose condition is met (True) or not known (None), evaluated here again."""
        return _open_levels(self, self._context)


def verify_step(claims: Iterable[Claim], cited: Sequence[Record], context: PairContext) -> StepStatus:
    """Verdict over all claims of a step; a step without claims has nothing that could be supported."""
    rows = _Cited([row for row in cited if _about(row, context)], context)
    verdicts = [_verify(claim, rows, context) for claim in claims]
    if "contradicted" in verdicts:
        return "contradicted"
    return "supported" if verdicts and all(verdict == "supported" for verdict in verdicts) else "no_record"


def _about(row: Record, context: PairContext) -> bool:
    """Whether a row speaks of one of the two substances; rules and levels are tied to the pair through their sides."""
    if isinstance(row, r.EnzymeRole | r.PdTag | r.PkProperty | r.Membership):
        return row.substance in context.substances
    return True


def _verify(claim: Claim, cited: _Cited, context: PairContext) -> StepStatus:
    match claim:
        case RoleClaim():
            return _role(claim, cited)
        case TagClaim():
            tags = [row for row in cited.rows if isinstance(row, r.PdTag)]
            return _found(any((row.substance, row.tag) == (claim.substance, claim.tag) for row in tags))
        case PropertyClaim():
            return _property(claim, cited)
        case MechanismClaim():
            return _mechanism(claim, cited, context)
        case OutcomeClaim():
            return _outcome(claim, cited, context)
        case AucClaim():
            return _auc(claim, cited)
        case EffectClaim():
            return _effect(claim, cited, context)
        case LevelClaim():
            return _level(claim, cited, context)
        case SeverityClaim():
            return _inferred_severity(claim, cited) if claim.inferred else _severity(claim, cited, context)
        case ActionClaim():
            return _found(any(claim.management in level.managements for level, _ in cited.open_levels))


def _found(found: bool) -> StepStatus:
    return "supported" if found else "no_record"


def _stands_for(side: str, substance: str, cited: Sequence[Record]) -> bool:
    """Whether a rule's side means a substance: itself, or a class of which a cited row makes it a member."""
    if not side.startswith("@"):
        return side == substance
    return any(isinstance(row, r.Membership) and row.substance == substance and row.class_id == side[1:] for row in cited)


def _orientations(rule: r.Rule, cited: Sequence[Record], context: PairContext) -> list[tuple[Exposure, Exposure]]:
    """The ways in which the pair stands on a rule's sides a and b; none if the rule is not about this pair."""
    both = ((context.first, context.second), (context.second, context.first))
    return [(a, b) for a, b in both if _stands_for(rule.a, a.substance, cited) and _stands_for(rule.b, b.substance, cited)]


def _affected(rule: r.Rule, orientations: list[tuple[Exposure, Exposure]]) -> set[str]:
    """Substances whose exposure or effect the rule says changes."""
    found: set[str] = set()
    for a, b in orientations:
        if rule.object in ("a", "both"):
            found.add(a.substance)
        if rule.object in ("b", "both"):
            found.add(b.substance)
    return found


def _open_levels(cited: _Cited, context: PairContext) -> list[tuple[r.Level, bool | None]]:
    """Cited levels of cited rules about the pair whose condition is met (True) or not known (None), evaluated here again."""
    found: list[tuple[r.Level, bool | None]] = []
    orientations = {rule.id: ways for rule, ways in cited.rules}
    for row in cited.rows:
        if not isinstance(row, r.Level):
            continue
        states = [evaluate(row.condition, Situation(a, b, context.patient)) for a, b in orientations.get(row.rule, ())]
        if True in states:
            found.append((row, True))
        elif None in states:
            found.append((row, None))
    return found


def _role(claim: RoleClaim, cited: _Cited) -> StepStatus:
    rows = [
        row
        for row in cited.rows
        if isinstance(row, r.EnzymeRole) and (row.substance, row.target) == (claim.substance, claim.target)
    ]
    same = [row for row in rows if row.role == claim.role]
    if any(claim.strength is None or row.strength == claim.strength for row in same):
        return "supported"
    opposed = {"inhibitor": "inducer", "inducer": "inhibitor"}.get(claim.role)
    if same or any(row.role == opposed for row in rows):
        return "contradicted"
    return "no_record"


def _property(claim: PropertyClaim, cited: _Cited) -> StepStatus:
    rows = [
        row
        for row in cited.rows
        if isinstance(row, r.PkProperty) and (row.substance, row.property) == (claim.substance, claim.property)
    ]
    if any(claim.value in row.value.split("|") for row in rows):
        return "supported"
    return "contradicted" if rows else "no_record"


def _mechanism(claim: MechanismClaim, cited: _Cited, context: PairContext) -> StepStatus:
    wanted = r.Mechanism(claim.kind, claim.via, claim.role)
    rules = [(rule, ways) for rule, ways in cited.rules if wanted in rule.mechanisms]
    if claim.object is None or any(claim.object in _affected(rule, ways) for rule, ways in rules):
        return _found(bool(rules))
    return "contradicted" if any(_affected(rule, ways) for rule, ways in rules) else "no_record"


def _outcome(claim: OutcomeClaim, cited: _Cited, context: PairContext) -> StepStatus:
    if {claim.object, claim.precipitant} != context.substances:
        return "no_record"
    verdicts = {_rule_outcome(rule, ways, claim) for rule, ways in cited.rules}
    implied = _implied_directions(claim.object, claim.precipitant, cited, context)
    if implied:
        verdicts.add("supported" if claim.direction in implied else "contradicted")
    if "contradicted" in verdicts:
        return "contradicted"
    return _found("supported" in verdicts)


def _rule_outcome(rule: r.Rule, ways: list[tuple[Exposure, Exposure]], claim: OutcomeClaim) -> StepStatus:
    affected = _affected(rule, ways)
    if not affected:
        return "no_record"
    if claim.object not in affected:
        return "contradicted"
    if rule.direction in (claim.direction, "either"):
        return "supported"
    return "contradicted" if rule.direction == _OPPOSITE.get(claim.direction) else "no_record"


def _implied_directions(obj: str, precipitant: str, cited: _Cited, context: PairContext) -> set[str]:
    """What roles and absorption facts imply: a blocked pathway raises exposure, unless the pathway activates a prodrug.

    Absorption is changed only where both medicines are swallowed.
    """
    roles = [row for row in cited.rows if isinstance(row, r.EnzymeRole)]
    properties = [row for row in cited.rows if isinstance(row, r.PkProperty)]
    substrate_of = {row.target for row in roles if (row.substance, row.role) == (obj, "substrate")}
    activating = {
        target for row in properties if (row.substance, row.property) == (obj, "prodrug") for target in row.value.split("|")
    }
    implied: set[str] = set()
    for row in roles:
        if row.substance == precipitant and row.target in substrate_of and row.role != "substrate":
            implied.add("increase" if (row.role == "inhibitor") != (row.target in activating) else "decrease")
    needing = {row.property for row in properties if (row.substance, row.value) == (obj, "object")}
    acting = {row.property for row in properties if row.substance == precipitant and row.value in ("precipitant", "raises_ph")}
    if needing & acting and context.first.may_be_swallowed and context.second.may_be_swallowed:
        implied.add("decrease")
    return implied


def _auc(claim: AucClaim, cited: _Cited) -> StepStatus:
    rows = [
        row
        for row in cited.rows
        if isinstance(row, r.AucChange) and (row.object, row.precipitant) == (claim.object, claim.precipitant)
    ]
    if any(row.auc_ratio == claim.auc_ratio for row in rows):
        return "supported"
    return "contradicted" if rows else "no_record"


def _effect(claim: EffectClaim, cited: _Cited, context: PairContext) -> StepStatus:
    if any(claim.effect in rule.effects for rule, _ in cited.rules):
        return "supported"
    tagged: dict[str, set[str]] = {}
    for row in cited.rows:
        if isinstance(row, r.PdTag):
            tagged.setdefault(row.tag, set()).add(row.substance)
    if claim.effect in {context.tag_effects[tag] for tag, who in tagged.items() if who == context.substances}:
        return "supported"
    wanted = _GENERIC.get(claim.effect)
    if wanted is None or claim.object is None or claim.direction != wanted:
        return "no_record"
    (precipitant,) = context.substances - {claim.object}
    return _found(wanted in _implied_directions(claim.object, precipitant, cited, context))


def _level(claim: LevelClaim, cited: _Cited, context: PairContext) -> StepStatus:
    rows = [
        (level, state)
        for level, state in cited.open_levels
        if (level.provenance.source, level.level) == (claim.source, claim.level)
    ]
    if any(state is claim.open for _, state in rows):
        return "supported"
    stated = [row for row in cited.rows if isinstance(row, r.Level) and row.level == claim.level]
    return "contradicted" if stated else "no_record"


def _severity(claim: SeverityClaim, cited: _Cited, context: PairContext) -> StepStatus:
    rules = {rule.id: rule for rule, _ in cited.rules}
    found: list[int] = []
    for level, _ in cited.open_levels:
        serious = bool(context.serious_effects & set(rules[level.rule].effects))
        found.append(severity_rank(_STATED.get(level.level, "moderate" if serious else "minor")))
    if not found:
        return "no_record"
    local = context.first.systemic is False or context.second.systemic is False
    claimed, stated = severity_rank(claim.severity), min(found)
    # Local use may be held lower than the source's level, never higher.
    return "supported" if claimed == stated or (local and claimed > stated) else "contradicted"


def _inferred_severity(claim: SeverityClaim, cited: _Cited) -> StepStatus:
    """Ceilings of the design page: major in three cases, otherwise moderate, never contraindicated."""
    known = [row for row in cited.rows if isinstance(row, r.PdTag) and (row.tag, row.grade) == ("qt_prolongation", "known")]
    torsadogenic = len({row.substance for row in known}) == 2
    roles = [row for row in cited.rows if isinstance(row, r.EnzymeRole)]
    sensitive = {row.target for row in roles if (row.role, row.strength) == ("substrate", "sensitive")}
    strong = {row.target for row in roles if row.role != "substrate" and row.strength == "strong"}
    properties = [row for row in cited.rows if isinstance(row, r.PkProperty)]
    narrow = any((row.property, row.value) == ("narrow_therapeutic_index", "yes") for row in properties)
    mao = any(row.target.startswith("MAO") and row.role == "inhibitor" for row in roles)
    serotonergic = any(isinstance(row, r.PdTag) and row.tag == "serotonergic" for row in cited.rows)
    exception = torsadogenic or (narrow and bool(sensitive & strong)) or (mao and serotonergic)
    ceiling = _HIGHEST_INFERRED if exception else _HIGHEST_USUAL
    if severity_rank(claim.severity) < severity_rank(ceiling):
        return "contradicted"
    return _found(any(isinstance(row, r.EnzymeRole | r.PdTag | r.PkProperty | r.Rule) for row in cited.rows))

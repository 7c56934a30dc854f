"""Documented interactions of one pair: which rules of which sources apply, at which level, under which conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.interactions.conditions import Situation, evaluate, parse_condition, speaks_of
from engine.interactions.exposure import Exposure, route_matches
from engine.knowledge.records import Effect, Level, Membership, Rule
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.report import Severity, severity_rank

_LEVEL_SEVERITY: dict[str, Severity] = {
    "contraindication": "contraindicated",
    "not_recommended": "major",
    "precaution": "moderate",
}
# Exposure after local use is small but rarely nil: a rule written for systemic use is shown, as minor, with that said.
LOCAL_USE_CAP: Severity = "minor"
_MINERALS = frozenset({"aluminium", "calcium", "iron", "magnesium", "zinc"})
_LOCAL_HARMS = frozenset({"bradycardia", "av_block"})
# A class rule extended to a medicine that the source does not list is an inference, and inferences are at most moderate.
EXTRAPOLATION_CAP: Severity = "moderate"


@dataclass(frozen=True, slots=True)
class Side:
    """How a medicine matches one side of a rule: itself, or through a class."""

    exposure: Exposure
    membership: Membership | None


@dataclass(frozen=True, slots=True)
class LevelState:
    """A level of a rule with the state of its condition: True met, False not met, None unknown."""

    level: Level
    severity: Severity
    state: bool | None


@dataclass(frozen=True, slots=True)
class DocumentedMatch:
    """A rule that applies to the pair, its sides in the rule's order."""

    rule: Rule
    a: Side
    b: Side
    levels: tuple[LevelState, ...]
    severity: Severity
    local_only: bool
    regulator: bool
    """Whether the rule is a regulator's own rating; such a rule leads before a label's of the same severity."""

    @property
    def object(self) -> Exposure | None:
        """The medicine whose exposure or effect changes; None where symmetric or both."""
        if self.rule.object == "a":
            return self.a.exposure
        return self.b.exposure if self.rule.object == "b" else None

    @property
    def extrapolated(self) -> bool:
        """Whether a side matches through a membership that is not traced to a source: the source did not name this medicine."""
        memberships = (self.a.membership, self.b.membership)
        return any(row is not None and not row.provenance.traced for row in memberships)

    @property
    def specificity(self) -> int:
        """How many sides match as substances rather than through a class (0–2)."""
        return (self.a.membership is None) + (self.b.membership is None)


def level_severity(level: str, effects: tuple[str, ...], vocabulary: Mapping[str, Effect]) -> Severity:
    """Map a regulator's level to a severity: the design's rule, with "take into account" decided by the effect's seriousness."""
    mapped = _LEVEL_SEVERITY.get(level)
    if mapped is not None:
        return mapped
    serious = any(vocabulary[code].seriousness == "yes" for code in effects)
    return "moderate" if serious else "minor"


def sides(store: KnowledgeStore, exposure: Exposure) -> dict[str, Side]:
    """Keys under which rules may name this exposure: its substance and the classes that it belongs to by this route."""
    found = {exposure.substance: Side(exposure, None)}
    for membership in store.memberships.get(exposure.substance):
        if membership.route is None or route_matches(exposure.route, membership.route) is not False:
            found[f"@{membership.class_id}"] = Side(exposure, membership)
    return found


def _names_route(match_levels: tuple[LevelState, ...], side: str) -> bool:
    return any(
        atom.subject == side and atom.field == "route"
        for level in match_levels
        if level.level.condition is not None and level.state is not False
        for atom in parse_condition(level.level.condition)
    )


def _local(side: Side, letter: str, levels: tuple[LevelState, ...]) -> bool:
    """Whether the side is used locally and neither the rule nor the class membership was written for that route."""
    if side.exposure.systemic is not False:
        return False
    if side.membership is not None and side.membership.route is not None:
        return False
    return not _names_route(levels, letter)


def _negligible_locally(rule: Rule, open_levels: list[LevelState]) -> bool:
    """Whether local use leaves nothing to say: general harms that add up and are only to be "taken into account".

    A slow heart stays: eye drops of beta-blockers do slow it.
    """
    mild = all(state.level.level == "take_into_account" for state in open_levels)
    additive = all(mechanism.kind == "pd.additive" for mechanism in rule.mechanisms)
    return mild and additive and not _LOCAL_HARMS & set(rule.effects)


def _past_the_gut(rule: Rule, a: Exposure, b: Exposure) -> bool:
    """Whether a rule on nothing but absorption cannot apply: a medicine that must meet the other in the gut is not swallowed."""
    if rule.object not in ("a", "b") or any(mechanism.kind != "pk.absorption" for mechanism in rule.mechanisms):
        return False
    obj, precipitant = (a, b) if rule.object == "a" else (b, a)
    if not obj.may_be_swallowed:
        return True
    meets = precipitant.substance in _MINERALS or any(mechanism.via in ("chelation", "binding") for mechanism in rule.mechanisms)
    return meets and not precipitant.may_be_swallowed


def _through_the_skin(rule: Rule, a: Side, b: Side) -> bool:
    """Whether an exposure would have to change by way of the skin or the ear: too little gets in or out."""
    kinetic = all(mechanism.kind.startswith("pk.") for mechanism in rule.mechanisms)
    return kinetic and not {a.exposure.route, b.exposure.route}.isdisjoint({"topical", "otic"})


def _evaluated(store: KnowledgeStore, rule: Rule, a: Side, b: Side, patient: Patient) -> DocumentedMatch | None:
    if _past_the_gut(rule, a.exposure, b.exposure):
        return None
    situation = Situation(a.exposure, b.exposure, patient)
    levels = tuple(
        LevelState(level, level_severity(level.level, rule.effects, store.effects), evaluate(level.condition, situation))
        for level in rule.levels
        # What a source says of other members of a class is no statement on this pair.
        if speaks_of(level.condition, situation)
    )
    open_levels = [level for level in levels if level.state is not False]
    if not open_levels:
        return None
    severity = min((level.severity for level in open_levels), key=severity_rank)
    local = _local(a, "a", levels) or _local(b, "b", levels)
    if local and (_negligible_locally(rule, open_levels) or _through_the_skin(rule, a, b)):
        return None
    regulator = store.sources[rule.provenance.source].level_kind == "regulator"
    match = DocumentedMatch(rule, a, b, levels, severity, local, regulator)
    if match.extrapolated:
        match = replace(match, severity=_milder(severity, EXTRAPOLATION_CAP))
    return replace(match, severity=_milder(match.severity, LOCAL_USE_CAP)) if local else match


def _milder(one: Severity, other: Severity) -> Severity:
    return max(one, other, key=severity_rank)


def documented_matches(
    store: KnowledgeStore,
    first: Mapping[str, Side],
    second: Mapping[str, Side],
    patient: Patient,
) -> tuple[DocumentedMatch, ...]:
    """All rules that apply to a pair, worst first, regulators before labels, then the more specific, then in table order.

    `first` and `second` are the results of :func:`sides` for the two medicines.
    """
    by_rule: dict[str, DocumentedMatch] = {}
    for key, side in first.items():
        partners = store.rules_of(key)
        if not partners:
            continue
        for other_key in partners.keys() & second.keys():
            other_side = second[other_key]
            for rule in partners[other_key]:
                orientations = [(side, other_side)] if rule.a == key else []
                if rule.b == key and rule.a == other_key:
                    orientations.append((other_side, side))
                for a, b in orientations:
                    match = _evaluated(store, rule, a, b, patient)
                    known = by_rule.get(rule.id)
                    if match is not None and (known is None or _order(match) < _order(known)):
                        by_rule[rule.id] = match
    return tuple(sorted(by_rule.values(), key=lambda match: (*_order(match), match.rule.id)))


def _order(match: DocumentedMatch) -> tuple[int, bool, int]:
    return severity_rank(match.severity), not match.regulator, -match.specificity

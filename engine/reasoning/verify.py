"""Verification of a step against the facts that it cites.

The verifier sees claims and rows only. It shares no code with the writer of the steps, so that a step that was built wrongly,
or that a student generated, is caught: *supported* if every claim follows from a cited row, *contradicted* if a cited row says
the opposite of one, *no_record* otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.knowledge import records as r
from engine.reasoning.facts import Record
from engine.report import StepStatus

_OPPOSITE = {"increase": "decrease", "decrease": "increase"}


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
    """A documented rule states this mechanism."""

    kind: str
    via: str | None
    role: str | None


class OutcomeClaim(NamedTuple):
    """The object's exposure or effect goes this way. Substance ids; `precipitant` is what causes it."""

    object: str
    precipitant: str
    direction: str


class EffectClaim(NamedTuple):
    """The pair leads to this outcome (code)."""

    effect: str


class LevelClaim(NamedTuple):
    """A source gives this level."""

    level: str


class ActionClaim(NamedTuple):
    """A source asks for this action (code, with value where it has one)."""

    management: str


Claim = RoleClaim | TagClaim | PropertyClaim | MechanismClaim | OutcomeClaim | EffectClaim | LevelClaim | ActionClaim


class PairContext(NamedTuple):
    """Which substances stand on which side of each cited rule: rule id → (a, b). Needed because rules name classes."""

    rule_sides: dict[str, tuple[str, str]]
    tag_effects: dict[str, str]


def verify_step(claims: Iterable[Claim], cited: Sequence[Record], context: PairContext) -> StepStatus:
    """Verdict over all claims of a step; a step without claims has nothing that could be supported."""
    verdicts = [_verify(claim, cited, context) for claim in claims]
    if "contradicted" in verdicts:
        return "contradicted"
    return "supported" if verdicts and all(verdict == "supported" for verdict in verdicts) else "no_record"


def _verify(claim: Claim, cited: Sequence[Record], context: PairContext) -> StepStatus:
    match claim:
        case RoleClaim():
            return _role(claim, cited)
        case TagClaim():
            tags = [row for row in cited if isinstance(row, r.PdTag)]
            return _found(any((row.substance, row.tag) == (claim.substance, claim.tag) for row in tags))
        case PropertyClaim():
            return _property(claim, cited)
        case MechanismClaim():
            wanted = r.Mechanism(claim.kind, claim.via, claim.role)
            return _found(any(wanted in row.mechanisms for row in cited if isinstance(row, r.Rule)))
        case OutcomeClaim():
            return _outcome(claim, cited, context)
        case EffectClaim():
            return _effect(claim, cited, context)
        case LevelClaim():
            return _found(any(row.level == claim.level for row in cited if isinstance(row, r.Level)))
        case ActionClaim():
            return _found(any(claim.management in row.managements for row in cited if isinstance(row, r.Level)))


def _found(found: bool) -> StepStatus:
    return "supported" if found else "no_record"


def _role(claim: RoleClaim, cited: Sequence[Record]) -> StepStatus:
    rows = [
        row for row in cited if isinstance(row, r.EnzymeRole) and (row.substance, row.target) == (claim.substance, claim.target)
    ]
    same = [row for row in rows if row.role == claim.role]
    if any(claim.strength is None or row.strength == claim.strength for row in same):
        return "supported"
    opposed = {"inhibitor": "inducer", "inducer": "inhibitor"}.get(claim.role)
    if same or any(row.role == opposed for row in rows):
        return "contradicted"
    return "no_record"


def _property(claim: PropertyClaim, cited: Sequence[Record]) -> StepStatus:
    rows = [
        row
        for row in cited
        if isinstance(row, r.PkProperty) and (row.substance, row.property) == (claim.substance, claim.property)
    ]
    if any(claim.value in row.value.split("|") for row in rows):
        return "supported"
    return "contradicted" if rows else "no_record"


def _outcome(claim: OutcomeClaim, cited: Sequence[Record], context: PairContext) -> StepStatus:
    verdicts = {_rule_outcome(row, claim, context) for row in cited if isinstance(row, r.Rule)}
    verdicts |= _mechanistic_outcomes(claim, cited)
    if "supported" in verdicts:
        return "supported"
    return "contradicted" if "contradicted" in verdicts else "no_record"


def _rule_outcome(row: r.Rule, claim: OutcomeClaim, context: PairContext) -> StepStatus:
    pair = context.rule_sides.get(row.id)
    if pair is None or {claim.object, claim.precipitant} != set(pair) or row.object is None:
        return "no_record"
    affected = set(pair) if row.object == "both" else {pair[0] if row.object == "a" else pair[1]}
    if claim.object not in affected:
        return "contradicted"
    if row.direction in (claim.direction, "either"):
        return "supported"
    return "contradicted" if row.direction == _OPPOSITE.get(claim.direction) else "no_record"


def _mechanistic_outcomes(claim: OutcomeClaim, cited: Sequence[Record]) -> set[StepStatus]:
    """What role and absorption facts imply: a blocked pathway raises exposure, unless the pathway activates a prodrug."""
    roles = [row for row in cited if isinstance(row, r.EnzymeRole)]
    properties = [row for row in cited if isinstance(row, r.PkProperty)]
    substrate_of = {row.target for row in roles if (row.substance, row.role) == (claim.object, "substrate")}
    activating = {
        target
        for row in properties
        if (row.substance, row.property) == (claim.object, "prodrug")
        for target in row.value.split("|")
    }
    implied: set[str] = set()
    for row in roles:
        if row.substance != claim.precipitant or row.target not in substrate_of or row.role == "substrate":
            continue
        implied.add("increase" if (row.role == "inhibitor") != (row.target in activating) else "decrease")
    absorbed_less = any(row.substance == claim.object and row.value == "object" for row in properties)
    acting = any(row.substance == claim.precipitant and row.value in ("precipitant", "raises_ph") for row in properties)
    if absorbed_less and acting:
        implied.add("decrease")
    if claim.direction in implied:
        return {"supported"}
    return {"contradicted"} if implied else set()


def _effect(claim: EffectClaim, cited: Sequence[Record], context: PairContext) -> StepStatus:
    if any(claim.effect in row.effects for row in cited if isinstance(row, r.Rule)):
        return "supported"
    tags: dict[str, set[str]] = {}
    for row in cited:
        if isinstance(row, r.PdTag):
            tags.setdefault(row.tag, set()).add(row.substance)
    shared = {context.tag_effects[tag] for tag, substances in tags.items() if len(substances) > 1}
    if claim.effect in shared:
        return "supported"
    kinetic = any(isinstance(row, r.EnzymeRole) for row in cited) or any(isinstance(row, r.PkProperty) for row in cited)
    generic = claim.effect in ("object_toxicity", "object_efficacy_loss")
    return _found(kinetic and generic)

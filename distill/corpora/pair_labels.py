"""Which substances the pair task is about, and what the documented rules say of each two of them, as the application shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from engine.interactions.documented import DocumentedMatch, Side, documented_matches, sides
from engine.interactions.exposure import Exposure
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.language import Direction, Label
from engine.reasoning.pair_facts import drug_facts
from engine.reasoning.rationale import deciding_levels

Pair = tuple[str, str]
_UNSTATED = "unknown"


@dataclass(frozen=True, slots=True)
class Documented:
    """What is documented of a pair: the leading rule's label, effects and actions (codes without figures).

    `sources`: of every rule that applies, that of the leading one first. `extrapolated`: no source lists both medicines, the rule
    was extended by us.
    """

    label: Label
    effects: tuple[str, ...]
    managements: tuple[str, ...]
    sources: tuple[str, ...]
    extrapolated: bool


def exposure_of(store: KnowledgeStore, substance: str, index: int = 0, route: str | None = None) -> Exposure:
    """A substance of which the route alone is written, or nothing. `index`: which medicine of the pair it is."""
    absorbed = store.absorbed_by(substance, route)
    return Exposure(index, index, substance, store.substance(substance).name, route, absorbed=absorbed)


def universe_of(store: KnowledgeStore) -> tuple[str, ...]:
    """Substances to reason about, by id: with a mechanism fact, and named in a regulator's rule, themselves or by their class.

    That one binds others in the gut, or is bound there, is no such fact by itself: a binder of which nothing else is known would
    stand in hundreds of pairs that all say the same, and be half of a test.

    Of a substance that no regulator's rule names, the absence of a rule says nothing, so it cannot stand for "none".
    """
    rated = _Rated(store)
    every = (substance.id for substance in store.all_substances())
    return tuple(sorted(one for one in every if rated.names(one) and drug_facts(store, exposure_of(store, one)).telling))


class _Rated:
    """Which substances and classes a regulator's rules name."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        rules = (rule for rule in store.all_rules() if store.sources[rule.provenance.source].level_kind == "regulator")
        self._keys = {key for rule in rules for key in (rule.a, rule.b)}

    def names(self, substance: str) -> bool:
        """Whether a rule names the substance, or a class in which a source lists it."""
        listed = (row for row in self._store.memberships.get(substance) if row.provenance.basis != "recalled")
        return substance in self._keys or any(f"@{row.class_id}" in self._keys for row in listed)


def documented_pairs(store: KnowledgeStore, universe: Sequence[str]) -> dict[Pair, Documented]:
    """What is documented of every two substances, by their ids in alphabetical order; pairs without a rule are left out."""
    patient = Patient()
    exposures = (exposure_of(store, substance, index) for index, substance in enumerate(sorted(universe)))
    compared = [(exposure.substance, sides(store, exposure)) for exposure in exposures]
    # Most pairs have no rule: a look at what the rules name on their other side spares the comparison.
    named = {substance: {other for key in keys for other in store.rules_of(key)} for substance, keys in compared}
    found: dict[Pair, Documented] = {}
    for (first, first_sides), (second, second_sides) in combinations(compared, 2):
        if named[first].isdisjoint(second_sides):
            continue
        known = documented_of(store, first_sides, second_sides, patient)
        if known is not None:
            found[first, second] = known
    return found


def documented_of(
    store: KnowledgeStore, first: Mapping[str, Side], second: Mapping[str, Side], patient: Patient
) -> Documented | None:
    """What is documented of two medicines as they are taken (see :func:`engine.interactions.documented.sides`); None: nothing."""
    matches = documented_matches(store, first, second, patient)
    if not matches:
        return None
    # A class rule that we extended says nothing beside a rule on the pair itself, as in the application.
    traced = tuple(match for match in matches if not match.extrapolated)
    told = traced or matches
    lead = told[0]
    substance_a = next(iter(first.values())).exposure.substance
    mechanism = lead.rule.mechanisms[0].kind if lead.rule.mechanisms else _UNSTATED
    cells = (cell for state in deciding_levels(lead) for cell in state.level.managements)
    return Documented(
        Label(lead.severity, _direction(lead, substance_a), mechanism),
        lead.rule.effects,
        tuple(dict.fromkeys(cell.partition("=")[0] for cell in cells)),
        tuple(dict.fromkeys(match.rule.provenance.source for match in told)),
        not traced,
    )


def _direction(match: DocumentedMatch, substance_a: str) -> Direction:
    """Whose exposure or effect changes and which way, where A is the medicine of that id."""
    rule = match.rule
    if rule.object is None or rule.direction is None:
        return "none"
    changed = match.object
    if changed is None or rule.direction == "either":
        return "both"
    increased = rule.direction == "increase"
    affected: Literal["A", "B"] = "A" if changed.substance == substance_a else "B"
    if affected == "A":
        return "A_increase" if increased else "A_decrease"
    return "B_increase" if increased else "B_decrease"

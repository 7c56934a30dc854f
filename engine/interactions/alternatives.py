"""Medicines of the same subgroup that interact less with the rest of the list, each checked before it is offered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.interactions.documented import Side, documented_matches, sides
from engine.interactions.exposure import Exposure
from engine.interactions.inferred import inferred_matches
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.report import SEVERITY_ORDER, Alternative, Severity, severity_rank

MAX_ALTERNATIVES = 5
# Groups of the ATC for local use and diagnostics: their members do not stand in for each other when taken systemically.
LOCAL_SUBGROUPS: tuple[str, ...] = ("A01", "A07", "C05", "D", "G01", "M02", "R01", "R02", "S", "V")
_NARROW = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A substance that could stand in for another, and what the two share."""

    substance: str
    shared: str


def build_candidates(store: KnowledgeStore) -> dict[str, tuple[Candidate, ...]]:
    """For each substance those of the same systemic ATC subgroup (five characters).

    A substance that has no ATC code at hand falls back on its smallest pharmacological classes: a wide class such as
    "antiarrhythmics" holds medicines that do not stand in for each other.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for substance in store.substances.values():
        for subgroup in substance.subgroups:
            if substance.kind == "medicine" and not subgroup.startswith(LOCAL_SUBGROUPS):
                groups[f"ATC subgroup {subgroup}"].append(substance.id)
    for drug_class, members in _narrow_classes(store).items():
        if any(not store.substances[member].atc for member in members):
            groups[drug_class].extend(members)
    found: defaultdict[str, dict[str, Candidate]] = defaultdict(dict)
    for shared, members in groups.items():
        for one in members:
            for other in members:
                if one != other:
                    found[one].setdefault(other, Candidate(other, shared))
    return {substance: tuple(candidates.values()) for substance, candidates in found.items()}


def _narrow_classes(store: KnowledgeStore) -> dict[str, list[str]]:
    """Pharmacological classes of few members, by display name."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for membership in store.memberships.all():
        drug_class = store.classes[membership.class_id]
        if drug_class.kind == "pharmacological" and membership.route is None:
            groups[drug_class.name].append(membership.substance)
    return {name: members for name, members in groups.items() if len(members) <= _NARROW}


def pair_severity(store: KnowledgeStore, first: Mapping[str, Side], second: Mapping[str, Side], patient: Patient) -> Severity:
    """The worst severity of a pair, documented or inferred."""
    documented = documented_matches(store, first, second, patient)
    one, other = (next(iter(side.values())).exposure for side in (first, second))
    ranks = [severity_rank(match.severity) for match in documented]
    ranks += [severity_rank(match.severity) for match in inferred_matches(store, one, other)]
    return SEVERITY_ORDER[min(ranks, default=len(SEVERITY_ORDER) - 1)]


class AlternativeFinder:
    """Offers alternatives for one list; results are kept per replaced line, since several findings ask for the same."""

    def __init__(
        self,
        store: KnowledgeStore,
        candidates: Mapping[str, tuple[Candidate, ...]],
        exposures: Sequence[Exposure],
        patient: Patient,
    ) -> None:
        self._store = store
        self._candidates = candidates
        self._exposures = exposures
        self._patient = patient
        self._sides = [sides(store, exposure) for exposure in exposures]
        self._ranked: dict[int, tuple[tuple[Severity, Candidate], ...]] = {}

    def instead_of(self, replaced: Exposure, better_than: Severity) -> tuple[Alternative, ...]:
        """Up to five alternatives whose worst interaction with the rest of the list is less severe than `better_than`.

        A combination's ingredient cannot be swapped alone; it gets none.
        """
        if sum(each.line_index == replaced.line_index for each in self._exposures) > 1:
            return ()
        if replaced.index not in self._ranked:
            self._ranked[replaced.index] = self._rank(replaced)
        return tuple(
            Alternative(
                name=self._store.substances[candidate.substance].name,
                instead_of=replaced.name,
                worst=worst,
                shared=candidate.shared,
            )
            for worst, candidate in self._ranked[replaced.index]
            if severity_rank(worst) > severity_rank(better_than)
        )[:MAX_ALTERNATIVES]

    def _rank(self, replaced: Exposure) -> tuple[tuple[Severity, Candidate], ...]:
        rest = [side for side, exposure in zip(self._sides, self._exposures, strict=True) if exposure.index != replaced.index]
        present = {exposure.substance for exposure in self._exposures}
        ranked = []
        for position, candidate in enumerate(self._candidates.get(replaced.substance, ())):
            if candidate.substance in present:
                continue
            name = self._store.substances[candidate.substance].name
            # The dose of the replaced medicine says nothing about the other one.
            exposure = replace(replaced, substance=candidate.substance, name=name, dose_mg=None, dose_mg_per_day=None)
            own = sides(self._store, exposure)
            ranks = [severity_rank(pair_severity(self._store, own, other, self._patient)) for other in rest]
            worst = SEVERITY_ORDER[min(ranks, default=len(SEVERITY_ORDER) - 1)]
            ranked.append((-severity_rank(worst), position, worst, candidate))
        return tuple((worst, candidate) for _, _, worst, candidate in sorted(ranked, key=lambda row: row[:2]))

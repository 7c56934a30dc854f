"""Medicines of the same subgroup that interact less with the rest of the list, each checked before it is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.interactions.exposure import Exposure
from engine.interactions.findings import FindingWriter, assess
from engine.interactions.profile import best_tags
from engine.interactions.subject import Subject, make_subject
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.report import SEVERITY_ORDER, Alternative, Interaction, Severity, severity_rank

MAX_ALTERNATIVES = 5
# Groups of the ATC for local use and diagnostics: their members do not stand in for each other when taken systemically.
LOCAL_SUBGROUPS: tuple[str, ...] = ("A01", "A07", "C05", "D", "G01", "M02", "R01", "R02", "S", "V")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A substance that could stand in for another, and what the two share."""

    substance: str
    shared: str


def candidates_for(store: KnowledgeStore, substance: str) -> tuple[Candidate, ...]:
    """Medicines of the same ATC subgroup (five characters), where the knowledge says that its members are exchanged.

    Most subgroups (cytostatics, antivirals, antiepileptics, "other" groups) share a code without sharing a use; nothing is
    offered there. What is withdrawn or of another use than the rest of its subgroup neither gets nor gives alternatives.
    """
    found: dict[str, Candidate] = {}
    for subgroup in store.substance(substance).subgroups:
        members = store.exchanged_for(subgroup)
        if substance in members:
            found.update((other, Candidate(other, f"ATC subgroup {subgroup}")) for other in members if store.covers(other))
    found.pop(substance, None)
    return tuple(found.values())


class AlternativeFinder:
    """Offers alternatives for one list; results are kept per replaced line, since several findings ask for the same."""

    def __init__(self, store: KnowledgeStore, writer: FindingWriter, subjects: Sequence[Subject], patient: Patient) -> None:
        self._store = store
        self._writer = writer
        self._subjects = subjects
        self._patient = patient
        self._ranked: dict[int, tuple[tuple[Severity, Candidate], ...]] = {}

    def instead_of(self, replaced: Exposure, findings: Sequence[Interaction]) -> tuple[Alternative, ...]:
        """Up to five alternatives whose worst interaction with the rest of the list is less severe than the worst of `findings`.

        `findings` are of one pair that `replaced` is part of. That no rule names a pair does not make it safe: what adds to
        the very harm of the worst findings, as the replaced medicine does, is not offered. A combination's ingredient cannot
        be swapped alone, and a subgroup of systemic medicines says nothing of local use: neither gets any.
        """
        if replaced.systemic is False or sum(each.exposure.line_index == replaced.line_index for each in self._subjects) > 1:
            return ()
        better_than: Severity = min((one.severity for one in findings), key=severity_rank, default="none")
        harms = self._harms_of(replaced, [one for one in findings if one.severity == better_than])
        if replaced.index not in self._ranked:
            self._ranked[replaced.index] = self._rank(replaced)
        return tuple(
            Alternative(
                name=self._store.substance(candidate.substance).name,
                instead_of=replaced.name,
                worst=worst,
                shared=candidate.shared,
            )
            for worst, candidate in self._ranked[replaced.index]
            if severity_rank(worst) > severity_rank(better_than) and not self._keeps(candidate, replaced, harms)
        )[:MAX_ALTERNATIVES]

    def _harms_of(self, replaced: Exposure, findings: Sequence[Interaction]) -> frozenset[str]:
        """Tags of the harms that `replaced` itself adds to findings.

        A harm that the other medicine only brings about by raising the level (muscle damage by a statin with an inhibitor of its
        metabolism) is not added up: a statin that is metabolised in another way does stand in.
        """
        own = self._tags(replaced.substance)
        harms: set[str] = set()
        for finding in findings:
            partners = {row for row in finding.rows if row != replaced.index}
            tags = {tag for each in self._subjects if each.exposure.index in partners for tag in each.profile.tags}
            dynamic = any(mechanism.kind.startswith("pd.") for mechanism in finding.mechanisms)
            named = {tag for code in finding.effect_codes if (tag := self._store.effects[code].pd_tag) is not None}
            harms |= {tag for tag in named & own.keys() if dynamic or tag in tags}
        return frozenset(harms)

    def _keeps(self, candidate: Candidate, replaced: Exposure, harms: frozenset[str]) -> bool:
        """Whether a candidate adds to one of the harms, unless weakly where the replaced medicine is worse."""
        if not harms:
            return False
        instead, own = self._tags(candidate.substance), self._tags(replaced.substance)
        return any(tag in instead and (instead[tag] != "weak" or own[tag] == "weak") for tag in harms)

    def _tags(self, substance: str) -> dict[str, str | None]:
        """Grade of each harm that a substance is known for."""
        return {tag: row.grade for tag, row in best_tags(self._store.pd_tags.get(substance)).items()}

    def _rank(self, replaced: Exposure) -> tuple[tuple[Severity, Candidate], ...]:
        rest = [subject for subject in self._subjects if subject.exposure.index != replaced.index]
        present = {subject.exposure.substance for subject in self._subjects}
        ranked = []
        for position, candidate in enumerate(candidates_for(self._store, replaced.substance)):
            if candidate.substance in present:
                continue
            name = self._store.substance(candidate.substance).name
            # The dose of the replaced medicine says nothing about the other one.
            exposure = replace(
                replaced,
                substance=candidate.substance,
                name=name,
                dose_mg=None,
                dose_mg_per_day=None,
                absorbed=self._store.absorbed_by(candidate.substance, replaced.route),
            )
            own = make_subject(self._store, exposure)
            found = [
                severity_rank(finding.severity)
                for other in rest
                for finding in self._writer.present(assess(self._store, own, other, self._patient), self._patient)
            ]
            worst = SEVERITY_ORDER[min(found, default=len(SEVERITY_ORDER) - 1)]
            ranked.append((-severity_rank(worst), position, worst, candidate))
        return tuple((worst, candidate) for _, _, worst, candidate in sorted(ranked, key=lambda row: row[:2]))

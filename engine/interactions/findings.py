"""Assessment of one pair and its presentation as findings.

`assess` is the cheap part (what applies, how severe); `present` writes the finding with facts, conditions and rationale.
Documented and inferred findings of a pair are kept apart: an inferred mechanism that supports a documented finding becomes a
step of it; one with another outcome is a finding of its own, never above the ceilings of the design.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from engine.interactions.conditions import Situation, datum_of, evaluate_atom, parse_condition
from engine.interactions.documented import DocumentedMatch, LevelState, documented_matches
from engine.interactions.exposure import Exposure
from engine.interactions.inferred import BINDING, CHELATION, InferredMatch, inferred_matches
from engine.interactions.subject import Subject
from engine.knowledge.records import Effect
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning import wording
from engine.reasoning.facts import LEVEL_WORDS, FactBook, SharedParts
from engine.reasoning.rationale import FindingParts, RationaleWriter, deciding_levels
from engine.report import (
    ConditionNote,
    Direction,
    Evidence,
    Interaction,
    MechanismNote,
    Seriousness,
    Severity,
    SourceLevel,
    severity_rank,
)

# What to do where no source says it: nothing specific may be offered.
INFERRED_MANAGEMENTS = ("clinical_monitoring", "check_product_information")
_WARNING = severity_rank("moderate")
_GENERIC_EFFECTS = frozenset({"object_toxicity", "object_efficacy_loss"})


@dataclass(frozen=True, slots=True)
class Assessment:
    """What applies to one pair."""

    first: Exposure
    second: Exposure
    documented: tuple[DocumentedMatch, ...]
    inferred: tuple[InferredMatch, ...]

    @property
    def severity(self) -> Severity:
        """The worst severity over everything that applies; "none" where nothing does."""
        every = [match.severity for match in self.documented] + [match.severity for match in self.inferred]
        return min(every, key=severity_rank, default="none")


def assess(store: KnowledgeStore, first: Subject, second: Subject, patient: Patient) -> Assessment:
    """Find everything that applies to a pair."""
    documented = documented_matches(store, first.sides, second.sides, patient)
    inferred = inferred_matches(store, first, second)
    if not any(mechanism.via == BINDING for match in documented for mechanism in match.rule.mechanisms):
        # A binder binds some medicines and others not (patiromer leaves lisinopril alone): which ones, only a source can tell.
        inferred = tuple(match for match in inferred if match.mechanism.via != BINDING)
    return Assessment(first.exposure, second.exposure, documented, inferred)


def _harms(codes: tuple[str, ...], vocabulary: Mapping[str, Effect]) -> set[str]:
    """The harms behind effect codes: the tag where one stands for several words ("kidney damage", "acute kidney injury")."""
    return {vocabulary[code].pd_tag or code for code in codes}


def _supports(match: InferredMatch, documented: tuple[DocumentedMatch, ...], vocabulary: Mapping[str, Effect]) -> bool:
    """Whether an inferred mechanism explains one of the documented rules rather than saying something new."""
    for known in documented:
        if match.mechanism.kind.startswith("pk."):
            # A rule that states no mechanism may well have this one.
            kinetic = any(mechanism.kind.startswith(("pk.", "unknown")) for mechanism in known.rule.mechanisms)
            if not kinetic or match.object is None:
                continue
            same_object = known.object is None or known.object.substance == match.object.substance
            if same_object and known.rule.direction in (match.direction, "either", None):
                return True
        elif _harms(match.effects, vocabulary) & _harms(known.rule.effects, vocabulary):
            return True
    return False


def _restates(match: InferredMatch, documented: tuple[DocumentedMatch, ...]) -> bool:
    """Whether the documented rules already say more than an inferred match does.

    A minor addition says nothing beside a documented warning (the load of the whole list still shows it), and a generic
    outcome adds nothing certain to a rule that already speaks of this pair's kinetics.
    """
    if match.severity == "minor" and any(severity_rank(known.severity) <= _WARNING for known in documented):
        return True
    if not set(match.effects) <= _GENERIC_EFFECTS:
        return False
    return any(mechanism.kind.startswith("pk.") for known in documented for mechanism in known.rule.mechanisms)


class FindingWriter:
    """Writes findings of assessed pairs over one store."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._rationale = RationaleWriter(store)
        self._shared = SharedParts()

    def present(self, assessment: Assessment, patient: Patient) -> tuple[Interaction, ...]:
        """Findings of one pair: the documented one, then inferred ones that say something else, one an object and direction."""
        effects = self._store.effects
        traced = tuple(match for match in assessment.documented if not match.extrapolated)
        extended = tuple(match for match in assessment.documented if match.extrapolated)
        # A class rule that we extended says nothing beside a rule on the pair itself.
        leading = traced or extended
        supporting = tuple(match for match in assessment.inferred if _supports(match, leading, effects))
        found = [self._write(assessment, leading, supporting, patient)] if leading else []
        own = [match for match in assessment.inferred if match not in supporting and not _restates(match, leading)]
        groups: dict[tuple[int | None, str | None], list[InferredMatch]] = {}
        for match in sorted(own, key=_inferred_order):
            groups.setdefault((match.object.index if match.object else None, match.direction), []).append(match)
        found += [self._write(assessment, (), tuple(group), patient) for group in groups.values()]
        return tuple(found)

    def _write(
        self,
        assessment: Assessment,
        documented: tuple[DocumentedMatch, ...],
        inferred: tuple[InferredMatch, ...],
        patient: Patient,
    ) -> Interaction:
        first, second = assessment.first, assessment.second
        every = [match.severity for match in documented]
        if all(match.extrapolated for match in documented):
            # A class rule that we extended ourselves is an inference like the others: it does not hold a worse one down.
            every += [match.severity for match in inferred]
        severity = min(every, key=severity_rank)
        parts = FindingParts(first, second, documented, inferred, severity, patient)
        book = FactBook(self._shared)
        steps = self._rationale.steps(parts, book)
        obj, direction = _object_and_direction(parts)
        codes = _effect_codes(parts)
        words = wording.effect_words(codes, self._store.effects)
        managements = self._managements(parts)
        return Interaction(
            drugs=(first.name, second.name),
            rows=(first.index, second.index),
            object=obj.name if obj else None,
            precipitant=(second if obj.index == first.index else first).name if obj else None,
            direction=direction,
            severity=severity,
            source_level=self._source_levels(parts, book),
            conditions=self._conditions(parts),
            seriousness=self._seriousness(codes),
            evidence=self._evidence(parts),
            documented=parts.traced,
            provisional=not (first.confirmed and second.confirmed),
            mechanisms=_mechanisms(parts),
            effect=words[0],
            effects=words,
            effect_codes=codes,
            management="; ".join(managements),
            managements=managements,
            management_codes=_management_codes(parts),
            rationale=steps,
            facts=book.facts(),
            alternatives=(),
        )

    def _source_levels(self, parts: FindingParts, book: FactBook) -> tuple[SourceLevel, ...]:
        rows = []
        # A level that was extended to a medicine by us is no statement of the source on this pair.
        stated = [match for match in parts.documented if not match.extrapolated]
        states: dict[bool | None, Literal["met", "not met", "unknown"]] = {True: "met", False: "not met", None: "unknown"}
        for match in stated:
            for state, fact in self._rationale.level_facts(match, parts.patient):
                condition = self._rationale.level_condition(match, state, parts.patient)
                rows.append(
                    SourceLevel(
                        source=state.level.provenance.source,
                        level=LEVEL_WORDS[state.level.level],
                        severity=state.severity,
                        condition=condition,
                        condition_state=states[state.state] if state.level.condition else None,
                        fact=book.cite(fact),
                    )
                )
        return tuple(rows)

    def _conditions(self, parts: FindingParts) -> tuple[ConditionNote, ...]:
        notes: dict[ConditionNote, None] = {}
        for match in parts.documented:
            if match.local_only:
                for side in (match.a, match.b):
                    if side.exposure.systemic is False:
                        needs = f"route of {side.exposure.name}: {side.exposure.route}"
                        effect = "local use: the source speaks of systemic use, so the severity is lowered to minor"
                        notes[ConditionNote(needs=needs, known=True, met=True, effect=effect)] = None
            for state in match.levels:
                for note in self._level_notes(match, state, parts.patient):
                    notes[note] = None
        return tuple(notes)

    def _level_notes(self, match: DocumentedMatch, state: LevelState, patient: Patient) -> list[ConditionNote]:
        words = self._rationale.level_condition(match, state, patient)
        if state.level.condition is None or words is None:
            return []
        situation = Situation(match.a.exposure, match.b.exposure, patient)
        effect = f"{LEVEL_WORDS[state.level.level]} applies when {words}"
        if state.state is not None:
            return [ConditionNote(needs=words, known=True, met=state.state, effect=effect)]
        undecided = [atom for atom in parse_condition(state.level.condition) if evaluate_atom(atom, situation) is None]
        missing = dict.fromkeys(datum_of(atom, situation) for atom in undecided)
        return [ConditionNote(needs=datum, known=False, met=None, effect=effect) for datum in missing]

    def _seriousness(self, codes: tuple[str, ...]) -> Seriousness:
        found = {self._store.effects[code].seriousness for code in codes}
        order: tuple[Seriousness, ...] = ("yes", "unknown", "no")
        return next((value for value in order if value in found), "unknown")

    def _evidence(self, parts: FindingParts) -> Evidence:
        if not parts.traced:
            return "mechanism"
        kind = self._store.sources[parts.documented[0].rule.provenance.source].level_kind
        return cast(Evidence, kind)

    def _managements(self, parts: FindingParts) -> tuple[str, ...]:
        if not parts.documented:
            return wording.management_words(INFERRED_MANAGEMENTS, self._store.managements, "")
        return self._rationale.managements(parts.documented[0], parts.patient)


def _inferred_order(match: InferredMatch) -> tuple[int, str]:
    return severity_rank(match.severity), match.mechanism.kind


def _object_and_direction(parts: FindingParts) -> tuple[Exposure | None, Direction | None]:
    if parts.documented:
        lead = parts.documented[0]
        obj, direction = lead.object, lead.rule.direction
    else:
        obj, direction = parts.inferred[0].object, parts.inferred[0].direction
    return obj, cast("Direction | None", direction)


def _effect_codes(parts: FindingParts) -> tuple[str, ...]:
    codes = [code for match in parts.documented for code in match.rule.effects]
    if not parts.documented:
        codes = [code for match in parts.inferred for code in match.effects]
    named = [code for code in codes if code not in _GENERIC_EFFECTS]
    # "More adverse effects" says nothing beside the harm that another rule names.
    return tuple(dict.fromkeys(named or codes))


def _management_codes(parts: FindingParts) -> tuple[str, ...]:
    if not parts.documented:
        return INFERRED_MANAGEMENTS
    cells = (cell for state in deciding_levels(parts.documented[0]) for cell in state.level.managements)
    return tuple(dict.fromkeys(cell.partition("=")[0] for cell in cells))


def _mechanisms(parts: FindingParts) -> tuple[MechanismNote, ...]:
    rules = [mechanism for match in parts.documented for mechanism in match.rule.mechanisms]
    every = rules + [match.mechanism for match in parts.inferred]
    # "Metabolism, enzyme not stated" says less than an enzyme that is named beside it.
    named = {mechanism.kind for mechanism in every if mechanism.via is not None}
    # Chelation is binding, by what is known to bind.
    chelated = any(mechanism.via == CHELATION for mechanism in every)
    less = {None: named, BINDING: {"pk.absorption"} if chelated else set()}
    kept = [m for m in dict.fromkeys(every) if m.kind not in less.get(m.via, ())]
    return tuple(MechanismNote(kind=m.kind, via=m.via, role=m.role) for m in kept)

"""Ordered steps of a finding: pharmacokinetics, pharmacodynamics, net effect, severity, management.

Every step is written with the claims that it makes and the rows that it cites, and is then handed to the verifier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.interactions.conditions import Situation, describe
from engine.interactions.documented import DocumentedMatch, LevelState
from engine.interactions.exposure import Exposure
from engine.interactions.inferred import BINDING, CHELATION, InferredMatch
from engine.knowledge.records import EnzymeRole, Mechanism, PdTag, PkProperty
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning import verify as v
from engine.reasoning import wording
from engine.reasoning.facts import LEVEL_WORDS, FactBook, FactDraft, FactWriter
from engine.report import Severity, Step

_INFERRED_SEVERITY_WORDS = "No source at hand documents this pair; inferred from the facts above, at most"
_EXTENDED_WORDS = "No source names this pair; inferred from a class to which we count a medicine that the source does not list"


@dataclass(slots=True)
class _Draft:
    step: str
    text: str
    claims: list[v.Claim] = field(default_factory=list)
    facts: list[FactDraft] = field(default_factory=list)


def _says(draft: _Draft, kind: str, effects: tuple[str, ...]) -> bool:
    """Whether a step on this kind of mechanism already names these effects."""
    return draft.step == kind and all(effect in draft.text for effect in effects)


@dataclass(frozen=True, slots=True)
class FindingParts:
    """What one finding is made of: the pair, the rules that document it and the mechanisms that facts support."""

    first: Exposure
    second: Exposure
    documented: tuple[DocumentedMatch, ...]
    inferred: tuple[InferredMatch, ...]
    severity: Severity
    patient: Patient

    @property
    def traced(self) -> bool:
        """Whether a source documents this pair: rules that were extended to a medicine by us do not."""
        return any(not match.extrapolated for match in self.documented)


def _stating(match: InferredMatch, documented: Iterable[DocumentedMatch]) -> list[tuple[DocumentedMatch, Mechanism]]:
    """The rules that state the mechanism of a match for its object, with what they state."""
    told = match.mechanism
    said = {told}
    if told.kind == "pk.absorption":
        # That something is bound says less of its chelation, and that it is absorbed less or otherwise says less of either.
        vias = {told.via, None} | ({BINDING} if told.via == CHELATION else set())
        said = {told._replace(via=via, role=role) for via in vias for role in (told.role, None)}
    return [(one, stated) for one in documented if one.object is match.object for stated in one.rule.mechanisms if stated in said]


def _claims(rows: Iterable[EnzymeRole | PdTag | PkProperty]) -> list[v.Claim]:
    """What citing these rows amounts to saying."""
    claims: list[v.Claim] = []
    for row in rows:
        match row:
            case EnzymeRole():
                claims.append(v.RoleClaim(row.substance, row.target, row.role, row.strength))
            case PdTag():
                claims.append(v.TagClaim(row.substance, row.tag))
            case PkProperty():
                claims.append(v.PropertyClaim(row.substance, row.property, row.value.split("|")[0]))
    return claims


class RationaleWriter:
    """Builds and verifies the steps of findings over one store."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._facts = FactWriter(store)
        self._tag_effects = {code: tag.effect for code, tag in store.tags.items()}
        self._serious = frozenset(code for code, effect in store.effects.items() if effect.seriousness == "yes")

    def steps(self, parts: FindingParts, book: FactBook) -> tuple[Step, ...]:
        """Verified steps; every cited fact is entered in `book`."""
        drafts = [*self._pk(parts), *self._pd(parts), self._net(parts), self._severity(parts)]
        management = self._management(parts)
        if management is not None:
            drafts.append(management)
        context = v.PairContext(parts.first, parts.second, parts.patient, self._tag_effects, self._serious)
        return tuple(self._verified(draft, book, context) for draft in drafts)

    def _verified(self, draft: _Draft, book: FactBook, context: v.PairContext) -> Step:
        status = v.verify_step(draft.claims, [fact.record for fact in draft.facts], context)
        ids = tuple(dict.fromkeys(book.cite(fact) for fact in draft.facts))
        return book.step(draft.step, draft.text, ids, status)

    def level_condition(
        self, match: DocumentedMatch, state: LevelState, patient: Patient, *, undecided_only: bool = False
    ) -> str | None:
        """The condition of a level in words; None where it has none that a person could still decide."""
        if state.level.condition is None:
            return None
        situation = Situation(match.a.exposure, match.b.exposure, patient)
        contexts, name = self._store.contexts, self._facts.name
        return describe(state.level.condition, situation, contexts, name, undecided_only=undecided_only) or None

    def rule_facts(self, match: DocumentedMatch) -> list[FactDraft]:
        """The rule and the class memberships through which it applies."""
        memberships = [side.membership for side in (match.a, match.b) if side.membership is not None]
        return [self._facts.rule(match), *(self._facts.membership(row) for row in memberships)]

    def level_facts(self, match: DocumentedMatch, patient: Patient) -> list[tuple[LevelState, FactDraft]]:
        """Each level of a rule with its fact."""
        return [(state, self._facts.level(match, state, self.level_condition(match, state, patient))) for state in match.levels]

    def _cited(self, rows: Iterable[EnzymeRole | PdTag | PkProperty]) -> list[FactDraft]:
        drafts = []
        for row in rows:
            match row:
                case EnzymeRole():
                    drafts.append(self._facts.role(row))
                case PdTag():
                    drafts.append(self._facts.tag(row))
                case PkProperty():
                    drafts.append(self._facts.pk(row))
        return drafts

    def _pk(self, parts: FindingParts) -> list[_Draft]:
        """What rules state comes first, as the facts on the two medicines explain it; then what those facts alone say."""
        drafts: list[_Draft] = []
        unstated: list[_Draft] = []
        shown: set[Mechanism] = set()
        for match in parts.inferred:
            if not match.mechanism.kind.startswith("pk."):
                continue
            draft = self._pk_inferred(match)
            # Rules stand before the facts on enzymes and the gut, which may be recalled.
            rules: list[FactDraft] = []
            for documented, mechanism in _stating(match, parts.documented):
                shown.add(mechanism)
                rules += self.rule_facts(documented)
                draft.claims.append(v.MechanismClaim(*mechanism, match.object.substance if match.object else None))
            draft.facts = [*rules, *draft.facts]
            (drafts if rules else unstated).append(draft)
        for documented in parts.documented:
            for mechanism in documented.rule.mechanisms:
                if mechanism.kind.startswith("pk.") and mechanism not in shown:
                    shown.add(mechanism)
                    drafts.append(self._pk_documented(documented, mechanism))
        return drafts + unstated + self._observed(parts)

    def _observed(self, parts: FindingParts) -> list[_Draft]:
        """What studies measured of this very pair, for the object of the finding."""
        drafts = []
        objects = [match.object for match in parts.documented] + [match.object for match in parts.inferred]
        affected = {one.index for one in objects if one is not None}
        for obj, precipitant in ((parts.first, parts.second), (parts.second, parts.first)):
            rows = [row for row in self._store.auc_changes.get(obj.substance) if row.precipitant == precipitant.substance]
            if rows and obj.index in affected:
                facts = [self._facts.auc(row) for row in rows]
                text = f"Observed: {wording.joined(dict.fromkeys(fact.text for fact in facts))}."
                claims: list[v.Claim] = [v.AucClaim(row.object, row.precipitant, row.auc_ratio) for row in rows]
                drafts.append(_Draft("pk.exposure", text, claims, facts))
        return drafts

    def _pk_inferred(self, match: InferredMatch) -> _Draft:
        assert match.object is not None  # every pharmacokinetic mechanism has both
        assert match.precipitant is not None
        precipitant, obj = match.precipitant.name, match.object.name
        facts = self._cited(match.cited)
        reasons = wording.joined(fact.text for fact in facts)
        text = f"{wording.pk_sentence(match.mechanism, precipitant, obj)[:-1]}: {reasons}."
        claims = _claims(match.cited)
        if match.direction is not None:
            claims.append(v.OutcomeClaim(match.object.substance, match.precipitant.substance, match.direction))
        return _Draft(match.mechanism.kind, text, claims, facts)

    def _pk_documented(self, match: DocumentedMatch, mechanism: Mechanism) -> _Draft:
        obj = match.object
        a, b = match.a.exposure, match.b.exposure
        if obj is None:
            text = f"A change of {self._store.mechanism_words[mechanism.kind]} between {a.name} and {b.name}."
            if match.rule.object == "both":
                text = wording.mutual_sentence(mechanism, (a.name, b.name))
        else:
            text = wording.pk_sentence(mechanism, (b if obj is a else a).name, obj.name)
        claims: list[v.Claim] = [v.MechanismClaim(*mechanism, obj.substance if obj else None)]
        return _Draft(mechanism.kind, text, claims, self.rule_facts(match))

    def _pd(self, parts: FindingParts) -> list[_Draft]:
        drafts = []
        seen: set[Mechanism] = set()
        names = (parts.first.name, parts.second.name)
        for match in parts.documented:
            for mechanism in match.rule.mechanisms:
                if mechanism.kind.startswith("pk.") or mechanism in seen:
                    continue
                seen.add(mechanism)
                words = wording.effect_words(match.rule.effects, self._store.effects)
                draft = _Draft(mechanism.kind, wording.pd_sentence(mechanism, names, words))
                draft.claims = [v.MechanismClaim(*mechanism, None)]
                draft.facts = self.rule_facts(match)
                drafts.append(draft)
        for inferred in parts.inferred:
            if inferred.mechanism.kind.startswith("pk."):
                continue
            words = wording.effect_words(inferred.effects, self._store.effects)
            text = wording.pd_sentence(inferred.mechanism, names, words)
            # Facts of what a rule has already said support that step instead of saying it again.
            draft = next((one for one in drafts if _says(one, inferred.mechanism.kind, words)), _Draft("", ""))
            if not draft.text:
                draft.step, draft.text = inferred.mechanism.kind, text
                drafts.append(draft)
            draft.facts = draft.facts + self._cited(inferred.cited)
            draft.claims += _claims(inferred.cited)
        return drafts

    def _net(self, parts: FindingParts) -> _Draft:
        names = (parts.first.name, parts.second.name)
        if parts.documented:
            lead = parts.documented[0]
            codes, obj, direction = lead.rule.effects, lead.object, lead.rule.direction
            facts = self.rule_facts(lead)
        else:
            first = parts.inferred[0]
            codes = tuple(dict.fromkeys(code for match in parts.inferred for code in match.effects))
            obj, direction = first.object, first.direction
            facts = [fact for match in parts.inferred for fact in self._cited(match.cited)]
        words = wording.effect_words(codes, self._store.effects)
        text = wording.net_sentence(obj.name if obj else None, direction, words, names)
        one_way = direction if direction in ("increase", "decrease") else None
        claims: list[v.Claim] = [v.EffectClaim(code, obj.substance if obj else None, one_way) for code in codes]
        if obj is not None and one_way is not None:
            other = parts.second if obj.index == parts.first.index else parts.first
            claims.append(v.OutcomeClaim(obj.substance, other.substance, one_way))
        return _Draft("net_effect", text, claims, facts)

    def _severity(self, parts: FindingParts) -> _Draft:
        draft = _Draft("severity", f"{_INFERRED_SEVERITY_WORDS} {parts.severity}.")
        draft.claims = [v.SeverityClaim(parts.severity, inferred=not parts.traced)]
        for inferred in parts.inferred if not parts.traced else ():
            draft.facts += self._cited(inferred.cited)
            draft.claims += _claims(inferred.cited)
        said: dict[str, dict[str, None]] = {}
        for match in parts.documented:
            draft.facts += self.rule_facts(match)
            for state, fact in self.level_facts(match, parts.patient):
                if state.state is False:
                    continue
                source = state.level.provenance.source
                condition = self.level_condition(match, state, parts.patient)
                unknown = f" if {condition} (not known)" if state.state is None and condition else ""
                levels_said = said.setdefault(wording.short_source(self._store.sources[source]), {})
                levels_said[f"{LEVEL_WORDS[state.level.level]}{unknown}"] = None
                draft.claims.append(v.LevelClaim(source, state.level.level, state.state))
                draft.facts.append(fact)
        if not parts.documented:
            return draft
        levels = "; ".join(f"{source}: {', '.join(given)}" for source, given in said.items())
        if not parts.traced:
            draft.text = f"{_EXTENDED_WORDS}, at most {parts.severity}: {levels}."
            return draft
        local = (
            " Used locally: the source speaks of systemic use, so the level is lowered." if parts.documented[0].local_only else ""
        )
        draft.text = f"Severity {parts.severity}: {levels}.{local}"
        return draft

    def managements(self, match: DocumentedMatch, patient: Patient) -> tuple[str, ...]:
        """What to do, in words. An action that hangs on an unknown condition says so, and what holds otherwise follows it."""
        target, other = management_names(match)
        states = deciding_levels(match)
        actions = [wording.management_words(s.level.managements, self._store.managements, target, other) for s in states]
        if match.local_only:
            return tuple(f"on systemic use the source says: {words}" for words in actions[0][:1]) + actions[0][1:]
        if len(set(actions)) == 1:
            return actions[0]
        said: list[str] = []
        for state, words in zip(states, actions, strict=True):
            condition = self.level_condition(match, state, patient, undecided_only=True) if state.state is None else None
            said += [f"if {condition}: {', '.join(words)}"] if condition else words
        return tuple(dict.fromkeys(said))

    def _management(self, parts: FindingParts) -> _Draft | None:
        if not parts.documented:
            return None
        lead = parts.documented[0]
        states = deciding_levels(lead)
        draft = _Draft("management", f"{wording.capitalised('; '.join(self.managements(lead, parts.patient)))}.")
        codes = dict.fromkeys(code for state in states for code in state.level.managements)
        draft.claims = [v.ActionClaim(code) for code in codes]
        draft.facts = self.rule_facts(lead)
        draft.facts += [fact for known, fact in self.level_facts(lead, parts.patient) if known in states]
        return draft


def deciding_levels(match: DocumentedMatch) -> list[LevelState]:
    """The levels that can decide, highest first: those of unknown condition, up to and with the first that surely applies."""
    deciding = []
    for state in match.levels:
        if state.state is not False:
            deciding.append(state)
        if state.state is True:
            break
    return deciding


def management_names(match: DocumentedMatch) -> tuple[str, str]:
    """The medicine that actions are about and the one that causes the change; "a or b" and "one of the two" where symmetric."""
    names = (match.a.exposure.name, match.b.exposure.name)
    if match.object is None:
        return f"{names[0]} or {names[1]}", "one of the two"
    return names if match.object is match.a.exposure else (names[1], names[0])

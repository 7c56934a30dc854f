"""A student's answer as steps in words, each checked against the facts that it cites.

A step is *supported* only if everything it says follows from rows that it cites and that bear on it; *contradicted* if they, or
other facts of the pair, say the opposite; else *no_record*. The claims of a step are made here, and judged by the same verifier
that judges the rationale from knowledge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.interactions.exposure import Exposure
from engine.knowledge.records import EnzymeRole, Mechanism, PdTag, PkProperty
from engine.knowledge.store import KnowledgeStore
from engine.knowledge.tables import TRANSPORTERS
from engine.prescriptions.patient import Patient
from engine.reasoning import verify as v
from engine.reasoning import wording
from engine.reasoning.facts import FactBook, FactDraft, FactWriter
from engine.reasoning.language import CHANGES, GENERIC_EFFECTS, OPPOSITE_CHANGE, ReasonedStep
from engine.reasoning.pair_facts import PairFact, PairFacts, Row
from engine.report import Fact, Interaction, Step, StepStatus

_ACTING = {"inhibition": "inhibitor", "induction": "inducer"}
_ABSORPTION_ACTING = {"chelation": "precipitant", "gastric_ph": "raises_ph", "binding": "precipitant"}
# Which way an object goes that a generic effect speaks of.
_CHANGE_FOR = dict(zip(GENERIC_EFFECTS, CHANGES, strict=True))
_SEROTONERGIC = "serotonergic"
_WORSE = ("contradicted", "no_record", "supported")


class StepChecker:
    """Judges reasoned steps about one pair."""

    def __init__(self, store: KnowledgeStore, facts: PairFacts, patient: Patient) -> None:
        serious = frozenset(code for code, effect in store.effects.items() if effect.seriousness == "yes")
        self._tag_effects = {code: tag.effect for code, tag in store.tags.items()}
        self._facts = facts
        self._rows = [fact.row for fact in facts.facts if fact.row is not None]
        self._context = v.PairContext(facts.first, facts.second, patient, self._tag_effects, serious)

    def against(self, step: ReasonedStep) -> tuple[Row, ...]:
        """The rows that decide against a contradicted step, in the order in which they are told: a fewest that say the opposite
        together. What it cites itself is left out of them where it is not what decides; empty where nothing contradicts it."""
        claims, about = self._claims(step), self._about(step)
        cited = [row for row in self._cited(step) if self._bears_on(row, step)]
        deciding = next((rows for rows in (cited, about) if self._verdict(claims, rows) == "contradicted"), [])
        # What is not cited is tried first, so that a step is measured by its own facts wherever they are enough.
        for row in sorted(deciding, key=lambda one: one in cited):
            fewer = [one for one in deciding if one is not row]
            if self._verdict(claims, fewer) == "contradicted":
                deciding = fewer
        return tuple(row for row in deciding if row not in cited) or tuple(deciding)

    def _cited(self, step: ReasonedStep) -> list[Row]:
        return [
            fact.row for fact in self._facts.facts if fact.id in step.facts and fact.row is not None and _own(fact, self._facts)
        ]

    def status(self, step: ReasonedStep) -> StepStatus:
        """The verdict on one step."""
        known = {fact.id: fact.row for fact in self._facts.facts if _own(fact, self._facts)}
        if any(known.get(number) is None for number in step.facts):
            # A number that stands for nothing, or for a route: no row that could support anything.
            return "no_record"
        cited = [row for number in step.facts if (row := known[number]) is not None]
        claims = self._claims(step)
        verdicts = [self._verdict(claims, [row for row in cited if self._bears_on(row, step)])]
        # What the pair's other facts say against it counts too: a prodrug's activation that the step keeps quiet about.
        verdicts += ["contradicted"] if self._verdict(claims, self._about(step)) == "contradicted" else []
        if not (_fits(step) and all(self._bears_on(row, step) for row in cited)) or self._both_ways(step):
            verdicts.append("no_record")
        return min(verdicts, key=_WORSE.index)

    def wrong_way(self, step: ReasonedStep) -> bool:
        """Whether the pair's facts, cited or not, lead the object's exposure or effect the other way than a step says, and not
        its way too. Where they lead nowhere at the step's own target or process, those of all others count."""
        if step.object is None or step.change is None:
            return False
        said = {step.change, _CHANGE_FOR.get(step.via, step.change)}
        led = self._led_to(step) or self._led_to(replace(step, kind="net_effect"))
        return bool(led) and not said <= led

    def _led_to(self, step: ReasonedStep) -> set[str]:
        """The changes of a step's object that all rows lead to that bear on the step; of opposite ones, both."""
        obj, precipitant = self._sides(step)
        rows = self._about(step)
        claims = {change: v.OutcomeClaim(obj.substance, precipitant.substance, change) for change in CHANGES}
        return {change for change, claim in claims.items() if self._verdict([claim], rows) == "supported"}

    def _verdict(self, claims: Sequence[v.Claim], rows: Sequence[Row]) -> StepStatus:
        return v.verify_step(claims, rows, self._context)

    def _sides(self, step: ReasonedStep) -> tuple[Exposure, Exposure]:
        """Object and precipitant; the first and the second where neither is meant."""
        first, second = self._facts.first, self._facts.second
        return (second, first) if step.object == "B" else (first, second)

    def _claims(self, step: ReasonedStep) -> list[v.Claim]:
        obj, precipitant = self._sides(step)
        if step.kind == "pd.additive":
            effect = self._tag_effects.get(step.via, "")
            tags: list[v.Claim] = [v.TagClaim(one.substance, step.via) for one in (obj, precipitant)]
            return [*tags, v.EffectClaim(effect)]
        if step.object is None or step.change is None:
            return [v.EffectClaim(step.via)]
        outcome = v.OutcomeClaim(obj.substance, precipitant.substance, step.change)
        if step.kind == "net_effect":
            return [v.EffectClaim(step.via, obj.substance, step.change), outcome]
        if step.kind == "pk.absorption":
            name = f"absorption_{step.via}"
            acting = v.PropertyClaim(precipitant.substance, name, _ABSORPTION_ACTING.get(step.via, ""))
            return [v.PropertyClaim(obj.substance, name, "object"), acting, outcome]
        role = v.RoleClaim(precipitant.substance, step.via, _ACTING.get(step.role or "", ""))
        return [role, v.RoleClaim(obj.substance, step.via, "substrate"), outcome]

    def _bears_on(self, row: Row, step: ReasonedStep) -> bool:
        """Whether a row says something about what the step is about; of a net effect, about what leads to it."""
        together = step.kind == "pd.additive" or step.object is None
        match row:
            case PdTag():
                return together and step.via in (row.tag, self._tag_effects[row.tag])
            case EnzymeRole():
                if together:
                    # An inhibitor of monoamine oxidase makes a serotonergic load worse: the one role that adds to a harm.
                    serotonergic = step.via in (_SEROTONERGIC, self._tag_effects.get(_SEROTONERGIC))
                    return serotonergic and row.target.startswith("MAO") and row.role == "inhibitor"
                obj, precipitant = self._sides(step)
                affected = row.substance == obj.substance and row.role == "substrate"
                acting = row.substance == precipitant.substance and row.role != "substrate"
                return row.target in self._targets(step) and (affected or acting)
            case PkProperty(property="prodrug"):
                return not together and self._is_object(row, step) and not self._targets(step).isdisjoint(row.value.split("|"))
            case PkProperty(property="narrow_therapeutic_index"):
                return not together and self._is_object(row, step) and step.kind != "pk.absorption"
            case PkProperty():
                return not together and row.property in self._processes(step)

    def _is_object(self, row: Row, step: ReasonedStep) -> bool:
        return row.substance == self._sides(step)[0].substance

    def _processes(self, step: ReasonedStep) -> set[str]:
        """As properties: what happens in the gut in a step; of a net effect, all that both medicines have a part in."""
        if step.kind != "net_effect":
            return {f"absorption_{step.via}"}
        obj, precipitant = self._sides(step)
        said = {(row.substance, row.property, row.value) for row in self._rows if isinstance(row, PkProperty)}
        names = ((f"absorption_{process}", acting) for process, acting in _ABSORPTION_ACTING.items())
        return {
            name
            for name, acting in names
            if (obj.substance, name, "object") in said and (precipitant.substance, name, acting) in said
        }

    def _targets(self, step: ReasonedStep) -> set[str]:
        """Where a step takes place; a net effect, where the precipitant acts on what the object passes through."""
        if step.kind != "net_effect":
            return {step.via}
        obj, precipitant = self._sides(step)
        roles = [row for row in self._rows if isinstance(row, EnzymeRole)]
        passed = {row.target for row in roles if (row.substance, row.role) == (obj.substance, "substrate")}
        return {row.target for row in roles if row.substance == precipitant.substance and row.role != "substrate"} & passed

    def _about(self, step: ReasonedStep) -> list[Row]:
        """All rows of the pair that bear on a step."""
        return [row for row in self._rows if self._bears_on(row, step)]

    def _both_ways(self, step: ReasonedStep) -> bool:
        """Whether the pair's facts speak for the opposite net effect as well: then they do not decide."""
        if step.kind != "net_effect" or step.object is None or step.change is None:
            return False
        return OPPOSITE_CHANGE[step.change] in self._led_to(step)


def _own(fact: PairFact, facts: PairFacts) -> bool:
    """Whether a fact is a row about the medicine on whose side it stands."""
    return fact.row is not None and fact.side != "patient" and fact.row.substance == facts.exposure(fact.side).substance


def _fits(step: ReasonedStep) -> bool:
    """Whether a step's parts can stand together: transport at transporters alone, and less absorption in the gut, never more."""
    match step.kind:
        case "pk.metabolism" | "pk.transport":
            return (step.kind == "pk.transport") == (step.via in TRANSPORTERS)
        case "pk.absorption":
            return step.role == "inhibition"
    return True


class StepWriter:
    """Writes a student's steps about one finding, with badges; `facts` afterwards holds what the finding did not cite itself."""

    def __init__(self, store: KnowledgeStore, interaction: Interaction, facts: PairFacts, patient: Patient) -> None:
        self._store = store
        self._interaction = interaction
        self._facts = facts
        self._checker = StepChecker(store, facts, patient)
        self._words = FactWriter(store)
        self._book = FactBook(known={fact.key: fact.id for fact in interaction.facts})

    def step(self, step: ReasonedStep) -> Step:
        """One step in words."""
        rows = [fact.row for fact in self._facts.facts if fact.id in step.facts and fact.row is not None]
        numbers = tuple(self._book.cite(self._draft(row)) for row in rows)
        status = self._checker.status(step)
        deciding = self._checker.against(step) if status == "contradicted" else ()
        against = tuple(self._book.cite(self._draft(row)) for row in deciding)
        return self._book.step(step.kind, self._text(step), numbers, status, against)

    def management(self, codes: Sequence[str]) -> Step | None:
        """What to do, in words; *supported* where the finding's source asks for it. None where the student says nothing."""
        if not codes:
            return None
        target = self._interaction.object or wording.joined(self._interaction.drugs, "or")
        other = self._interaction.precipitant or "one of the two"
        words = wording.management_words(codes, self._store.managements, target, other)
        asked = self._interaction.documented and set(codes) <= set(self._interaction.management_codes)
        text = f"{wording.capitalised('; '.join(words))}."
        return Step(step="management", text=text, facts=(), status="supported" if asked else "no_record")

    def facts(self) -> tuple[Fact, ...]:
        """Facts that steps cite and the finding does not."""
        return self._book.facts()

    def _draft(self, row: Row) -> FactDraft:
        match row:
            case EnzymeRole():
                return self._words.role(row)
            case PdTag():
                return self._words.tag(row)
            case PkProperty():
                return self._words.pk(row)

    def _text(self, step: ReasonedStep) -> str:
        first, second = self._facts.first.name, self._facts.second.name
        obj, precipitant = (second, first) if step.object == "B" else (first, second)
        if step.kind == "pd.additive":
            effect = wording.effect_words((self._store.tags[step.via].effect,), self._store.effects)
            return wording.pd_sentence(Mechanism("pd.additive", None, None), (first, second), effect)
        if step.kind == "net_effect":
            effect = wording.effect_words((step.via,), self._store.effects)
            return wording.net_sentence(obj if step.object else None, step.change, effect, (first, second))
        change = "goes up" if step.change == "increase" else "goes down"
        said = wording.pk_sentence(Mechanism(step.kind, step.via, step.role), precipitant, obj)
        return f"{said[:-1]}, so exposure or effect of {obj} {change}."

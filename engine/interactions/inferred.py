"""Interactions inferred from mechanism facts where no source documents the pair.

Ceilings (design page): major for two known torsadogenic medicines, strong inhibitor or inducer with a sensitive substrate of
narrow therapeutic index, and an MAO inhibitor with a serotonergic medicine; otherwise moderate; never contraindicated.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.interactions.exposure import Exposure
from engine.interactions.profile import MODIFIER_RANK, SUBSTRATE_RANK
from engine.interactions.subject import Subject
from engine.knowledge.records import EnzymeRole, Mechanism, PdTag, PkProperty
from engine.knowledge.store import KnowledgeStore
from engine.knowledge.tables import TRANSPORTERS
from engine.report import Severity

Cited = EnzymeRole | PdTag | PkProperty

BINDING, CHELATION = "binding", "chelation"
# Property, process, and the value that makes the other medicine act on it.
_ABSORPTION: tuple[tuple[str, str, str], ...] = (
    ("absorption_chelation", CHELATION, "precipitant"),
    ("absorption_gastric_ph", "gastric_ph", "raises_ph"),
    ("absorption_binding", BINDING, "precipitant"),
)
# Inhibits enzymes of the gut wall, hardly those of the liver: a medicine that is not swallowed is not affected.
_GUT_ONLY = frozenset({"grapefruit"})
# Two tags of this grade add up; weaker ones say too little to warn about.
_GRADED_TAGS = frozenset({"strong", "moderate"})
# Harms where a strong contributor makes even a weak one worth a minor finding.
_WEAK_COUNTS = frozenset({"bleeding", "serotonergic", "hypoglycaemia", "potassium_up", "respiratory_depression"})
_INSULINS = "insulin"
# Additive harms that are no reason to warn at the level of a pair are shown in the cumulative load of the list instead.
_PAIR_TAGS = frozenset(
    {
        "qt_prolongation",
        "bleeding",
        "serotonergic",
        "respiratory_depression",
        "cns_depression",
        "bradycardia",
        "potassium_up",
        "hypoglycaemia",
        "seizure_threshold",
        "nephrotoxicity",
        "ototoxicity",
        "myelotoxicity",
        "myopathy",
        "anticholinergic",
    }
)


@dataclass(frozen=True, slots=True)
class InferredMatch:
    """One mechanism by which a pair may interact, with the facts that it follows from."""

    mechanism: Mechanism
    object: Exposure | None
    precipitant: Exposure | None
    direction: str | None
    severity: Severity
    effects: tuple[str, ...]
    cited: tuple[Cited, ...]


def _metabolic_severity(modifier: str | None, substrate: str | None, narrow_index: bool) -> Severity | None:
    """Severity of a modifier of stated strength on a substrate of stated dependence; None where it is not worth a finding."""
    strength = MODIFIER_RANK.get(modifier or "", 0)
    dependence = SUBSTRATE_RANK.get(substrate or "", 0)
    if strength == 0 or dependence <= 1:
        return None
    if strength == 3 and dependence == 3:
        return "major" if narrow_index else "moderate"
    if strength + dependence >= 5 or (strength == 2 and dependence == 2 and narrow_index):
        return "moderate"
    if strength == 1 and not narrow_index:
        return None
    return "minor"


def _metabolic(precipitant: Subject, obj: Subject) -> list[InferredMatch]:
    found: list[InferredMatch] = []
    substrates = obj.profile.substrates
    if not substrates:
        return found
    if precipitant.exposure.substance in _GUT_ONLY and not obj.exposure.may_be_swallowed:
        return found
    narrow = obj.profile.properties.get(("narrow_therapeutic_index", "yes"))
    for rows, word in ((precipitant.profile.inhibitors, "inhibition"), (precipitant.profile.inducers, "induction")):
        for target in rows.keys() & substrates.keys():
            modifier, substrate = rows[target], substrates[target]
            severity = _metabolic_severity(modifier.strength, substrate.strength, narrow is not None)
            if severity is None:
                continue
            prodrug = obj.profile.properties.get(("prodrug", target))
            rises = (word == "inhibition") != (prodrug is not None)
            kind = "pk.transport" if target in TRANSPORTERS else "pk.metabolism"
            cited: tuple[Cited, ...] = (modifier, substrate)
            cited += tuple(row for row in (narrow, prodrug) if row is not None)
            found.append(
                InferredMatch(
                    Mechanism(kind, target, word),
                    obj.exposure,
                    precipitant.exposure,
                    "increase" if rises else "decrease",
                    severity,
                    ("object_toxicity" if rises else "object_efficacy_loss",),
                    cited,
                )
            )
    return sorted(found, key=lambda match: (match.mechanism.via or "", match.mechanism.role or ""))


def _additive_severity(store: KnowledgeStore, one: PdTag, other: PdTag) -> Severity | None:
    grades = {one.grade, other.grade}
    if one.tag == "qt_prolongation":
        if grades == {"known"}:
            return "major"
        if "known" in grades and "possible" in grades:
            return "moderate"
        return None if "conditional" in grades and "known" not in grades else "minor"
    if not grades <= _GRADED_TAGS:
        if one.tag not in _WEAK_COUNTS:
            return None
        return "minor" if one.grade in _GRADED_TAGS or other.grade in _GRADED_TAGS else None
    return "moderate" if store.tags[one.tag].seriousness == "yes" else "minor"


def _additive(store: KnowledgeStore, first: Subject, second: Subject) -> list[InferredMatch]:
    one, other = first.profile.tags, second.profile.tags
    found: list[InferredMatch] = []
    if all(side.exposure.substance.startswith(_INSULINS) for side in (first, second)):
        # A basal with a bolus insulin is the treatment, not an interaction.
        return found
    for tag in sorted(_PAIR_TAGS & one.keys() & other.keys()):
        severity = _additive_severity(store, one[tag], other[tag])
        cited: tuple[Cited, ...] = (one[tag], other[tag])
        if tag == "serotonergic":
            mao = first.profile.mao or second.profile.mao
            if mao is not None:
                severity, cited = "major", (*cited, mao)
        if severity is not None:
            mechanism = Mechanism("pd.additive", None, None)
            found.append(InferredMatch(mechanism, None, None, None, severity, (store.tags[tag].effect,), cited))
    return found


def _absorption(precipitant: Subject, obj: Subject) -> list[InferredMatch]:
    if not (precipitant.exposure.may_be_swallowed and obj.exposure.may_be_swallowed):
        return []
    found: list[InferredMatch] = []
    for prop, via, acting in _ABSORPTION:
        if via == BINDING and any(match.mechanism.via == CHELATION for match in found):
            # Metal ions that bind a medicine are what binds it: saying both would tell one thing twice.
            continue
        affected = obj.profile.properties.get((prop, "object"))
        active = precipitant.profile.properties.get((prop, acting))
        if affected is not None and active is not None:
            found.append(
                InferredMatch(
                    Mechanism("pk.absorption", via, "inhibition"),
                    obj.exposure,
                    precipitant.exposure,
                    "decrease",
                    "moderate",
                    ("object_efficacy_loss",),
                    (affected, active),
                )
            )
    return found


def inferred_matches(store: KnowledgeStore, first: Subject, second: Subject) -> tuple[InferredMatch, ...]:
    """Mechanisms that would make two medicines interact, unsorted; `BINDING` among them means that one may bind the other.

    Nothing is inferred for a medicine that is used locally: the facts describe systemic exposure.
    """
    if first.exposure.systemic is False or second.exposure.systemic is False:
        return ()
    return (
        *_metabolic(first, second),
        *_metabolic(second, first),
        *_absorption(first, second),
        *_absorption(second, first),
        *_additive(store, first, second),
    )

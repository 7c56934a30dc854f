"""Interactions inferred from mechanism facts where no source documents the pair.

Ceilings (design page): major for two known torsadogenic medicines, strong inhibitor or inducer with a sensitive substrate of
narrow therapeutic index, and an MAO inhibitor with a serotonergic medicine; otherwise moderate; never contraindicated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.interactions.exposure import Exposure
from engine.knowledge.records import EnzymeRole, Mechanism, PdTag, PkProperty
from engine.knowledge.store import KnowledgeStore
from engine.report import Severity

Cited = EnzymeRole | PdTag | PkProperty

_BASIS_RANK = {"file": 0, "read": 0, "recalled": 1}
_MODIFIER_RANK = {"strong": 3, "moderate": 2, "weak": 1}
_SUBSTRATE_RANK = {"sensitive": 3, "major": 2, "minor": 1}
# Two tags of this grade add up; weaker ones say too little to warn about.
_GRADED_TAGS = frozenset({"strong", "moderate"})
_ENZYMES_OF_MAO = ("MAO-A", "MAO-B")
_TRANSPORTERS = frozenset({"P-gp", "BCRP", "OATP1B1/1B3", "OAT", "OCT2/MATE"})
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
        "immunosuppression",
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


def best_roles(roles: Iterable[EnzymeRole], role: str) -> dict[str, EnzymeRole]:
    """The row to believe for each target: traced sources before recalled ones, then the stronger statement."""
    ranks = _SUBSTRATE_RANK if role == "substrate" else _MODIFIER_RANK
    best: dict[str, EnzymeRole] = {}
    for row in roles:
        if row.role != role:
            continue
        known = best.get(row.target)
        if known is None or _role_order(row, ranks) < _role_order(known, ranks):
            best[row.target] = row
    return best


def _role_order(row: EnzymeRole, ranks: dict[str, int]) -> tuple[int, int, int]:
    strength = ranks.get(row.strength or "", 0)
    # A traced row that gives no strength does not outweigh a recalled one that does: it supports it.
    return (0 if strength else 1, _BASIS_RANK[row.provenance.basis], -strength)


def _metabolic_severity(modifier: str | None, substrate: str | None, narrow_index: bool) -> Severity | None:
    """Severity of a modifier of stated strength on a substrate of stated dependence; None where it is not worth a finding."""
    strength = _MODIFIER_RANK.get(modifier or "", 0)
    dependence = _SUBSTRATE_RANK.get(substrate or "", 0)
    if strength == 0 or dependence <= 1:
        return None
    if strength == 3 and dependence == 3:
        return "major" if narrow_index else "moderate"
    if strength + dependence >= 5 or (strength == 2 and dependence == 2 and narrow_index):
        return "moderate"
    if strength == 1 and not (dependence == 3 or narrow_index):
        return None
    return "minor"


def _narrow_index(store: KnowledgeStore, substance: str) -> PkProperty | None:
    rows = store.pk_properties.get(substance)
    return next((row for row in rows if row.property == "narrow_therapeutic_index" and row.value == "yes"), None)


def _prodrug_of(store: KnowledgeStore, substance: str, target: str) -> PkProperty | None:
    rows = store.pk_properties.get(substance)
    return next((row for row in rows if row.property == "prodrug" and target in row.value.split("|")), None)


def _metabolic(store: KnowledgeStore, precipitant: Exposure, obj: Exposure) -> list[InferredMatch]:
    found: list[InferredMatch] = []
    substrates = best_roles(store.enzyme_roles.get(obj.substance), "substrate")
    if not substrates:
        return found
    roles = store.enzyme_roles.get(precipitant.substance)
    narrow = _narrow_index(store, obj.substance)
    for role, word in (("inhibitor", "inhibition"), ("inducer", "induction")):
        for target, modifier in best_roles(roles, role).items():
            substrate = substrates.get(target)
            if substrate is None or target in _ENZYMES_OF_MAO:
                continue
            severity = _metabolic_severity(modifier.strength, substrate.strength, narrow is not None)
            if severity is None:
                continue
            prodrug = _prodrug_of(store, obj.substance, target)
            rises = (role == "inhibitor") != (prodrug is not None)
            kind = "pk.transport" if target in _TRANSPORTERS else "pk.metabolism"
            cited: tuple[Cited, ...] = (modifier, substrate)
            cited += tuple(row for row in (narrow, prodrug) if row is not None)
            found.append(
                InferredMatch(
                    Mechanism(kind, target, word),
                    obj,
                    precipitant,
                    "increase" if rises else "decrease",
                    severity,
                    ("object_toxicity" if rises else "object_efficacy_loss",),
                    cited,
                )
            )
    return found


def best_tags(tags: Iterable[PdTag]) -> dict[str, PdTag]:
    """The row to believe for each tag: traced before recalled, then a grade before none."""
    best: dict[str, PdTag] = {}
    for row in tags:
        known = best.get(row.tag)
        order = (_BASIS_RANK[row.provenance.basis], row.grade is None)
        if known is None or order < (_BASIS_RANK[known.provenance.basis], known.grade is None):
            best[row.tag] = row
    return best


def _additive_severity(store: KnowledgeStore, one: PdTag, other: PdTag) -> Severity | None:
    grades = {one.grade, other.grade}
    if one.tag == "qt_prolongation":
        if grades == {"known"}:
            return "major"
        if "known" in grades and "possible" in grades:
            return "moderate"
        return None if "conditional" in grades and "known" not in grades else "minor"
    if not grades <= _GRADED_TAGS:
        return "minor" if one.grade in _GRADED_TAGS or other.grade in _GRADED_TAGS else None
    return "moderate" if store.tags[one.tag].seriousness == "yes" else "minor"


def _is_mao_inhibitor(store: KnowledgeStore, substance: str) -> EnzymeRole | None:
    rows = store.enzyme_roles.get(substance)
    return next((row for row in rows if row.target in _ENZYMES_OF_MAO and row.role == "inhibitor"), None)


def _additive(store: KnowledgeStore, first: Exposure, second: Exposure) -> list[InferredMatch]:
    one, other = (best_tags(store.pd_tags.get(side.substance)) for side in (first, second))
    found = []
    for tag in sorted(_PAIR_TAGS & one.keys() & other.keys()):
        severity = _additive_severity(store, one[tag], other[tag])
        cited: tuple[Cited, ...] = (one[tag], other[tag])
        if tag == "serotonergic":
            mao = _is_mao_inhibitor(store, first.substance) or _is_mao_inhibitor(store, second.substance)
            if mao is not None:
                severity, cited = "major", (*cited, mao)
        if severity is not None:
            mechanism = Mechanism("pd.additive", None, None)
            found.append(InferredMatch(mechanism, None, None, None, severity, (store.tags[tag].effect,), cited))
    return found


def _absorption(store: KnowledgeStore, precipitant: Exposure, obj: Exposure) -> list[InferredMatch]:
    if precipitant.route not in (None, "oral") or obj.route not in (None, "oral"):
        return []
    found = []
    for prop, via, acting in (
        ("absorption_chelation", "chelation", "precipitant"),
        ("absorption_gastric_ph", "gastric_ph", "raises_ph"),
    ):
        affected, active = (
            next((row for row in store.pk_properties.get(side.substance) if (row.property, row.value) == (prop, value)), None)
            for side, value in ((obj, "object"), (precipitant, acting))
        )
        if affected is not None and active is not None:
            found.append(
                InferredMatch(
                    Mechanism("pk.absorption", via, "inhibition"),
                    obj,
                    precipitant,
                    "decrease",
                    "moderate",
                    ("object_efficacy_loss",),
                    (affected, active),
                )
            )
    return found


def inferred_matches(store: KnowledgeStore, first: Exposure, second: Exposure) -> tuple[InferredMatch, ...]:
    """Mechanisms that would make two medicines interact, unsorted.

    Nothing is inferred for a medicine that is used locally: the facts describe systemic exposure.
    """
    if first.systemic is False or second.systemic is False:
        return ()
    return (
        *_metabolic(store, first, second),
        *_metabolic(store, second, first),
        *_absorption(store, first, second),
        *_absorption(store, second, first),
        *_additive(store, first, second),
    )

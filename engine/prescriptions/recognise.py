"""From parsed lines to recognised medicines: names are resolved, combinations split, doubts kept visible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.interactions.exposure import Exposure
from engine.knowledge.records import Substance
from engine.knowledge.resolve import Resolution, Resolver, normal_form
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.choosing import Choice, choose, medicines_in_remark
from engine.prescriptions.model import ParsedItem, ParsedPrescription
from engine.report import LEFT_OUT, LEFT_OUT_BETWEEN, Codes, Drug, NotChecked

NOT_RECOGNISED = "not recognised"
DISAGREES = "the name and the name in brackets mean different medicines"
WAITS = "waits for confirmation"
NOT_TAKEN = "the line says that it is not taken"
IN_A_REMARK = "named in a remark, not read as a medicine that is taken"
NOT_COVERED = "recognised, but nothing at hand tells about its interactions"
# Enough letters to tell ingredients apart, few enough to find "amlodipin" in "amlodipine besilate".
_NAME_STEM = 7
# Habits and foods are taken as written; only medicines have a route that matters.
_ROUTELESS_KINDS = frozenset({"food", "habit"})


@dataclass(frozen=True, slots=True)
class Recognised:
    """Medicines that were recognised, lines that cannot be checked (`unknown` of them not recognised), and what was assumed."""

    exposures: tuple[Exposure, ...]
    drugs: tuple[Drug, ...]
    not_checked: tuple[NotChecked, ...]
    assumed: tuple[str, ...]
    unknown: int


@dataclass(slots=True)
class _Collector:
    store: KnowledgeStore
    provisional: bool
    confirmed_names: frozenset[str]
    exposures: list[Exposure] = field(default_factory=list)
    drugs: list[Drug] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    not_covered: list[NotChecked] = field(default_factory=list)
    not_taken: list[NotChecked] = field(default_factory=list)
    without_route: list[str] = field(default_factory=list)
    lines: int = 0

    def add(self, item: ParsedItem, found: Resolution, whole: ParsedItem) -> None:
        line, number = whole.line, whole.line_number
        confirmed = found.confirmed or normal_form(found.matched_name) in self.confirmed_names
        if not confirmed and not self.provisional:
            self.refuse(whole, WAITS, (found.matched_name,))
            return
        route = item.route or found.route
        substances = [self.store.substance(substance_id) for substance_id in found.substances]
        for substance, dose in zip(substances, _doses(item, found, substances), strict=True):
            per_day = None
            if dose is not None and item.frequency_per_day is not None:
                per_day = dose * item.frequency_per_day
            if len(found.substances) == 1 and item.dose_mg_per_day is not None:
                per_day = item.dose_mg_per_day
            exposure = Exposure(
                index=len(self.exposures),
                line_index=self.lines,
                substance=substance.id,
                name=substance.name,
                route=route,
                dose_mg=dose,
                dose_mg_per_day=per_day,
                single_dose=item.single_dose,
                confirmed=confirmed,
                covered=self.store.covers(substance.id),
                absorbed=self.store.absorbed_by(substance.id, route),
            )
            if not exposure.covered:
                reason = f"{substance.name}: {NOT_COVERED}"
                self.not_covered.append(NotChecked(line=line, line_number=number, reason=reason))
            self.exposures.append(exposure)
            self.drugs.append(_drug(whole, item, found, exposure, substance))
            if route is None and substance.kind not in _ROUTELESS_KINDS:
                self.without_route.append(substance.name)
        self.lines += 1

    def refuse(self, whole: ParsedItem, reason: str, suggestions: tuple[str, ...] = ()) -> None:
        row = NotChecked(line=whole.line, line_number=whole.line_number, reason=reason, suggestions=suggestions)
        self.not_checked.append(row)


def recognise(
    parsed: ParsedPrescription,
    resolver: Resolver,
    store: KnowledgeStore,
    *,
    provisional: bool,
    confirmed_names: frozenset[str],
) -> Recognised:
    """Resolve every item of a parsed prescription; whatever is not recognised is listed, nothing is dropped.

    `provisional`: take unconfirmed spelling and abbreviation matches, marked; otherwise they wait in `not_checked`.
    `confirmed_names`: normal forms of matched names that a person has confirmed.
    """
    collector = _Collector(store, provisional, confirmed_names)
    assumed = list(parsed.notes)
    for item in parsed.items:
        if item.problem is not None:
            collector.refuse(item, item.problem)
            continue
        chosen = choose(item, lambda name: resolver.exact(name) is not None, resolver.adds_nothing)
        for choice in chosen.choices:
            if choice.item.negated:
                name = choice.name or choice.item.name_text
                row = NotChecked(line=item.line, line_number=item.line_number, reason=f"{name}: {NOT_TAKEN}")
                collector.not_taken.append(row)
            else:
                _resolve(choice, item, resolver, collector)
        assumed.extend((*item.notes, *chosen.doubts))
        if chosen.unread:
            assumed.append(f"Not read as medicines: {' '.join(chosen.unread)}.")
    for remark in (*parsed.ignored, *(item.remark for item in parsed.items if item.remark)):
        for name in medicines_in_remark(remark, lambda name: resolver.exact(name) is not None):
            collector.not_checked.append(NotChecked(line=remark, reason=f"{name}: {IN_A_REMARK}"))
    if parsed.ignored:
        assumed.append(f"{LEFT_OUT}{LEFT_OUT_BETWEEN.join(parsed.ignored)}.")
    if collector.without_route:
        names = ", ".join(dict.fromkeys(collector.without_route))
        assumed.append(f"No route is written, systemic use is assumed: {names}.")
    return Recognised(
        tuple(collector.exposures),
        tuple(collector.drugs),
        (*collector.not_checked, *collector.not_covered, *collector.not_taken),
        tuple(dict.fromkeys(assumed)),
        unknown=len(collector.not_checked),
    )


def _resolve(choice: Choice, whole: ParsedItem, resolver: Resolver, collector: _Collector) -> None:
    item = choice.item
    candidates = item.name_candidates if choice.name is None else (choice.name,)
    found = resolver.resolve(candidates)
    if not isinstance(found, Resolution):
        collector.refuse(whole, NOT_RECOGNISED, found.suggestions)
        return
    for written in item.bracketed:
        other = resolver.exact(written)
        if other is not None and not set(other.substances) & set(found.substances):
            collector.refuse(whole, DISAGREES, (found.matched_name, other.matched_name))
            return
    collector.add(item, found, whole)


def _doses(item: ParsedItem, found: Resolution, substances: Sequence[Substance]) -> tuple[float | None, ...]:
    """Dose in mg of each ingredient.

    The strengths of a combination are given in the order in which the line names the ingredients ("levodopa/carbidopa
    100/25 mg"). Where the name does not tell that order, as a brand does not, or the numbers differ, the doses are unknown.
    """
    if len(substances) == 1:
        return (item.dose_mg,)
    order = _order_in_name(found.matched_name, substances)
    if order is None or len(item.strengths_mg) != len(substances) or not item.strength_mg or item.dose_mg is None:
        return (None,) * len(substances)
    units = item.dose_mg / item.strength_mg
    doses: list[float | None] = [None] * len(substances)
    for strength, place in zip(item.strengths_mg, order, strict=True):
        doses[place] = strength * units
    return tuple(doses)


def _order_in_name(name: str, substances: Sequence[Substance]) -> list[int] | None:
    """Places of the substances in the order in which a combination's name has them; None where it does not name each."""
    written = normal_form(name)
    starts = [written.find(normal_form(substance.inn)[:_NAME_STEM]) for substance in substances]
    if -1 in starts or len(set(starts)) != len(starts):
        return None
    return sorted(range(len(substances)), key=starts.__getitem__)


def _drug(whole: ParsedItem, item: ParsedItem, found: Resolution, exposure: Exposure, substance: Substance) -> Drug:
    return Drug(
        line=whole.line,
        line_number=whole.line_number,
        name=substance.name,
        substance=substance.id,
        match=found.match,
        matched_name=found.matched_name,
        name_basis=found.basis,
        name_source=found.provenance.source,
        confirmed=exposure.confirmed,
        codes=Codes(rxnorm=substance.rxnorm, atc=substance.atc, unii=substance.unii),
        dose_mg=exposure.dose_mg,
        dose_mg_per_day=exposure.dose_mg_per_day,
        route=exposure.route,
        systemic=exposure.systemic,
        frequency_per_day=item.frequency_per_day,
        as_needed=item.as_needed,
    )

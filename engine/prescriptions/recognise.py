"""From parsed lines to recognised medicines: names are resolved, combinations split, doubts kept visible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.interactions.exposure import Exposure
from engine.knowledge.records import Substance
from engine.knowledge.resolve import Resolution, Resolver, normal_form
from engine.prescriptions.choosing import Choice, choose
from engine.prescriptions.model import ParsedItem, ParsedPrescription
from engine.report import Codes, Drug, NotChecked

NOT_RECOGNISED = "not recognised"
DISAGREES = "the name and the name in brackets mean different medicines"
WAITS = "waits for confirmation"
NOT_COVERED = "recognised, but nothing at hand tells about its interactions"
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
    substance: Callable[[str], Substance]
    covers: Callable[[str], bool]
    provisional: bool
    confirmed_names: frozenset[str]
    exposures: list[Exposure] = field(default_factory=list)
    drugs: list[Drug] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    not_covered: list[NotChecked] = field(default_factory=list)
    without_route: list[str] = field(default_factory=list)
    lines: int = 0

    def add(self, item: ParsedItem, found: Resolution, line: str) -> None:
        confirmed = found.confirmed or normal_form(found.matched_name) in self.confirmed_names
        if not confirmed and not self.provisional:
            self.not_checked.append(NotChecked(line=line, reason=WAITS, suggestions=(found.matched_name,)))
            return
        route = item.route or found.route
        doses = _doses(item, len(found.substances))
        for substance_id, dose in zip(found.substances, doses, strict=True):
            substance = self.substance(substance_id)
            per_day = None
            if dose is not None and item.frequency_per_day is not None:
                per_day = dose * item.frequency_per_day
            if len(found.substances) == 1 and item.dose_mg_per_day is not None:
                per_day = item.dose_mg_per_day
            exposure = Exposure(
                index=len(self.exposures),
                line_index=self.lines,
                substance=substance_id,
                name=substance.name,
                route=route,
                dose_mg=dose,
                dose_mg_per_day=per_day,
                single_dose=item.single_dose,
                confirmed=confirmed,
                covered=self.covers(substance_id),
            )
            if not exposure.covered:
                self.not_covered.append(NotChecked(line=line, reason=f"{substance.name}: {NOT_COVERED}"))
            self.exposures.append(exposure)
            self.drugs.append(_drug(line, item, found, exposure, substance))
            if route is None and substance.kind not in _ROUTELESS_KINDS:
                self.without_route.append(substance.name)
        self.lines += 1


def recognise(
    parsed: ParsedPrescription,
    resolver: Resolver,
    substance: Callable[[str], Substance],
    covers: Callable[[str], bool],
    *,
    provisional: bool,
    confirmed_names: frozenset[str],
) -> Recognised:
    """Resolve every item of a parsed prescription; whatever is not recognised is listed, nothing is dropped.

    `substance`: a substance by its id. `covers`: whether the interactions of a substance are known of at all.
    `provisional`: take unconfirmed spelling and abbreviation matches, marked; otherwise they wait in `not_checked`.
    `confirmed_names`: normal forms of matched names that a person has confirmed.
    """
    collector = _Collector(substance, covers, provisional, confirmed_names)
    assumed = list(parsed.notes)
    for item in parsed.items:
        if item.problem is not None:
            collector.not_checked.append(NotChecked(line=item.line, reason=item.problem))
            continue
        chosen = choose(item, lambda name: resolver.exact(name) is not None)
        for choice in chosen.choices:
            _resolve(choice, item.line, resolver, collector)
        assumed.extend(item.notes)
        if chosen.unread:
            assumed.append(f"Not read as medicines: {' '.join(chosen.unread)}.")
    if parsed.ignored:
        assumed.append(f"Left out as headings or remarks: {'; '.join(parsed.ignored)}.")
    if collector.without_route:
        names = ", ".join(dict.fromkeys(collector.without_route))
        assumed.append(f"No route is written, systemic use is assumed: {names}.")
    return Recognised(
        tuple(collector.exposures),
        tuple(collector.drugs),
        (*collector.not_checked, *collector.not_covered),
        tuple(dict.fromkeys(assumed)),
        unknown=len(collector.not_checked),
    )


def _resolve(choice: Choice, line: str, resolver: Resolver, collector: _Collector) -> None:
    item = choice.item
    candidates = item.name_candidates if choice.name is None else (choice.name,)
    found = resolver.resolve(candidates)
    if not isinstance(found, Resolution):
        collector.not_checked.append(NotChecked(line=line, reason=NOT_RECOGNISED, suggestions=found.suggestions))
        return
    for written in item.bracketed:
        other = resolver.exact(written)
        if other is not None and not set(other.substances) & set(found.substances):
            suggestions = (found.matched_name, other.matched_name)
            collector.not_checked.append(NotChecked(line=line, reason=DISAGREES, suggestions=suggestions))
            return
    collector.add(item, found, line)


def _doses(item: ParsedItem, ingredients: int) -> tuple[float | None, ...]:
    """Dose in mg of each ingredient, in the order of the combination; unknown where the line does not give as many strengths."""
    if ingredients == 1:
        return (item.dose_mg,)
    if len(item.strengths_mg) != ingredients or item.strength_mg is None or item.dose_mg is None:
        return (None,) * ingredients
    units = item.dose_mg / item.strength_mg if item.strength_mg else 1.0
    return tuple(strength * units for strength in item.strengths_mg)


def _drug(line: str, item: ParsedItem, found: Resolution, exposure: Exposure, substance: Substance) -> Drug:
    return Drug(
        line=line,
        name=substance.name,
        substance=substance.id,
        match=found.match,
        matched_name=found.matched_name,
        confirmed=exposure.confirmed,
        codes=Codes(rxnorm=substance.rxnorm, atc=substance.atc, unii=substance.unii),
        dose_mg=exposure.dose_mg,
        dose_mg_per_day=exposure.dose_mg_per_day,
        route=exposure.route,
        systemic=exposure.systemic,
        frequency_per_day=item.frequency_per_day,
        as_needed=item.as_needed,
    )

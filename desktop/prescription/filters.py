"""Which findings are shown: pure logic without widgets. A filter hides pairs, says how many, and never a contraindicated one."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.settings import Settings

if TYPE_CHECKING:
    from engine.report import Report, Severity

# Worst first, as `engine.report.SEVERITY_ORDER`, which would bring pydantic along.
RANKS: dict[Severity, int] = {"contraindicated": 0, "major": 1, "moderate": 2, "minor": 3, "none": 4}
# Findings between two looks at the clock of whoever sifts them.
_STRIDE = 250


@dataclass(frozen=True, slots=True)
class Facets:
    """What a filter looks at of one finding.

    `pair` are two places in the list, `mechanisms` kinds such as pk.metabolism, `medicines` substances.
    """

    pair: tuple[int, int]
    severity: Severity
    documented: bool
    mechanisms: frozenset[str]
    medicines: frozenset[str]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a person wants to see. `medicine` is a substance; `mechanism` a kind, or its first part (pk, pd); None means all."""

    least_severity: Severity = "none"
    medicine: str | None = None
    mechanism: str | None = None
    documented: bool = True
    inferred: bool = True

    @property
    def active(self) -> bool:
        """Whether it could hide anything."""
        return self != Filter()

    def passes(self, finding: Facets) -> bool:
        """Whether a finding is wanted, whatever its severity."""
        if RANKS[finding.severity] > RANKS[self.least_severity]:
            return False
        if not (self.documented if finding.documented else self.inferred):
            return False
        if self.medicine is not None and self.medicine not in finding.medicines:
            return False
        wanted = self.mechanism
        return wanted is None or any(kind == wanted or kind.startswith(f"{wanted}.") for kind in finding.mechanisms)


def filter_of(settings: Settings) -> Filter:
    """The filter that a person has chosen to begin with."""
    return Filter(settings.least_severity, documented=settings.show_documented, inferred=settings.show_inferred)


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair that is shown, as places in the sequence that was sifted.

    `head` is its worst finding among those to show, `more` the others to show, `beyond` those outside the filter. `outside` says
    that the head itself is outside the filter and stays because it is contraindicated.
    """

    head: int
    more: tuple[int, ...] = ()
    beyond: tuple[int, ...] = ()
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Sifted:
    """What a filter leaves: the pairs to show, worst first, and the heads (worst findings) of the pairs that it hides.

    `worst` counts all pairs, shown or hidden, by their worst finding.
    """

    shown: tuple[Pair, ...]
    hidden: tuple[int, ...]
    worst: Mapping[Severity, int]


def sift(findings: Sequence[Facets], wanted: Filter) -> Sifted:
    """One entry a pair. The order of the findings is kept within a severity."""
    steps = sift_in_steps(findings, wanted)
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            sifted: Sifted = finished.value
            return sifted


def sift_in_steps(findings: Sequence[Facets], wanted: Filter) -> Generator[None, None, Sifted]:
    """The same, in pieces of about a millisecond."""
    pairs: dict[tuple[int, int], list[int]] = {}
    for place, finding in enumerate(findings):
        pairs.setdefault(finding.pair, []).append(place)
        if place % _STRIDE == 0:
            yield
    shown, hidden = [], []
    worst: dict[Severity, int] = dict.fromkeys(RANKS, 0)
    for number, places in enumerate(pairs.values()):
        if number % _STRIDE == 0:
            yield
        places.sort(key=lambda place: RANKS[findings[place].severity])
        worst[findings[places[0]].severity] += 1
        passing = {place for place in places if wanted.passes(findings[place])}
        seen = [place for place in places if place in passing or findings[place].severity == "contraindicated"]
        if seen:
            beyond = tuple(place for place in places if place not in seen)
            shown.append(Pair(seen[0], tuple(seen[1:]), beyond, seen[0] not in passing))
        else:
            hidden.append(places[0])
    shown.sort(key=lambda pair: RANKS[findings[pair.head].severity])
    return Sifted(tuple(shown), tuple(hidden), {severity: count for severity, count in worst.items() if count})


def facets_of(report: Report) -> Iterator[Facets]:
    """What a filter looks at, finding by finding as in the report."""
    substances = [drug.substance for drug in report.drugs]
    for one in report.interactions:
        yield Facets(
            (min(one.rows), max(one.rows)),
            one.severity,
            one.documented,
            frozenset(mechanism.kind for mechanism in one.mechanisms),
            frozenset(substances[row] for row in one.rows),
        )


def medicines_of(report: Report) -> dict[str, str]:
    """Names of the list's medicines by substance, in alphabetical order of the names."""
    names = {drug.substance: drug.name for drug in report.drugs}
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def without_medicine_that_left(wanted: Filter, report: Report) -> Filter:
    """The filter, less a medicine that is not in the list any more."""
    if wanted.medicine is None or any(drug.substance == wanted.medicine for drug in report.drugs):
        return wanted
    return replace(wanted, medicine=None)

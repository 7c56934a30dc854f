"""Which substances are held out: near relatives by name fall on the same side, and every severity occurs on every side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from distill.corpora.pair_labels import Documented, Pair
from distill.corpora.splitting import place_of
from engine.report import severity_rank

Part = Literal["seen", "development", "test"]
# What is put before the name of a substance to name an enantiomer, a metabolite, a prodrug or another form of it.
_PREFIXES = (
    *("es", "ar", "levo", "lev", "dextro", "dex", "des", "nor", "fos", "val", "lis", "peg"),
    *("hydroxy", "ethyl", "acetyl", "methyl", "iso", "oxy", "dihydro"),
)
# Words of names that say nothing of the active part, so that sharing them makes nobody a relative.
_COMMON = frozenset(
    {
        *("acid", "acetate", "alfa", "beta", "calcium", "carbonate", "chloride", "citrate", "disoproxil", "fumarate", "human"),
        *("hydroxide", "lithium", "mofetil", "oil", "oxide", "pegol", "phosphate", "potassium", "sodium", "succinate", "sulfate"),
        *("sulfonate", "tartrate", "trioxide", "vedotin", "zinc"),
    }
)
_SHORTEST_WORD = 4


@dataclass(frozen=True, slots=True)
class Division:
    """On which side every substance stands; `groups` names the relatives with whom it stands there."""

    parts: Mapping[str, Part]
    groups: Mapping[str, str]

    def substances(self, part: Part) -> tuple[str, ...]:
        """The substances of one side."""
        return tuple(sorted(substance for substance, side in self.parts.items() if side == part))


def divide_substances(
    universe: Sequence[str], documented: Mapping[Pair, Documented], test_share: float, development_share: float, seed: str
) -> Division:
    """Hold out whole groups of relatives, drawn by the hash of the group's name within each worst severity of its pairs.

    A group keeps its side when knowledge grows, unless its worst severity changes or it stands at the edge of the share.
    """
    groups = relatives(universe)
    worst: dict[str, int] = {group: severity_rank("none") for group in groups.values()}
    for pair, found in documented.items():
        for substance in pair:
            worst[groups[substance]] = min(worst[groups[substance]], severity_rank(found.label.severity))
    strata: defaultdict[int, list[str]] = defaultdict(list)
    for group, severity in worst.items():
        strata[severity].append(group)
    sides: dict[str, Part] = {}
    for members in strata.values():
        members.sort(key=lambda group: (place_of(group, seed), group))
        test = round(len(members) * test_share)
        development = test + round(len(members) * development_share)
        for position, group in enumerate(members):
            sides[group] = "test" if position < test else "development" if position < development else "seen"
    return Division({substance: sides[group] for substance, group in groups.items()}, groups)


def relatives(universe: Iterable[str]) -> dict[str, str]:
    """A group's name for every substance: salts, esters, enantiomers, insulins and the like share one.

    Two substances are relatives where they share a word of their names that is no common one, or where the word of one is that of
    the other behind a prefix ("escitalopram", "citalopram").
    """
    every = sorted(set(universe))
    owner = {substance: substance for substance in every}

    def root(one: str) -> str:
        while owner[one] != one:
            one = owner[one]
        return one

    first_with: dict[str, str] = {}
    words = {substance: _words(substance) for substance in every}
    known = {word for found in words.values() for word in found}
    for substance in every:
        for word in words[substance]:
            stem = _stem(word, known)
            other = root(first_with.setdefault(stem, substance))
            # The alphabetically first names the group, in whatever order they are met.
            one, two = sorted((root(substance), other))
            owner[two] = one
    return {substance: root(substance) for substance in every}


def _words(substance: str) -> tuple[str, ...]:
    words = substance.split("-")
    telling = tuple(word for word in words if word not in _COMMON and len(word) >= _SHORTEST_WORD)
    return telling or tuple(words[:1])


def _stem(word: str, known: set[str]) -> str:
    for prefix in _PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and rest in known:
            return _stem(rest, known)
    return word

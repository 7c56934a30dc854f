"""The neighbour teacher: a pair is labelled as the training pairs that are most like it.

Two medicines are alike as far as they share enzymes, transporters, harms and properties, rare ones counting for more (weighted
Jaccard index, weights log(N/n): Spärck Jones, Journal of Documentation 1972). Two pairs are alike as the geometric mean of their
sides; the better of the two ways to lay one over the other decides which side is which. A training pair with one of the very same
medicines is a one-sided neighbour: worth less by a penalty. A pair is never its own neighbour.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distill.corpora.pair_inputs import OTHER_SIDE
from distill.teachers.measured import short
from distill.teachers.protocol import MECHANISMS, SEVERITIES, Judgement, PairItem, abstention
from engine.reasoning.language import DIRECTIONS, Label
from engine.reasoning.pair_facts import PairFacts, Side

_VERSION = "1"
_ROLES = ("inhibitor", "inducer", "substrate")
Feature = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeighbourSettings:
    """How neighbours are chosen and weighed.

    `neighbours`: how many vote. `sharpness`: a neighbour's weight is its likeness to this power. `one_sided`: factor on the
    likeness of a pair that shares a medicine. `least`: where the likest pair is less alike than this, the teacher abstains.
    `doubt`: share that every label gets beforehand, in neighbours, so that no label is impossible.
    """

    neighbours: int = 15
    sharpness: float = 4.0
    one_sided: float = 0.9
    least: float = 0.2
    doubt: float = 0.05

    def __post_init__(self) -> None:
        if self.neighbours < 1 or self.sharpness < 0.0 or self.doubt <= 0.0:
            raise ValueError("there is a neighbour, and a doubt")
        if not (0.0 <= self.one_sided <= 1.0 and 0.0 <= self.least <= 1.0):
            raise ValueError("a penalty and a likeness are between 0 and 1")


class NeighbourTeacher:
    """Labels a pair as the training pairs most like it. `pairs`: training pairs with the labels that a regulator gave them."""

    name = "neighbours"

    def __init__(self, pairs: Sequence[tuple[PairItem, Label]], settings: NeighbourSettings | None = None) -> None:
        if not pairs:
            raise ValueError("there are no training pairs")
        self._settings = settings or NeighbourSettings()
        self._pairs = _TrainingPairs(pairs)
        self._likeness: dict[frozenset[Feature], NDArray[np.float32]] = {}
        told = [repr(self._settings), *(f"{item.digest()} {label}" for item, label in pairs)]
        self.version = f"{_VERSION}.{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]}"

    def judge(self, item: PairItem) -> Judgement:
        """Label one pair; abstains where no training pair is like it."""
        settings, pairs = self._settings, self._pairs
        straight, swapped = self._scores(item)
        scores = np.maximum(straight, swapped)
        count = min(settings.neighbours, len(scores))
        nearest = np.argpartition(-scores, count - 1)[:count]
        # Equally like pairs in the order of training, whatever the partition left.
        nearest = nearest[np.lexsort((nearest, -scores[nearest]))]
        if scores[nearest[0]] < settings.least:
            return abstention(item, self)
        weights = np.power(scores[nearest], settings.sharpness, dtype=np.float64)
        turned = swapped[nearest] > straight[nearest]
        direction = np.where(turned, pairs.turned_directions[nearest], pairs.directions[nearest])
        return Judgement(
            item.id,
            self.name,
            self.version,
            self._voted(pairs.severities[nearest], weights, SEVERITIES),
            self._voted(direction, weights, DIRECTIONS),
            self._voted(pairs.mechanisms[nearest], weights, MECHANISMS),
        )

    def _scores(self, item: PairItem) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Likeness of every training pair (pairs,): laid straight over the item, and turned round."""
        pairs, factor = self._pairs, np.float32(self._settings.one_sided)
        first, second = (pairs.number_of(one.substance) for one in (item.facts.first, item.facts.second))
        of_first, of_second = self._like(item.facts, "A"), self._like(item.facts, "B")
        straight = np.sqrt(of_first[pairs.first] * of_second[pairs.second])
        straight[(pairs.first == first) | (pairs.second == second)] *= factor
        swapped = np.sqrt(of_first[pairs.second] * of_second[pairs.first])
        swapped[(pairs.second == first) | (pairs.first == second)] *= factor
        for itself in pairs.places.get(frozenset((first, second)), ()):
            straight[itself] = swapped[itself] = 0.0
        return straight, swapped

    def _like(self, facts: PairFacts, side: Side) -> NDArray[np.float32]:
        """Likeness of one medicine, as its facts stand in this item, to all medicines of training (medicines,)."""
        features = _features(facts, side)
        known = self._likeness.get(features)
        if known is None:
            known = self._likeness[features] = self._pairs.likeness(features)
        return known

    def _voted(self, labels: NDArray[np.int64], weights: NDArray[np.float64], names: Sequence[str]) -> dict[str, float]:
        counts = np.bincount(labels, weights, len(names)) + self._settings.doubt / len(names)
        return short(dict(zip(names, (counts / counts.sum()).tolist(), strict=True)))


class _TrainingPairs:
    """Training pairs as arrays over (pairs,), their medicines as rows of features (medicines, features)."""

    def __init__(self, pairs: Sequence[tuple[PairItem, Label]]) -> None:
        profiles: dict[str, set[Feature]] = {}
        for item, _label in pairs:
            for exposure, features in (
                (item.facts.first, _features(item.facts, "A")),
                (item.facts.second, _features(item.facts, "B")),
            ):
                # Facts that did not fit into one pair are told in another one.
                profiles.setdefault(exposure.substance, set()).update(features)
        self._numbers = {substance: number for number, substance in enumerate(sorted(profiles))}
        held = Counter(feature for features in profiles.values() for feature in features)
        self._columns = {feature: column for column, feature in enumerate(sorted(held))}
        shares = np.array([len(profiles) / held[feature] for feature in sorted(held)], dtype=np.float32)
        self._weights = np.log1p(shares)
        self._has = np.zeros((len(profiles), len(held)), dtype=np.float32)
        for substance, number in self._numbers.items():
            self._has[number, [self._columns[feature] for feature in profiles[substance]]] = 1.0
        self._totals = self._has @ self._weights
        self.first = self._array(self._numbers[item.facts.first.substance] for item, _ in pairs)
        self.second = self._array(self._numbers[item.facts.second.substance] for item, _ in pairs)
        self.severities = self._array(SEVERITIES.index(label.severity) for _, label in pairs)
        self.mechanisms = self._array(MECHANISMS.index(label.mechanism) for _, label in pairs)
        self.directions = self._array(DIRECTIONS.index(label.direction) for _, label in pairs)
        self.turned_directions = self._array(DIRECTIONS.index(OTHER_SIDE[label.direction]) for _, label in pairs)
        self.places: dict[frozenset[int], list[int]] = {}
        for place, both in enumerate(zip(self.first.tolist(), self.second.tolist(), strict=True)):
            self.places.setdefault(frozenset(both), []).append(place)

    def number_of(self, substance: str) -> int:
        """Row of a medicine; -1 for one that training does not know."""
        return self._numbers.get(substance, -1)

    def likeness(self, features: Iterable[Feature]) -> NDArray[np.float32]:
        """Weighted Jaccard index of these features with those of each medicine (medicines,), 0 to 1."""
        known = [self._columns[feature] for feature in features if feature in self._columns]
        shared = self._has[:, known] @ self._weights[known]
        # Features that no training medicine has make no difference between training medicines.
        union = self._totals + self._weights[known].sum() - shared
        likeness: NDArray[np.float32] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
        return likeness

    @staticmethod
    def _array(numbers: Iterable[int]) -> NDArray[np.int64]:
        return np.fromiter(numbers, dtype=np.int64)


def _features(facts: PairFacts, side: Side) -> frozenset[Feature]:
    """A medicine's facts, each also in its more general forms: that it meets an enzyme, in which role, and how strongly."""
    found: set[Feature] = set()
    for fact in facts.facts:
        if fact.side != side or fact.row is None:
            continue
        if fact.codes[0] in _ROLES:
            role, target, strength = fact.codes
            found.update(((target,), (target, role), (target, role, strength)))
        elif fact.codes[0] == "tag":
            found.update((fact.codes[:2], fact.codes))
        else:
            found.add(fact.codes)
    return frozenset(found)

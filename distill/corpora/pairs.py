"""The pair task: two substances in, severity, direction and mechanism out, made from our own knowledge.

Labels come mostly from one regulator, and so do about half of the pharmacodynamic tags (never the pairs, but which medicines it
lists as slowing the heart, say): figures on added effects say how well a student applies that regulator's view, not more.

Which pairs there are and what is documented of them: :mod:`distill.corpora.pair_labels`. Which substances are held out:
:mod:`distill.corpora.pair_groups`. Which undocumented pairs stand beside them: :mod:`distill.corpora.pair_negatives`. What a
student may see of a pair: :mod:`distill.corpora.pair_inputs`. The same pairs in other circumstances:
:mod:`distill.corpora.pair_circumstances`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from random import Random
from typing import Literal, get_args

from distill.corpora.pair_groups import Division, Part, divide_substances
from distill.corpora.pair_labels import Documented, Pair, documented_pairs, universe_of
from distill.corpora.pair_negatives import matched_pairs
from distill.corpora.splitting import place_of
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.language import NO_MECHANISM, Label

PairSplit = Literal["train", "development", "development_cold", "warm", "s1", "s2"]
PAIR_SPLITS: tuple[PairSplit, ...] = get_args(PairSplit)
TEST_SPLITS: tuple[PairSplit, ...] = ("warm", "s1", "s2")
NATURAL_SPLITS: tuple[PairSplit, ...] = ("s1", "s2")
NO_LABEL = Label("none", "none", NO_MECHANISM)
_SEED = "pairs-1"
_NOBODY = Patient()


@dataclass(frozen=True, slots=True)
class PairSettings:
    """How the pairs are divided and how many undocumented ones stand beside the documented ones.

    `test_share`, `development_share`: of the substances, held out for the tests and for calibration on unseen substances.
    `warm_share`: of the documented pairs between seen substances, for the warm test, and as many for development.
    `train_negatives`, `test_negatives`: undocumented pairs per documented one, in training and everywhere else.
    `natural_pairs`: how many pairs are drawn from all of a cold test, documented or not, for a figure at the rate in which they
    occur there.
    """

    seed: str = _SEED
    test_share: float = 0.2
    development_share: float = 0.08
    warm_share: float = 0.1
    train_negatives: float = 1.0
    test_negatives: float = 1.0
    natural_pairs: int = 4000

    def __post_init__(self) -> None:
        shares = (self.test_share, self.development_share, self.warm_share)
        if not all(0.0 < share < 0.5 for share in shares) or self.test_share + self.development_share > 0.5:
            raise ValueError("at least half of the substances are for training, and no share is empty")
        if min(self.train_negatives, self.test_negatives) < 0.0:
            raise ValueError("there are no fewer than no negatives")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How the two substances are taken and by whom; None: no route is written."""

    first_route: str | None = None
    second_route: str | None = None
    patient: Patient = _NOBODY


UNWRITTEN = Circumstances()


@dataclass(frozen=True, slots=True)
class PairRecord:
    """Two substances (ids, in alphabetical order: A and B of the label) and what the documented rules say of them.

    Severity, direction, mechanism, `effects` and `managements` (codes without figures) are those of the leading rule. `sources`:
    of all rules on the pair, that of the leading one first; empty where nothing is documented. `degree`: of how many documented
    pairs each substance is part. `extrapolated`: a class rule that we extended to a medicine that the source does not list.
    `circumstances`: those that the label holds for; in the corpus as it is read, nothing is written of them.
    """

    id: str
    first: str
    second: str
    label: Label
    effects: tuple[str, ...] = ()
    managements: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    degree: tuple[int, int] = (0, 0)
    extrapolated: bool = False
    circumstances: Circumstances = UNWRITTEN

    @property
    def documented(self) -> bool:
        """Whether a source says something of the pair."""
        return self.label.severity != "none"


@dataclass(frozen=True, slots=True)
class PairCorpus:
    """Pairs by split, documented and undocumented ones mixed, in the order of their ids.

    `train`: both substances seen. `development`: the same substances, to choose by. `development_cold`: at least one substance
    that is held out for development, to calibrate by. `warm`: both substances seen, the pair not. `s1`: one substance unseen.
    `s2`: both unseen. `natural`: pairs of a cold test drawn from all that there are, so that most have no rule. `extrapolated`:
    in no split, since no source rated them. `undocumented`: how many pairs have no rule.
    """

    knowledge_digest: str
    splits: dict[PairSplit, tuple[PairRecord, ...]]
    natural: dict[PairSplit, tuple[PairRecord, ...]]
    extrapolated: tuple[PairRecord, ...]
    division: Division
    substances: tuple[str, ...]
    undocumented: int

    def records(self, *splits: PairSplit) -> tuple[PairRecord, ...]:
        """The pairs of some splits."""
        return tuple(record for split in splits for record in self.splits[split])


def read_pairs(store: KnowledgeStore, settings: PairSettings | None = None, among: Collection[str] | None = None) -> PairCorpus:
    """The pair corpus of a knowledge store: the same for the same knowledge and settings, in about half a minute.

    `among`: only pairs of these substances.
    """
    settings = settings or PairSettings()
    universe = tuple(one for one in universe_of(store) if among is None or one in among)
    documented = documented_pairs(store, universe)
    traced = {pair: found for pair, found in documented.items() if not found.extrapolated}
    division = divide_substances(universe, traced, settings.test_share, settings.development_share, settings.seed)
    making = _Making(documented, Counter(substance for pair in traced for substance in pair))
    positives: dict[PairSplit, list[Pair]] = {split: [] for split in PAIR_SPLITS}
    for pair in sorted(traced):
        split = _split_of(pair, division, settings)
        if split is not None:
            positives[split].append(pair)
    taken = set(documented)
    splits: dict[PairSplit, tuple[PairRecord, ...]] = {}
    # Training last: its pairs can be found anywhere, those of a small test cannot.
    for split in reversed(PAIR_SPLITS):
        rate = settings.train_negatives if split == "train" else settings.test_negatives
        drawn = _negatives(positives[split], rate, taken, division, f"{settings.seed}/{split}")
        taken.update(drawn)
        splits[split] = making.records([*positives[split], *drawn])
    natural = {split: making.records(_natural(split, documented, division, settings)) for split in NATURAL_SPLITS}
    extended = making.records(pair for pair, found in documented.items() if found.extrapolated)
    every = len(universe) * (len(universe) - 1) // 2
    return PairCorpus(store.digest, splits, natural, extended, division, universe, every - len(documented))


def pair_id(first: str, second: str) -> str:
    """The id of an unordered pair."""
    return "+".join(sorted((first, second)))


def _split_of(pair: Pair, division: Division, settings: PairSettings) -> PairSplit | None:
    match sorted(division.parts[substance] for substance in pair):
        case ["seen", "seen"]:
            place = place_of(pair_id(*pair), f"{settings.seed}/pairs")
            if place < settings.warm_share:
                return "warm"
            return "development" if place < 2 * settings.warm_share else "train"
        case ["seen", "test"]:
            return "s1"
        case ["test", "test"]:
            return "s2"
        case ["development", "test"]:
            # Unseen in training, but seen when thresholds were set: neither a test nor anything else.
            return None
    return "development_cold"


def _negatives(positives: list[Pair], rate: float, taken: set[Pair], division: Division, seed: str) -> list[Pair]:
    """Undocumented pairs between the same sides as the positives."""
    found: list[Pair] = []
    by_sides: defaultdict[tuple[Part, Part], list[Pair]] = defaultdict(list)
    for pair in positives:
        first, second = sorted(pair, key=lambda substance: division.parts[substance])
        by_sides[division.parts[first], division.parts[second]].append((first, second))
    for sides, pairs in sorted(by_sides.items()):
        found += matched_pairs(pairs, rate, taken | set(found), f"{seed}/{'-'.join(sides)}", mixed=sides[0] == sides[1])
    return found


def _natural(split: PairSplit, documented: Mapping[Pair, Documented], division: Division, settings: PairSettings) -> list[Pair]:
    """Pairs of a cold test, each of them as likely to be drawn as any other."""
    unseen = division.substances("test")
    drawn_from = combinations(unseen, 2) if split == "s2" else product(division.substances("seen"), unseen)
    rated = [(min(pair), max(pair)) for pair in drawn_from]
    rated = [pair for pair in rated if pair not in documented or not documented[pair].extrapolated]
    return Random(f"{settings.seed}/natural/{split}").sample(rated, min(settings.natural_pairs, len(rated)))


@dataclass(frozen=True, slots=True)
class _Making:
    """What records are made from. `degree`: documented pairs by substance."""

    documented: Mapping[Pair, Documented]
    degree: Counter[str]

    def records(self, pairs: Iterable[Pair]) -> tuple[PairRecord, ...]:
        """Records of pairs, in the order of their ids."""
        return tuple(sorted((self._record(pair) for pair in pairs), key=lambda record: record.id))

    def _record(self, pair: Pair) -> PairRecord:
        found = self.documented.get(pair)
        degree = self.degree[pair[0]], self.degree[pair[1]]
        if found is None:
            return PairRecord(pair_id(*pair), *pair, NO_LABEL, degree=degree)
        return PairRecord(
            id=pair_id(*pair),
            first=pair[0],
            second=pair[1],
            label=found.label,
            effects=found.effects,
            managements=found.managements,
            sources=found.sources,
            degree=degree,
            extrapolated=found.extrapolated,
        )


def describe(corpus: PairCorpus) -> Iterator[str]:
    """Class counts of every split, in words."""
    sides = {part: len(corpus.division.substances(part)) for part in get_args(Part)}
    yield f"pairs of {len(corpus.substances)} substances: {', '.join(f'{count} {part}' for part, count in sides.items())}"
    for split in PAIR_SPLITS:
        records = corpus.splits[split]
        met = {substance for record in records for substance in (record.first, record.second)}
        yield f"  {split}: {len(records)} pairs of {len(met)} substances"
        yield f"    severity: {_counted(Counter(record.label.severity for record in records))}"
        yield f"    direction: {_counted(Counter(record.label.direction for record in records))}"
        yield f"    mechanism: {_counted(Counter(record.label.mechanism for record in records))}"
    for split in NATURAL_SPLITS:
        records = corpus.natural[split]
        yield f"  {split} at its natural rate: {_counted(Counter(record.label.severity for record in records))}"
    yield f"  not rated by a source, left out: {len(corpus.extrapolated)} pairs to which we extended a rule"
    yield f"  without a rule in all: {corpus.undocumented} pairs"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))

"""The 86 types: a network on structures beside the most alike training pair, on the official and on the cold splits. Needs torch.

Research only: nothing that is measured here, nor what it was measured on, goes into a student that ships.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from distill.corpora.interaction_types import LICENCE, TypedCorpus, TypedPair, cold_splits
from distill.corpora.pairs import PairCorpus, PairSplit
from distill.evaluation.calibration import expected_calibration_error
from distill.evaluation.counts import mean_f1
from distill.teachers.fingerprints import Fingerprints, fingerprints_of, tanimoto
from distill.teachers.panel import WEIGHED_ON, Said
from distill.teachers.structure import StructureSettings, train_structure
from distill.teachers.votes_report import agreement_lines, agreements, weight_lines
from distill.teachers.voting import VoteSettings, fitted_weights
from engine.cancellation import Progress

_METHODS = ("most frequent type", "most alike pair", "structure network")


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """Of one method on one test. `macro_f1`: over the types that occur. `ece`: None for a method without probabilities."""

    method: str
    test: str
    pairs: int
    accuracy: float
    macro_f1: float
    ece: float | None
    seconds: float


def evaluate_types(
    corpus: TypedCorpus, settings: StructureSettings, show: Callable[[str, Progress], None]
) -> tuple[TypeFigures, ...]:
    """All methods on the official test and on S1 and S2; trained twice, since the splits differ."""
    prints = fingerprints_of(corpus.smiles)
    cold = cold_splits(corpus)
    tests: tuple[tuple[str, Sequence[TypedPair], Mapping[str, Sequence[TypedPair]]], ...] = (
        ("official", corpus.splits["train"], {"warm (official)": corpus.splits["test"]}),
        ("cold", cold["train"], {"S1 (one unseen)": cold["s1"], "S2 (both unseen)": cold["s2"]}),
    )
    found: list[TypeFigures] = []
    for name, train, held_out in tests:
        found += _most_frequent(train, held_out)
        found += _most_alike(prints, train, held_out)
        found += _network(prints, train, held_out, len(corpus.descriptions), settings, partial(show, name))
    return tuple(found)


def _most_frequent(train: Sequence[TypedPair], tests: Mapping[str, Sequence[TypedPair]]) -> Iterator[TypeFigures]:
    most = int(np.bincount([pair.label for pair in train]).argmax())
    for test, pairs in tests.items():
        yield _figures(_METHODS[0], test, pairs, np.full(len(pairs), most), None, 0.0)


def _most_alike(
    prints: Fingerprints, train: Sequence[TypedPair], tests: Mapping[str, Sequence[TypedPair]]
) -> Iterator[TypeFigures]:
    nearest = NearestPair(prints, train)
    for test, pairs in tests.items():
        start = time.monotonic()
        answers = nearest.labels(pairs)
        yield _figures(_METHODS[1], test, pairs, answers, None, time.monotonic() - start)


def _network(
    prints: Fingerprints,
    train: Sequence[TypedPair],
    tests: Mapping[str, Sequence[TypedPair]],
    types: int,
    settings: StructureSettings,
    show: Callable[[Progress], None],
) -> Iterator[TypeFigures]:
    start = time.monotonic()
    network = train_structure(prints, train, types, settings, show)
    spent = time.monotonic() - start
    for test, pairs in tests.items():
        shares = network.probabilities(pairs)
        yield _figures(_METHODS[2], test, pairs, shares.argmax(axis=1), shares.max(axis=1), spent)


class NearestPair:
    """The label of the training pair most alike: the product of the Tanimoto likeness of both sides, in the published order."""

    def __init__(self, prints: Fingerprints, train: Sequence[TypedPair]) -> None:
        self._prints = prints
        likeness = tanimoto(prints.bits)
        # One row and column more, of zeros: a medicine without a structure (row -1) is like none.
        self._likeness = np.pad(likeness, (0, 1))
        # By second medicine, so that the pairs of each stand together.
        ordered = sorted(train, key=lambda pair: prints.row(pair.second))
        self._first = np.array([prints.row(pair.first) for pair in ordered])
        self._types = np.array([pair.label for pair in ordered])
        self._seconds, self._starts = np.unique([prints.row(pair.second) for pair in ordered], return_index=True)

    def labels(self, pairs: Sequence[TypedPair]) -> NDArray[np.int64]:
        """(pairs,) The labels; of equally alike pairs, that of the first."""
        answers = np.zeros(len(pairs), dtype=np.int64)
        places: defaultdict[int, list[int]] = defaultdict(list)
        for place, pair in enumerate(pairs):
            places[self._prints.row(pair.first)].append(place)
        for first, those in places.items():
            # Whatever the second medicine asked for: of the pairs with one second medicine only the likest first one can win.
            likeness = self._likeness[first][self._first]
            best = np.maximum.reduceat(likeness, self._starts)
            types = self._types[self._first_of(likeness, best)]
            seconds = [self._prints.row(pairs[place].second) for place in those]
            answers[those] = types[(self._likeness[seconds][:, self._seconds] * best).argmax(axis=1)]
        return answers

    def _first_of(self, likeness: NDArray[np.float32], best: NDArray[np.float32]) -> NDArray[np.int64]:
        """Place of the first pair of each second medicine that is as alike as the best of them."""
        lengths = np.diff(np.append(self._starts, len(likeness)))
        hits = np.flatnonzero(likeness == np.repeat(best, lengths))
        _groups, firsts = np.unique(np.searchsorted(self._starts, hits, side="right"), return_index=True)
        return hits[firsts]


def _figures(
    method: str,
    test: str,
    pairs: Sequence[TypedPair],
    answers: NDArray[np.int64],
    confidences: NDArray[np.float32] | None,
    seconds: float,
) -> TypeFigures:
    truths = np.array([pair.label for pair in pairs])
    right = answers == truths
    ece = None if confidences is None else expected_calibration_error(confidences.tolist(), right.tolist())
    return TypeFigures(method, test, len(pairs), float(right.mean()), mean_f1(truths.tolist(), answers.tolist()), ece, seconds)


def types_lines(figures: Sequence[TypeFigures]) -> list[str]:
    """The figures as a Markdown table, in percent but for the calibration error."""
    lines = [f"The 86 DrugBank types ({LICENCE}).", ""]
    lines += ["| test | pairs | method | accuracy | macro-F1 | ECE |", "|---|---|---|---|---|---|"]
    for one in figures:
        ece = "" if one.ece is None else f"{one.ece:.3f}"
        lines.append(f"| {one.test} | {one.pairs} | {one.method} | {100 * one.accuracy:.1f} | {100 * one.macro_f1:.1f} | {ece} |")
    return lines


def research_lines(corpus: PairCorpus, said: Mapping[PairSplit, Said]) -> list[str]:
    """What the structure teacher would add to the vote: weights and agreement with the record, as Markdown. No vote is kept.

    `said`: what the panel and the structure teacher say of the splits on which teachers are weighed, and of others.
    """
    pairs = [(record.label, said[split][record.id]) for split in WEIGHED_ON for record in corpus.records(split)]
    weights = VoteSettings(weights=fitted_weights(pairs), allow_research=True)
    compared = {split: agreements(corpus.records(split), given, weights) for split, given in said.items()}
    return [f"With the structure teacher ({LICENCE}):", "", *weight_lines(weights), "", *agreement_lines(compared)]

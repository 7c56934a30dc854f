"""The 86 types: a network on structures beside the most alike training pair, on the official and on the cold splits. Needs torch.

Research only: nothing that is measured here, nor what it was measured on, goes into a student that ships.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from distill.corpora.interaction_types import LICENCE, TypedCorpus, TypedPair, cold_splits
from distill.evaluation.calibration import expected_calibration_error
from distill.teachers.fingerprints import Fingerprints, fingerprints_of, tanimoto
from distill.teachers.structure import StructureSettings, train_structure
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
        answers = np.array([nearest.label(pair) for pair in pairs])
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
        self._first = np.array([prints.row(pair.first) for pair in train])
        self._second = np.array([prints.row(pair.second) for pair in train])
        self._labels = np.array([pair.label for pair in train])

    def label(self, pair: TypedPair) -> int:
        """The label; of equally alike pairs, that of the first."""
        first, second = self._prints.row(pair.first), self._prints.row(pair.second)
        scores = self._likeness[first][self._first] * self._likeness[second][self._second]
        return int(self._labels[int(scores.argmax())])


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
    return TypeFigures(method, test, len(pairs), float(right.mean()), macro_f1(truths, answers), ece, seconds)


def macro_f1(truths: NDArray[np.int64], answers: NDArray[np.int64]) -> float:
    """Mean F1 over the types that are true at least once, 0 to 1."""
    size = int(max(truths.max(), answers.max())) + 1
    right = np.bincount(truths[truths == answers], minlength=size)
    given, true = np.bincount(answers, minlength=size), np.bincount(truths, minlength=size)
    return float((2 * right / np.maximum(given + true, 1))[true > 0].mean())


def types_lines(figures: Sequence[TypeFigures]) -> list[str]:
    """The figures as a Markdown table, in percent but for the calibration error."""
    lines = [f"The 86 DrugBank types ({LICENCE}).", ""]
    lines += ["| test | pairs | method | accuracy | macro-F1 | ECE |", "|---|---|---|---|---|---|"]
    for one in figures:
        ece = "" if one.ece is None else f"{one.ece:.3f}"
        lines.append(f"| {one.test} | {one.pairs} | {one.method} | {100 * one.accuracy:.1f} | {100 * one.macro_f1:.1f} | {ece} |")
    return lines

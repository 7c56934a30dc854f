"""The floor that students must pass: gradient boosting and logistic regression on bags of the same facts. Needs scikit-learn.

A bag knows each fact with its side, without it, and where facts of both medicines meet at one target, tag or process. Severity
and mechanism do not depend on which medicine is A, so their bags do not either; for directions each pair is learned both ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from distill.corpora.pair_inputs import PairInputs, swapped
from distill.corpora.pairs import PairCorpus, PairRecord
from distill.evaluation.labels import LabelAnswer, label_figures
from distill.evaluation.reader import Figures
from engine.cancellation import Progress
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.language import AXES, Axis
from engine.reasoning.pair_facts import PairFact, PairFacts

BaselineMethod = Literal["gradient boosting", "logistic regression"]
METHODS: tuple[BaselineMethod, ...] = get_args(BaselineMethod)


@dataclass(frozen=True, slots=True)
class BaselineSettings:
    """Of both methods. `least_pairs`: a feature of fewer training pairs is left out. `balanced`: every class weighs the same.
    `threads`: on a busy machine several that wait for each other are slower than one.

    `rounds`, `learning_rate`, `leaves`: of boosting. `inverse_penalty`: of logistic regression, on the squared weights.
    """

    least_pairs: int = 20
    balanced: bool = True
    rounds: int = 150
    learning_rate: float = 0.1
    leaves: int = 31
    inverse_penalty: float = 0.3
    seed: int = 0
    threads: int = 1


class _Classifier(Protocol):
    @property
    def classes_(self) -> NDArray[np.str_]: ...

    def fit(self, X: NDArray[np.uint8], y: NDArray[np.str_]) -> object: ...

    def predict_proba(self, X: NDArray[np.uint8]) -> NDArray[np.float64]: ...


class Baseline:
    """One classifier for each part of the label, trained once."""

    def __init__(
        self,
        method: BaselineMethod,
        inputs: PairInputs,
        records: Sequence[PairRecord],
        settings: BaselineSettings | None = None,
        show: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        settings = settings or BaselineSettings()
        self._inputs = inputs
        self._threads = settings.threads
        plain = [bag_of(inputs.facts(record)) for record in records]
        ordered = [ordered_bag_of(inputs.facts(record, swap=swap)) for swap in (False, True) for record in records]
        turned = [swapped(record.label).direction for record in records]
        self._columns = _columns(plain, settings.least_pairs)
        self._ordered_columns = _columns(ordered, settings.least_pairs)
        truths: dict[Axis, list[str]] = {
            "severity": [record.label.severity for record in records],
            "direction": [*(record.label.direction for record in records), *turned],
            "mechanism": [record.label.mechanism for record in records],
        }
        table, ordered_table = _table(plain, self._columns), _table(ordered, self._ordered_columns)
        self._classifiers: dict[Axis, _Classifier] = {}
        for done, part in enumerate(AXES, start=1):
            classifier = _classifier(method, settings)
            with _limited(self._threads):
                classifier.fit(ordered_table if part == "direction" else table, np.array(truths[part]))
            self._classifiers[part] = classifier
            show(Progress(done, len(AXES)))

    def answers(self, records: Sequence[PairRecord]) -> list[LabelAnswer]:
        """What is answered of each pair, beside the truth."""
        facts = [self._inputs.facts(record) for record in records]
        table = _table([bag_of(one) for one in facts], self._columns)
        ordered = _table([ordered_bag_of(one) for one in facts], self._ordered_columns)
        severity, mechanism = self._said("severity", table), self._said("mechanism", table)
        said = zip(records, severity, self._said("direction", ordered), mechanism, strict=True)
        return [LabelAnswer(record.label, level, way, kind) for record, level, way, kind in said]

    def _said(self, part: Axis, table: NDArray[np.uint8]) -> list[Mapping[str, float]]:
        classifier = self._classifiers[part]
        labels = [str(label) for label in classifier.classes_]
        with _limited(self._threads):
            told = classifier.predict_proba(table)
        return [dict(zip(labels, map(float, row), strict=True)) for row in told]


def evaluate_baselines(
    store: KnowledgeStore,
    corpus: PairCorpus,
    show: Callable[[str, Progress], None] = lambda method, progress: None,
    settings: BaselineSettings | None = None,
) -> dict[BaselineMethod, dict[str, Figures]]:
    """Figures of both methods, trained on the training pairs alone, by split; "s1 natural" and "s2 natural" at their own rate."""
    inputs = PairInputs(store)
    tests: dict[str, tuple[PairRecord, ...]] = {
        split: corpus.splits[split] for split in ("development", "development_cold", "warm", "s1", "s2")
    }
    tests |= {f"{split} natural": records for split, records in corpus.natural.items()}
    found: dict[BaselineMethod, dict[str, Figures]] = {}
    for method in METHODS:

        def shown(progress: Progress, method: BaselineMethod = method) -> None:
            show(method, progress)

        baseline = Baseline(method, inputs, corpus.splits["train"], settings, shown)
        found[method] = {test: label_figures(baseline.answers(records)) for test, records in tests.items()}
    return found


def bag_of(facts: PairFacts) -> frozenset[str]:
    """Features that are the same whichever medicine is A."""
    sides = _sides(facts)
    words = {side: {word for fact in sides[side] for word in _words(fact)} for side in sides}
    some, both = words["A"] | words["B"], words["A"] & words["B"]
    met = {" x ".join(sorted(pair)) for pair in _met(sides)}
    return frozenset({*some, *(f"both {word}" for word in both), *met, *_patient(facts)})


def ordered_bag_of(facts: PairFacts) -> frozenset[str]:
    """Features that tell A from B."""
    sides = _sides(facts)
    words = {f"{side} {word}" for side, told in sides.items() for fact in told for word in _words(fact)}
    return frozenset({*words, *(" x ".join(pair) for pair in _met(sides)), *_patient(facts)})


def _sides(facts: PairFacts) -> dict[str, list[PairFact]]:
    return {side: [fact for fact in facts.facts if fact.side == side] for side in ("A", "B")}


def _patient(facts: PairFacts) -> set[str]:
    return {"/".join(fact.codes) for fact in facts.facts if fact.side == "patient"}


def _words(fact: PairFact) -> tuple[str, ...]:
    """A fact with and without its strength or grade."""
    whole = "/".join(fact.codes)
    return (whole, "/".join(fact.codes[:2])) if len(fact.codes) > 2 else (whole,)


def _met(sides: Mapping[str, Sequence[PairFact]]) -> Iterator[tuple[str, str]]:
    """Where facts of A and B are about the same target, tag or process: what each says of it, with and without where that is."""
    for first in sides["A"]:
        for second in sides["B"]:
            if len(first.codes) < 2 or len(second.codes) < 2 or _topic(first) != _topic(second):
                continue
            (role, *_rest), (other, *_others) = first.codes, second.codes
            yield f"{role}@{_topic(first)}", f"{other}@{_topic(second)}"
            yield f"{role}/{first.codes[-1]}", f"{other}/{second.codes[-1]}"
            yield f"{role} meets", f"{other} meets"


def _topic(fact: PairFact) -> str:
    return fact.codes[1].partition("=")[0]


def _columns(bags: Sequence[frozenset[str]], least: int) -> dict[str, int]:
    counts = Counter(feature for bag in bags for feature in bag)
    return {feature: place for place, feature in enumerate(sorted(name for name, count in counts.items() if count >= least))}


def _table(bags: Sequence[frozenset[str]], columns: Mapping[str, int]) -> NDArray[np.uint8]:
    """Bags as rows of zeros and ones, (pairs, features); features that were not learned are left out."""
    table = np.zeros((len(bags), len(columns)), dtype=np.uint8)
    for row, bag in enumerate(bags):
        table[row, [columns[feature] for feature in bag if feature in columns]] = 1
    return table


def _limited(threads: int) -> AbstractContextManager[object]:
    from threadpoolctl import threadpool_limits

    return threadpool_limits(threads)


def _classifier(method: BaselineMethod, settings: BaselineSettings) -> _Classifier:
    if method == "logistic regression":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(
            C=settings.inverse_penalty,
            max_iter=500,
            class_weight="balanced" if settings.balanced else None,
            random_state=settings.seed,
        )
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        learning_rate=settings.learning_rate,
        max_iter=settings.rounds,
        max_leaf_nodes=settings.leaves,
        class_weight="balanced" if settings.balanced else None,
        random_state=settings.seed,
    )

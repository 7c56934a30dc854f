"""How well a reasoner answers: its labels, and whether the steps that it writes follow from the facts.

Whatever writes is asked: PyTorch while a student is made, the file as it ships. Temperatures are fitted on pairs of medicines
that are held out for that, so that what is said of unseen medicines is calibrated on unseen medicines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairRecord
from distill.evaluation.answer_rows import Writing, WrittenAnswer, probabilities
from distill.evaluation.calibration import fitted_temperature, selective_accuracy
from distill.evaluation.labels import LabelAnswer, label_figures
from distill.evaluation.reader import Figures
from distill.teachers.voting import likeliest
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.generated import StepChecker
from engine.reasoning.language import AXES, OPPOSITE_CHANGE, Answer, Label, ReasonedStep, read_answer
from engine.reasoning.pair_facts import PairFacts
from engine.report import StepStatus

NEUTRAL: Mapping[str, float] = dict.fromkeys(AXES, 1.0)
_LABEL_ALONE = len(AXES)


@dataclass(frozen=True, slots=True)
class AskedPair:
    """A pair that was asked: what is true of it, what the student was told, and what it wrote."""

    truth: Label
    facts: PairFacts
    patient: Patient
    written: WrittenAnswer

    @property
    def answer(self) -> Answer | None:
        """What it wrote; None where that stopped before its end."""
        if len(self.written.tokens) <= _LABEL_ALONE:
            return None
        try:
            return read_answer(self.written.tokens)
        except ValueError:
            return None


def asked_pairs(writing: Writing, records: Sequence[PairRecord], inputs: PairInputs) -> tuple[AskedPair, ...]:
    """Ask about pairs of the corpus, those of which nothing is known left out: the application does not ask about them."""
    told = [(record, inputs.facts(record)) for record in records]
    told = [(record, facts) for record, facts in told if facts]
    answers = writing([facts for _record, facts in told])
    return tuple(
        AskedPair(record.label, facts, record.circumstances.patient, written)
        for (record, facts), written in zip(told, answers, strict=True)
    )


def fitted_temperatures(asked: Iterable[AskedPair]) -> dict[str, float]:
    """The temperature of each label; 1 where too few pairs were asked for it."""
    rows: dict[str, list[list[float]]] = {name: [] for name in AXES}
    truths: dict[str, list[int]] = {name: [] for name in AXES}
    for one in asked:
        for name, labels in zip(AXES, one.written.labels, strict=True):
            truth = one.truth.on(name)
            # A label that was forced says nothing, and one that could not be said cannot be right.
            if len(labels) > 1 and truth in labels:
                known = sorted(labels)
                rows[name].append([labels[label] for label in known])
                truths[name].append(known.index(truth))
    found: dict[str, float] = {}
    for name in AXES:
        enough = len(rows[name]) > 1
        logits, right = np.array(rows[name], dtype=np.float32), np.array(truths[name], dtype=np.int64)
        found[name] = fitted_temperature(logits, right) if enough else 1.0
    return found


def answers_of(asked: Iterable[AskedPair], temperatures: Mapping[str, float]) -> list[LabelAnswer]:
    """The labels as distributions, softened by a temperature for each head."""
    found = []
    for one in asked:
        severity, direction, mechanism = (
            probabilities(labels, temperatures[name]) for name, labels in zip(AXES, one.written.labels, strict=True)
        )
        found.append(LabelAnswer(one.truth, severity, direction, mechanism))
    return found


def reasoner_label_figures(asked: Sequence[AskedPair], temperatures: Mapping[str, float]) -> Figures:
    """Figures of the labels on one split: before and after the temperatures, and how right the surer half is.

    Raises:
        ValueError: nothing was asked.
    """
    plain = label_figures(answers_of(asked, NEUTRAL))
    calibrated = answers_of(asked, temperatures)
    figures = label_figures(calibrated)
    figures |= {f"{name}_ece_before": plain[f"{name}_ece"] for name in AXES}
    for name in AXES:
        given: list[Mapping[str, float]] = [getattr(one, name) for one in calibrated]
        right = [likeliest(said) == getattr(one.truth, name) for said, one in zip(given, calibrated, strict=True)]
        figures[f"{name}_accuracy_surer_half"] = selective_accuracy([max(said.values()) for said in given], right, 0.5)[0]
    directed = [one for one in calibrated if one.truth.direction != "none"]
    if directed:
        hits = sum(likeliest(one.direction) == one.truth.direction for one in directed)
        figures["direction_accuracy_directed"] = hits / len(directed)
    return figures


@dataclass(frozen=True, slots=True)
class StepCounts:
    """Steps by verdict. `directed`: those that say which exposure or effect goes which way; `wrong_direction`: of these, those
    whose opposite the facts support. `unfinished`: answers that stopped before their end."""

    verdicts: Mapping[StepStatus, int]
    directed: int
    wrong_direction: int
    answers: int
    with_steps: int
    unfinished: int

    def figures(self) -> Figures:
        """As shares of all steps, and of the directed ones."""
        steps = sum(self.verdicts.values())
        shares = {f"steps_{name}": self.verdicts.get(name, 0) / max(1, steps) for name in _STATUSES}
        return shares | {
            "steps": float(steps),
            "steps_directed": float(self.directed),
            "wrong_direction": self.wrong_direction / max(1, steps),
            "wrong_direction_directed": self.wrong_direction / max(1, self.directed),
            "answers_with_steps": self.with_steps / max(1, self.answers),
            "answers_unfinished": self.unfinished / max(1, self.answers),
        }


_STATUSES: tuple[StepStatus, ...] = ("supported", "contradicted", "no_record")


def step_counts(asked: Sequence[AskedPair], store: KnowledgeStore) -> StepCounts:
    """Judge every step that was written, by the verifier that the application shows badges of."""
    verdicts: Counter[StepStatus] = Counter()
    directed = wrong = with_steps = unfinished = 0
    for one in asked:
        answer = one.answer
        if answer is None:
            unfinished += 1
            continue
        with_steps += bool(answer.steps)
        checker = StepChecker(store, one.facts, one.patient)
        for step in answer.steps:
            status = checker.status(step)
            verdicts[status] += 1
            if step.change is not None:
                directed += 1
                wrong += status != "supported" and checker.status(turned(step)) == "supported"
    return StepCounts(dict(verdicts), directed, wrong, len(asked), with_steps, unfinished)


def turned(step: ReasonedStep) -> ReasonedStep:
    """The same step with the opposite change."""
    return step if step.change is None else replace(step, change=OPPOSITE_CHANGE[step.change])

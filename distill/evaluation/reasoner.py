"""How well a reasoner answers: its labels, and whether the steps that it writes follow from the facts.

Whatever writes is asked: PyTorch while a student is made, the file as it ships. Temperatures are fitted on pairs of medicines
that are held out for that, so that what is said of unseen medicines is calibrated on unseen medicines.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairRecord
from distill.evaluation.answer_rows import Writing, WrittenAnswer
from distill.evaluation.calibration import rising_temperatures, selective_accuracy
from distill.evaluation.labels import LabelAnswer, label_figures
from distill.evaluation.reader import Figures
from distill.teachers.protocol import LABELS
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.generated import StepChecker
from engine.reasoning.labelling import told_shares
from engine.reasoning.language import AXES, Answer, AnswerReader, Axis, Label, read_answer
from engine.reasoning.pair_facts import PairFacts
from engine.report import StepStatus
from engine.students.temperatures import CALIBRATED, NO_INTERACTION, Calibrated, Temperatures

NEUTRAL = Temperatures(dict.fromkeys(CALIBRATED, 1.0))
_LABEL_ALONE = len(AXES)


@dataclass(frozen=True, slots=True)
class AskedPair:
    """A pair that was asked: what is true of it, what the student was told, and what it wrote."""

    truth: Label
    facts: PairFacts
    patient: Patient
    written: WrittenAnswer

    @property
    def label(self) -> Label | None:
        """The label that it wrote; None where it stopped before that was whole."""
        reader = AnswerReader()
        try:
            for piece in self.written.tokens[:_LABEL_ALONE]:
                reader.take(piece)
            return reader.label()
        except ValueError:
            return None

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
        AskedPair(record.label, facts, record.circumstances.patient, completed(written))
        for (record, facts), written in zip(told, answers, strict=True)
    )


def completed(written: WrittenAnswer) -> WrittenAnswer:
    """An answer that was cut off before its label knows nothing: all labels are equally likely."""
    if len(written.labels) == len(AXES):
        return written
    return replace(written, labels=tuple(dict.fromkeys(labels, 0.0) for labels in LABELS.values()))


def fitted_temperatures(asked: Mapping[int, Sequence[AskedPair]], learned: Collection[str]) -> Temperatures:
    """The temperatures of each label. `asked`: pairs by how many of their medicines whoever wrote the answers never learned from
    (0, 1, 2); `learned`: what the student that ships learned from."""
    known: dict[str, float] = {}
    unseen: dict[str, tuple[float, ...]] = {}
    for part in CALIBRATED:
        rows: list[list[float]] = []
        truths: list[int] = []
        counts: list[int] = []
        for count, several in asked.items():
            for found in (_telling(one, part) for one in several):
                if found is not None:
                    shares, truth = found
                    rows.append(shares)
                    truths.append(truth)
                    counts.append(count)
        first, *others = rising_temperatures(np.array(rows, dtype=np.float32), np.array(truths), np.array(counts))
        known[part], unseen[part] = first, tuple(others)
    return Temperatures(known, unseen, frozenset(learned), _undirected(one for several in asked.values() for one in several))


def _telling(one: AskedPair, part: Calibrated) -> tuple[list[float], int] | None:
    """What an answer tells of how sure one part of a label is: log-shares, and the place of the true one; None where it tells
    nothing of that part."""
    axis: Axis = "severity" if part == NO_INTERACTION else part
    if one.label is None:
        return None
    if axis == "severity" and (one.label.severity == NO_INTERACTION) != (part == NO_INTERACTION):
        return None
    # What follows the severity holds if there is an interaction: the severity's own share tells of the others.
    if axis != "severity" and one.truth.severity == NO_INTERACTION:
        return None
    labels, truth = one.written.labels[AXES.index(axis)], one.truth.on(axis)
    # A label that was forced says nothing, and one that could not be said cannot be right.
    if len(labels) < 2 or truth not in labels:
        return None
    shown = sorted(labels)
    return [labels[label] for label in shown], shown.index(truth)


def _undirected(asked: Iterable[AskedPair]) -> float:
    """Of the interactions that were taken for none, the share without an object; 0 where there is no such interaction."""
    missed = [
        one.truth for one in asked if one.label is not None and one.label.severity == "none" and one.truth.severity != "none"
    ]
    return sum(truth.direction == "none" for truth in missed) / max(1, len(missed))


def answers_of(asked: Iterable[AskedPair], temperatures: Temperatures) -> list[LabelAnswer]:
    """The labels as calibrated distributions, as the application tells them."""
    found = []
    for one in asked:
        shares = [{label: math.exp(share) for label, share in labels.items()} for labels in one.written.labels]
        severity, direction, mechanism = (
            told_shares(name, shares[: place + 1], temperatures, one.facts) for place, name in enumerate(AXES)
        )
        found.append(LabelAnswer(one.truth, severity, direction, mechanism, one.label))
    return found


def reasoner_label_figures(asked: Sequence[AskedPair], temperatures: Temperatures) -> Figures:
    """Figures of the labels on one split: before and after the temperatures, and how right the surer half is.

    Raises:
        ValueError: nothing was asked.
    """
    plain = label_figures(answers_of(asked, NEUTRAL))
    calibrated = answers_of(asked, temperatures)
    figures = label_figures(calibrated)
    figures |= {f"{name}_ece_before": plain[f"{name}_ece"] for name in AXES}
    for name in AXES:
        sure, right = [one.sure(name) for one in calibrated], [one.right(name) for one in calibrated]
        figures[f"{name}_accuracy_surer_half"] = selective_accuracy(sure, right, 0.5)[0]
    directed = [one for one in calibrated if one.truth.direction != "none"]
    if directed:
        hits = sum(one.right("direction") for one in directed)
        figures["direction_accuracy_directed"] = hits / len(directed)
    return figures


@dataclass(frozen=True, slots=True)
class StepCounts:
    """Steps by verdict. `directed`: those that say which exposure or effect goes which way; `wrong_direction`: of these, those
    whose way is not that to which the pair's facts lead, cited or not. `unfinished`: answers that stopped before their end."""

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
                wrong += checker.wrong_way(step)
    return StepCounts(dict(verdicts), directed, wrong, len(asked), with_steps, unfinished)

"""A student's reasoning in the background: what is asked, what comes piece by piece, and the work that brings it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.tasks import Part
from engine.cancellation import CancelToken, Progress

if TYPE_CHECKING:
    from engine.application import Application
    from engine.explain.facts_told import ToldFact
    from engine.explain.model import Explanation, Method, Mode
    from engine.prescriptions.patient import Patient
    from engine.reasoning.language import Axis
    from engine.reasoning.pair_facts import PairFacts
    from engine.report import Drug, Fact, Generated, GeneratedLabel, Interaction, Report, Step

    ReasonInSteps = Callable[[Application, "Asked", CancelToken], Generator[Progress, None, "Reasoned"]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One finding of a checked list. Two are the same where all that a student is told, and is compared with, is the same: the
    finding, its two medicines as they are taken, and the patient. Where they stand in the list does not matter."""

    finding: Interaction
    drugs: tuple[Drug, Drug]
    patient: Patient | None


@dataclass(frozen=True, slots=True)
class LabelCame(Part):
    """The student's label, which comes before any step, and who taught the student."""

    label: GeneratedLabel
    taught_by: str


@dataclass(frozen=True, slots=True)
class StepCame(Part):
    """One step with its badge, and the facts that it cites beyond those that the finding and earlier steps cite."""

    step: Step
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Reasoned:
    """The whole answer, every fact that the student was told, and the seconds that it took."""

    generated: Generated
    told: tuple[ToldFact, ...]
    seconds: float


def asked_of(report: Report, finding: Interaction, patient: Patient | None) -> Asked:
    """A finding of a report as it is asked for; `patient` is the one that the report is about."""
    first, second = (report.drugs[row].model_copy(update={"line_number": 0}) for row in finding.rows)
    return Asked(finding.model_copy(update={"rows": (0, 1)}), (first, second), patient)


def facts_known(application: Application, asked: Asked) -> PairFacts:
    """What is known of a pair; a student may have words for a part of it only."""
    from engine.prescriptions.patient import Patient
    from engine.reasoning.pair_facts import pair_facts
    from engine.reasoning.reasoner import exposure_of

    first, second = (exposure_of(drug, row) for row, drug in enumerate(asked.drugs))
    return pair_facts(application.store, first, second, asked.patient or Patient())


def reason_in_steps(application: Application, asked: Asked, token: CancelToken) -> Generator[Progress, None, Reasoned]:
    """Let the installation's student reason about a finding. `token` stops it within a step too.

    Raises:
        ResourceError: the student is missing or damaged.
        ProcessError: its process ended, or took too long.
        InputError: there is nothing to reason from.
    """
    yield Progress(0, 0)
    from engine.explain.facts_told import told_facts
    from engine.prescriptions.patient import Patient
    from engine.reasoning.reasoner import LabelPart, reasoner_of

    begun = time.perf_counter()
    facts = facts_known(application, asked)
    reasoner = reasoner_of(application.students)
    steps = reasoner.explain(application.store, asked.finding, facts, asked.patient or Patient(), token.check)
    generated: Generated | None = None
    while generated is None:
        try:
            part = next(steps)
        except StopIteration as stop:
            generated = stop.value
            continue
        if isinstance(part, LabelPart):
            yield LabelCame(0, 0, part.label, reasoner.manifest.first_line)
        else:
            yield StepCame(0, 0, part.step, part.facts)
    told = told_facts(application.store, reasoner.told(facts), (*asked.finding.facts, *generated.facts))
    return Reasoned(generated, told, time.perf_counter() - begun)


def get_ready_in_steps(application: Application, token: CancelToken) -> Generator[Progress, None, None]:
    """Open the students and start the reasoner's process, which takes longer than an answer. A generator for the task runner.

    Raises:
        ResourceError: a student is missing or damaged.
        ProcessError: the process does not start.
    """
    yield Progress(0, 0)
    from engine.reasoning.reasoner import reasoner_of

    reasoner_of(application.students)
    application.students.reasoner().process.warm(token.check)


@dataclass(frozen=True, slots=True)
class FactsAsked:
    """Everything that an explanation over facts depends on: the finding, the student that labels, the part of the label of which
    its likeliest class is explained, and how."""

    asked: Asked
    labeller: bool
    part: Axis
    method: Method
    mode: Mode
    seed: int = 0


def explain_facts_in_steps(
    application: Application, request: FactsAsked, token: CancelToken
) -> Generator[Progress, None, Explanation]:
    """Explain the likeliest class of a part of the label by the facts that the student is told.

    Raises:
        ResourceError: the student is missing or damaged.
        ProcessError: the reasoner's process ended, or took too long.
        InputError: no fact is known of the two medicines.
    """
    yield Progress(0, 0)
    import numpy as np

    from engine.explain.asking import AskedMasks
    from engine.explain.explaining import explain_in_steps
    from engine.explain.facts_answer import FactsAnswer
    from engine.explain.facts_reasoner import ReasonerLabels
    from engine.explain.facts_told import told_facts
    from engine.reasoning.labelling import Labeller

    asked, students = request.asked, application.students
    source = Labeller(students.labeller()) if request.labeller else ReasonerLabels(students.reasoner())
    facts = source.told(facts_known(application, asked))
    told = told_facts(application.store, facts, asked.finding.facts)
    texts = [f"{fact.id} {fact.text}".strip() for fact in told]
    answer = AskedMasks(FactsAnswer(source, request.part, facts, texts, token.check))
    whole = answer.predict_proba(np.ones((1, len(texts)), dtype=np.bool_))[0]
    label = answer.labels[int(whole.argmax())]
    return (yield from explain_in_steps(answer, request.method, label, request.mode, request.seed))

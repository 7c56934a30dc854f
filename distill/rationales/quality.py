"""Quality control of rationales, whoever wrote them: what is wrong is left out, and the reasons are counted.

A step that does not follow from its facts, or that goes the other way than the label, is taken out of its answer; a prompt that
tells the label, and an answer that cannot be written in the compact language or is too long, are not used at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from distill.corpora.pairs import NO_LABEL
from engine.knowledge.records import EnzymeRole, PdTag, PkProperty
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.generated import StepChecker
from engine.reasoning.grammar import MOST_MANAGEMENTS, MOST_STEPS, Choices, choices_of
from engine.reasoning.language import (
    OPPOSITE_CHANGE,
    TOGETHER,
    Answer,
    Direction,
    Label,
    ReasonedStep,
    prompt_of,
    token,
    vocabulary,
    write_answer,
)
from engine.reasoning.pair_facts import PairFacts

StepFault = Literal["contradicted", "unsupported", "against_label", "repeated_step", "net_without_step"]
AnswerFault = Literal["leak", "too_long", "unwritable", "repeated_answer"]
FAULTS: tuple[str, ...] = (*get_args(StepFault), *get_args(AnswerFault))
_ANSWER_WORDS = ("<severity:", "<direction:", "<mechanism:", "<effect:", "<do:", "<step:", "<end>")
_NET = 2
_PHASES = {"pd.additive": 1, "net_effect": _NET}


@dataclass(slots=True)
class Control:
    """Checks answers over one store; `seen` and `faults` count what was looked at and why something was left out.

    `most_tokens`: of a prompt with its answer, the student's context.
    """

    store: KnowledgeStore
    most_tokens: int = 256
    seen: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    _known: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = dict.fromkeys(vocabulary(self.store))

    def passed(self, facts: PairFacts, answers: Iterable[Answer], patient: Patient | None = None) -> list[Answer]:
        """The answers without their wrong steps, each once; those that cannot be used are left out."""
        given = list(answers)
        self.seen["answers"] += len(given)
        prompt = prompt_of(facts)
        if leaks(facts, prompt):
            self.faults["leak"] += len(given)
            return []
        # Most answers have no step to check.
        checker = StepChecker(self.store, facts, patient or Patient()) if any(one.steps for one in given) else None
        found: dict[Answer, None] = {}
        for answer in given:
            self.seen["steps"] += len(answer.steps)
            kept = replace(answer, steps=tuple(self._sound(answer, checker))) if checker is not None else answer
            fault = "repeated_answer" if kept in found else self._fault(facts, prompt, kept)
            if fault is None:
                found[kept] = None
            else:
                self.faults[fault] += 1
        return list(found)

    def _sound(self, answer: Answer, checker: StepChecker) -> Iterator[ReasonedStep]:
        """The steps that are right; the net effect only after a step that leads to it."""
        kept: list[ReasonedStep] = []
        for step in answer.steps:
            fault = step_fault(step, answer.label, checker, kept)
            if fault is None:
                kept.append(step)
                yield step
            else:
                self.faults[fault] += 1

    def _fault(self, facts: PairFacts, prompt: Sequence[str], answer: Answer) -> AnswerFault | None:
        written = write_answer(answer)
        if len(prompt) + len(written) > self.most_tokens:
            return "too_long"
        return None if writable(answer, choices_of(facts, self._known)) and self._known.keys() >= set(written) else "unwritable"


def writable(answer: Answer, choices: Choices) -> bool:
    """Whether the automaton of a pair would let an answer through, without building it: that takes a hundred times as long."""
    if answer.label.severity == "none":
        return answer == Answer(NO_LABEL, ())
    if token(f"mechanism:{answer.label.mechanism}") not in choices.mechanisms:
        return False
    phases = [_PHASES.get(step.kind, 0) for step in answer.steps]
    ordered = phases == sorted(phases) and phases.count(_NET) <= 1 and phases[:1] != [_NET]
    sizes = len(answer.steps) <= MOST_STEPS and len(answer.managements) <= MOST_MANAGEMENTS
    managed = all(token(f"do:{code}") in choices.managements for code in answer.managements)
    return ordered and sizes and managed and all(_step_writable(step, choices) for step in answer.steps)


def _step_writable(step: ReasonedStep, choices: Choices) -> bool:
    numbers = [token(number) for number in step.facts]
    outcome = token(step.object) if step.object else TOGETHER
    about = outcome if step.kind == "net_effect" else token(step.via)
    cited = [number for number in choices.citable.get(about, ()) if number in numbers]
    if step.kind == "net_effect":
        known = token(f"effect:{step.via}") in choices.effects
    else:
        known = token(step.via) in choices.vias.get(step.kind, ())
    return known and bool(numbers) and cited == numbers


def step_fault(step: ReasonedStep, label: Label, checker: StepChecker, before: Sequence[ReasonedStep]) -> StepFault | None:
    """What is wrong with a step of an answer with that label, after those steps; None where nothing is."""
    if any((one.kind, one.via, one.role, one.object) == (step.kind, step.via, step.role, step.object) for one in before):
        return "repeated_step"
    if step.kind == "net_effect" and not before:
        return "net_without_step"
    status = checker.status(step)
    if status != "supported":
        return "contradicted" if status == "contradicted" else "unsupported"
    return "against_label" if goes(step, label.direction) == "against" else None


def goes(step: ReasonedStep, direction: Direction) -> Literal["agreeing", "against", "beside"]:
    """How a step stands to the direction of a label: the same medicine the other way is against it."""
    if step.object is None or step.change is None or not direction.startswith(("A_", "B_")):
        return "beside"
    if direction == f"{step.object}_{step.change}":
        return "agreeing"
    return "against" if direction == f"{step.object}_{OPPOSITE_CHANGE[step.change]}" else "beside"


def leaks(facts: PairFacts, prompt: Sequence[str]) -> bool:
    """Whether a prompt tells more than mechanism facts: a word of answers, another kind of row, or a name of the two."""
    rows = (fact.row for fact in facts.facts if fact.row is not None)
    other = any(not isinstance(row, EnzymeRole | PdTag | PkProperty) for row in rows)
    names = {f"<{name}>" for one in (facts.first, facts.second) for name in (one.substance, one.name)}
    return other or any(piece.startswith(_ANSWER_WORDS) or piece in names for piece in prompt)

"""Asking the reasoner about a finding: prompt, constrained answer, steps that are judged and worded as they arrive."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.interactions.exposure import Exposure
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.agreement import compared
from engine.reasoning.generated import StepWriter
from engine.reasoning.grammar import AnswerAutomaton, automaton_of, choices_of
from engine.reasoning.labelling import Labeller, Said, told_shares
from engine.reasoning.language import AXES, AnswerReader, Label, class_of, prompt_of
from engine.reasoning.pair_facts import PairFacts, pair_facts
from engine.reasoning.telling import told_of
from engine.report import Drug, Fact, Generated, GeneratedLabel, Interaction, Report, Step
from engine.students.automaton import TokenAutomaton
from engine.students.library import Students
from engine.students.manifest import ReasonerManifest
from engine.students.worker_client import GeneratedToken, GenerationFigures, ReasonerProcess

_MOST_TOKENS = 160
_LONGEST_S = 30.0
# Probabilities below this are not shown: they say nothing and fill a report.
_SHOWN = 0.005
_CUT_OFF = "The answer was cut off at its limit."
_LEFT_OUT_ONE, _LEFT_OUT = "1 fact was not told to the student.", "{} facts were not told to the student."
Check = Callable[[], None]
_Spoken = Generator[tuple[Mapping[str, float], str], None, GenerationFigures]


@dataclass(frozen=True, slots=True)
class LabelPart:
    """The student's label, before it reasons."""

    label: GeneratedLabel


@dataclass(frozen=True, slots=True)
class StepPart:
    """A step, as soon as it is whole. `facts`: those that it cites, and neither the finding nor a step before it does."""

    step: Step
    facts: tuple[Fact, ...] = ()


GeneratedPart = LabelPart | StepPart


def exposure_of(drug: Drug, row: int) -> Exposure:
    """A medicine of a report as it is taken."""
    return Exposure(
        row,
        row,
        drug.substance,
        drug.name,
        route=drug.route,
        dose_mg=drug.dose_mg,
        dose_mg_per_day=drug.dose_mg_per_day,
        confirmed=drug.confirmed,
        absorbed=drug.systemic is True,
    )


def facts_of_finding(store: KnowledgeStore, report: Report, interaction: Interaction, patient: Patient) -> PairFacts:
    """What a student is told of a finding's two medicines: A is the first of them."""
    first, second = (exposure_of(report.drugs[row], row) for row in interaction.rows)
    return pair_facts(store, first, second, patient)


class Reasoner:
    """A student that reasons, ready to be asked; safe to share between threads, which take turns."""

    def __init__(
        self, manifest: ReasonerManifest, ids: Mapping[str, int], process: ReasonerProcess, labeller: Labeller | None = None
    ) -> None:
        """`ids`: token ids of the vocabulary. `labeller`: whose label is explained, where there is one; its own if not."""
        self.manifest = manifest
        self._temperatures = manifest.softening
        self._labeller = labeller
        self._ids = dict(ids)
        self._tokens = {number: token for token, number in ids.items()}
        self._process = process

    def close(self) -> None:
        """End its process; asked again, it starts anew."""
        self._process.close()

    def explain(
        self, store: KnowledgeStore, interaction: Interaction, facts: PairFacts, patient: Patient, check: Check | None = None
    ) -> Generator[GeneratedPart, None, Generated]:
        """Write about a finding: its parts as they arrive, the whole at the end. The finding itself stays as it is.

        Raises:
            InputError: there is nothing to reason from: no facts, or none that the student has words for.
            CoprescribeError: the model cannot be run, or its process ended.
            CancelledError: `check` raised it.
        """
        told = self.told(facts)
        prompt = [self._ids[piece] for piece in prompt_of(told)]
        # The worker begins with it while the label is asked for and the automaton is made.
        self._process.read_ahead(prompt)
        given = None if self._labeller is None else self._labeller.said_of(facts, check)
        telling = _Telling(StepWriter(store, interaction, told, patient), told)
        figures = yield from telling.all_of(self._spoken(prompt, told, check, given))
        said_by = self.manifest if self._labeller is None else self._labeller.student.manifest
        left_out = facts.left_out + len(facts.facts) - len(told.facts)
        remarks = [] if telling.finished else [_CUT_OFF]
        remarks += [_LEFT_OUT_ONE if left_out == 1 else _LEFT_OUT.format(left_out)] if left_out else []
        comparison = compared(telling.label, interaction)
        return Generated(
            student=self.manifest.name,
            version=self.manifest.version,
            taught_by=self.manifest.first_line,
            labelled_by=f"{said_by.name} {said_by.version}",
            label=telling.label,
            agrees=comparison.agrees,
            compared=comparison.compared,
            disagreements=comparison.disagreements,
            unsure=comparison.unsure,
            steps=tuple(telling.steps),
            facts=telling.facts(),
            contradicted=any(step.status == "contradicted" for step in telling.steps),
            tokens_per_second=_speed(figures),
            remark=" ".join(remarks),
        )

    def told(self, facts: PairFacts) -> PairFacts:
        """The facts that the student is told.

        Raises:
            InputError: there is nothing to reason from.
        """
        return told_of(facts, self._ids)

    def _spoken(self, prompt: Sequence[int], facts: PairFacts, check: Check | None, given: Said | None) -> _Spoken:
        """Each token; with those of the label the calibrated shares of their classes. `given`: the label, where it is known."""
        automaton = automaton_of(choices_of(facts, self._ids, None if given is None else given.label))
        written = self._process.generate(
            prompt, self._numbered(automaton), max_tokens=_MOST_TOKENS, time_limit_s=_LONGEST_S, check=check
        )
        own: list[Mapping[str, float]] = []
        for place in range(_MOST_TOKENS + 1):
            try:
                one: GeneratedToken = next(written)
            except StopIteration as finished:
                figures: GenerationFigures = finished.value
                return figures
            piece = self._tokens[one.token]
            if place >= len(AXES):
                yield {}, piece
            elif given is not None:
                yield given.distributions[place], piece
            else:
                chosen_by = one.distribution or {one.token: 1.0}
                own.append({class_of(self._tokens[number]): share for number, share in chosen_by.items()})
                yield told_shares(AXES[place], own, self._temperatures, facts), piece
        raise AssertionError("the worker wrote more than it was asked for")

    def _numbered(self, automaton: AnswerAutomaton) -> TokenAutomaton:
        final, watched = frozenset({automaton.final}), frozenset(automaton.watched)
        return TokenAutomaton.of_words(automaton.moves, self._ids, final, watched)


def reasoner_of(students: Students) -> Reasoner:
    """The installation's student that reasons, over the label of the labeller where there is one: a small decoder labels worse
    than it explains.

    Raises:
        ResourceError: one of them is damaged, or there is no reasoner.
    """
    student = students.reasoner()
    labeller = Labeller(students.labeller()) if students.has_labeller() else None
    return Reasoner(student.manifest, {token: number for number, token in enumerate(student.tokens)}, student.process, labeller)


class _Telling:
    """What has been written so far of one answer."""

    def __init__(self, writer: StepWriter, told: PairFacts) -> None:
        self._writer, self._told = writer, told
        self._reader = AnswerReader()
        self._distributions: list[Mapping[str, float]] = []
        self.label = GeneratedLabel(severity={}, direction={}, mechanism={})
        self.steps: list[Step] = []
        self._cited = 0

    @property
    def finished(self) -> bool:
        """Whether the answer is whole."""
        return self._reader.finished

    def facts(self) -> tuple[Fact, ...]:
        """Facts that the steps cite and the finding does not."""
        return self._writer.facts()

    def all_of(self, spoken: _Spoken) -> Generator[GeneratedPart, None, GenerationFigures]:
        """The parts of an answer as its tokens arrive."""
        while True:
            try:
                distribution, piece = next(spoken)
            except StopIteration as ended:
                figures: GenerationFigures = ended.value
                return figures
            yield from self._take(distribution, piece)

    def _take(self, distribution: Mapping[str, float], piece: str) -> Iterator[GeneratedPart]:
        found = [self._writer.step(reasoned) for reasoned in self._reader.take(piece)]
        if len(self._distributions) < len(AXES):
            self._distributions.append(distribution)
            if len(self._distributions) == len(AXES):
                self.label = _label(self._distributions, self._reader.label(), self._told)
                yield LabelPart(self.label)
        closing = self._writer.management(self._reader.managements()) if self._reader.finished else None
        for step in (*found, *([closing] if closing else [])):
            self.steps.append(step)
            facts = self._writer.facts()
            yield StepPart(step, facts[self._cited :])
            self._cited = len(facts)


def _speed(figures: GenerationFigures) -> float | None:
    """Tokens a second; None where each had no alternative, so that the model computed none of them."""
    return None if figures.written_tokens <= figures.forced_tokens else round(figures.tokens_per_second, 1)


def _label(distributions: Sequence[Mapping[str, float]], written: Label, facts: PairFacts) -> GeneratedLabel:
    severity, direction, mechanism = (
        _written_first(given, written.on(axis)) for axis, given in zip(AXES, distributions, strict=True)
    )
    names = {"A": facts.first.name, "B": facts.second.name}
    named = {_direction_words(one, names): share for one, share in direction.items()}
    return GeneratedLabel(severity=severity, direction=named, mechanism=mechanism)


def _written_first(shares: Mapping[str, float], written: str) -> dict[str, float]:
    """Shares by class: of what was written, then of the others, falling. Another may have more: where some interaction is
    likelier than none, but none likelier than each single mechanism."""
    ranked = sorted(shares.items(), key=lambda one: (one[0] != written, -one[1]))
    return {name: round(share, 4) for name, share in ranked if name == written or share >= _SHOWN}


def _direction_words(direction: str, names: Mapping[str, str]) -> str:
    side, _, change = direction.partition("_")
    return f"{names[side]} {change}" if side in names else direction

"""Rationales written from knowledge: what the mechanism facts of a pair lead to, as answers in the compact language.

The label is given (a vote's or a source's), the steps are what the engine's own rules conclude from the facts alone. Which of
them stand first, and which conclusion closes them, is chosen by the label, whose direction and outcome are a hint that a student
never has; without hints the facts alone choose. Where a pair has a label that no fact explains, the answer has no step: that is
honest. Several answers differ in the order of equally good steps, in whether the weaker of two is told, and in whether facts are
cited that a step can do without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from random import Random

from distill.teachers.findings import Finding, findings_of
from engine.interactions.findings import INFERRED_MANAGEMENTS
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.generated import StepChecker
from engine.reasoning.grammar import MOST_MANAGEMENTS
from engine.reasoning.language import Answer, Label, ReasonedStep, token, vocabulary
from engine.reasoning.pair_facts import PairFact, PairFacts
from engine.report import severity_rank

_MOST_KINETIC, _MOST_DYNAMIC = 3, 2
# Variants are drawn; where a pair leaves little open, most draws come out the same.
_DRAWS_A_VARIANT = 6
_SKIP, _BARE = 0.4, 0.5
# A student names no figures; what the action is can be said without.
_WITHOUT_FIGURE = {
    "washout_days": "washout",
    "washout_hours": "washout",
    "separate_doses_hours": "separate_doses",
    "limit_dose_mg_per_day": "limit_dose",
}
_SURENESS = ("stated", "assumed", "slight")
_NARROW = ("property", "narrow_therapeutic_index=yes")


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a pair beside its facts: the label to write, and codes of what to do and of outcomes ("" of neither)."""

    label: Label
    managements: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()


class AnswerWriter:
    """Writes answers about pairs over one store. `hints`: whether the label may choose among the steps."""

    def __init__(self, store: KnowledgeStore, *, hints: bool = True) -> None:
        self._store, self._hints = store, hints
        known = frozenset(vocabulary(store))
        self._actions = frozenset(code for code in store.managements if token(f"do:{code}") in known)

    def answers(self, facts: PairFacts, told: Told, variants: int, seed: str, patient: Patient | None = None) -> list[Answer]:
        """One to `variants` different answers with the same label and actions; the first says all, in the usual order."""
        managements = self._managements(told)
        hint = told if self._hints else Told(replace(told.label, direction="none"))
        findings = self._telling(facts, hint) if told.label.severity != "none" else []
        if not findings:
            return [Answer(told.label, (), managements)]
        checker = StepChecker(self._store, facts, patient or Patient())
        holds = cache(lambda step: checker.status(step) == "supported")
        found: dict[tuple[ReasonedStep, ...], None] = {_steps(findings, hint, holds): None}
        draw = Random(seed)
        for _again in range((variants - 1) * _DRAWS_A_VARIANT):
            if len(found) < variants:
                found[_steps(_varied(findings, facts, draw), hint, holds)] = None
        return [Answer(told.label, steps, managements) for steps in found]

    def _telling(self, facts: PairFacts, told: Told) -> list[Finding]:
        """The findings worth telling, those that explain the label first, then the worst."""
        found = [one for one in findings_of(self._store, facts) if one.sureness != "slight" or self._explains(one, told)]
        order = sorted(found, key=lambda one: (not self._explains(one, told), *_goodness(one)))
        kinetic = [one for one in order if one.object is not None][:_MOST_KINETIC]
        return kinetic + [one for one in order if one.object is None][:_MOST_DYNAMIC]

    def _explains(self, finding: Finding, told: Told) -> bool:
        """Whether a finding could be the reason of the label: the same direction of the same medicine, or the same harm."""
        if finding.object is not None:
            return told.label.direction in (f"{finding.object}_{finding.change}", "both")
        harms = {self._store.effects[code].pd_tag or code for code in told.effects if code in self._store.effects}
        return finding.via in harms or finding.effect in told.effects

    def _managements(self, told: Told) -> tuple[str, ...]:
        if told.label.severity == "none":
            return ()
        codes = dict.fromkeys(_WITHOUT_FIGURE.get(code, code) for code in told.managements or INFERRED_MANAGEMENTS)
        return tuple(code for code in codes if code in self._actions)[:MOST_MANAGEMENTS]


def _goodness(finding: Finding) -> tuple[int, int]:
    """Two findings of the same severity and sureness are equally good steps."""
    return severity_rank(finding.severity), _SURENESS.index(finding.sureness)


def _steps(findings: Sequence[Finding], told: Told, holds: Callable[[ReasonedStep], bool]) -> tuple[ReasonedStep, ...]:
    """Kinetic steps, dynamic ones, then the net effect: that of the first finding that goes the way of the label."""
    steps = [one.step() for one in findings]
    agreeing = [one for one in findings if told.label.direction == f"{one.object}_{one.change}"]
    net = (agreeing or [min(findings, key=_goodness)])[0].net_step()
    # Facts that speak for both ways decide nothing; then the steps stand without a conclusion.
    return (*steps, net) if holds(net) else tuple(steps)


def _varied(findings: Iterable[Finding], facts: PairFacts, draw: Random) -> list[Finding]:
    """The findings in another order of equally good ones, perhaps without the last of a kind, perhaps with fewer facts."""
    kinetic: list[Finding] = []
    dynamic: list[Finding] = []
    for one in findings:
        (dynamic if one.object is None else kinetic).append(one)
    chosen = []
    for kind in (kinetic, dynamic):
        kept = _shuffled(kind, draw)
        if len(kept) > 1 and draw.random() < _SKIP:
            # The first one stays: it explains the label, where one does.
            del kept[-1]
        chosen += kept
    return [one if draw.random() < _BARE else _bare(one, facts) for one in chosen]


def _shuffled(findings: list[Finding], draw: Random) -> list[Finding]:
    """Each stretch of equally good findings in another order."""
    found: list[Finding] = []
    for _key, stretch in groupby(findings, key=_goodness):
        members = list(stretch)
        draw.shuffle(members)
        found += members
    return found


def _bare(finding: Finding, facts: PairFacts) -> Finding:
    """The finding without the facts that only say how much it matters: a narrow index, an inhibitor of monoamine oxidase."""
    needed = tuple(number for number in finding.facts if not _only_matters(facts.fact(number), finding))
    return replace(finding, facts=needed)


def _only_matters(fact: PairFact, finding: Finding) -> bool:
    return fact.codes[:2] == _NARROW or (finding.object is None and fact.codes[0] == "inhibitor")

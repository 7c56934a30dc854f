"""Ways to spoil a true step: each function gives the spoilt versions of a step, with the facts that they are to be read with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from engine.reasoning.language import GENERIC_EFFECTS, ReasonedStep, StepKind
from engine.reasoning.pair_facts import PairFact, PairFacts

Spoilt = Iterator[tuple[PairFacts, ReasonedStep]]
_TURNED = {"increase": "decrease", "decrease": "increase"}
_OTHER_ROLE = {"inhibition": "induction", "induction": "inhibition"}
_OTHER_SIDE: dict[Literal["A", "B"], Literal["A", "B"]] = {"A": "B", "B": "A"}
_OTHER_KIND: dict[str, StepKind] = {"pk.metabolism": "pk.transport", "pk.transport": "pk.metabolism"}
_FOR_CHANGE = dict(zip(("increase", "decrease"), GENERIC_EFFECTS, strict=True))
_NO_FACT = "F99"
_THIRD = "no-such-substance"


def _direction(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """Exposure goes the other way."""
    if step.change is not None:
        turned = _TURNED[step.change]
        yield facts, replace(step, change=turned)
        if step.kind == "net_effect":
            yield facts, replace(step, change=turned, via=_FOR_CHANGE[turned])


def _exchanged(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """Object and precipitant in each other's place."""
    if step.object is not None:
        yield facts, replace(step, object=_OTHER_SIDE[step.object])


def _role(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """An inhibitor for an inducer or the other way round, with the outcome that belongs to it and with the old one."""
    if step.role is not None and step.change is not None:
        yield facts, replace(step, role=_OTHER_ROLE[step.role], change=_TURNED[step.change])
        yield facts, replace(step, role=_OTHER_ROLE[step.role])


def _target(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """Another enzyme, transporter or tag of the pair, with the facts of the right one."""
    words = ("tag",) if step.kind == "pd.additive" else ("inhibitor", "inducer", "substrate")
    if step.kind in ("pd.additive", "pk.metabolism", "pk.transport"):
        for code in sorted({fact.codes[1] for fact in facts.facts if fact.codes[0] in words} - {step.via}):
            yield facts, replace(step, via=code)


def _process(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """Transport said to be metabolism, and the other way round."""
    if step.kind in _OTHER_KIND:
        yield facts, replace(step, kind=_OTHER_KIND[step.kind])


def _absent_fact(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """A number that stands for no fact in the place of one, or beside them."""
    for number in step.facts:
        yield facts, replace(step, facts=(*(one for one in step.facts if one != number), _NO_FACT))
    yield facts, replace(step, facts=(*step.facts, _NO_FACT))


def _left_out(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """One of the facts that the step needs is not cited."""
    for number in step.facts:
        yield facts, replace(step, facts=tuple(one for one in step.facts if one != number))


def _other_fact(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """Another fact of the pair in the place of one."""
    for number in step.facts:
        for fact in facts.facts:
            if fact.id not in step.facts:
                yield facts, _citing(step, {*step.facts, fact.id} - {number})


def _beside(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """A fact is cited that has nothing to do with the step."""
    for fact in facts.facts:
        if fact.id not in step.facts:
            yield facts, _citing(step, {*step.facts, fact.id})


def _third_medicine(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """A cited row is about a third medicine."""
    for number in step.facts:
        yield _about(facts, number, _THIRD), step


def _other_medicine(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """A cited row is about the other medicine of the two."""
    for number in step.facts:
        other = facts.second if facts.fact(number).side == "A" else facts.first
        yield _about(facts, number, other.substance), step


def _one_sided(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """Added effects of a tag that only one of the two has."""
    if step.kind == "pd.additive":
        for fact in facts.facts:
            if fact.codes[0] == "tag" and fact.codes[1] != step.via:
                partner = [number for number in step.facts if facts.fact(number).side != fact.side]
                yield facts, replace(_citing(step, {fact.id, *partner}), via=fact.codes[1])
                yield facts, replace(step, via=fact.codes[1], facts=(fact.id,))


def _prodrug(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """The activation of a prodrug is kept quiet about, or cited and not heeded."""
    activated = [number for number in step.facts if facts.fact(number).codes[0] == "prodrug"]
    if activated and step.change is not None:
        turned = replace(step, change=_TURNED[step.change])
        if step.kind == "net_effect":
            turned = replace(turned, via=_FOR_CHANGE[_TURNED[step.change]])
        yield facts, turned
        yield facts, replace(turned, facts=tuple(number for number in step.facts if number not in activated))


def _not_swallowed(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """One of two medicines that would have to meet in the gut is injected."""
    if step.kind == "pk.absorption":
        yield replace(facts, first=replace(facts.first, route="iv")), step
        yield replace(facts, second=replace(facts.second, route="iv")), step


def _outcome(step: ReasonedStep, facts: PairFacts) -> Spoilt:
    """Another net effect than the facts lead to."""
    if step.kind == "net_effect":
        for effect in ("bleeding", "torsades_de_pointes", "hyperkalaemia", *GENERIC_EFFECTS):
            if effect != step.via:
                yield facts, replace(step, via=effect)
                yield facts, replace(step, via=effect, object=None, change=None)


WAYS: dict[str, Callable[[ReasonedStep, PairFacts], Spoilt]] = {
    "wrong direction": _direction,
    "object and precipitant exchanged": _exchanged,
    "inhibitor for inducer": _role,
    "wrong target": _target,
    "wrong process": _process,
    "absent fact": _absent_fact,
    "needed fact left out": _left_out,
    "another fact": _other_fact,
    "fact beside the point": _beside,
    "fact of a third medicine": _third_medicine,
    "fact of the other medicine": _other_medicine,
    "tag of one alone": _one_sided,
    "prodrug ignored": _prodrug,
    "not swallowed": _not_swallowed,
    "wrong net effect": _outcome,
}


def _citing(step: ReasonedStep, numbers: set[str]) -> ReasonedStep:
    return replace(step, facts=tuple(sorted(numbers, key=lambda number: int(number[1:]))))


def _about(facts: PairFacts, number: str, substance: str) -> PairFacts:
    """The facts with the row of one number about another substance."""
    return replace(facts, facts=tuple(_of_substance(fact, substance) if fact.id == number else fact for fact in facts.facts))


def _of_substance(fact: PairFact, substance: str) -> PairFact:
    return fact if fact.row is None else replace(fact, row=fact.row._replace(substance=substance))

"""Errors planted into true steps, to see whether the verification of a student's steps finds them.

Nothing here is shared with :mod:`engine.reasoning.verify` and :mod:`engine.reasoning.generated`: true steps come from the rules
on facts, each is spoilt in one way (:mod:`distill.evaluation.spoiling`), and whether it is now wrong is settled by reading the
codes of the facts once more, in other words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from random import Random
from typing import Literal

from distill.corpora.pair_labels import exposure_of
from distill.evaluation.spoiling import WAYS
from distill.teachers.findings import findings_of
from engine.knowledge.records import PkProperty
from engine.knowledge.store import KnowledgeStore
from engine.knowledge.tables import TRANSPORTERS
from engine.prescriptions.patient import Patient
from engine.reasoning.generated import StepChecker
from engine.reasoning.language import ReasonedStep
from engine.reasoning.pair_facts import PairFact, PairFacts, drug_facts, facts_of

Side = Literal["A", "B"]
# Kind of step, target or process, what happens there, whose exposure changes and how.
_Path = tuple[str, str, str, str, str]
_TURNED = {"increase": "decrease", "decrease": "increase"}
_OUTCOME = {"increase": "object_toxicity", "decrease": "object_efficacy_loss"}
_ACTS = {"inhibitor": "inhibition", "inducer": "induction"}
_PROCESSES = {"chelation": "precipitant", "gastric_ph": "raises_ph", "binding": "precipitant"}
_NARROW = "narrow_therapeutic_index=yes"
_MOST_PAIRS = 40_000
_RARE = ("prodrug", "absorption_chelation", "absorption_gastric_ph", "absorption_binding=precipitant")
_SWALLOWED = (None, "oral")


@dataclass(frozen=True, slots=True)
class Planted:
    """A step about a pair. `kind`: in which way it was spoilt."""

    kind: str
    facts: PairFacts
    step: ReasonedStep


@dataclass(frozen=True, slots=True)
class PlantedFigures:
    """How planted errors were badged, by kind, and how many true steps were not badged as supported, by kind of step."""

    badges: Mapping[str, Mapping[str, int]]
    true_steps: int
    rejected: Mapping[str, int]

    @property
    def missed(self) -> int:
        """Errors that were badged as supported."""
        return sum(badges.get("supported", 0) for badges in self.badges.values())

    @property
    def rejected_share(self) -> float:
        """Of the true steps, those that were not badged as supported."""
        return sum(self.rejected.values()) / max(self.true_steps, 1)

    def lines(self) -> Iterator[str]:
        """In words, for the command line and reports."""
        planted = sum(sum(badges.values()) for badges in self.badges.values())
        yield f"planted errors: {planted}, badged as supported: {self.missed}"
        for kind, badges in sorted(self.badges.items()):
            yield f"  {kind}: {', '.join(f'{badge} {number}' for badge, number in sorted(badges.items()))}"
        yield f"true steps: {self.true_steps}, not badged as supported: {self.rejected_share:.2%}"


def planted_figures(store: KnowledgeStore, substances: Sequence[str], number: int, seed: str) -> PlantedFigures:
    """Plant that many errors, check them and the true steps of the same pairs, and count.

    Raises:
        ValueError: the substances give too few.
    """
    planted, truths = planted_errors(store, substances, number, seed)
    badges: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in planted:
        badges[one.kind][StepChecker(store, one.facts, Patient()).status(one.step)] += 1
    rejected: Counter[str] = Counter()
    for one in truths:
        if StepChecker(store, one.facts, Patient()).status(one.step) != "supported":
            rejected[one.step.kind] += 1
    return PlantedFigures(badges, len(truths), rejected)


def planted_errors(
    store: KnowledgeStore, substances: Sequence[str], number: int, seed: str
) -> tuple[tuple[Planted, ...], tuple[Planted, ...]]:
    """That many wrong steps, of each kind about as many, and the true steps of the pairs that they were looked for in.

    Raises:
        ValueError: the substances give too few.
    """
    effects = {tag: row.effect for tag, row in store.tags.items()}
    quota = -(-number // len(WAYS))
    found: defaultdict[str, list[Planted]] = defaultdict(list)
    truths: list[Planted] = []
    for facts, steps in _drawn(store, substances, seed):
        true = [step for step in steps if follows(step, facts, effects)]
        truths += [Planted("true", facts, step) for step in true]
        draw = Random(f"{seed}/{facts.first.substance}/{facts.second.substance}")
        for kind, spoil in WAYS.items():
            if len(found[kind]) < 2 * quota:
                spoilt = [one for step in true for one in spoil(step, facts)]
                wrong = [Planted(kind, told, step) for told, step in spoilt if not follows(step, told, effects)]
                found[kind] += draw.sample(wrong, min(1, len(wrong)))
        if all(len(found[kind]) >= quota for kind in WAYS):
            break
    # A rare kind leaves its share to the others.
    turns = chain.from_iterable(zip_longest(*(found[kind] for kind in WAYS)))
    every = [one for one in turns if one is not None]
    if len(every) < number or not all(found[kind] for kind in WAYS):
        raise ValueError(f"too few pairs of which the facts say something: { ({kind: len(found[kind]) for kind in WAYS}) }")
    return tuple(every[:number]), tuple(truths)


def _drawn(store: KnowledgeStore, substances: Sequence[str], seed: str) -> Iterator[tuple[PairFacts, list[ReasonedStep]]]:
    """Pairs drawn at random of which the facts say something, with the steps that the engine's rules take."""
    draw = Random(seed)
    known = [(drug_facts(store, exposure_of(store, one)), drug_facts(store, exposure_of(store, one, 1))) for one in substances]
    # Prodrugs and absorption are rare, and half of what there is to get wrong.
    rare = [drug for drug in known if any(isinstance(row, PkProperty) and _is_rare(row) for row in drug[0].rows)] or known
    for turn in range(_MOST_PAIRS):
        first, second = draw.choice(known), draw.choice(rare if turn % 2 else known)
        if first is second:
            continue
        if draw.random() < 0.5:
            first, second = second, first
        facts = facts_of(first[0], second[1], Patient())
        findings = findings_of(store, facts)
        if findings:
            yield facts, [*(one.step() for one in findings), *dict.fromkeys(one.net_step() for one in findings)]


def _is_rare(row: PkProperty) -> bool:
    return not {row.property, f"{row.property}={row.value}"}.isdisjoint(_RARE)


def follows(step: ReasonedStep, facts: PairFacts, effects: Mapping[str, str]) -> bool:
    """Whether a step is right: it follows from the facts that it cites, all of them bear on it, and no fact says the opposite.

    `effects`: outcome by tag.
    """
    cited = [fact for fact in facts.facts if fact.id in step.facts]
    if len(cited) != len(set(step.facts)) or not all(_own(fact, facts) for fact in cited):
        return False
    if step.kind == "pd.additive":
        return _adds_up(step.via, cited)
    if step.kind == "net_effect" and step.object is None:
        shared = {fact.codes[1] for fact in cited if fact.codes[0] == "tag"}
        return any(effects[tag] == step.via and _adds_up(tag, cited) for tag in shared)
    wanted = [path for path in paths(cited, facts) if (path[3], path[4]) == (step.object, step.change)]
    if step.kind != "net_effect":
        wanted = [path for path in wanted if path[:3] == (step.kind, step.via, step.role)]
        return bool(wanted) and all(_bears(fact, step.object, step.via) for fact in cited)
    change = step.change or ""
    every = paths(facts.facts, facts)
    places = {path[1] for path in every if path[3] == step.object}
    narrow = [fact for fact in cited if fact.side == step.object and fact.codes[1] == _NARROW]
    telling = all(fact in narrow or any(_bears(fact, step.object, place) for place in places) for fact in cited)
    opposite = any((path[3], path[4]) == (step.object, _TURNED[change]) for path in every)
    return bool(wanted) and telling and not opposite and step.via == _OUTCOME[change]


def _own(fact: PairFact, facts: PairFacts) -> bool:
    """Whether a fact is a row of knowledge about the medicine on whose side it stands."""
    return fact.row is not None and fact.side != "patient" and fact.row.substance == facts.exposure(fact.side).substance


def _adds_up(tag: str, cited: Sequence[PairFact]) -> bool:
    sides = {fact.side for fact in cited if fact.codes[:2] == ("tag", tag)}
    mao = [fact for fact in cited if fact.codes[0] == "inhibitor" and fact.codes[1].startswith("MAO-")]
    others = len(cited) - sum(fact.codes[:2] == ("tag", tag) for fact in cited)
    return sides == {"A", "B"} and others == (len(mao) if tag == "serotonergic" else 0)


def paths(told: Iterable[PairFact], facts: PairFacts) -> set[_Path]:
    """The ways in which one medicine changes the exposure to the other, as far as `told` shows them.

    What activates a prodrug is looked up in all `facts`: leaving it out makes nothing true.
    """
    given = list(told)
    found: set[_Path] = set()
    for acting in given:
        for passive in given:
            if {acting.side, passive.side} == {"A", "B"}:
                found |= set(_path(acting, passive, given, facts))
    return found


def _path(acting: PairFact, passive: PairFact, given: Sequence[PairFact], facts: PairFacts) -> Iterator[_Path]:
    word, code = acting.codes[:2]
    if word in _ACTS and passive.codes[:2] == ("substrate", code):
        activated = [fact for fact in facts.facts if fact.side == passive.side and fact.codes[:2] == ("prodrug", code)]
        change = "increase" if (word == "inhibitor") != bool(activated) else "decrease"
        if all(fact in given for fact in activated):
            yield "pk.transport" if code in TRANSPORTERS else "pk.metabolism", code, _ACTS[word], passive.side, change
    if not {facts.first.route, facts.second.route}.issubset(_SWALLOWED):
        # In the gut the two meet only where both are swallowed.
        return
    for process, value in _PROCESSES.items():
        if code == f"absorption_{process}={value}" and passive.codes[1] == f"absorption_{process}=object":
            yield "pk.absorption", process, "inhibition", passive.side, "decrease"


def _bears(fact: PairFact, side: Side | None, place: str) -> bool:
    """Whether a fact has to do with what happens to the medicine of a side at an enzyme, a transporter or in the gut."""
    word, code = fact.codes[:2]
    if fact.side == side:
        shaping = (word == "prodrug" and code == place) or (code == _NARROW and place not in _PROCESSES)
        return (word == "substrate" and code == place) or code == f"absorption_{place}=object" or shaping
    return (word in _ACTS and code == place) or code == f"absorption_{place}={_PROCESSES.get(place)}"

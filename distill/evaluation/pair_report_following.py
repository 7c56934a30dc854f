"""Whether a label follows the facts that a rationale names: facts dropped, put in another order, turned round, or exchanged.

A rationale that names what matters is one whose facts, left out, change the label more often than as many others (deletion tests:
DeYoung et al., ACL 2020, "comprehensiveness").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import eq, ne
from random import Random

from distill.corpora.pair_inputs import swapped
from distill.evaluation.labels import LabelAnswer
from distill.evaluation.pair_report_rows import Kept
from distill.evaluation.reasoner import AskedPair
from engine.knowledge.records import EnzymeRole
from engine.reasoning.labelling import likeliest
from engine.reasoning.language import DIRECTIONS, Direction, Label
from engine.reasoning.pair_facts import PairFact, PairFacts, Side
from engine.report import SEVERITY_ORDER

Labelling = Callable[[Sequence[PairFacts]], list[Label]]
# Facts of a pair with the numbers of those that its rationale cites.
_Cited = tuple[PairFacts, frozenset[str]]
_MOST_PAIRS = 300
_SEED = "following-1"
_ORDER: dict[Side, int] = {"A": 0, "B": 1, "patient": 2}
_OTHER: dict[Side, Side] = {"A": "B", "B": "A", "patient": "patient"}
_OTHER_ROLE = {"inhibitor": "inducer", "inducer": "inhibitor"}
_TURNED: dict[Direction, Direction] = {
    "A_increase": "A_decrease",
    "A_decrease": "A_increase",
    "B_increase": "B_decrease",
    "B_decrease": "B_increase",
}


class Share(Kept):
    """Of so many pairs, how many did as asked."""

    pairs: int
    hits: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None where there was no pair."""
        return self.hits / self.pairs if self.pairs else None


class Following(Kept):
    """How often the label did what the change of facts asks for.

    `dropped`: it changed when the facts cited by the steps were left out; `dropped_others`: when as many others were. `shuffled`:
    it stayed when facts and numbers changed places. `turned`: its direction turned when the cited inhibitors were made inducers
    and the other way round. `exchanged`: the label stayed and its
    direction went with the medicines when A and B changed places.
    """

    dropped: Share
    dropped_others: Share
    shuffled: Share
    turned: Share
    exchanged: Share


def followed(asked: Iterable[AskedPair], labelling: Labelling) -> Following:
    """Change the facts of pairs of whose rationales the steps cite some, and ask for their labels again."""
    told = [(one.facts, numbers) for one in asked if (numbers := cited(one))]
    # Few pairs have a rationale about inhibitors or inducers: these are looked for among all.
    turned = _turned([one for one in told if turned_roles(*one) != one[0]], labelling)
    told = _some(told)
    before = labelling([facts for facts, _numbers in told])
    dropped, others = [], []
    for (facts, numbers), label in zip(told, before, strict=True):
        without = without_facts(facts, numbers)
        fewer = without_facts(facts, as_many_others(facts, numbers))
        # Both must leave something, and as much: else the two say nothing beside each other.
        if without and fewer and len(without.facts) == len(fewer.facts):
            dropped.append((without, label))
            others.append((fewer, label))
    same = [(shuffled(facts), label) for (facts, _numbers), label in zip(told, before, strict=True)]
    mirrored = [(exchanged(facts), swapped(label)) for (facts, _numbers), label in zip(told, before, strict=True)]
    return Following(
        dropped=_share(dropped, labelling, ne),
        dropped_others=_share(others, labelling, ne),
        shuffled=_share(same, labelling, eq),
        turned=turned,
        exchanged=_share(mirrored, labelling, eq),
    )


def _some(told: list[_Cited]) -> list[_Cited]:
    return told[:: max(1, -(-len(told) // _MOST_PAIRS))]


def _turned(told: list[_Cited], labelling: Labelling) -> Share:
    some = _some(told)
    changed = []
    for (facts, numbers), label in zip(some, labelling([facts for facts, _numbers in some]), strict=True):
        if label.direction in _TURNED:
            changed.append((turned_roles(facts, numbers), replace(label, direction=_TURNED[label.direction])))
    return _share(changed, labelling, lambda label, wanted: label.direction == wanted.direction)


def _share(changed: Sequence[tuple[PairFacts, Label]], labelling: Labelling, hit: Callable[[Label, Label], bool]) -> Share:
    labels = labelling([facts for facts, _label in changed])
    return Share(
        pairs=len(changed), hits=sum(hit(label, wanted) for label, (_facts, wanted) in zip(labels, changed, strict=True))
    )


def label_of(answer: LabelAnswer) -> Label:
    """The label that was answered."""
    if answer.written is not None:
        return answer.written
    kinds = list(answer.mechanism)
    return Label(
        likeliest(answer.severity, SEVERITY_ORDER), likeliest(answer.direction, DIRECTIONS), likeliest(answer.mechanism, kinds)
    )


def cited(asked: AskedPair) -> frozenset[str]:
    """Numbers of the facts that the steps of an answer cite."""
    answer = asked.answer
    return frozenset() if answer is None else frozenset(number for step in answer.steps for number in step.facts)


def as_many_others(facts: PairFacts, numbers: frozenset[str]) -> frozenset[str]:
    """As many facts that are not cited, drawn at random but always the same; fewer where there are not so many."""
    others = sorted(fact.id for fact in facts.facts if fact.row is not None and fact.id not in numbers)
    draw = Random(f"{_SEED}/{facts.first.substance}/{facts.second.substance}")
    return frozenset(draw.sample(others, min(len(others), len(numbers))))


def without_facts(facts: PairFacts, numbers: frozenset[str]) -> PairFacts:
    """The facts without some."""
    return _numbered(facts, [fact for fact in facts.facts if fact.id not in numbers])


def shuffled(facts: PairFacts) -> PairFacts:
    """The facts in another order, numbered anew."""
    others = list(facts.facts)
    Random(f"{_SEED}/{facts.first.substance}/{facts.second.substance}").shuffle(others)
    return _numbered(facts, others)


def turned_roles(facts: PairFacts, numbers: frozenset[str]) -> PairFacts:
    """Inhibitors among some facts as inducers, and the other way round."""
    return replace(facts, facts=tuple(_turned_fact(fact) if fact.id in numbers else fact for fact in facts.facts))


def _turned_fact(fact: PairFact) -> PairFact:
    role, *rest = fact.codes
    if role not in _OTHER_ROLE or not isinstance(fact.row, EnzymeRole):
        return fact
    return replace(fact, codes=(_OTHER_ROLE[role], *rest), row=fact.row._replace(role=_OTHER_ROLE[role]))


def exchanged(facts: PairFacts) -> PairFacts:
    """The same pair the other way round, its facts in the order in which they would be told."""
    sides = [replace(fact, side=_OTHER[fact.side]) for fact in facts.facts]
    sides.sort(key=lambda fact: (fact.row is not None, _ORDER[fact.side]))
    return _numbered(replace(facts, first=facts.second, second=facts.first), sides)


def _numbered(facts: PairFacts, kept: Sequence[PairFact]) -> PairFacts:
    return replace(facts, facts=tuple(replace(fact, id=f"F{number}") for number, fact in enumerate(kept, start=1)))

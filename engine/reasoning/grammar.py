"""What a reasoner may write about one pair: an automaton over whole tokens, so that a malformed answer cannot be written.

Faster than a grammar over characters, and as strict: after each token the next ones allowed are known, and where there is one
alone nothing has to be chosen. Fact numbers, targets and tags are those of the pair; whether a step is *true* is left to the
verifier, so that an error of the student shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.knowledge.tables import TRANSPORTERS
from engine.reasoning.language import (
    CHANGES,
    DIRECTIONS,
    END,
    MANAGEMENT,
    MODIFICATIONS,
    NO_MECHANISM,
    PROCESSES,
    TOGETHER,
    Label,
    StepKind,
    label_tokens,
    token,
)
from engine.reasoning.pair_facts import PairFact, PairFacts
from engine.report import SEVERITY_ORDER

MOST_STEPS = 6
MOST_MANAGEMENTS = 4
_Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the pair and the student's vocabulary leave open. `citable`: the numbers of the facts that a step may cite, by what it
    is about: its target, tag or process, or of a net effect `A`, `B` or together. `mechanisms`, `effects`, `managements`: whole
    tokens. `label`: where it is known already, so that the reasoning alone is written."""

    citable: Mapping[str, tuple[str, ...]]
    vias: Mapping[StepKind, tuple[str, ...]]
    mechanisms: tuple[str, ...]
    effects: tuple[str, ...]
    managements: tuple[str, ...]
    label: Label | None = None


def choices_of(facts: PairFacts, vocabulary: Iterable[str], label: Label | None = None) -> Choices:
    """What may be written about a pair with a student's vocabulary, after a label if one is given."""
    known = tuple(vocabulary)
    targets = sorted({fact.codes[1] for fact in facts.facts if fact.codes[0] in ("inhibitor", "inducer", "substrate")})
    tags = [{fact.codes[1] for fact in facts.facts if fact.codes[0] == "tag" and fact.side == side} for side in ("A", "B")]
    properties = {fact.codes[1] for fact in facts.facts if fact.codes[0] == "property"}
    processes = [process for process in PROCESSES if any(code.startswith(f"absorption_{process}=") for code in properties)]
    vias: dict[StepKind, tuple[str, ...]] = {
        "pk.metabolism": tuple(token(one) for one in targets if one not in TRANSPORTERS),
        "pk.transport": tuple(token(one) for one in targets if one in TRANSPORTERS),
        "pk.absorption": tuple(map(token, processes)),
        "pd.additive": tuple(map(token, sorted(tags[0] & tags[1]))),
    }
    none = token(f"mechanism:{NO_MECHANISM}")
    abouts: dict[str, StepKind] = {one: kind for kind, found in vias.items() for one in found}
    abouts |= dict.fromkeys(("<A>", "<B>", TOGETHER), "net_effect")
    citable = {
        about: tuple(token(fact.id) for fact in facts.facts if _bears_on(fact, about, kind)) for about, kind in abouts.items()
    }
    return Choices(
        citable,
        {kind: kept for kind, found in vias.items() if (kept := tuple(one for one in found if one in known and citable[one]))},
        tuple(one for one in known if one.startswith("<mechanism:") and one != none),
        tuple(one for one in known if one.startswith("<effect:")),
        tuple(one for one in known if one.startswith("<do:")),
        label,
    )


def _bears_on(fact: PairFact, about: str, step: StepKind) -> bool:
    """Whether a step may cite a fact. That it may does not make the step true: two facts may be needed, or others."""
    kind, *rest = fact.codes
    if fact.row is None:
        return False
    match step:
        case "net_effect" if about == TOGETHER:
            return kind == "tag" or (kind == "inhibitor" and rest[0].startswith("MAO"))
        case "net_effect":
            # What changes an object's exposure: its own pathways and properties, and what the other medicine does.
            own = token(fact.side) == about
            return kind in (("substrate", "prodrug", "property") if own else ("inhibitor", "inducer", "property"))
        case "pk.absorption":
            return kind == "property" and token(rest[0].partition("=")[0].removeprefix("absorption_")) == about
        case "pd.additive":
            # An inhibitor of monoamine oxidase makes a serotonergic load worse.
            boosts = about == token("serotonergic") and kind == "inhibitor" and rest[0].startswith("MAO")
            return boosts or (kind == "tag" and token(rest[0]) == about)
        case _:
            # Whether a pathway activates, and how narrow the margin is, bears on each step about an enzyme or transporter.
            shapes = kind == "prodrug" or rest[0] == "narrow_therapeutic_index=yes"
            return shapes or (kind in ("inhibitor", "inducer", "substrate") and token(rest[0]) == about)


@dataclass(slots=True)
class AnswerAutomaton:
    """`moves[state]` maps each token that may come next to the state after it; `watched` are the three states of the label."""

    moves: list[dict[str, int]] = field(default_factory=list)
    watched: tuple[int, ...] = ()
    final: int = 0


def automaton_of(choices: Choices) -> AnswerAutomaton:
    """The automaton of all answers that may be written; state 0 is the start."""
    return _Builder(choices).build()


class _Builder:
    """States are made from what they stand for: the part of the answer, how many steps there were, and the fact cited last."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        # The first is the start, whose moves are known last.
        self._moves: list[dict[str, int]] = [{}]
        self._states: dict[_Key, int] = {}
        self._parts: dict[tuple[int, str], dict[str, int]] = {}
        self._end = self._state(("end",), {})

    def build(self) -> AnswerAutomaton:
        """All states, from the start."""
        if self._choices.label is not None:
            return self._after(self._choices.label)
        mechanism = self._state(("mechanism",), dict.fromkeys(self._choices.mechanisms, self._open(0, "pk")))
        no_steps = self._state(("nothing",), {END: self._end})
        no_mechanism = self._state(("no mechanism",), {token(f"mechanism:{NO_MECHANISM}"): no_steps})
        direction = self._state(("direction",), dict.fromkeys(_directions(), mechanism))
        no_direction = self._state(("no direction",), {token("direction:none"): no_mechanism})
        levels = {token(f"severity:{level}"): no_direction if level == "none" else direction for level in SEVERITY_ORDER}
        return self._from(levels, direction, mechanism)

    def _after(self, label: Label) -> AnswerAutomaton:
        """All answers that begin with this label."""
        first, second, third = label_tokens(label)
        nothing = label.severity == "none"
        after = self._state(("nothing",), {END: self._end}) if nothing else self._open(0, "pk")
        mechanism = self._state(("mechanism",), {third: after})
        direction = self._state(("direction",), {second: mechanism})
        return self._from({first: direction}, direction, mechanism)

    def _from(self, start: dict[str, int], direction: int, mechanism: int) -> AnswerAutomaton:
        """The automaton that begins with these moves; the states of the label's other parts."""
        self._moves[0] = start
        return AnswerAutomaton(self._moves, (0, direction, mechanism), self._end)

    def _state(self, key: _Key, moves: dict[str, int]) -> int:
        known = self._states.get(key)
        if known is None:
            known = self._states[key] = len(self._moves)
            self._moves.append(moves)
        return known

    def _open(self, steps: int, phase: str) -> int:
        """Between two steps."""
        return self._state(("open", steps, phase), dict(self._next_part(steps, phase)))

    def _next_part(self, steps: int, phase: str) -> dict[str, int]:
        """What can begin: a kinetic step only before the dynamic ones, the net effect once, then what to do, or the end."""
        known = self._parts.get((steps, phase))
        if known is None:
            # Most states are those after a citation, and most of what they allow is this: worked out once for all of them.
            known = self._parts[steps, phase] = self._beginnings(steps, phase)
        return known

    def _beginnings(self, steps: int, phase: str) -> dict[str, int]:
        found = {END: self._end}
        if self._choices.managements:
            found[MANAGEMENT] = self._managing(0)
        if steps == MOST_STEPS:
            return found
        for kind, vias in self._choices.vias.items():
            dynamic = kind == "pd.additive"
            if phase == "pk" or (dynamic and phase == "pd"):
                inner = {via: self._about(via, steps, dynamic=dynamic) for via in vias}
                found[token(f"step:{kind}")] = self._state(("via", kind, *inner.values()), inner)
        if phase != "net" and steps:
            net = self._net(steps)
            if self._moves[net]:
                found[token("step:net_effect")] = net
        return found

    def _about(self, via: str, steps: int, *, dynamic: bool) -> int:
        after = self._cited(steps + 1, "pd" if dynamic else "pk", via)
        return after if dynamic else self._modified(after)

    def _modified(self, after: int) -> int:
        change = self._state(("change", after), dict.fromkeys(map(token, CHANGES), after))
        obj = self._state(("object", after), dict.fromkeys(("<A>", "<B>"), change))
        return self._state(("role", after), dict.fromkeys(map(token, MODIFICATIONS), obj))

    def _net(self, steps: int) -> int:
        key: _Key = ("net", steps)
        if key not in self._states:
            moves = {}
            for about in ("<A>", "<B>", TOGETHER):
                if self._choices.citable[about] and self._choices.effects:
                    after = self._cited(steps + 1, "net", about)
                    effect = self._state(("effect", after), dict.fromkeys(self._choices.effects, after))
                    changes = dict.fromkeys(map(token, CHANGES), effect)
                    moves[about] = effect if about == TOGETHER else self._state(("net change", after), changes)
            return self._state(key, moves)
        return self._states[key]

    def _cited(self, steps: int, phase: str, about: str) -> int:
        """Where a step cites: a first fact, then later ones, and once one is cited the next part may begin."""
        key: _Key = ("cited", steps, phase, about)
        known = self._states.get(key)
        if known is not None:
            return known
        next_part = self._next_part(steps, phase)
        later: dict[str, int] = {}
        for number in reversed(self._choices.citable[about]):
            after = self._state((*key, number), {**next_part, **later})
            later = {number: after, **later}
        return self._state(key, later)

    def _managing(self, actions: int) -> int:
        key: _Key = ("managing", actions)
        if key not in self._states:
            moves = {} if actions == 0 else {END: self._end}
            if actions < MOST_MANAGEMENTS:
                moves |= dict.fromkeys(self._choices.managements, self._managing(actions + 1))
            return self._state(key, moves)
        return self._states[key]


def _directions() -> list[str]:
    return [token(f"direction:{one}") for one in DIRECTIONS]

"""The compact reasoning language: what a reasoner reads and writes, as sequences of whole tokens.

A prompt is the numbered facts of a pair; an answer is the label first, then typed steps that cite facts by number, then what to
do. Medicines are the placeholders A and B, so that no name can be invented; words are made from an answer afterwards. Label
first: a published student that reasoned before it answered lost 4.1 points of macro-F1 (see the design page).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from engine.interactions.exposure import ROUTES
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.pair_facts import MAX_FACTS, PATIENT_CODES, PairFact, PairFacts, topic_of
from engine.report import SEVERITY_ORDER, Severity

Direction = Literal["A_increase", "A_decrease", "B_increase", "B_decrease", "both", "none"]
_T = TypeVar("_T", bound=str)
StepKind = Literal["pk.metabolism", "pk.transport", "pk.absorption", "pd.additive", "net_effect"]
Axis = Literal["severity", "direction", "mechanism"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
# The parts of a label, in the order in which they are written.
AXES: tuple[Axis, ...] = get_args(Axis)
STEP_KINDS: tuple[StepKind, ...] = get_args(StepKind)
NO_MECHANISM = "none"
_NO_ACTION = "no_action_stated"
BEGIN, ANSWER, END, MANAGEMENT, TOGETHER = "<pair>", "<answer>", "<end>", "<step:management>", "<together>"
# Stands after facts of both medicines on the same target, tag or process: small decoders miss that they meet.
BOTH = "<both>"
CHANGES = ("increase", "decrease")
OPPOSITE_CHANGE = {"increase": "decrease", "decrease": "increase"}
MODIFICATIONS = ("inhibition", "induction")
PROCESSES = ("chelation", "gastric_ph", "binding")
GENERIC_EFFECTS = ("object_toxicity", "object_efficacy_loss")
# Routes and facts of the patient beside rows of knowledge: two routes, and each code of the patient.
_MOST_FACTS = MAX_FACTS + 2 + len(PATIENT_CODES)
_WORDS = ("unstated", "strong", "moderate", "weak", "sensitive", "major", "minor", "known", "possible", "conditional", "low")
_MORE_WORDS = ("medium", "high", "inhibitor", "inducer", "substrate", "tag", "figure", "prodrug", "property", "route", "patient")
_PROPERTIES = (
    *("narrow_therapeutic_index=yes", "absorption_chelation=object", "absorption_chelation=precipitant"),
    *("absorption_gastric_ph=object", "absorption_gastric_ph=raises_ph", "half_life_h", "fe", "f_oral"),
    *("absorption_binding=object", "absorption_binding=precipitant"),
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a pair does, as a student or teacher has it. `mechanism`: a kind of the vocabulary, or `NO_MECHANISM`."""

    severity: Severity
    direction: Direction
    mechanism: str

    def on(self, axis: Axis) -> str:
        """One part of the label."""
        parts: dict[Axis, str] = {"severity": self.severity, "direction": self.direction, "mechanism": self.mechanism}
        return parts[axis]


@dataclass(frozen=True, slots=True)
class ReasonedStep:
    """One step. `facts`: numbers, in rising order.

    A kinetic step: `via` the target or process, `role` what the precipitant does to it, `object` the side affected and `change`
    the way its exposure goes. A dynamic one: `via` the tag to which both contribute. The net effect: `via` an outcome, with
    `object` and `change`, or both None where the two act together.
    """

    kind: StepKind
    via: str
    facts: tuple[str, ...]
    role: str | None = None
    object: Literal["A", "B"] | None = None
    change: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `managements`: codes of actions, without figures."""

    label: Label
    steps: tuple[ReasonedStep, ...]
    managements: tuple[str, ...] = ()


def token(code: str) -> str:
    """A code as it stands in a vocabulary."""
    return f"<{code}>"


def vocabulary(store: KnowledgeStore) -> tuple[str, ...]:
    """All tokens that prompts and answers over this knowledge need, in a stable order, each once."""
    targets = sorted({row.target for row in store.enzyme_roles.all()})
    codes = [f"F{number}" for number in range(1, _MOST_FACTS + 1)]
    codes += ["A", "B", *_WORDS, *_MORE_WORDS, *_PROPERTIES, *targets, *sorted(store.tags), *sorted(ROUTES), *PATIENT_CODES]
    codes += [*CHANGES, *MODIFICATIONS, *PROCESSES, *(f"step:{kind}" for kind in STEP_KINDS)]
    codes += [f"severity:{level}" for level in SEVERITY_ORDER] + [f"direction:{one}" for one in DIRECTIONS]
    codes += [f"mechanism:{kind}" for kind in (*store.mechanism_words, NO_MECHANISM)]
    codes += [f"effect:{code}" for code in (*GENERIC_EFFECTS, *sorted({tag.effect for tag in store.tags.values()}))]
    codes += [f"do:{code}" for code in actions_of(store)]
    return tuple(dict.fromkeys([BEGIN, ANSWER, END, MANAGEMENT, TOGETHER, BOTH, *map(token, codes)]))


def actions_of(store: KnowledgeStore) -> tuple[str, ...]:
    """Codes of what a student or a large model may say to do.

    Actions with a figure ("leave 14 days") are left to the sources: nobody else may make up figures. Nor can they say that a
    source states no action: they have read none.
    """
    return tuple(code for code, one in sorted(store.managements.items()) if "{value}" not in one.words and code != _NO_ACTION)


def prompt_of(facts: PairFacts) -> tuple[str, ...]:
    """The prompt: each fact with its number, its side and its codes; then the sign that an answer begins.

    A decoder reads one way, so facts on the same topic stand together. Those in which the two meet come last, next to the answer,
    each group with its mark. Numbers go with their facts, so they do not rise.
    """
    groups: dict[str, list[PairFact]] = {}
    for fact in facts.facts:
        groups.setdefault(topic_of(fact.codes) or fact.id, []).append(fact)
    apart = [group for group in groups.values() if not _meet(group)]
    met = [(*map(fact_tokens, group), (BOTH,)) for group in groups.values() if _meet(group)]
    told = (*(tuple(map(fact_tokens, group)) for group in apart), *met)
    return (BEGIN, *(piece for group in told for pieces in group for piece in pieces), ANSWER)


def _meet(group: Sequence[PairFact]) -> bool:
    """Whether facts on one topic are of both sides."""
    return {"A", "B"} <= {fact.side for fact in group}


def fact_tokens(fact: PairFact) -> tuple[str, ...]:
    """One fact of a prompt."""
    side = () if fact.side == "patient" else (token(fact.side),)
    return (token(fact.id), *side, *map(token, fact.codes))


def told_facts(prompt: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The facts of a prompt, each as its side and codes: what is told, without the numbers and marks that stand with them."""
    found: list[list[str]] = []
    for piece in prompt:
        if _is_number(piece[1:-1]):
            found.append([])
        elif found and piece not in (ANSWER, BOTH):
            found[-1].append(piece)
    return tuple(map(tuple, found))


def write_answer(answer: Answer) -> tuple[str, ...]:
    """An answer as tokens."""
    return (*label_tokens(answer.label), *(piece for step in answer.steps for piece in _step_tokens(step)), *_closing(answer))


def label_tokens(label: Label) -> tuple[str, str, str]:
    """The three tokens with which an answer begins."""
    return token(f"severity:{label.severity}"), token(f"direction:{label.direction}"), token(f"mechanism:{label.mechanism}")


def class_of(piece: str) -> str:
    """The class that a token of a label names."""
    return piece[1:-1].partition(":")[2]


def _closing(answer: Answer) -> tuple[str, ...]:
    if not answer.managements:
        return (END,)
    return (MANAGEMENT, *(token(f"do:{code}") for code in answer.managements), END)


def _step_tokens(step: ReasonedStep) -> tuple[str, ...]:
    head = token(f"step:{step.kind}")
    cited = tuple(map(token, step.facts))
    if step.kind == "pd.additive":
        return head, token(step.via), *cited
    outcome = (token(step.object), token(step.change)) if step.object and step.change else (TOGETHER,)
    if step.kind == "net_effect":
        return head, *outcome, token(f"effect:{step.via}"), *cited
    if step.role is None or outcome == (TOGETHER,):
        raise ValueError("a kinetic step has a role, an object and a change")
    return head, token(step.via), token(step.role), *outcome, *cited


def read_answer(tokens: Sequence[str]) -> Answer:
    """Tokens as an answer; what an automaton of :mod:`engine.reasoning.grammar` lets through can be read.

    Raises:
        ValueError: they are no whole answer.
    """
    reader = AnswerReader()
    steps: list[ReasonedStep] = []
    for piece in tokens:
        steps += reader.take(piece)
    return Answer(reader.label(), tuple(steps), reader.managements())


class AnswerReader:
    """Reads an answer as it is written: tokens go in one at a time, a step comes out when the next part begins."""

    def __init__(self) -> None:
        self._label: list[str] = []
        self._pending: list[str] = []
        self._managements: list[str] = []
        self._managing = False
        self.finished = False

    def take(self, piece: str) -> tuple[ReasonedStep, ...]:
        """The next token; the step that it completes, if any.

        Raises:
            ValueError: it cannot stand there.
        """
        if self.finished or not (piece.startswith("<") and piece.endswith(">")):
            raise ValueError("more than an answer")
        code = piece[1:-1]
        if len(self._label) < len(AXES):
            self._label.append(_after(f"{AXES[len(self._label)]}:", code))
            return ()
        if piece == END:
            self.finished = True
            return self._completed()
        if code.startswith("step:"):
            done = self._completed()
            self._managing = piece == MANAGEMENT
            self._pending = [] if self._managing else [code]
            return done
        if self._managing:
            self._managements.append(_after("do:", code))
        elif self._pending:
            self._pending.append(code)
        else:
            raise ValueError("a step has no kind")
        return ()

    def label(self) -> Label:
        """The label.

        Raises:
            ValueError: it is not whole.
        """
        if len(self._label) < len(AXES):
            raise ValueError("the label is not whole")
        severity, direction, mechanism = self._label
        return Label(_one_of(severity, SEVERITY_ORDER), _one_of(direction, DIRECTIONS), mechanism)

    def managements(self) -> tuple[str, ...]:
        """Codes of what to do.

        Raises:
            ValueError: the answer has not ended.
        """
        if not self.finished:
            raise ValueError("the answer has not ended")
        return tuple(self._managements)

    def _completed(self) -> tuple[ReasonedStep, ...]:
        pending, self._pending = self._pending, []
        return (_step_of(pending),) if pending else ()


def _after(prefix: str, code: str) -> str:
    if not code.startswith(prefix):
        raise ValueError(f"{prefix} was expected")
    return code.removeprefix(prefix)


def _step_of(codes: list[str]) -> ReasonedStep:
    kind = _one_of(_after("step:", codes[0]), STEP_KINDS)
    cited = [code for code in codes if _is_number(code)]
    inner = codes[1 : len(codes) - len(cited)]
    facts = tuple(codes[len(codes) - len(cited) :])
    if list(facts) != cited or not facts:
        raise ValueError("a step ends with the facts that it cites")
    match kind, inner:
        case "pd.additive", [tag]:
            return ReasonedStep(kind, tag, facts)
        case "net_effect", ["together", effect]:
            return ReasonedStep(kind, _after("effect:", effect), facts)
        case "net_effect", ["A" | "B" as side, change, effect] if change in CHANGES:
            return ReasonedStep(kind, _after("effect:", effect), facts, None, "A" if side == "A" else "B", change)
        case (("pk.metabolism" | "pk.transport" | "pk.absorption"), [via, role, "A" | "B" as side, change]) if (
            change in CHANGES and role in MODIFICATIONS
        ):
            return ReasonedStep(kind, via, facts, role, "A" if side == "A" else "B", change)
    raise ValueError("a step has other parts than its kind asks for")


def _one_of(code: str, known: tuple[_T, ...]) -> _T:
    for one in known:
        if one == code:
            return one
    raise ValueError("a code that is not known")


def _is_number(code: str) -> bool:
    return code[:1] == "F" and code[1:].isdecimal()

"""Reads what a language model answered about a pair: labels, reasons with the facts they cite, what to do. Or says why not.

Nothing is guessed: a label that is not one of the labels, or a fact that was not given, makes the whole answer rejected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar, cast

from distill.teachers.answer_text import Parts, RejectedError, answer_parts
from distill.teachers.chat import Reply
from distill.teachers.prompts import Codes
from distill.teachers.protocol import MECHANISMS, Distribution, PairItem
from distill.teachers.schema import MOST_LETTERS, MOST_MANAGEMENTS, vias_of
from engine.knowledge.tables import TRANSPORTERS
from engine.reasoning.language import DIRECTIONS, NO_MECHANISM, PROCESSES, Label, ReasonedStep, StepKind
from engine.reasoning.pair_facts import PairFacts
from engine.report import SEVERITY_ORDER

REASONS = (
    *(
        "empty",
        "too_long",
        "cut_off",
        "unreadable",
        "unknown_label",
        "inconsistent",
        "unknown_fact",
        "no_reasons",
        "against_hint",
    ),
    "prompt_too_long",
)
_T = TypeVar("_T", bound=str)
_FACT = re.compile(r"\bF\s?(\d{1,4})\b", re.IGNORECASE)
_MOST_PARTS = 12
_SECTION_WORDS = {"pk": "PK", "pd": "PD", "severity_reason": "Severity", "summary": "Summary"}
_SEVERITY_WORDS = {"contraindication": "contraindicated", "no interaction": "none"}
_CHANGE_WORDS = {
    **dict.fromkeys(("increase", "increases", "increased", "up", "raised", "higher"), "increase"),
    **dict.fromkeys(("decrease", "decreases", "decreased", "down", "lowered", "lower"), "decrease"),
}
_ROLE_WORDS = {
    **dict.fromkeys(("inhibition", "inhibitor", "inhibits", "inhibit"), "inhibition"),
    **dict.fromkeys(("induction", "inducer", "induces", "induce"), "induction"),
}


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """An answer that was taken. `severity`, `direction`, `mechanism`: distributions whose likeliest labels are `label`.

    `steps`: the reasons that the compact language can say. `prose`: all of them, as they were written.
    """

    label: Label
    severity: Distribution
    direction: Distribution
    mechanism: Distribution
    steps: tuple[ReasonedStep, ...]
    managements: tuple[str, ...]
    prose: str


@dataclass(frozen=True, slots=True)
class _Reason:
    section: str
    text: str
    facts: tuple[str, ...]
    parts: Parts


def read_reply(reply: Reply, item: PairItem, codes: Codes, *, hinted: bool) -> ModelAnswer:
    """Read a reply about one pair. `hinted`: whether it was told the direction, which it must then keep to.

    Raises:
        RejectedError: it is not taken, with one of :data:`REASONS`.
    """
    try:
        answer = _read(reply.text, item, codes)
    except RejectedError as error:
        if not reply.whole and error.reason in ("unreadable", "unknown_label", "no_reasons"):
            raise RejectedError("cut_off") from error
        raise
    if hinted and item.hints is not None and answer.label.direction != item.hints.direction:
        raise RejectedError("against_hint")
    return answer


def _read(text: str, item: PairItem, codes: Codes) -> ModelAnswer:
    parts = answer_parts(text)
    label = Label(
        _label(parts.get("severity"), SEVERITY_ORDER, _SEVERITY_WORDS),
        _label(parts.get("direction"), DIRECTIONS, {}),
        _label(parts.get("mechanism"), MECHANISMS, {}),
    )
    nothing = label.severity == "none"
    if nothing != (label.mechanism == NO_MECHANISM) or (nothing and label.direction != "none"):
        raise RejectedError("inconsistent")
    reasons = tuple(_reasons(parts, frozenset(fact.id for fact in item.facts.facts)))
    if not nothing and not any(one.section in ("pk", "pd") and one.facts for one in reasons):
        raise RejectedError("no_reasons")
    confidence = _confidence(parts.get("confidence"))
    return ModelAnswer(
        label,
        _spread(label.severity, SEVERITY_ORDER, confidence),
        _spread(label.direction, DIRECTIONS, confidence),
        _spread(label.mechanism, MECHANISMS, confidence),
        () if nothing else tuple(_steps(reasons, item.facts, codes)),
        _managements(parts.get("management"), codes.managements),
        "\n".join(f"{_SECTION_WORDS[one.section]}: {_with_facts(one)}" for one in reasons),
    )


def _plain(value: object) -> str:
    """Letters and digits alone, in lower case: "B-Increase." and "b_increase" are one label."""
    return re.sub(r"[^a-z0-9]", "", value.lower()) if isinstance(value, str) else ""


def _label(value: object, labels: tuple[_T, ...], also: Mapping[str, str]) -> _T:
    """The label that is written, alone or before a remark in brackets."""
    known = {_plain(label): label for label in labels}
    known |= {_plain(words): known[_plain(label)] for words, label in also.items()}
    said = value if isinstance(value, str) else ""
    for written in (said, said.split("(", 1)[0]):
        if _plain(written) in known:
            return known[_plain(written)]
    raise RejectedError("unknown_label")


def _confidence(value: object) -> float | None:
    """A share of one, as a number or as words such as "80 %"; None where there is none that can be."""
    scale = 1.0
    if isinstance(value, str):
        match = re.search(r"\d{1,3}(?:\.\d{1,6})?", value)
        scale = 0.01 if "%" in value else 1.0
        value = float(match[0]) if match else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value * scale <= 1:
        return None
    return value * scale


def _spread(label: str, labels: tuple[str, ...], confidence: float | None) -> dict[str, float]:
    """The label with its confidence, what is left over the others alike; never so little that another would be as likely."""
    even = 1.0 / len(labels)
    top = 1.0 if confidence is None else max(confidence, min(1.0, 1.5 * even))
    rest = (1.0 - top) / (len(labels) - 1)
    spread = {one: top if one == label else rest for one in labels}
    spread[label] += 1.0 - math.fsum(spread.values())
    return spread


def _reasons(parts: Parts, given: frozenset[str]) -> Iterator[_Reason]:
    for section in _SECTION_WORDS:
        for part in _listed(parts.get(section)):
            named: Parts = part if isinstance(part, dict) else {"text": part}
            text = named.get("text")
            words = _one_line(text) if isinstance(text, str) else ""
            facts = _facts((named.get("facts"), words), given)
            if words:
                yield _Reason(section, words, facts, named)


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:MOST_LETTERS]


def _listed(value: object) -> list[object]:
    if value is None or value == "":
        return []
    found = value if isinstance(value, list) else [value]
    if len(found) > _MOST_PARTS:
        raise RejectedError("too_long")
    return found


def _facts(values: Iterable[object], given: frozenset[str]) -> tuple[str, ...]:
    """Facts that a reason cites, in rising order; one that was not given is an invention."""
    numbers: set[int] = set()
    for value in values:
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, int) and not isinstance(part, bool):
                numbers.add(part)
            elif isinstance(part, str):
                numbers |= {int(number) for number in _FACT.findall(part)}
    cited = tuple(f"F{number}" for number in sorted(numbers))
    if not given.issuperset(cited):
        raise RejectedError("unknown_fact")
    return cited


def _with_facts(reason: _Reason) -> str:
    """The words with the numbers of their facts, which some write into the words and some beside them."""
    bare = re.sub(r"\s*[\[(]\s*F\s?\d{1,4}(?:\s*[,;]\s*F\s?\d{1,4})*\s*[\])]", "", reason.text, flags=re.IGNORECASE).strip()
    return f"{bare} [{', '.join(reason.facts)}]" if reason.facts else bare


def _steps(reasons: Iterable[_Reason], facts: PairFacts, codes: Codes) -> Iterator[ReasonedStep]:
    kinetic, tags = vias_of(facts)
    for reason in reasons:
        if not reason.facts:
            continue
        match reason.section:
            case "pk":
                yield from _kinetic(reason, kinetic)
            case "pd":
                via = _known(reason.parts.get("via"), tags)
                if via is not None:
                    yield ReasonedStep("pd.additive", via, reason.facts)
            case "summary":
                yield from _net(reason, codes.effects)


def _kinetic(reason: _Reason, known: tuple[str, ...]) -> Iterator[ReasonedStep]:
    via = _known(reason.parts.get("via"), known)
    role = _ROLE_WORDS.get(_plain(reason.parts.get("role")))
    change, side = _change_and_side(reason.parts)
    if via is None or role is None or change is None or side not in ("A", "B"):
        return
    kind: StepKind = "pk.absorption" if via in PROCESSES else "pk.transport" if via in TRANSPORTERS else "pk.metabolism"
    yield ReasonedStep(kind, via, reason.facts, role, _side(side), change)


def _net(reason: _Reason, effects: tuple[str, ...]) -> Iterator[ReasonedStep]:
    effect = _known(reason.parts.get("effect"), effects)
    change, side = _change_and_side(reason.parts)
    if effect is None or side is None:
        return
    if side == "both":
        yield ReasonedStep("net_effect", effect, reason.facts)
    elif change is not None:
        yield ReasonedStep("net_effect", effect, reason.facts, None, _side(side), change)


def _change_and_side(parts: Parts) -> tuple[str | None, str | None]:
    sides = {"a": "A", "b": "B", "medicinea": "A", "medicineb": "B", "both": "both"}
    return _CHANGE_WORDS.get(_plain(parts.get("change"))), sides.get(_plain(parts.get("object")))


def _side(side: str) -> Literal["A", "B"]:
    return cast(Literal["A", "B"], side)


def _known(value: object, codes: Iterable[str]) -> str | None:
    return {_plain(code): code for code in codes}.get(_plain(value))


def _managements(value: object, known: Mapping[str, str]) -> tuple[str, ...]:
    """Codes that were offered; others say nothing that the application could show and are left out."""
    written = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    found = [code for part in written if (code := _known(part, known)) is not None]
    return tuple(dict.fromkeys(found))[:MOST_MANAGEMENTS]

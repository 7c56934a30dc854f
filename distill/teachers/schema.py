"""The form of an answer as a JSON schema, for servers and libraries that can hold a model to one."""

from __future__ import annotations

from collections.abc import Sequence

from distill.teachers.chat import Schema
from distill.teachers.protocol import MECHANISMS, SEVERITIES, PairItem
from engine.reasoning.grammar import choices_of
from engine.reasoning.language import CHANGES, DIRECTIONS, MODIFICATIONS, PROCESSES
from engine.reasoning.pair_facts import PairFacts

MOST_REASONS = 4
MOST_MANAGEMENTS = 3
# Letters of one sentence.
MOST_LETTERS = 400


def vias_of(facts: PairFacts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What reasons of this pair can go through: targets and processes for kinetic ones, tags for dynamic ones."""
    kinetic = choices_of(facts, _codes(facts)).vias
    through = [piece[1:-1] for kind, pieces in kinetic.items() if kind.startswith("pk.") for piece in pieces]
    tags = sorted({fact.codes[1] for fact in facts.facts if fact.codes[0] == "tag"})
    return tuple(through), tuple(tags)


def _codes(facts: PairFacts) -> list[str]:
    """Every code that a step of this pair could name, as tokens: nothing is left out for a vocabulary's sake."""
    parts = {code for fact in facts.facts for code in fact.codes}
    return [f"<{part}>" for part in sorted(parts.union(PROCESSES))]


def answer_schema(item: PairItem, effects: Sequence[str], managements: Sequence[str]) -> Schema:
    """The schema of the answer to one pair: labels first, facts and codes those of the pair alone."""
    kinetic, tags = vias_of(item.facts)
    sentence = {"type": "string", "minLength": 1, "maxLength": MOST_LETTERS}
    cited = _list(_one_of([fact.id for fact in item.facts.facts]), 1, MOST_REASONS)
    side = _one_of(("A", "B"))
    pk = _object(
        text=sentence, via=_one_of(kinetic), role=_one_of(MODIFICATIONS), object=side, change=_one_of(CHANGES), facts=cited
    )
    summary = _object(
        text=sentence, effect=_one_of(effects), object=_one_of(("A", "B", "both")), change=_one_of(CHANGES), facts=cited
    )
    return _object(
        severity=_one_of(SEVERITIES),
        direction=_one_of(DIRECTIONS),
        mechanism=_one_of(MECHANISMS),
        confidence={"type": "number", "minimum": 0, "maximum": 1},
        pk=_list(pk, 0, MOST_REASONS if kinetic else 0),
        pd=_list(_object(text=sentence, via=_one_of(tags), facts=cited), 0, MOST_REASONS if tags else 0),
        severity_reason=_object(text=sentence, facts=cited),
        summary=summary,
        management=_list(_one_of(managements), 0, MOST_MANAGEMENTS if managements else 0),
    )


def _one_of(codes: Sequence[str]) -> dict[str, object]:
    return {"type": "string", "enum": list(codes) or [""]}


def _list(items: dict[str, object], least: int, most: int) -> dict[str, object]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _object(**parts: object) -> dict[str, object]:
    return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}

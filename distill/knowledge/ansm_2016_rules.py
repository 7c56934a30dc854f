"""Mirror merge of the 2016 edition: INTERACTION elements that state the same pair become one rule.

A pair may hold several elements in each direction, one for each level with its condition in the comment.
"""

from dataclasses import dataclass

from distill.knowledge.ansm_2016 import InteractionEn, InteractionsEn, Side
from distill.knowledge.ansm_text import (
    LEVELS,
    Difference,
    Level,
    distinct_texts,
    group_mirrors,
    name_key,
    text_key,
)


@dataclass(frozen=True)
class Rule2016:
    """One interaction of the 2016 edition.

    `a` and `b` are the sides of its first element, `entries` their indices.
    """

    id: str
    a: Side
    b: Side
    levels: tuple[Level, ...]
    entries: tuple[int, ...]
    descriptions: tuple[str, ...]
    comments: tuple[str, ...]
    within_class: bool
    mirrored: bool


def _stated(half: list[InteractionEn]) -> tuple[set[tuple[Level, ...]], set[str], set[str]]:
    return (
        {one.levels for one in half},
        {text_key(one.description) for one in half},
        {text_key(one.comment) for one in half},
    )


def _differences(rule: str, halves: list[list[InteractionEn]]) -> list[Difference]:
    numbers = tuple(one.index for half in halves for one in half)
    first, second = (_stated(half) for half in halves)
    found: list[Difference] = []
    if first[0] != second[0]:
        what = " | ".join(" + ".join("/".join(one.levels) or "none" for one in half) for half in halves)
        found.append(Difference(rule, "level", numbers, what))
    if first[1] != second[1]:
        what = " | ".join(" / ".join(distinct_texts(one.description for one in half)) for half in halves)
        found.append(Difference(rule, "text", numbers, f"description: {what}"))
    if first[2] != second[2]:
        what = " | ".join(" / ".join(distinct_texts(one.comment for one in half)) for half in halves)
        found.append(Difference(rule, "text", numbers, f"comment: {what}"))
    return found


def merge(edition: InteractionsEn) -> tuple[tuple[Rule2016, ...], tuple[Difference, ...]]:
    """The rules in order of first appearance (ids e0001 …) and every disagreement or missing mirror."""
    ones = edition.interactions
    rules: list[Rule2016] = []
    differences: list[Difference] = []
    groups = group_mirrors([(name_key(one.side1.name), name_key(one.side2.name)) for one in ones])
    for number, group in enumerate(groups, 1):
        members = [ones[index] for index in group]
        first, identity = members[0], f"e{number:04d}"
        forward = [one for one in members if name_key(one.side1.name) == name_key(first.side1.name)]
        backward = [one for one in members if one not in forward]
        within = name_key(first.side2.name).startswith("other ") or first.side1.name == first.side2.name
        present = {level for one in members for level in one.levels}
        rules.append(
            Rule2016(
                id=identity,
                a=first.side1,
                b=first.side2,
                levels=tuple(level for level in LEVELS if level in present),
                entries=group,
                descriptions=distinct_texts(one.description for one in members),
                comments=distinct_texts(one.comment for one in members if one.comment),
                within_class=within,
                mirrored=bool(backward),
            )
        )
        if backward:
            differences.extend(_differences(identity, [forward, backward]))
        elif not within:
            differences.append(Difference(identity, "no mirror", group, f"{first.side1.name} + {first.side2.name}"))
    return tuple(rules), tuple(differences)

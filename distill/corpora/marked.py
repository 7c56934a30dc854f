"""Sentences with their names numbered, as language models read and write them: `[1:drug:Aspirin] may potentiate
[2:drug:warfarin].`, and of their pairs those that are related: `effect 1x2,3; advise 2-4x5`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from distill.corpora.ddi import RELATIONS
from distill.corpora.model import NO_RELATION, Mention, Pair, Sentence

# Between the columns of a line.
BAR = "||"
Related = Mapping[tuple[int, int], str]
_NAME = re.compile(r"\[(\d+):(\w+):([^\[\]|]+)\]")


def marked(sentence: Sentence, mentions: Sequence[Mention]) -> str:
    """The sentence with these names of it numbered; "" where that cannot be written: names in pieces or within each other, or
    brackets and bars of its own."""
    pieces = any(len(one.spans) > 1 for one in mentions) or any(after.start < before.end for before, after in pairwise(mentions))
    if pieces or any(sign in sentence.text for sign in "[]|"):
        return ""
    parts, at = [], 0
    for number, one in enumerate(mentions, start=1):
        parts += [sentence.text[at : one.start], f"[{number}:{one.kind}:{sentence.text[one.start : one.end]}]"]
        at = one.end
    return " ".join("".join([*parts, sentence.text[at:]]).split())


def sentence_of(name: str, text: str, told: str, kinds: Iterable[str], labels: Collection[str] = RELATIONS) -> Sentence:
    """The sentence that is written so, with all its pairs. `name`: its id; `kinds`: those that its names may have; `labels`: what
    its pairs may be.

    Raises:
        ValueError: it is not in that form.
    """
    allowed, mentions, plain, at = set(kinds), list[Mention](), "", 0
    for number, found in enumerate(_NAME.finditer(text), start=1):
        if int(found[1]) != number or found[2] not in allowed:
            raise ValueError("its names are not numbered in order, or one is of an unknown kind")
        plain += text[at : found.start()]
        mentions.append(Mention(f"{name}.e{number}", found[2], found[3], ((len(plain), len(plain) + len(found[3])),)))
        plain, at = plain + found[3], found.end()
    plain += text[at:]
    if len(mentions) < 2 or "[" in plain or "]" in plain:
        raise ValueError("it has fewer than two names, or brackets that are none")
    return Sentence(name, plain, tuple(mentions), pairs_of(mentions, related(told, len(mentions), labels)))


def pairs_of(mentions: Sequence[Mention], told: Related) -> tuple[Pair, ...]:
    """All pairs of names in order of the text, those that are not told without a relation."""
    return tuple(
        Pair(mentions[first - 1].id, mentions[second - 1].id, told.get((first, second), NO_RELATION))
        for first, second in combinations(range(1, len(mentions) + 1), 2)
    )


def related(told: str, count: int, labels: Collection[str] = RELATIONS, *, in_order: bool = False) -> dict[tuple[int, int], str]:
    """The related pairs of `count` names, each as (first, second) in order of the text, with their label, one of `labels`.
    `in_order`: the label says something of the first and the second, so that pairs must be told in that order.

    Raises:
        ValueError: it is not in the form that the module tells, or says two things of one pair.
    """
    found: dict[tuple[int, int], str] = {}
    for part in filter(None, (part.strip() for part in told.split(";"))):
        label, *asked = part.split()
        if label not in labels or not asked:
            raise ValueError(f"'{part}' is no relation with its pairs")
        for one in asked:
            left, _x, right = one.partition("x")
            for first in _numbers(left, count):
                for second in _numbers(right, count):
                    pair = (min(first, second), max(first, second))
                    if in_order and first > second:
                        raise ValueError(f"'{one}' tells of a pair against the order of the text")
                    if first == second or found.setdefault(pair, label) != label:
                        raise ValueError(f"'{one}' pairs a name with itself, or tells of one pair two things")
    return found


def told_of(pairs: Related) -> str:
    """Related pairs in words, so that :func:`related` reads them again."""
    groups: dict[tuple[str, int], list[int]] = {}
    for (first, second), label in sorted(pairs.items()):
        groups.setdefault((label, first), []).append(second)
    labels = dict.fromkeys(label for label, _first in groups)
    return "; ".join(
        " ".join([label, *(f"{first}x{','.join(map(str, seconds))}" for (own, first), seconds in groups.items() if own == label)])
        for label in labels
    )


def number_range(told: str) -> tuple[int, int]:
    """`3-5`.

    Raises:
        ValueError: it is no such range.
    """
    first, _to, last = told.partition("-")
    if not (first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal()):
        raise ValueError(f"'{told}' is no range")
    return int(first), int(last)


def _numbers(told: str, count: int) -> Iterator[int]:
    for part in told.split(","):
        first, last = number_range(part if "-" in part else f"{part}-{part}")
        if not 1 <= first <= last <= count:
            raise ValueError(f"'{told}' are not numbers of its names")
        yield from range(first, last + 1)

"""From a parsed item to the medicines in it, given a predicate that knows names. The rules are those of `model`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.prescriptions.items import with_sig
from engine.prescriptions.model import ParsedItem, Sig

_WHOSE_DOSE = "Several names stand side by side on a line; dose and route were used for none of them."

Knows = Callable[[str], bool]
Same = Callable[[str, str], bool]


def _never(_name: str, _other: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Choice:
    """One medicine of a line: the item or part that carries its dosing, and the candidate that is known (None: none is)."""

    item: ParsedItem
    name: str | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Medicines in the order of the line, unknown ones with name None; words that were not read; sentences on doubts."""

    choices: tuple[Choice, ...]
    unread: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def choose(item: ParsedItem, knows: Knows, same: Same = _never) -> Chosen:
    """The medicines of an item. `knows(name)` must answer by exact lookup, not by spelling.

    `same(name, other)` tells whether the second of two known names adds no medicine to the first ("Coumadin warfarin").
    An item without any known name comes back as one unknown choice, so that nothing is dropped.
    """
    if item.problem is not None:
        return Chosen((Choice(item, None),))
    if item.parts_kind == "search":
        return _searched(item, knows)
    name = _known(item, knows)
    if item.parts_kind == "also":
        # A longer name that is known explains the words that it holds.
        within = (name or "").casefold()
        others, unread = _found(tuple(p for p in item.parts if p.name_text.casefold() not in within), knows)
        own = _beside(item, name, knows, same)
        return Chosen((*own.choices, *others), (*own.unread, *unread), own.doubts)
    if name is not None or item.parts_kind is None:
        return _beside(item, name, knows, same)
    below = [choose(part, knows, same) for part in item.parts]
    choices = tuple(choice for chosen in below for choice in chosen.choices)
    if item.parts_kind == "compound" and any(choice.name is None for choice in choices):
        return Chosen((Choice(item, None),))
    return Chosen(
        choices,
        tuple(words for chosen in below for words in chosen.unread),
        tuple(doubt for chosen in below for doubt in chosen.doubts),
    )


def _beside(item: ParsedItem, name: str | None, knows: Knows, same: Same) -> Chosen:
    """The item under its name, and other names among the words of its own that this name leaves over."""
    if not item.beside:
        return Chosen((Choice(item, name),))
    within = (name or "").casefold()
    others, unread = _found(tuple(part for part in item.beside if part.name_text.casefold() not in within), knows)
    others = tuple(one for one in others if name is None or not same(name, one.name or ""))
    if name is None:
        # The whole is reported as it stands; only what is known beside it is added.
        unread = ()
    if not others:
        return Chosen((Choice(item, name),), unread)
    return Chosen((Choice(with_sig(item, Sig()), name), *others), unread, (_WHOSE_DOSE,))


def _known(item: ParsedItem, knows: Knows) -> str | None:
    """The first candidate that is known, the exact ones first."""
    return next((name for name in (*item.exact_candidates, *item.name_candidates) if knows(name)), None)


def _searched(item: ParsedItem, knows: Knows) -> Chosen:
    found, unread = _found(item.parts, knows)
    return Chosen(found or (Choice(item, None),), unread if found else ())


def _found(parts: tuple[ParsedItem, ...], knows: Knows) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    """(known parts that do not overlap, longest first, in the order of the line; single words in none of them)."""
    taken: list[Choice] = []
    for part in parts:
        low, high = part.words
        if any(low < other.item.words[1] and other.item.words[0] < high for other in taken):
            continue
        name = _known(part, knows)
        if name is not None:
            taken.append(Choice(part, name))
    covered = {n for choice in taken for n in range(*choice.item.words)}
    unread = tuple(part.name_text for part in parts if part.words[1] - part.words[0] == 1 and part.words[0] not in covered)
    return tuple(sorted(taken, key=lambda choice: choice.item.words)), unread

"""From a parsed item to the medicines in it, given a predicate that knows names. The rules are those of `model`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.prescriptions.cleaning import matching_form
from engine.prescriptions.items import MAX_SEARCH_WORDS, denial, with_sig
from engine.prescriptions.model import ParsedItem, Sig

_WHOSE_DOSE = "Several names stand side by side on a line; dose and route were used for none of them."

# "K" or "Fe" in a remark is too little to be taken for a medicine.
_SHORTEST_WORD = 3
_WORD = re.compile(r"[^\W_]+")

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
    An item without any known name comes back as one unknown choice, so that nothing is dropped. Doubts include the notes of
    chosen parts; the item's own are not repeated.
    """
    chosen = _chosen(item, knows, same)
    said = [note for choice in chosen.choices for note in _notes(choice.item) if note not in item.notes]
    return replace(chosen, doubts=tuple(dict.fromkeys([*chosen.doubts, *said])))


def medicines_in_remark(line: str, knows: Knows) -> tuple[str, ...]:
    """Medicines named in a line or remark that was left out, as written there, in its order.

    Names of one to four words, longest first, that are known exactly and do not overlap; words of one or two letters are none.
    """
    text = matching_form(line)
    words = list(_WORD.finditer(text))
    found: list[tuple[int, int]] = []
    taken: set[int] = set()
    for length in range(MAX_SEARCH_WORDS, 0, -1):
        for low in range(len(words) - length + 1):
            start, end = words[low].start(), words[low + length - 1].end()
            if not taken.isdisjoint(range(low, low + length)) or end - start < _SHORTEST_WORD:
                continue
            if knows(text[start:end]):
                taken.update(range(low, low + length))
                found.append((start, end))
    return tuple(text[start:end] for start, end in sorted(found))


def _notes(item: ParsedItem) -> tuple[str, ...]:
    """Notes of an item, with the sentence on its being denied wherever they come from."""
    return (*item.notes, denial(item.name_text)) if item.negated else item.notes


def _chosen(item: ParsedItem, knows: Knows, same: Same) -> Chosen:
    if item.problem is not None:
        return Chosen((Choice(item, None),))
    if item.parts_kind == "search":
        return _searched(item, knows)
    if item.parts_kind == "separate":
        below = [_chosen(part, knows, same) for part in item.parts]
        if any(choice.name is None for chosen in below for choice in chosen.choices) and _known(item, knows) is not None:
            return Chosen((Choice(item, _known(item, knows)),))
        return _together(below)
    name = _known(item, knows)
    if item.parts_kind == "also":
        # A longer name that is known explains the words that it holds.
        within = (name or "").casefold()
        others, unread = _found(tuple(p for p in item.parts if p.name_text.casefold() not in within), knows)
        own = _beside(item, name, knows, same)
        return Chosen((*own.choices, *others), (*own.unread, *unread), own.doubts)
    if name is not None or item.parts_kind is None:
        return _beside(item, name, knows, same)
    below = [_chosen(part, knows, same) for part in item.parts]
    if item.parts_kind == "compound" and any(choice.name is None for chosen in below for choice in chosen.choices):
        return Chosen((Choice(item, None),))
    return _together(below)


def _together(below: list[Chosen]) -> Chosen:
    return Chosen(
        tuple(choice for chosen in below for choice in chosen.choices),
        tuple(words for chosen in below for words in chosen.unread),
        tuple(doubt for chosen in below for doubt in chosen.doubts),
    )


def _beside(item: ParsedItem, name: str | None, knows: Knows, same: Same) -> Chosen:
    """The item under its name, and other names among the words of its own that this name leaves over."""
    if not item.beside:
        return Chosen((Choice(item, name),))
    several = _side_by_side(item, name, knows, same)
    if several:
        return Chosen(several, (), (_WHOSE_DOSE,))
    within = (name or "").casefold()
    others, unread = _found(tuple(part for part in item.beside if part.name_text.casefold() not in within), knows)
    others = tuple(one for one in others if name is None or not same(name, one.name or ""))
    if name is None:
        # The whole is reported as it stands; only what is known beside it is added.
        unread = ()
    if not others:
        return Chosen((Choice(item, name),), unread)
    return Chosen((Choice(with_sig(item, Sig()), name), *others), unread, (_WHOSE_DOSE,))


def _side_by_side(item: ParsedItem, name: str | None, knows: Knows, same: Same) -> tuple[Choice, ...]:
    """The medicines of "aspirin clopidogrel", which is known as a product of both but has no sign that joins them.

    Nothing for one medicine of two words ("insulin glargine"), nor where each ingredient has its strength ("875/125 mg").
    """
    if name is None or len(item.strengths_mg) > 1:
        return ()
    found, unread = _found(item.beside, knows)
    if len(found) < 2 or unread or any(same(one.name or "", name) or not same(name, one.name or "") for one in found):
        return ()
    words = sum(one.item.words[1] - one.item.words[0] for one in found)
    return found if words == item.words[1] - item.words[0] else ()


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

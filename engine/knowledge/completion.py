"""Names that complete what a person types: ingredients before brands, with what tells look-alikes apart.

The index is built once from the store, in the background; one answer takes a few milliseconds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from engine.knowledge.records import NameRow
from engine.knowledge.resolve import normal_form
from engine.knowledge.store import KnowledgeStore

LEAST_LETTERS = 2
_LEAST_WITHIN = 3
_LEAST_SPELLING = 4
# Longer ones are chemical names that nobody writes on a prescription.
_LONGEST_NAME = 48
_MOST_WORDS = 4
_KIND_RANKS = {"inn": 0, "usan": 0, "ban": 0, "brand": 1, "abbreviation": 1, "synonym": 2, "salt": 2, "french": 2}
_MARKER = re.compile(r"\s*(?:[-*•–·▪]\s*|\d{1,3}[.)]\s+)?")
_FORMS = frozenset(
    ["tab", "tabs", "tablet", "tablets", "cap", "caps", "capsule", "capsules", "inj", "injection", "syr", "syrup", "susp", "rx"]
)
_FIGURE = re.compile(r"(?:^|\s)\d")
# Words of a class's name that say more than what the medicine is.
_NOT_A_PLAIN_CLASS = re.compile(r"\b(?:except|drugs?|for|outside|used|related|doses|with|other|atropinic)\b|[()]", re.IGNORECASE)
_END = "\uffff"


@dataclass(frozen=True, slots=True)
class Completion:
    """One name to choose. `tall_man` is how it is shown, `name` what is written into the list.

    `kind` is a kind of the names table (inn, usan, ban, brand, abbreviation, synonym, salt, french); `substances` are the names
    of the ingredients that it stands for; `words` say in a few words what it is, empty where nothing is known; `confused_with`
    are look-alikes.
    """

    name: str
    tall_man: str
    kind: str
    substances: tuple[str, ...]
    words: str
    confused_with: tuple[str, ...]


def typed_name(before: str) -> str:
    """The part of a line that may be the beginning of a medicine's name, where `before` is the line up to the cursor.

    Empty within dose text, after a space, and for less than two letters: there is nothing to complete.
    """
    marker = _MARKER.match(before)
    rest = before[marker.end() :] if marker is not None else before
    first, space, others = rest.partition(" ")
    if space and first.rstrip(".").casefold() in _FORMS:
        rest = others.lstrip()
    long = len(rest) > _LONGEST_NAME or rest.count(" ") >= _MOST_WORDS
    if long or _FIGURE.search(rest) or rest != rest.rstrip() or len(normal_form(rest)) < LEAST_LETTERS:
        return ""
    return rest


class Completer:
    """Completes names over the knowledge. Safe to use from any one thread at a time."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        rows = [(form, row) for form, row in store.named_forms if form and len(row.name) <= _LONGEST_NAME]
        rows.sort(key=lambda each: each[0])
        self._forms = [form for form, _ in rows]
        self._rows = [row for _, row in rows]
        starts: list[int] = []
        length = 1
        for form in self._forms:
            starts.append(length)
            length += len(form) + 1
        self._starts = starts
        # One text, so that one search looks into all names; each name stands between line ends.
        self._all = "\n" + "\n".join(self._forms) + "\n"
        self._by_letter: dict[str, list[int]] = {}
        for number, row in enumerate(self._rows):
            if row.kind != "abbreviation":
                self._by_letter.setdefault(self._forms[number][0], []).append(number)

    def complete(self, prefix: str, limit: int = 12) -> tuple[Completion, ...]:
        """At most `limit` names: those that begin with what was typed, then those that hold it, then those spelled nearly so."""
        form = normal_form(prefix)
        if len(form) < LEAST_LETTERS:
            return ()
        chosen: dict[int, None] = dict.fromkeys(islice(self._ranked(self._beginning(form), form), limit))
        # "warfarin od": the words after a whole name are no part of a misspelt one.
        whole = " " in form and self._knows(form.rsplit(" ", 1)[0])
        if len(chosen) < limit and len(form) >= _LEAST_WITHIN and not whole:
            chosen.update(dict.fromkeys(self._ranked(self._within(form), form)))
        if len(chosen) < limit and len(form) >= _LEAST_SPELLING and not whole:
            chosen.update(dict.fromkeys(self._near(form, limit)))
        return tuple(self._completion(self._rows[number]) for number in islice(chosen, limit))

    def _knows(self, form: str) -> bool:
        place = bisect_left(self._forms, form)
        return place < len(self._forms) and self._forms[place] == form

    def _beginning(self, form: str) -> range:
        return range(bisect_left(self._forms, form), bisect_left(self._forms, form + _END))

    def _within(self, form: str) -> Iterator[int]:
        """Names with a word that begins so; for that a space is looked for."""
        place = self._all.find(f" {form}")
        while place >= 0:
            number = bisect_left(self._starts, place + 1) - 1
            yield number
            place = self._all.find(f" {form}", self._starts[number] + len(self._forms[number]))
        place = self._all.find(form)
        while place >= 0:
            number = bisect_left(self._starts, place + 1) - 1
            yield number
            place = self._all.find(form, self._starts[number] + len(self._forms[number]))

    def _ranked(self, numbers: Iterable[int], form: str) -> list[int]:
        def rank(number: int) -> tuple[bool, int, bool, int, str]:
            name = self._forms[number]
            begins = f" {name}".find(f" {form}") >= 0
            kind = _KIND_RANKS[self._rows[number].kind]
            return name != form, kind if begins else kind + len(_KIND_RANKS), not begins, len(name), name

        return sorted(numbers, key=rank)

    def _near(self, form: str, limit: int) -> list[int]:
        """Names whose beginning is spelled nearly so: what is typed may go on.

        Only names with the first letter typed, or with the second in its place: looking at all of them takes too long for a key.
        """
        numbers = [number for letter in dict.fromkeys(form[:2]) for number in self._by_letter.get(letter, ())]
        heads = [self._forms[number][: len(form)] for number in numbers]
        found = process.extract(
            form, heads, scorer=DamerauLevenshtein.distance, score_cutoff=1 if len(form) < 8 else 2, limit=4 * limit
        )
        order = {numbers[place]: distance for _, distance, place in found}
        return sorted(order, key=lambda number: (order[number], _KIND_RANKS[self._rows[number].kind], len(self._forms[number])))

    def _completion(self, row: NameRow) -> Completion:
        alike = self._store.look_alikes.get(row.name.casefold())
        return Completion(
            name=row.name,
            tall_man=alike.tall_man if alike is not None else row.name,
            kind=row.kind,
            substances=tuple(self._store.substance(each).name for each in row.substances),
            words=self._words(row) if len(row.substances) == 1 else "",
            confused_with=alike.confused_with if alike is not None else (),
        )

    def _words(self, row: NameRow) -> str:
        """Our words for the medicine, or the shortest plain class that it belongs to by every route."""
        substance = row.substances[0]
        own = self._store.drug_words.get(substance)
        if own is not None:
            return own
        names = [
            self._store.classes[one.class_id].name
            for one in self._store.memberships.get(substance)
            if one.route is None and self._store.classes[one.class_id].kind == "pharmacological"
        ]
        plain = [name for name in names if _NOT_A_PLAIN_CLASS.search(name) is None]
        return min(plain, key=lambda name: (len(name), name), default="")

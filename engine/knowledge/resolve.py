"""From a name as written to substances: exact, synonym, brand, abbreviation, then one unique spelling match.

Two equally near spelling candidates are never decided by the program; they are returned as suggestions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from engine.knowledge.records import NameRow, Provenance
from engine.report import Basis, Match

_KIND_MATCH: dict[str, Match] = {
    "inn": "exact",
    "usan": "synonym",
    "ban": "synonym",
    "synonym": "synonym",
    "salt": "synonym",
    "french": "synonym",
    "brand": "brand",
    "abbreviation": "abbreviation",
}
# Letters of every script are kept: a name in another one that fell away would leave its neighbour standing for both.
_SPACES = re.compile(r"(?:[^\w%+]|_)+")
_MIN_SPELLING_LENGTH = 5
_SUGGESTION_SCORE = 75.0
_SUGGESTIONS = 5


def normal_form(name: str) -> str:
    """Lower case without accents; every run of signs that are neither letters nor figures is one space."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _SPACES.sub(" ", plain.replace("œ", "oe").replace("æ", "ae")).strip()


@dataclass(frozen=True, slots=True)
class Resolution:
    """A name that was recognised. `confirmed` is False where a person should agree first; `provenance` is the name's own."""

    substances: tuple[str, ...]
    match: Match
    matched_name: str
    route: str | None
    confirmed: bool
    provenance: Provenance

    @property
    def basis(self) -> Basis:
        """What the name rests on."""
        return cast("Basis", self.provenance.basis)


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A name that was not recognised, with the nearest known names."""

    suggestions: tuple[str, ...]


class Resolver:
    """Looks names up in the knowledge; the list for spelling is read when the first unknown name comes.

    `row_of` gives the name row of a normal form, or None; `forms` gives the normal forms that may be matched by spelling.
    """

    def __init__(self, row_of: Callable[[str], NameRow | None], forms: Callable[[], list[str]]) -> None:
        self._row_of = row_of
        self._forms = forms

    def exact(self, name: str) -> Resolution | None:
        """A name that is known as written, apart from case, accents and punctuation."""
        row = self._row_of(normal_form(name))
        if row is None:
            return None
        match = _KIND_MATCH[row.kind]
        return Resolution(row.substances, match, row.name, row.route, match != "abbreviation", row.provenance)

    def adds_nothing(self, name: str, other: str) -> bool:
        """Whether every substance of the second name is one of the first's; False where either is not known."""
        first, second = self.exact(name), self.exact(other)
        return first is not None and second is not None and set(second.substances) <= set(first.substances)

    @cached_property
    def _spelling_forms(self) -> list[str]:
        # Short names are one letter away from too many others to be guessed.
        return [form for form in self._forms() if len(form) >= _MIN_SPELLING_LENGTH]

    def _row(self, form: str) -> NameRow:
        row = self._row_of(form)
        if row is None:
            raise KeyError(form)
        return row

    def resolve(self, candidates: Iterable[str]) -> Resolution | Unresolved:
        """Resolve ordered candidates: the first that is known exactly, else a unique spelling match of the first ones."""
        written = [candidate for candidate in candidates if normal_form(candidate)]
        for candidate in written:
            found = self.exact(candidate)
            if found is not None:
                return found
        suggestions: list[str] = []
        for candidate in written:
            outcome = self._by_spelling(normal_form(candidate))
            if isinstance(outcome, Resolution):
                return outcome
            suggestions.extend(name for name in outcome.suggestions if name not in suggestions)
        return Unresolved(tuple(suggestions[:_SUGGESTIONS]))

    def _by_spelling(self, form: str) -> Resolution | Unresolved:
        if len(form) < _MIN_SPELLING_LENGTH:
            return Unresolved(())
        allowed = 1 if len(form) < 8 else 2
        near = process.extract(
            form,
            self._spelling_forms,
            scorer=DamerauLevenshtein.distance,
            score_cutoff=allowed,
            limit=None,
        )
        if near:
            best = min(distance for _, distance, _ in near)
            rows = [self._row(found) for found, distance, _ in near if distance == best]
            # Spellings of one and the same medicine are no ambiguity.
            if len({row.substances for row in rows}) == 1:
                row = rows[0]
                others = {self._row(found).substances for found, _, _ in near} - {row.substances}
                if best == 1 or not others:
                    return Resolution(row.substances, "spelling", row.name, row.route, False, row.provenance)
            return Unresolved(tuple(sorted({row.name for row in rows})[:_SUGGESTIONS]))
        similar = process.extract(
            form, self._spelling_forms, scorer=fuzz.ratio, score_cutoff=_SUGGESTION_SCORE, limit=_SUGGESTIONS
        )
        return Unresolved(tuple(dict.fromkeys(self._row(found).name for found, _, _ in similar)))

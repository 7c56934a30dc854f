"""The vocabulary of dosing as a frozen value, built from rows (term, kind, value) of `resources/knowledge/sig_terms.tsv`.

A term in lower case matches any case; a term with a capital matches only as written, and only after the first amount or
frequency of a line ("ON" at night, "on" the word). Kinds and their values:

| kind | value |
|---|---|
| `route` | a route code, or `pr` for the abbreviation that may also mean prolonged release |
| `eye`, `ear` | `-`; abbreviations that mean an eye or an ear only where drops or an eye or ear form are named |
| `form`, `container` | `name:route`, route `-` where the form implies none; a container's volume is not a dose |
| `unit` | `base=factor`: `mg=1000`, `ml=5`, `IU=1` … |
| `frequency` | times a day |
| `period`, `adverb` | days: "week" 7, "weekly" 7 |
| `number`, `multiple` | the figure: "three" 3, "twice" 2 |
| `weekday` | 1 to 7 |
| `time` | the name of a moment of the day |
| `per`, `every`, `times`, `range`, `duration` | `-`; words of the schedule's grammar |
| `prn`, `single`, `maximum`, `dispense`, `divided` | `-`; as needed, once only, highest amount, handed out, shared over a day |
| `join`, `link` | `-`; words between names ("and") and inside them ("of") |
| `release`, `salt` | `-`; words that stay in a name and that its shorter candidates leave out |
| `noise`, `prose`, `reason` | `-`; words of directions, of sentences, and those that a reason follows ("for") |
| `stopped`, `heading`, `person` | `-`; stopped medicines, headings of lists, data of a person rather than a medicine |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import get_args

from engine.errors import ResourceError
from engine.prescriptions.model import Route
from engine.prescriptions.tokens import Token, tokenise

_CODED_KINDS = frozenset({"route", "form", "container", "unit", "time"})
_FIGURE_KINDS = frozenset({"frequency", "period", "adverb", "number", "multiple", "weekday"})
_BARE_KINDS = frozenset(
    [
        "eye",
        "ear",
        "per",
        "every",
        "times",
        "range",
        "duration",
        "prn",
        "single",
        "maximum",
        "dispense",
        "divided",
        "join",
        "link",
        "release",
        "salt",
        "noise",
        "prose",
        "reason",
        "stopped",
        "heading",
        "person",
    ]
)
KINDS = _CODED_KINDS | _FIGURE_KINDS | _BARE_KINDS
_ROUTES = frozenset(get_args(Route))

SigRow = tuple[str, str, str]
"""Term, kind, value."""
RowsOf = Callable[[str], tuple[SigRow, ...]]
"""Rows of the terms that begin with a word, given in the form of `Token.key`."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term: the keys of its words, its kind, and its value taken apart into `code` and `figure`."""

    keys: tuple[str, ...]
    kind: str
    code: str
    figure: float
    route: str
    cased: str | None
    """As written, if it matches only as written."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found at a place; `end` is the index after its last token."""

    term: Term
    end: int


@dataclass(frozen=True, slots=True)
class SigTerms:
    """The vocabulary, asked by the first word of a term; terms are made when their first word is first met."""

    _rows_of: RowsOf
    _known: dict[str, tuple[Term, ...]] = field(default_factory=dict, compare=False, repr=False)

    def _beginning(self, key: str) -> tuple[Term, ...]:
        terms = self._known.get(key)
        if terms is None:
            made = (_term(*row) for row in self._rows_of(key))
            terms = tuple(sorted(made, key=lambda term: (-len(term.keys), term.kind)))
            # Only words of the vocabulary are kept: whatever else is typed would fill the memory.
            if terms:
                self._known[key] = terms
        return terms

    def begins(self, key: str) -> bool:
        """Whether some term begins with this word."""
        return bool(self._beginning(key))

    def at(self, tokens: tuple[Token, ...], index: int) -> tuple[Hit, ...]:
        """Terms that stand at `index`, longest first."""
        terms = self._beginning(tokens[index].key)
        return tuple(Hit(term, index + len(term.keys)) for term in terms if _stands(term, tokens, index))


def _stands(term: Term, tokens: tuple[Token, ...], index: int) -> bool:
    end = index + len(term.keys)
    if end > len(tokens):
        return False
    for n, key in enumerate(term.keys):
        if tokens[index + n].key != key:
            return False
    return term.cased is None or tokens[index].text.replace(".", "") == term.cased


def first_keys(rows: Iterable[SigRow]) -> list[str]:
    """The first word of each term, in the form in which it is looked up, after every row was found usable.

    Raises ResourceError naming the first row that cannot be used or that says the same twice.
    """
    seen: set[tuple[tuple[str, ...], str, str | None]] = set()
    firsts = []
    for row in rows:
        term = _term(*row)
        identity = (term.keys, term.kind, term.cased)
        if identity in seen:
            raise ResourceError(f"The dosing vocabulary has {row[0]!r} of kind {row[1]!r} twice, apart from accents and dots.")
        seen.add(identity)
        firsts.append(term.keys[0])
    return firsts


def sig_terms(rows: Iterable[SigRow]) -> SigTerms:
    """Build the vocabulary from all its rows. Raises ResourceError naming the first row that it cannot use."""
    kept = tuple(rows)
    by_first: dict[str, list[SigRow]] = {}
    for first, row in zip(first_keys(kept), kept, strict=True):
        by_first.setdefault(first, []).append(row)
    index = {first: tuple(same) for first, same in by_first.items()}
    return SigTerms(lambda key: index.get(key, ()))


def _term(written: str, kind: str, value: str) -> Term:
    keys = tuple(token.key for token in tokenise(written.rstrip("."), lambda _: True))
    if not keys or kind not in KINDS:
        raise ResourceError(f"The dosing vocabulary has a row that cannot be used: {written!r} of kind {kind!r}.")
    try:
        code, figure, route = _value(kind, value)
    except ValueError:
        raise ResourceError(f"The dosing vocabulary gives {written!r} the value {value!r}, which is no {kind}.") from None
    cased = written.replace(".", "") if written != written.lower() else None
    return Term(keys, kind, code, figure, route, cased)


def _value(kind: str, value: str) -> tuple[str, float, str]:
    """(code, figure, route) of a row's value; ValueError where it does not fit the kind."""
    if kind in _FIGURE_KINDS:
        figure = float(value)
        if not 0 < figure <= 1000:
            raise ValueError
        return "", figure, "-"
    if kind == "unit":
        code, equals, factor = value.partition("=")
        if not code or not equals or not float(factor) > 0:
            raise ValueError
        return code, float(factor), "-"
    if kind in ("form", "container"):
        code, colon, route = value.partition(":")
        if not code or not colon or (route != "-" and route not in _ROUTES):
            raise ValueError
        return code, 0.0, route
    if kind == "route" and value != "pr" and value not in _ROUTES:
        raise ValueError
    if kind in _BARE_KINDS and value != "-":
        raise ValueError
    return value, 0.0, "-"

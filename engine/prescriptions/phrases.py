"""Phrases that say that a medicine is not taken, by the keys of their words."""

from __future__ import annotations

from engine.prescriptions.scan import Scan

Phrases = frozenset[tuple[str, ...]]


def _phrases(first: str, *rests: str) -> Phrases:
    """The phrases that begin with the same words; an empty rest is those words alone."""
    return frozenset((*first.split(), *rest.split()) for rest in rests)


PARTICIPLES = frozenset(["stopped", "discontinued", "ceased", "dc'd", "suspended", "withheld", "arrete", "stoppe", "suspendu"])
"""Of the vocabulary's words of kind `stopped`, those that say that it has happened. The others ask for it, or set a condition."""

DIRECT: Phrases = frozenset({("no",), ("not",), ("never",), ("jamais",), ("previously",), ("formerly",), ("auparavant",)})
"""Phrases of which a name must be the very next word."""

BEFORE_ONLY: Phrases = frozenset().union(
    {("no",), ("not",), ("allergic", "to"), ("reaction", "to"), ("do", "not", "take"), ("don't", "take")},
    _phrases("intolerant", "to", "a", "au", "aux"),
    _phrases("intolerante", "a", "au", "aux"),
    _phrases("hypersensitive", "to"),
    _phrases("hypersensitivity", "to"),
    _phrases("intolerance", "to"),
    _phrases("allergy", "to", ":"),
    _phrases("allergies", "to", ":"),
    _phrases("allergique", "a", "au", "aux"),
    _phrases("allergie", "a", "au", "aux", ":"),
    _phrases("denies", "", "taking"),
    _phrases("denied", "taking"),
)
"""Phrases that speak of the names behind them only: "cetirizine for allergies" is taken."""

_EITHER: Phrases = frozenset().union(
    _phrases(
        "not", "on", "currently on", "taking", "currently taking", "taken", "using", "used", "given", "prescribed", "started"
    ),
    _phrases("isn't", "on", "taking"),
    _phrases("does", "not take"),
    _phrases("doesn't", "take"),
    _phrases("did", "not take"),
    _phrases("didn't", "take"),
    _phrases("no longer", "", "on", "taking", "takes", "taken", "needed", "required", "prescribed", "using"),
    _phrases("never", "", "on", "taken", "took", "takes", "had", "started", "used"),
    _phrases("previously", "", "on", "taking", "took", "taken"),
    _phrases("formerly", "", "on", "taking"),
    {("refuses",), ("refused",), ("declines",), ("declined",), ("omitted",), ("struck", "out")},
    _phrases("ne prend", "pas", "plus"),
    _phrases("n'est", "pas sous", "plus sous"),
    _phrases("jamais", "", "pris"),
    _phrases("auparavant", "", "sous"),
)


def is_struck_out(scan: Scan) -> bool:
    """Whether the line begins as lines do that were struck out where they were copied from: nothing on it is taken."""
    return scan.word(0) == "struck" and scan.word(1) == "out" and scan.sign(2, ":")


def _by_first_word(phrases: Phrases) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
    return found


_PHRASES = _by_first_word(BEFORE_ONLY | _EITHER)


def negation_end(scan: Scan, index: int) -> int:
    """The index after the longest phrase at `index`, or 0. A longer term of the vocabulary ("not more than") goes first."""
    hits = scan.hits[index]
    known = hits[0].end if hits else 0
    for phrase in _PHRASES.get(scan.word(index), ()):
        end = index + len(phrase)
        if end >= known and all(scan.word(index + n) == key for n, key in enumerate(phrase)):
            return end
    return 0

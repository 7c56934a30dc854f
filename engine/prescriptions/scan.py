"""Tokens with the terms that stand at each of them, and the figures that can be read among them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.prescriptions.terms import Hit, SigTerms
from engine.prescriptions.tokens import Token

_FRACTION_BASES = (2.0, 3.0, 4.0, 8.0)
_MAX_VALUES = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """One or several figures read together; `joined` is "" (one), "range", "ratio" (500/125) or "dashes" (1-0-1)."""

    values: tuple[float, ...]
    joined: str
    end: int


@dataclass(frozen=True, slots=True)
class Element:
    """Something understood of a line: `kind` says which of the other fields speak.

    amount (values, code base unit, per, per_value) · count (values, code form, route) · figures (values, joined, no unit) ·
    frequency (per_day) · unclear (a frequency that can be read in two ways) · repeats ("twice" alone) ·
    pattern (values of a day's times, joined "dashes") · times ("x 3") · duration (days) · moment (code) ·
    weekday (per_day = number of the day) · route, eye, ear, form, container (code, route) · maximum (an amount a day, or
    nothing) · prn, single, divided, stopped, negation ("no longer on"), reason, noise, prose, heading, person, dispense.
    """

    kind: str
    start: int
    end: int
    values: tuple[float, ...] = ()
    joined: str = ""
    code: str = ""
    route: str = "-"
    per: str = ""
    per_value: float = 0.0
    per_day: float = 0.0
    days: float = 0.0
    plural: bool = False
    eye: bool = False


class Scan:
    """A line's tokens and hits. Immutable after construction."""

    __slots__ = ("hits", "text", "tokens")

    def __init__(self, text: str, tokens: tuple[Token, ...], terms: SigTerms) -> None:
        self.text = text
        self.tokens = tokens
        self.hits: tuple[tuple[Hit, ...], ...] = tuple(terms.at(tokens, n) for n in range(len(tokens)))

    def find(self, index: int, *kinds: str) -> Hit | None:
        """The longest term of these kinds that stands at `index`."""
        if index >= len(self.tokens):
            return None
        for hit in self.hits[index]:
            if hit.term.kind in kinds:
                return hit
        return None

    def sign(self, index: int, text: str) -> bool:
        """Whether the token at `index` is this sign."""
        return index < len(self.tokens) and self.tokens[index].text == text

    def word(self, index: int) -> str:
        """The key of the token at `index`, or nothing."""
        return self.tokens[index].key if index < len(self.tokens) else ""

    def glued(self, index: int) -> bool:
        """Whether the token at `index` exists and follows without a space."""
        return index < len(self.tokens) and self.tokens[index].glued

    def figure(self, index: int) -> Figure | None:
        """The figure or joined figures that begin at `index`."""
        atom = self._atom(index)
        if atom is None:
            return None
        value, end = atom
        values, joined = [value], ""
        while len(values) < _MAX_VALUES:
            link = self._link(end)
            if link is None or (joined and link[0] != joined):
                break
            following = self._atom(link[1])
            if following is None:
                break
            joined = link[0]
            values.append(following[0])
            end = following[1]
        if joined == "dashes" and len(values) == 2 and values[1] < 1 <= values[0] == int(values[0]):
            return Figure((values[0] + values[1],), "", end)  # "1-1/2" is one and a half
        return Figure(tuple(values), _sense(joined, values), end)

    def _link(self, index: int) -> tuple[str, int] | None:
        """(how, index after it) of what may join two figures."""
        if self.sign(index, "-") or (self.sign(index, "+") and self.glued(index)):
            return "dashes", index + 1
        if self.sign(index, "/"):
            return "ratio", index + 1
        hit = self.find(index, "range")
        return ("range", hit.end) if hit is not None else None

    def _atom(self, index: int) -> tuple[float, int] | None:
        """(value, index after it) of one figure: 2.5, 1/2, 1 1/2, half a, one and a half."""
        if index >= len(self.tokens):
            return None
        number = self.tokens[index].number
        if number is None:
            return self._number_word(index)
        fraction = self._fraction(index)
        if fraction is not None:
            return fraction
        if number == int(number) and number <= 20 and not self.glued(index + 1):
            fraction = self._fraction(index + 1)
            if fraction is not None:
                return number + fraction[0], fraction[1]
        return number, index + 1

    def _fraction(self, index: int) -> tuple[float, int] | None:
        if index + 2 >= len(self.tokens) or not self.sign(index + 1, "/"):
            return None
        over, base = self.tokens[index].number, self.tokens[index + 2].number
        if over is None or base not in _FRACTION_BASES or not 0 < over < base or over != int(over):
            return None
        # "5/2/3" is no fraction, nor is "1/2/2024".
        return None if self.sign(index + 3, "/") and self._is_number(index + 4) else (over / base, index + 3)

    def _is_number(self, index: int) -> bool:
        return index < len(self.tokens) and self.tokens[index].number is not None

    def _number_word(self, index: int) -> tuple[float, int] | None:
        hit = self.find(index, "number")
        if hit is None:
            return None
        value, end = hit.term.figure, hit.end
        if value < 1:
            article = self.find(end, "per")
            return value, article.end if article is not None and self.tokens[end].key in ("a", "an") else end
        if end + 1 < len(self.tokens) and self.tokens[end].key in ("and", "et"):
            after = end + 2 if self.tokens[end + 1].key in ("a", "an") else end + 1
            half = self.find(after, "number")
            if half is not None and half.term.figure < 1:
                return value + half.term.figure, half.end
        return value, end


def _sense(joined: str, values: list[float]) -> str:
    """Two figures joined by a dash are a range if they rise; "250-50" is not."""
    if joined == "dashes" and len(values) == 2:
        return "range" if values[0] < values[1] else "ratio"
    if joined == "range" and (len(values) != 2 or values[0] >= values[1]):
        return "ratio"
    return joined

"""From text to words, figures and signs, in one pass of one expression without nested repetition: linear in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_MAX_DIGITS = 12
_TOKEN = re.compile(
    r"(?P<date>\d{4}[./-]\d{1,2}[./-]\d{1,2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d)|[0-3]\d([./-])[01]\d\2\d\d(?!\d))"
    r"|(?P<clock>\d{1,2}:\d\d(?!\d))"
    r"|(?P<number>\d{1,3}(?:,\d{3})++(?:\.\d++)?(?![\d,])|\d++(?:[.,]\d++(?![.,]\d))?|(?<![\w.])\.\d++)"
    r"|(?P<word>[^\W\d_](?:\w|[\u0300-\u036f\u0900-\u0e7f])*+(?:[.'-](?:\w|[\u0300-\u036f\u0900-\u0e7f])++)*+)"
    r"|(?P<sign>[^\s\w]|_)"
)
_ELIDED = re.compile(r"(?:d|l|qu)'(?=\w{2})", re.IGNORECASE)
# "x7d", "q6h" and "10mLVial" are several words; "Q10" and "X-ray" are not.
_TIMES_FIGURE = re.compile(r"(?<![^\W\d_])(x)(?=\d)", re.IGNORECASE)
_EVERY_FIGURE = re.compile(
    r"(?<![^\W_])(q)(?=\d{1,2}(?:\s?-\s?\d{1,2})?\s?(?:h|hr|hrs|hours?|hourly|d|days?|w|wks?|weeks?|min|mins|months?)(?![^\W_]))",
    re.IGNORECASE,
)
_UNIT_THEN_CAPITAL = re.compile(r"(?<=\d)(mg|mcg|g|m[lL]|[uU]nits?)(?=[A-Z])")
_NAME_FIGURE_UNIT = re.compile(
    r"(?<![^\W_])([^\W\d_]{4,40})(?=\d{1,6}(?:[.,]\d{1,4})?(?:mg|mcg|g|ml|iu|%)(?![^\W_]))", re.IGNORECASE
)
_UNIT_THEN_FIGURE = re.compile(r"(?<=[\d/ ])(mg|mcg|g|ml|units?|meq|mmol|iu)-(?=\d)", re.IGNORECASE)
_PLURAL = re.compile(r"\(s\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a figure or a sign. `key` is what the vocabulary is looked up by: folded, without accents and dots."""

    text: str
    key: str
    start: int
    end: int
    glued: bool
    """No space stands between this token and the one before."""
    number: float | None = None
    kind: str = "word"


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def spread(text: str) -> str:
    """Put spaces where people leave them out between a sign of dosing and its figure."""
    text = _PLURAL.sub("s", text)
    text = _TIMES_FIGURE.sub(r"\1 ", text)
    text = _EVERY_FIGURE.sub(r"\1 ", text)
    text = _UNIT_THEN_FIGURE.sub(r"\1 - ", text)
    text = _NAME_FIGURE_UNIT.sub(r"\1 ", text)
    return _UNIT_THEN_CAPITAL.sub(r"\1 ", text)


def figure_of(text: str) -> float | None:
    """The value of a written figure: "1,000" is a thousand, "0,5" and "2,5" have a decimal comma. None if absurdly long."""
    if len(text) > _MAX_DIGITS:
        return None
    whole, comma, rest = text.partition(",")
    if comma and "," not in rest and (len(rest) != 3 or whole == "0"):
        return float(f"{whole}.{rest}")
    return float(text.replace(",", ""))


def tokenise(text: str, is_term: Callable[[str], bool]) -> tuple[Token, ...]:
    """Tokens of `text`, offsets into it. `is_term(key)` tells dosing words from the tail of a name such as "5-FU" or "3TC"."""
    tokens: list[Token] = []
    for token in _raw(text):
        if token.kind == "word" and not is_term(token.key) and _is_tail(tokens, token):
            _merge(tokens, token, text)
        else:
            tokens.append(token)
    return tuple(tokens)


def _raw(text: str) -> Iterator[Token]:
    before = -1
    for match in _TOKEN.finditer(text):
        kind, written, start = match.lastgroup or "sign", match.group(), match.start()
        # The nameless group of the date's sign never is the last one closed, so `kind` is one of the named ones.
        # "1,2,3" is a list without spaces: none of its figures can be told apart.
        broken = start > 1 and text[start - 1] in ".," and text[start - 2].isdigit()
        number = figure_of(written) if kind == "number" and not broken else None
        if kind == "number" and number is None:
            kind = "word"
        if kind == "word":
            elided = _ELIDED.match(written)
            if elided is not None:
                written, start = written[elided.end() :], start + elided.end()
        key = fold(written).replace(".", "") if kind == "word" else written
        yield Token(written, key, start, match.end(), start == before, number, kind)
        before = match.end()


def _is_tail(tokens: list[Token], token: Token) -> bool:
    """Whether a word that is no term hangs directly, or by a hyphen, on a figure."""
    if not token.glued or not tokens:
        return False
    last = tokens[-1]
    if last.number is not None:
        return True
    return last.text == "-" and last.glued and len(tokens) > 1 and tokens[-2].number is not None


def _merge(tokens: list[Token], token: Token, text: str) -> None:
    first = tokens.pop()
    if first.number is None:
        first = tokens.pop()
    written = text[first.start : token.end]
    tokens.append(Token(written, fold(written).replace(".", ""), first.start, token.end, first.glued))

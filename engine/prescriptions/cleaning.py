"""From a pasted text to lines, and from a line to the form in which words are matched. Originals are kept beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

NEWLINES = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
SEMICOLONS = re.compile(r"[;\uff1b]")
# Tab is a space like another; the rest is not text. Lone surrogates cannot be written to a file.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0001-\U000e01ef]"
)
_THIN_THOUSANDS = re.compile("(?<=\\d)[\u00a0\u2009\u202f](?=\\d{3}(?!\\d))")
_PLAIN_THOUSANDS = re.compile(r"(?<![\d.,/])(\d{1,3}) (000)(?: (000))?(?!\d)")
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_FRACTION = re.compile(r"(?:(?<!\d)(\d{1,4}) ?)?([½¼¾])")
_DASHES = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012–—\u2015−\ufe63\uff0d", "-"),
        **dict.fromkeys("‘’\u201b′`\u00b4", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("®©™℠", " "),
        "×": "x",
        "✕": "x",
        "_": " ",
        "\u2044": "/",
        "\u2215": "/",
        "\t": " ",
    }
)
_MARKER = re.compile(
    r"\s*(?:"
    r"[-•–—·◦▪▫■□●○‣\u2043►▶→>✓✔☐☑☒➤➢❖]+(?=\s|[^\W\d])"
    r"|\*+(?!NF\*)"
    r"|\*NF\*"
    r"|\[[ xX✓]?\]"
    r"|\(?\#?\d{1,3}(?:\s?[)\]]|\s?[.:](?!\d))\s*"
    r"|\[\d{1,3}\]"
    r"|\d{1,3}\s?-\s(?!\s*[\d½¼¾])"
    r"|\d{1,3}\s?/\s(?!\s*[\d½¼¾])"
    r"|\(?[a-h]\)\s+"
    r"|[a-h]\)(?=[^\W\d])"
    r"|[a-h]\.\s+"
    r"|(?:i{1,3}|iv|v|vi{1,3}|ix|x)\)\s+"
    r")\s*",
    re.IGNORECASE,
)
_MAX_MARKERS = 3
_MOST_GROWTH = 3
_WHITESPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of one line between semicolons; `text` is trimmed, as written but for control characters."""

    line_number: int
    text: str
    first: bool
    """Whether it begins its line."""


def fragments(text: str) -> Iterator[Fragment]:
    """Pieces of the text that are not blank, in order."""
    for number, line in enumerate(NEWLINES.split(text), 1):
        first = True
        for piece in SEMICOLONS.split(line):
            trimmed = piece.strip()
            if trimmed:
                yield Fragment(number, trimmed, first)
                first = False


def without_controls(text: str) -> tuple[str, bool]:
    """(text with control characters as spaces, whether there were any)."""
    cleaned, count = _CONTROL.subn(" ", text)
    return cleaned, count > 0


def matching_form(line: str) -> str:
    """The line as words are matched in it: compatible characters made plain, invisible ones gone, fractions as decimals."""
    text = _INVISIBLE.sub("", line)
    text = _THIN_THOUSANDS.sub("", text)
    text = _FRACTION.sub(_decimal, text)
    if not text.isascii():
        # First what NFKC would spoil (™ to letters), then NFKC, then the signs that it yields.
        plain = text.translate(_DASHES)
        compatible = unicodedata.normalize("NFKC", plain)
        # One sign may become eighteen: a line of them is left as it is rather than made enormous.
        text = (compatible if len(compatible) <= _MOST_GROWTH * len(plain) else plain).translate(_DASHES)
    else:
        text = text.replace("_", " ").replace("`", "'")
    text = _PLAIN_THOUSANDS.sub(_joined, text)
    return _WHITESPACE.sub(" ", text).strip()


def _decimal(match: re.Match[str]) -> str:
    return f" {match.group(1) or '0'}{_FRACTIONS[match.group(2)]} "


def _joined(match: re.Match[str]) -> str:
    return "".join(group for group in match.groups() if group)


def without_marker(text: str) -> str:
    """The line without bullet or numbering, which is kept if nothing else is there."""
    start = 0
    for _ in range(_MAX_MARKERS):
        match = _MARKER.match(text, start)
        if match is None or match.end() == start:
            break
        start = match.end()
    return text[start:]

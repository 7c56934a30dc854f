"""What a clipboard holds, as lines for the editor: tables and lists keep their rows, everything that is not text goes."""

from __future__ import annotations

import re

from engine.errors import InputError
from engine.records.html_lines import NEWLINES, pieces_of_html
from engine.records.strikes import has_strikes, lines_with_strikes

MAX_PASTE_CHARACTERS = 200_000
# Copied tables carry styles that are many times as long as their text.
MAX_HTML_CHARACTERS = 1_000_000

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffc\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_STRUCTURE = re.compile(r"<(?:table|ul|ol|li|tr)\b", re.IGNORECASE)


def text_of_paste(text: str | None, html: str | None) -> str:
    """Lines for the editor from the two forms in which a clipboard holds a text.

    Plain text is preferred, unless it ran together what the HTML holds as rows of a table or items of a list, or the HTML strikes
    something out, which plain text cannot say. Cells of a row are joined by spaces, so that "name dose route frequency" of a
    spreadsheet is one line.

    Raises:
        InputError: the text is too long for a list of medicines.
    """
    plain = _clean(_bounded(text or "", MAX_PASTE_CHARACTERS))
    if html and has_strikes(html):
        rich, struck = _text_of_html(_bounded(html, MAX_HTML_CHARACTERS))
        if struck:
            return _clean(_bounded(rich, MAX_PASTE_CHARACTERS))
    if not html or (plain and (len(html) > MAX_HTML_CHARACTERS or _STRUCTURE.search(html) is None)):
        return plain
    rich = _clean(_bounded(_text_of_html(_bounded(html, MAX_HTML_CHARACTERS))[0], MAX_PASTE_CHARACTERS))
    if not plain:
        return rich
    # The same letters on more lines: only then is the HTML the same text with its rows kept.
    same = _letters(plain) == _letters(rich)
    return rich if same and rich.count("\n") > plain.count("\n") else plain


def _bounded(text: str, limit: int) -> str:
    if len(text) > limit:
        raise InputError(f"What was copied is longer than {limit:,} characters; copy the list of medicines alone.")
    return text


def _clean(text: str) -> str:
    """Trimmed lines without control characters; blank lines at both ends go."""
    broken = _CONTROLS.sub(" ", NEWLINES.sub("\n", text))
    return "\n".join(line.strip() for line in _SPACES.sub(" ", broken).split("\n")).strip("\n")


def _letters(text: str) -> str:
    """Letters alone: numbering and bullets of a list stand only in its plain text."""
    return _NOT_LETTERS.sub("", text)


def _text_of_html(html: str) -> tuple[str, bool]:
    """(the text, whether some of it is struck out)."""
    pieces_of_lines = pieces_of_html(html)
    lines = [line for pieces in pieces_of_lines for line in lines_with_strikes(pieces)]
    struck = any(is_struck and text.strip() for pieces in pieces_of_lines for text, is_struck in pieces)
    return "\n".join(line for line in lines if line.strip()), struck

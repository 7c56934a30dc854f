"""Text as it is shown and read: one kind of line break, no signs that cannot be seen, no halves of signs."""

from __future__ import annotations

import re

from engine.abstracts.model import MAX_TEXT_CHARACTERS, TOO_LONG
from engine.errors import InputError
from engine.records.reading import sayable

_NEWLINES = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffc]")
# Soft hyphens, joiners of nothing and byte-order marks: they part a name for a program and not for a person.
_UNSEEN = re.compile(r"[\xad\u200b\u2060\ufeff]")
_BLANKS = re.compile(r"[^\S\n]+")
_MANY_BREAKS = re.compile(r"\n{3,}")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_RAISED = dict(zip("0123456789+-\u2212=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ", strict=True))


def tidied(text: str) -> str:
    """The text with its words, lines and paragraphs as they were. Tidying it again changes nothing."""
    broken = _UNSEEN.sub("", _CONTROLS.sub(" ", _NEWLINES.sub("\n", sayable(text))))
    lines = (line.strip() for line in _BLANKS.sub(" ", broken.translate(_LIGATURES)).split("\n"))
    return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip("\n")


def on_one_line(text: str) -> str:
    """The text without line breaks, as for a title."""
    return " ".join(tidied(text).split())


def raised(text: str) -> str:
    """Small raised figures where there are signs for them, so that ten to the sixth is not read as 106."""
    bare = "".join(text.split())
    return "".join(_RAISED[sign] for sign in bare) if bare and all(sign in _RAISED for sign in bare) else text


def bounded_text(text: str) -> str:
    """The text itself.

    Raises:
        InputError: it is longer than one abstract may be, or holds zero bytes.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise InputError(TOO_LONG)
    if "\0" in text:
        raise InputError("The text holds zero bytes, which no text does; copy it again or save it as text in UTF-8.")
    return text

"""Which text of a web page or document is struck out: by tags, by styles, and by the classes of a style sheet (as Excel writes).

A medicine that was struck out is one that is not taken. It stays in the list on a line that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

STRUCK_OUT = "struck out: "
"""What the line begins with; the parser reads nothing behind it as taken."""

_TAGS = frozenset({"s", "strike", "del"})
# These go on behind the end of a paragraph that they were opened in.
_GOING_ON = frozenset({"s", "strike"})
# A new one ends the one before, unless a list or table of its own lies between.
_ENDS = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol"})),
    "td": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "th": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "tr": (frozenset({"tr", "td", "th"}), frozenset({"table"})),
    "p": (frozenset({"p"}), frozenset({"td", "th", "li", "div"})),
    "div": (frozenset({"p"}), frozenset({"td", "th", "li", "div"})),
}
_MOST_OPEN = 100
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;{}]*line-through", re.IGNORECASE)
_NOT_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:\s*none", re.IGNORECASE)
_ANY = re.compile(r"<(?:s|strike|del)\b|line-through", re.IGNORECASE)
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_CLASS = re.compile(r"\.([A-Za-z_][\w\-]{0,60})")


def has_strikes(html: str) -> bool:
    """Whether something may be struck out."""
    return _ANY.search(html) is not None


def struck_classes(html: str) -> frozenset[str]:
    """The classes that a style sheet in the text strikes out, in small letters."""
    if "line-through" not in html.casefold():
        return frozenset()
    found: set[str] = set()
    for rule in _RULE.finditer(html):
        if _STRUCK.search(rule.group(2)) is not None:
            # Of "td.old" and "tr.old td" the last class is the one that is meant.
            found.update(names[-1].casefold() for part in rule.group(1).split(",") if (names := _CLASS.findall(part)))
    return frozenset(found)


class Strikes:
    """Follows the tags of a page, of which it keeps the innermost hundred or so, and knows whether text here is struck out."""

    def __init__(self, classes: frozenset[str]) -> None:
        self._classes = classes
        self._open: list[tuple[str, bool]] = []

    @property
    def here(self) -> bool:
        """Whether text at this place is struck out."""
        return any(struck for _tag, struck in self._open)

    def begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that is not void opens."""
        ended, within = _ENDS.get(tag, (frozenset(), frozenset()))
        if ended:
            self._end_implied(ended, within)
        if len(self._open) < _MOST_OPEN:
            self._open.append((tag, self._strikes(tag, attrs)))

    def end(self, tag: str) -> None:
        """A tag closes, and with it whatever was opened in it and is not known to go on."""
        place = self._last({tag})
        if place is None:
            return
        inside = self._open[place + 1 :]
        del self._open[place:]
        self._open += inside if tag in _TAGS else [one for one in inside if one[0] in _GOING_ON and one[1]]

    def _end_implied(self, ended: frozenset[str], within: frozenset[str]) -> None:
        for tag, _struck in reversed(self._open):
            if tag in within:
                return
            if tag in ended:
                self.end(tag)
                return

    def _last(self, tags: Iterable[str]) -> int | None:
        wanted = set(tags)
        return next((n for n in range(len(self._open) - 1, -1, -1) if self._open[n][0] in wanted), None)

    def _strikes(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        style = " ".join(value or "" for name, value in attrs if name == "style")
        if _STRUCK.search(style) is not None:
            return True
        classes = " ".join(value or "" for name, value in attrs if name == "class").casefold().split()
        if self._classes.intersection(classes):
            return True
        return tag in _TAGS and _NOT_STRUCK.search(style) is None


def lines_with_strikes(pieces: list[tuple[str, bool]]) -> list[str]:
    """One line of pieces, each struck out or not, as the lines that say so.

    What is struck out stands on a line of its own: before the rest where the line begins with it (a name that was replaced, or
    whose directions were left), else behind it (a dose that was replaced).
    """
    struck = "".join(text if is_struck else " " for text, is_struck in pieces)
    if not any(sign.isalnum() for sign in struck):
        return ["".join(text for text, _is_struck in pieces)]
    # A semicolon ends a line for the parser, and what follows it would be taken again.
    said = STRUCK_OUT + " ".join(struck.replace(";", ",").replace("\uff1b", ",").split())
    kept = "".join(" " if is_struck else text for text, is_struck in pieces)
    if not any(sign.isalnum() for sign in kept):
        return [said]
    begins = next(is_struck for text, is_struck in pieces if any(sign.isalnum() for sign in text))
    return [said, kept] if begins else [kept, said]


def on_own_lines(text: str, before: str, after: str) -> str:
    """The text to be put between two parts of a line, with a break where a line that is struck out would run into one of them."""
    lines = text.split("\n")
    start = "\n" if lines[0].startswith(STRUCK_OUT) and before.strip() else ""
    end = "\n" if lines[-1].startswith(STRUCK_OUT) and after.strip() else ""
    return f"{start}{text}{end}"

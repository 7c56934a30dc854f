"""A web page as lines of text: what a browser would show, in order, with what is struck out marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from engine.records.strikes import Strikes, struck_classes

_MAX_TAG_CHARACTERS = 2_000

NEWLINES = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Every line break that is not `\\n`."""
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_UNCLOSED = re.compile(r"<(?![A-Za-z/][^<>]*>)")
_LONG_TAG = re.compile(rf"<(/?[A-Za-z][A-Za-z0-9]{{0,20}})\b[^<>]{{{_MAX_TAG_CHARACTERS},}}>")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)

_DROPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg", "math", "select"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"})
_CELLS = frozenset({"td", "th"})
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "table"}
    | {"tbody", "tfoot", "thead", "tr", "ul"}
)


def pieces_of_html(html: str) -> list[list[tuple[str, bool]]]:
    """Lines as pieces of text and whether each is struck out; time grows with the length alone, whatever the tags."""
    reader = _Reader(struck_classes(html))
    reader.feed(_tame(html))
    reader.close()
    return reader.lines()


def _tame(html: str) -> str:
    """The HTML with comments and declarations gone and stray signs as text.

    The parser's patterns look to the end of the text for what closes a tag; where nothing does, its time grows with the square of
    the length.
    """
    pieces = []
    start = 0
    while (opening := html.find("<!--", start)) >= 0:
        pieces.append(html[start:opening])
        closing = html.find("-->", opening + 4)
        start = len(html) if closing < 0 else closing + 3
    pieces.append(html[start:])
    without = _DECLARATION.sub("", "".join(pieces))
    return _LONG_TAG.sub(r"<\1>", _UNCLOSED.sub("&lt;", without))


@dataclass(slots=True)
class _Lines:
    done: list[list[tuple[str, bool]]] = field(default_factory=list)
    pieces: list[tuple[str, bool]] = field(default_factory=list)

    def end_line(self) -> None:
        self.done.append(self.pieces)
        self.pieces = []


class _Reader(HTMLParser):
    """Collects lines: blocks, rows and `br` end one; inside a table's cell they only separate words."""

    def __init__(self, struck_classes: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._strikes = Strikes(struck_classes)
        self._lines = _Lines()
        self._dropped: list[str] = []
        self._cells = 0
        self._preformatted = 0

    def lines(self) -> list[list[tuple[str, bool]]]:
        """Lines read so far, as pieces of text and whether each is struck out."""
        return [*self._lines.done, self._lines.pieces]

    def _add(self, text: str) -> None:
        self._lines.pieces.append((text, self._strikes.here))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropped:
            if tag == self._dropped[-1] and tag not in _VOID:
                self._dropped.append(tag)
            return
        if tag not in _VOID and (tag in _DROPPED or _is_hidden(attrs)):
            self._dropped.append(tag)
            return
        if tag in {"table", "tr"}:
            # A row that its cell did not close; a table in a cell has rows of its own.
            self._cells = 0
        self._preformatted += tag == "pre"
        self._separate(tag)
        self._cells += tag in _CELLS
        if tag not in _VOID:
            self._strikes.begin(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # "<td/>" opens in HTML what it seems to close; only a void tag stands alone.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            if tag == self._dropped[-1]:
                self._dropped.pop()
            return
        self._strikes.end(tag)
        self._preformatted -= tag == "pre" and self._preformatted > 0
        self._cells -= tag in _CELLS and self._cells > 0
        self._separate(tag)

    def _separate(self, tag: str) -> None:
        if tag in _CELLS or (self._cells and (tag in _BLOCKS or tag == "br")):
            self._lines.pieces.append((" ", False))
        elif tag in _BLOCKS or tag == "br":
            self._lines.end_line()

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        if self._preformatted and not self._cells:
            for number, line in enumerate(NEWLINES.sub("\n", data).split("\n")):
                if number:
                    self._lines.end_line()
                self._add(line)
        else:
            self._add(" ".join(data.split("\n")))


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    return any(name == "hidden" or (name == "style" and _HIDDEN.search(value or "") is not None) for name, value in attrs)

"""The frame of every HTML export: one file, no script, nothing fetched. Plain enough for Qt's text document as well.

Texts come in escaped; `text` escapes.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from engine.reports.looks import SeverityLook

# Nothing may run or be fetched, whatever a text in the list says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_BROWSER_STYLE = """<style>
@page { size: A4; margin: 14mm 14mm 16mm 14mm; }
@media screen { body { max-width: 60em; margin: 1.5em auto; padding: 0 1em; } }
@media print { tr, li, .keep { break-inside: avoid; } h2, h3 { break-after: avoid; } }
</style>
"""
# Unicode's signs that turn the direction of what follows: a name that holds one must not turn the words after it.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C], None)
_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)], " ")


def text(value: str) -> str:
    """A text for HTML: escaped, in one line, without signs that steer."""
    return escape(value.translate(_TURNING).translate(_CONTROLS))


def own_direction(value: str) -> str:
    """A text that somebody typed: escaped, and of a direction of its own (a Hebrew or Arabic name turns nothing else)."""
    # Unicode's isolates and not <bdi>, which Qt does not know.
    return f"&#8296;{text(value)}&#8297;"


def page(title: str, css: str, body: str) -> str:
    """A whole document. `title` is plain text, `body` is HTML."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{css}</style>\n{_BROWSER_STYLE}</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def for_paper(html: str) -> str:
    """The document without what only a browser understands: Qt would take margins of the screen for those of the page."""
    return html.replace(_BROWSER_STYLE, "", 1)


def heading(level: int, inner: str) -> str:
    """A heading whose size comes from a class: Qt scales its own sizes of headings on top of a rule for the tag."""
    return f'<h{level}><span class="h{level}">{inner}</span></h{level}>\n'


def badge(look: SeverityLook) -> str:
    """Shape and word in the colours of a look."""
    style = f"white-space:nowrap;color:{look.text};background-color:{look.background}"
    return f'<span style="{style}">&nbsp;{look.shape}&nbsp;{look.word}&nbsp;</span>'


def listed(rows: Iterable[str], tag: str = "ul") -> str:
    """A list of HTML rows; nothing where there are none."""
    items = "".join(f"<li>{row}</li>\n" for row in rows)
    return f"<{tag}>\n{items}</{tag}>\n" if items else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]], widths: Iterable[int] = ()) -> str:
    """A table whose head is repeated on each page; cells are HTML, `widths` are percent."""
    sizes = [f' width="{width}%"' for width in widths]
    cells = list(head)
    sizes += [""] * (len(cells) - len(sizes))
    top = "".join(f'<th align="left"{size}>{cell}</th>' for cell, size in zip(cells, sizes, strict=True))
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return (
        '<table width="100%" border="1" cellspacing="0" cellpadding="3">\n'
        f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
    )


def boxed(inner: str, colour: str) -> str:
    """A block that stands out by a frame and a ground."""
    return (
        f'<table width="100%" border="1" cellspacing="0" cellpadding="4"><tr><td bgcolor="{colour}">{inner}</td></tr></table>\n'
    )

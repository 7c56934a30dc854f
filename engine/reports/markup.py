"""The frame of every HTML export: one file, no script, nothing fetched. Plain enough for Qt's text document as well.

Texts come in escaped; `text` escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from itertools import count

from engine.reports.looks import SeverityLook

# Between these, a page may end; Qt lays each piece out by itself, since a whole long document would hold the program.
PIECE = "<!--piece-->"
ROW = "<!--row-->"
CUT = "<!--cut-->"
_ROWS_KEPT = 3
# Nothing may run or be fetched, whatever a text in the list says.
_TABLE = '<table width="100%" border="1" cellspacing="0" cellpadding="2">\n'
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_BROWSER_STYLE = """<style>
@page { size: A4; margin: 14mm 14mm 16mm 14mm; }
@media screen { body { max-width: 60em; margin: 1.5em auto; padding: 0 1em; } }
@media print { tr, li, .keep { break-inside: avoid; } h2, h3 { break-after: avoid; } }
</style>
"""
_POINTS = re.compile(r"font-size: ([0-9.]+)pt")
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


def style(letters_pt: float, gap_px: int) -> str:
    """The rules of pages for professionals: size of their letters, and the gap below a paragraph."""
    return f"""
body {{ font-family: sans-serif; font-size: {letters_pt:g}pt; color: #111111; background-color: #ffffff; }}
p, ul, ol {{ margin-top: 1px; margin-bottom: {gap_px}px; }}
table {{ border-collapse: collapse; border-style: solid; border-color: #b5b5b5; }}
th {{ background-color: #eeeeee; }}
td {{ vertical-align: top; }}
.h1 {{ font-size: 16pt; font-weight: bold; margin-top: 0px; margin-bottom: 3px; }}
.h2 {{ font-size: 11.5pt; font-weight: bold; color: #17375e; margin-top: 9px; margin-bottom: 4px; }}
.h3 {{ font-size: 9.5pt; font-weight: bold; margin-top: 12px; margin-bottom: 2px; }}
.small {{ font-size: 7.5pt; color: #333333; }}
"""


def for_paper(html: str, scale: float = 1.0) -> str:
    """The document as Qt can show it: without the rules for browsers, whose margins it would take for those of the page, and
    with paragraphs for headings, whose sizes it would multiply by sizes of its own. `scale` multiplies the size of all letters.
    """
    html = html.replace(_BROWSER_STYLE, "", 1)
    for level in (1, 2, 3):
        html = html.replace(f'<h{level} class="h{level}">', f'<p class="h{level}">').replace(f"</h{level}>", "</p>")
    if scale == 1.0:
        return html
    head, style, rest = html.partition("</style>")
    return _POINTS.sub(lambda found: f"font-size: {float(found[1]) * scale:.1f}pt", head) + style + rest


def heading(level: int, inner: str) -> str:
    """A heading of level 1 to 3; its looks hang on the class."""
    return f'{PIECE}<h{level} class="h{level}">{inner}</h{level}>\n'


def badge(look: SeverityLook) -> str:
    """Shape and word in the colours of a look."""
    style = f"white-space:nowrap;color:{look.text};background-color:{look.background}"
    return f'<span style="{style}">&nbsp;{look.shape}&nbsp;{look.word}&nbsp;</span>'


def listed(rows: Iterable[str], tag: str = "ul", *, cut: bool = False) -> str:
    """A list of HTML rows; nothing where there are none. `cut` lets a page end between rows, never inside a box or table."""
    marks = (CUT if cut and tag == "ul" and number and not number % _ROWS_KEPT else "" for number in count())
    items = "".join(f"{mark}<li>{row}</li>\n" for row, mark in zip(rows, marks, strict=False))
    return f"<{tag}>\n{items}</{tag}>\n" if items else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]], widths: Iterable[int]) -> str:
    """A table whose head is repeated on each page; cells are HTML, `widths` are percent and stand in every cell.

    Each row is laid out by itself on paper, so that none is broken by the end of a page.
    """
    sizes = [f' width="{width}%"' for width in widths]
    top = "".join(f'<th align="left"{size}>{cell}</th>' for cell, size in zip(head, sizes, strict=True))
    lines = ("".join(f'<td valign="top"{size}>{cell}</td>' for cell, size in zip(row, sizes, strict=True)) for row in rows)
    body = "".join(f"{ROW}<tr>{line}</tr>\n" for line in lines)
    return f"{PIECE}{_TABLE}<thead><tr>{top}</tr></thead>\n<tbody>\n{body}{ROW}</tbody>\n</table>\n{PIECE}"


def boxed(inner: str, colour: str) -> str:
    """A block that stands out by a frame and a ground."""
    return f'{PIECE}{_TABLE}<tr><td bgcolor="{colour}">{inner}</td></tr></table>\n{PIECE}'


def pieces(html: str) -> tuple[str, list[tuple[str, str]]]:
    """A document of ours for paper, cut where pages may end: what stands before the body's pieces, and each piece with the
    head of the table that it is a row of (empty where it is none). A table's head is a piece too.
    """
    head, _, body = for_paper(html).partition("<body>")
    found: list[tuple[str, str]] = []
    body = body.removesuffix("</body>\n</html>\n").replace(CUT, f"</ul>\n{PIECE}<ul>\n")
    for part in body.split(PIECE):
        first, *rows = part.split(ROW)
        if not part.strip():
            continue
        if not rows:
            found.append((part, ""))
            continue
        top = first.removesuffix("<tbody>\n") + "</table>\n"
        found.append((top, ""))
        found += [(f"{_TABLE}{row}</table>\n", top) for row in rows[:-1]]
    return f"{head}<body>", found

"""A page of headings, words, tables and pictures, written as Markdown and as HTML that needs nothing from the network."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from engine.errors import InputError
from engine.records.writing import write_file

NOT_MEASURED = "not measured"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; }
body { max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.3rem; margin-top: 2.2rem; border-bottom: 1px solid #bbb; }
p.first { font-weight: 600; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .92rem; }
caption { text-align: start; font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid #bbb; padding: .25rem .55rem; text-align: end; white-space: nowrap; }
th:first-child, td:first-child { text-align: start; white-space: normal; }
th { background: #eee; } thead th { white-space: normal; max-width: 9rem; vertical-align: bottom; }
figure { margin: 1rem 0; } figure img { max-width: 100%; height: auto; }
figcaption { font-size: .92rem; color: #444; }
"""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page's second level."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; the first cell of a row names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("each row has a cell for each column")


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure. `name`: of its file, without ending. `words`: what it shows, for those who do not see it too."""

    name: str
    words: str
    svg: bytes


Block = Heading | Words | Points | Table | Picture


@dataclass(frozen=True, slots=True)
class Page:
    """A page; `first` stands above its title."""

    first: str
    title: str
    blocks: tuple[Block, ...]


def write_page(page: Page, folder: Path, name: str) -> Path:
    """Write the page as HTML and Markdown, with its pictures beside; the path of the HTML.

    Raises:
        InputError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for block in page.blocks:
            if isinstance(block, Picture):
                write_file(folder / f"{block.name}.svg", block.svg)
        write_file(folder / f"{name}.md", ("\n".join(markdown_lines(page)) + "\n").encode())
        path = folder / f"{name}.html"
        write_file(path, ("\n".join(html_lines(page)) + "\n").encode())
    except (OSError, InputError) as error:
        raise InputError(f"Nothing can be written to '{folder}'.") from error
    return path


def markdown_lines(page: Page) -> Iterator[str]:
    """The page as Markdown; pictures lie beside it."""
    yield from (page.first, "", f"# {page.title}", "")
    for block in page.blocks:
        match block:
            case Heading(text):
                yield f"## {text}"
            case Words(text):
                yield text
            case Points(points):
                yield from (f"- {point}" for point in points)
            case Table(caption, head, rows):
                yield from (f"**{caption}**", "", _cells(head), f"|{'---|' * len(head)}", *map(_cells, rows))
            case Picture(name, words):
                yield f"![{words}]({name}.svg)"
        yield ""


def _cells(row: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def html_lines(page: Page) -> Iterator[str]:
    """The page as HTML, its pictures inside."""
    yield '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(page.title)}</title><style>{_STYLE}</style></head><body>"
    yield f'<p class="first">{escape(page.first)}</p><h1>{escape(page.title)}</h1>'
    for block in page.blocks:
        match block:
            case Heading(text):
                yield f"<h2>{escape(text)}</h2>"
            case Words(text):
                yield f"<p>{escape(text)}</p>"
            case Points(points):
                yield f"<ul>{''.join(f'<li>{escape(point)}</li>' for point in points)}</ul>"
            case Table():
                yield from _html_table(block)
            case Picture(_name, words, svg):
                held = base64.b64encode(svg).decode()
                image = f'<img alt="{escape(words)}" src="data:image/svg+xml;base64,{held}">'
                yield f"<figure>{image}<figcaption>{escape(words)}</figcaption></figure>"
    yield "</body></html>"


def _html_table(table: Table) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{escape(table.caption)}</caption><thead><tr>'
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    yield f"{head}</tr></thead><tbody>"
    for row in table.rows:
        yield f"<tr>{_html_row(row)}</tr>"
    yield "</tbody></table></div>"


def _html_row(row: Sequence[str]) -> str:
    first, *rest = row
    return f'<th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}'


def percent(value: float | None, digits: int = 1) -> str:
    """A share in percent, or that it was not measured."""
    return NOT_MEASURED if value is None else f"{100 * value:.{digits}f}"


def pace(value: float | None) -> str:
    """How many per second, or that it was not measured."""
    return NOT_MEASURED if value is None else f"{value:,.0f}"

"""Text of a web page or of what was copied from one."""

from __future__ import annotations

import re

from engine.abstracts.tidying import raised, tidied
from engine.records.html_lines import pieces_of_html

STRUCK_OUT = "Words that the page strikes out are left out."

_SAMPLE_CHARACTERS = 2_000
_PAGE = re.compile(r"<(?:!doctype html|html)\b", re.IGNORECASE)
_PART = re.compile(
    r"\s*<(?:!--|/?(?:head|body|p|div|span|h[1-6]|table|ul|ol|b|i|strong|em|br|a|meta|font)\b[^<>]*>)", re.IGNORECASE
)
_RAISED = re.compile(r"<sup\b[^<>]{0,200}>([^<>]{1,20})</sup\s*>", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<>]{1,500})</title", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Whether a text that begins like this is a web page or a part of one."""
    beginning = text[:_SAMPLE_CHARACTERS]
    return _PAGE.search(beginning) is not None or _PART.match(beginning) is not None


def is_page(text: str) -> bool:
    """Whether it is a whole page, with all that stands around an article."""
    return _PAGE.search(text[:_SAMPLE_CHARACTERS]) is not None


def text_of_html(html: str) -> tuple[str, tuple[str, ...]]:
    """(the text with a blank line between blocks, sentences on what was left out)."""
    lines, struck_out = [], False
    for pieces in pieces_of_html(_RAISED.sub(lambda found: raised(found.group(1)), html)):
        struck_out = struck_out or any(struck and text.strip() for text, struck in pieces)
        line = "".join(" " if struck else text for text, struck in pieces)
        if line.strip():
            lines.append(line)
    return tidied("\n\n".join(lines)), (STRUCK_OUT,) if struck_out else ()


def title_of_html(html: str) -> str:
    """What the page calls itself, "" where it does not."""
    from html import unescape

    found = _TITLE.search(html)
    return "" if found is None else unescape(found.group(1))

"""Lines of a printed page back to paragraphs: words that were parted at the end of a line are joined where that is sure."""

from __future__ import annotations

import re
import statistics

from engine.abstracts.sections import is_heading
from engine.abstracts.tidying import tidied

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PARTED = re.compile(r"(?<![\w-])([^\W_][\w-]{0,60})-\n([^\W\d_]+)")
_STOP = re.compile(r"[.!?:][\"'”’)\]]*$")
_PAGE_NUMBER = re.compile(r"(?:page )?\d{1,4}(?: of \d{1,4})?", re.IGNORECASE)
_SHORT_LINE = 0.8
_HEADING_CHARACTERS = 60


def paragraphs_of_pages(pages: tuple[str, ...]) -> str:
    """The text of pages, paragraphs parted by blank lines; lines that stand at the top or foot of most pages go."""
    cleaned = [
        [line for line in tidied(_plain_hyphens(page)).split("\n") if line and _PAGE_NUMBER.fullmatch(line) is None]
        for page in pages
    ]
    repeated = _repeated(cleaned)
    lines = [line for page in cleaned for line in page if line not in repeated]
    return _joined(lines)


def _plain_hyphens(page: str) -> str:
    """One sign for a hyphen, also for the soft one where a line ends with it: elsewhere that one is not to be seen."""
    return page.replace("\u2010", "-").replace("\xad\n", "-\n")


def _repeated(pages: list[list[str]]) -> frozenset[str]:
    """First and last lines that more than half of at least three pages share: titles and addresses of the journal."""
    if len(pages) < 3:
        return frozenset()
    ends = [line for page in pages for line in {*page[:2], *page[-2:]}]
    return frozenset(line for line in ends if ends.count(line) > len(pages) / 2)


def _joined(lines: list[str]) -> str:
    if not lines:
        return ""
    usual = statistics.median(len(line) for line in lines)
    pieces = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        pieces += [line, "\n\n" if _ends_paragraph(line, following, usual) else "\n"]
    text = _unparted("".join(pieces))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip())


def _ends_paragraph(line: str, following: str, usual: float) -> bool:
    """Whether a line is the last of its paragraph: a short one with a stop, or a heading by itself."""
    if is_heading(following):
        return True
    begins_anew = following[:1].isupper() or following[:1].isdigit()
    if not begins_anew or len(line) >= _SHORT_LINE * usual:
        return False
    return _STOP.search(line) is not None or (len(line) <= _HEADING_CHARACTERS and line[:1].isupper() and not line.endswith(","))


def _unparted(text: str) -> str:
    """Words parted at a line's end joined; the hyphen stays in what the text elsewhere writes with one, or as two words."""
    words = {word.casefold() for word in _WORD.findall(text.replace("-\n", "\n"))}

    def whole(parted: re.Match[str]) -> str:
        first, second = parted.group(1), parted.group(2)
        last = first.rpartition("-")[2]
        one, two = f"{last}{second}".casefold(), f"{last}-{second}".casefold()
        if one in words:
            return f"{first}{second}"
        known = two in words or (last.casefold() in kept and second.casefold() in kept)
        if known or not last.isalpha() or not second[:1].islower() or (last.isupper() and len(last) > 1):
            return f"{first}-{second}"
        return f"{first}{second}"

    # The halves themselves are no proof that they are words.
    kept = {word.casefold() for word in _WORD.findall(_PARTED.sub(" ", text))}
    return _PARTED.sub(whole, text)

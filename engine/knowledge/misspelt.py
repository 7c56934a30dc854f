"""Where in a line the name stands that was taken for a known one."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from engine.knowledge.resolve import normal_form

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LEAST_LIKENESS = 60.0
_MOST_WORDS = 5
# No name is so far behind the beginning of its line; a longer look would take long in a pasted page.
_LOOKED_AT = 400


def span_of(line: str, name: str) -> tuple[int, int] | None:
    """Start and end of the words in `line` that are most like `name`; None where none are."""
    wanted = normal_form(name)
    words = list(_WORD.finditer(line[:_LOOKED_AT]))
    best: tuple[float, int, int] | None = None
    for count in range(1, min(_MOST_WORDS, len(wanted.split()) + 1) + 1):
        for first in range(len(words) - count + 1):
            start, end = words[first].start(), words[first + count - 1].end()
            likeness = fuzz.ratio(normal_form(line[start:end]), wanted)
            if likeness >= _LEAST_LIKENESS and (best is None or likeness > best[0]):
                best = likeness, start, end
    return best[1:] if best is not None else None

"""Which rows run together: each alone, so that its answer depends on nothing else, or in batches of like length, for speed.

The int8 model quantises what it computes with one scale for a whole batch, so rows that run together change each other's answers:
on 160 sentences of the DDI corpus, a probability by 0.01 on average and 0.09 at most (and by 0.011 and 0.013 from fp32, alone and
in eights).

Measured on a processor with the int8 reader: each run costs as much as ten tokens, whatever is in it. So batches pay for short
rows only (16 tokens: 3.6 ms alone, 2.1 ms in eights; 64 tokens and more: no gain), and a row that must be padded by more than
that costs more than a run of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

MOST_ROWS = 8
# Of a batch, padding counted: what runs cannot be cancelled, so it stays below some hundredths of a second.
MOST_TOKENS = 256
# Tokens by which a row may be padded.
MOST_PADDING = 8


def alone(lengths: Sequence[int]) -> list[list[int]]:
    """Places of the lengths (tokens), each by itself, longest first."""
    return [[place] for place in _longest_first(lengths)]


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places of the lengths (tokens) in batches, longest first; a row longer than `MOST_TOKENS` stands alone."""
    found: list[list[int]] = []
    longest = 0
    for place in _longest_first(lengths):
        rows = min(MOST_ROWS, MOST_TOKENS // longest) if longest else 0
        if found and len(found[-1]) < rows and longest - lengths[place] <= MOST_PADDING:
            found[-1].append(place)
        else:
            found.append([place])
            longest = lengths[place]
    return found


def _longest_first(lengths: Sequence[int]) -> list[int]:
    return sorted(range(len(lengths)), key=lambda one: (-lengths[one], one))

"""Rows in batches of like length, so that little is computed for padding, and no batch needs much memory or time."""

from __future__ import annotations

from collections.abc import Sequence

# Larger batches are no faster on a processor (measured), and a cancelled one runs to its end.
MOST_ROWS = 8
MOST_TOKENS = 512
# Share of a batch that may be padding.
MOST_PADDING = 0.15


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places of the lengths (tokens) in batches, longest first. A row longer than `MOST_TOKENS` stands alone."""
    found: list[list[int]] = []
    longest = kept = 0
    for place in sorted(range(len(lengths)), key=lambda one: (-lengths[one], one)):
        length = lengths[place]
        size = longest * (len(found[-1]) + 1) if found else 0
        fits = found and len(found[-1]) < MOST_ROWS and size <= MOST_TOKENS and size - kept - length <= MOST_PADDING * size
        if fits:
            found[-1].append(place)
            kept += length
        else:
            found.append([place])
            longest = kept = length
    return found

"""The order of training: batches of like length, the same for the same seed, so that a stopped run goes on where it was."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

# Examples are sorted within chunks of this many batches, so that lengths are alike and the order still differs by epoch.
_CHUNK = 50


def grouped(lengths: Sequence[int], places: Sequence[int], batch_tokens: int, order: random.Random) -> list[tuple[int, ...]]:
    """Places in groups whose padded size (longest times number) is at most `batch_tokens`; a longer example stands alone."""
    shuffled = list(places)
    order.shuffle(shuffled)
    mean = max(1, sum(lengths[place] for place in shuffled) // max(1, len(shuffled)))
    chunk = max(1, _CHUNK * batch_tokens // mean)
    groups: list[tuple[int, ...]] = []
    for start in range(0, len(shuffled), chunk):
        group: list[int] = []
        for place in sorted(shuffled[start : start + chunk], key=lambda one: (lengths[one], one)):
            if group and lengths[place] * (len(group) + 1) > batch_tokens:
                groups.append(tuple(group))
                group = []
            group.append(place)
        if group:
            groups.append(tuple(group))
    return groups


def epoch_plan(
    lengths: Sequence[int], parts: Mapping[str, range], shares: Mapping[str, float], batch_tokens: int, seed: int, epoch: int
) -> list[tuple[int, ...]]:
    """All batches of one epoch by places of their examples. `parts`: which places belong to which source; `shares`: how much of a
    source an epoch takes (1 where it is not named), another random part each epoch."""
    order = random.Random(f"{seed}/{epoch}")
    taken: list[int] = []
    for name in sorted(parts):
        share = shares.get(name, 1.0)
        taken += [place for place in parts[name] if share >= 1 or order.random() < share]
    plan = grouped(lengths, taken, batch_tokens, order)
    order.shuffle(plan)
    return plan


class Amounts(Protocol):
    """What a plan needs of a stage's settings."""

    @property
    def epochs(self) -> float:
        """How often everything is seen."""

    @property
    def shares(self) -> dict[str, float]:
        """How much of a source an epoch takes."""

    @property
    def batch_tokens(self) -> int:
        """Tokens of one batch, padding included."""

    @property
    def seed(self) -> int:
        """Of the order."""


def planned(lengths: Sequence[int], parts: Mapping[str, range], amounts: Amounts) -> Iterator[tuple[int, ...]]:
    """The batches of all epochs, the last of them perhaps in part."""
    count, part = divmod(amounts.epochs, 1)
    for epoch in range(int(count) + (part > 0)):
        plan = epoch_plan(lengths, parts, amounts.shares, amounts.batch_tokens, amounts.seed, epoch)
        yield from plan if epoch < count else plan[: round(part * len(plan))]


def kept_words(count: int, named: frozenset[int], share: float, order: random.Random) -> tuple[bool, ...]:
    """Which of `count` words stand when each is left out with probability `share`; words of names always do."""
    return tuple(word in named or order.random() >= share for word in range(count))

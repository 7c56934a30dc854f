"""The order of training: batches of like length, the same for the same seed, so that a stopped run goes on where it was."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Examples are sorted within chunks of this many batches, so that lengths are alike and the order still differs by epoch.
_CHUNK = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples of one task, by their places in its list."""

    task: str
    places: tuple[int, ...]


def grouped(lengths: Sequence[int], places: Sequence[int], batch_tokens: int, order: random.Random) -> list[tuple[int, ...]]:
    """Places in groups whose padded size (longest times number) is at most `batch_tokens`; a longer example stands alone."""
    shuffled = list(places)
    order.shuffle(shuffled)
    longest = max((lengths[place] for place in shuffled), default=1)
    chunk = max(1, _CHUNK * batch_tokens // longest)
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
    lengths: Mapping[str, Sequence[int]],
    negatives: Mapping[str, frozenset[int]],
    negative_share: float,
    batch_tokens: int,
    seed: int,
    epoch: int,
) -> list[Batch]:
    """All batches of one epoch, tasks mixed. Of the negatives of a task another random share is taken each epoch."""
    order = random.Random(f"{seed}/{epoch}")
    plan: list[Batch] = []
    for task in sorted(lengths):
        without = negatives.get(task, frozenset())
        taken = [
            place
            for place in range(len(lengths[task]))
            if place not in without or negative_share >= 1 or order.random() < negative_share
        ]
        plan += [Batch(task, group) for group in grouped(lengths[task], taken, batch_tokens, order)]
    order.shuffle(plan)
    return plan


def masked(
    ids: Sequence[int], words: Sequence[int], mask_id: int, share: float, keep: frozenset[int], order: random.Random
) -> tuple[int, ...]:
    """The ids with whole words replaced by the mask, each with probability `share`; tokens at `keep` and signs stay."""
    chosen = {word for word in sorted(set(words)) if word >= 0 and order.random() < share}
    kept_words = {words[place] for place in keep}
    chosen -= kept_words
    return tuple(mask_id if word in chosen else token for token, word in zip(ids, words, strict=True))

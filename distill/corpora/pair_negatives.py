"""Undocumented pairs beside documented ones, in which every substance is met as often as in those, so that it decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from distill.corpora.pair_labels import Pair

# By then what is still without a partner is so because its partners are taken.
_ROUNDS = 40
_TRIES = 20


def matched_pairs(positives: Sequence[Pair], rate: float, taken: Iterable[Pair], seed: str, *, mixed: bool) -> tuple[Pair, ...]:
    """About `rate` pairs for each positive that are not `taken`: the substances of the positives with new partners.

    `mixed`: whether a substance of one place may stand in the other; otherwise the first of a pair is always a first of one of
    the positives (one seen, one not). Where all partners of a substance are taken, it is met less often than in the positives;
    fewer pairs come out only where there are no more. Each pair is in alphabetical order, and all are sorted.
    """
    draw = Random(seed)
    wanted = round(len(positives) * rate)
    lefts, rights = _repeated(positives, wanted, draw)
    pool = sorted(set(lefts)), sorted(set(rights))
    refused = set(taken)
    found: list[Pair] = []
    for _round in range(_ROUNDS):
        if not lefts:
            break
        if mixed:
            every = [*lefts, *rights]
            draw.shuffle(every)
            lefts, rights = every[: len(lefts)], every[len(lefts) :]
        else:
            draw.shuffle(rights)
        missed = [pair for pair in zip(lefts, rights, strict=True) if not _keep(pair, refused, found)]
        lefts, rights = [left for left, _right in missed], [right for _left, right in missed]
    exhausted: set[str] = set()
    for left, right in zip(lefts, rights, strict=True):
        # One end at least keeps its share.
        for one, others in ((left, pool[1]), (right, pool[0])):
            if one not in exhausted and _with_any(one, others, refused, found, draw):
                break
            exhausted.add(one)
    return tuple(sorted(found))


def _repeated(positives: Sequence[Pair], wanted: int, draw: Random) -> tuple[list[str], list[str]]:
    if not positives:
        return [], []
    whole, rest = divmod(wanted, len(positives))
    drawn = [*positives] * whole + draw.sample(list(positives), rest)
    return [left for left, _right in drawn], [right for _left, right in drawn]


def _keep(pair: Pair, refused: set[Pair], found: list[Pair]) -> bool:
    first, second = pair if pair[0] < pair[1] else (pair[1], pair[0])
    if first == second or (first, second) in refused:
        return False
    refused.add((first, second))
    found.append((first, second))
    return True


def _with_any(one: str, others: Sequence[str], refused: set[Pair], found: list[Pair], draw: Random) -> bool:
    """Whether a partner was found among the others: by chance, and by looking at all of them before giving up."""
    if any(_keep((one, draw.choice(others)), refused, found) for _try in range(_TRIES)):
        return True
    free = [other for other in others if other != one and (min(one, other), max(one, other)) not in refused]
    return bool(free) and _keep((one, draw.choice(free)), refused, found)

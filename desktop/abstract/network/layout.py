"""Where nodes, edges and their labels lie: the same picture each time for the same network. Runs in the background.

Each connected part is laid out so that distances on the picture follow the number of steps between two nodes (stress), boxes are
then pushed apart, parts are packed in rows, and each label goes to a free place on its edge. NumPy is imported inside.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

Point = tuple[float, float]
Size = tuple[float, float]
# Steps of the two fits; more changes nothing that can be seen.
_STRESS_STEPS = 80
_PUSH_STEPS = 200
_GAP = 14.0
_LEAST_ASPECT, _MOST_ASPECT = 0.5, 2.5
# Pixels between edges that join the same two nodes.
_FAN = 34.0
# Where on an edge a label may stand, the best place first.
_PLACES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A network to lay out: sizes of the nodes' boxes in pixels, ends of the edges, sizes of their labels; `aspect`: how much
    wider than tall the place is."""

    sizes: tuple[Size, ...]
    ends: tuple[tuple[int, int], ...]
    labels: tuple[Size, ...]
    aspect: float = 1.5


@dataclass(frozen=True, slots=True)
class Arranged:
    """Centres of the nodes; for each edge its bend (control point of a quadratic curve) and the centre of its label; the size of
    all of it. Pixels, from (0, 0)."""

    centres: tuple[Point, ...]
    bends: tuple[Point, ...]
    labels: tuple[Point, ...]
    size: Size


def arranged(wanted: Wanted) -> Arranged:
    """Lay a network out."""
    import numpy as np

    count = len(wanted.sizes)
    if not count:
        return Arranged((), (), (), (0.0, 0.0))
    sizes = np.array(wanted.sizes, dtype=np.float64)
    centres = np.zeros((count, 2))
    widest = max((width for width, _height in wanted.labels), default=0.0)
    parts = _parts(count, wanted.ends)
    boxes = []
    for part in parts:
        placed = _laid_out(part, wanted.ends, sizes[part], widest, upright=wanted.aspect < 1)
        low = (placed - sizes[part] / 2).min(axis=0)
        high = (placed + sizes[part] / 2).max(axis=0)
        centres[part] = placed - low
        boxes.append((float(high[0] - low[0]), float(high[1] - low[1])))
    for part, corner in zip(parts, _packed(boxes, wanted.aspect), strict=True):
        centres[part] += np.array(corner)
    points = [(float(x), float(y)) for x, y in centres]
    bends = _bends(points, wanted)
    labels = _labels(points, bends, wanted)
    return _moved_to_origin(points, bends, labels, wanted)


def on_curve(start: Point, bend: Point, end: Point, share: float) -> Point:
    """The point of a quadratic curve at a share of its way."""
    first, middle, last = (1 - share) ** 2, 2 * share * (1 - share), share * share
    x = first * start[0] + middle * bend[0] + last * end[0]
    y = first * start[1] + middle * bend[1] + last * end[1]
    return x, y


def _parts(count: int, ends: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Connected parts, the largest first; those of one node last, in the order of the network."""
    near: list[set[int]] = [set() for _ in range(count)]
    for one, other in ends:
        near[one].add(other)
        near[other].add(one)
    left, found = set(range(count)), []
    for start in range(count):
        if start not in left:
            continue
        part, waiting = [], deque([start])
        left.discard(start)
        while waiting:
            here = waiting.popleft()
            part.append(here)
            for other in sorted(near[here] & left):
                left.discard(other)
                waiting.append(other)
        found.append(part)
    return sorted(found, key=lambda part: -len(part))


def _steps_between(part: list[int], ends: Sequence[tuple[int, int]]) -> Points:
    """Steps from each node of a part to each other."""
    import numpy as np

    place = {node: number for number, node in enumerate(part)}
    near: list[set[int]] = [set() for _ in part]
    for one, other in ends:
        if one in place and one != other:
            near[place[one]].add(place[other])
            near[place[other]].add(place[one])
    steps = np.zeros((len(part), len(part)))
    for start in range(len(part)):
        seen, waiting = {start: 0}, deque([start])
        while waiting:
            here = waiting.popleft()
            for other in near[here] - seen.keys():
                seen[other] = seen[here] + 1
                waiting.append(other)
        steps[start, list(seen)] = list(seen.values())
    return steps


def _laid_out(part: list[int], ends: Sequence[tuple[int, int]], sizes: Points, widest_label: float, *, upright: bool) -> Points:
    """Centres of one connected part, boxes apart from each other."""
    import numpy as np

    count = len(part)
    if count == 1:
        return np.zeros((1, 2))
    steps = _steps_between(part, ends)
    turns = np.arange(count) * (2 * math.pi / count)
    # From a circle, a little out of round: nothing pulls equal distances apart.
    radius = count / math.pi * (1 + 0.05 * np.cos(3 * turns + 1))
    points = np.stack([radius * np.cos(turns), radius * np.sin(turns)], axis=1)
    away = np.where(steps == 0, 1.0, steps)
    weights = np.where(steps == 0, 0.0, away**-2)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    # Its generalised inverse: the null space of a connected graph's is the constant.
    inverse = np.linalg.inv(laplacian + 1 / count) - 1 / count
    for _ in range(_STRESS_STEPS):
        between = points[:, None, :] - points[None, :, :]
        length = np.maximum(np.sqrt((between**2).sum(axis=2)), 1e-9)
        pull = weights * steps / length
        points = inverse @ ((np.diag(pull.sum(axis=1)) - pull) @ points)
    # Its longest way lies along the longer side of the place.
    points -= points.mean(axis=0)
    _values, ways = np.linalg.eigh(points.T @ points)
    points = points @ (ways if upright else ways[:, ::-1])
    # Beside the label there is room for the head of an arrow. It lies across: on upright edges it needs less.
    unit = float(sizes[:, 0].mean()) + widest_label + 4 * _GAP
    return _pushed(points * np.array([unit, 0.5 * unit]), sizes)


def _pushed(points: Points, sizes: Points) -> Points:
    """Boxes pushed apart along the way that is shorter, until none lies over another."""
    import numpy as np

    need = (sizes[:, None, :] + sizes[None, :, :]) / 2 + _GAP
    for _ in range(_PUSH_STEPS):
        between = points[:, None, :] - points[None, :, :]
        over = need - np.abs(between)
        np.einsum("iij->ij", over)[...] = 0.0
        hit = (over > 1e-6).all(axis=2)
        if not hit.any():
            break
        # The node that comes first goes up or left where two lie on one point.
        order = np.sign(np.arange(len(points))[:, None] - np.arange(len(points))[None, :])
        way = np.where(between == 0, order[:, :, None], np.sign(between))
        across = over[:, :, 0] < over[:, :, 1]
        push = np.stack([np.where(hit & across, over[:, :, 0], 0.0), np.where(hit & ~across, over[:, :, 1], 0.0)], axis=2)
        points = points + 0.5 * (push * way).sum(axis=1)
    return points


def _packed(boxes: Sequence[Size], aspect: float) -> list[Point]:
    """Corners of boxes in rows, in their order; rows about as wide as the picture should be."""
    area = sum((width + 2 * _GAP) * (height + 2 * _GAP) for width, height in boxes)
    most = max(math.sqrt(area * min(_MOST_ASPECT, max(_LEAST_ASPECT, aspect))), *(width for width, _height in boxes))
    corners, x, y, tall = [], 0.0, 0.0, 0.0
    for width, height in boxes:
        if x > 0 and x + width > most:
            x, y, tall = 0.0, y + tall + 2 * _GAP, 0.0
        corners.append((x, y))
        x, tall = x + width + 2 * _GAP, max(tall, height)
    return corners


def _bends(points: Sequence[Point], wanted: Wanted) -> list[Point]:
    """Control points: a single edge is straight, several of one pair fan out, an edge of a node with itself loops above it."""
    same: dict[tuple[int, int], list[int]] = {}
    for number, (one, other) in enumerate(wanted.ends):
        same.setdefault((min(one, other), max(one, other)), []).append(number)
    bends: list[Point] = [(0.0, 0.0)] * len(wanted.ends)
    for (one, other), numbers in same.items():
        (ax, ay), (bx, by) = points[one], points[other]
        length = math.hypot(bx - ax, by - ay) or 1.0
        for place, number in enumerate(numbers):
            if one == other:
                bends[number] = (ax, ay - wanted.sizes[one][1] * 2 - place * _FAN * 1.5)
                continue
            # Twice the wanted distance: a curve goes half way to its control point.
            aside = 2 * _FAN * (place - (len(numbers) - 1) / 2)
            bends[number] = ((ax + bx) / 2 - (by - ay) / length * aside, (ay + by) / 2 + (bx - ax) / length * aside)
    return bends


def _labels(points: Sequence[Point], bends: Sequence[Point], wanted: Wanted) -> list[Point]:
    """The first place on each edge where its label lies over no node and no other label; the middle where there is none."""
    import numpy as np

    taken = np.zeros((len(points) + len(bends), 4))
    for number, ((x, y), (width, height)) in enumerate(zip(points, wanted.sizes, strict=True)):
        taken[number] = (x, y, width / 2, height / 2)
    used, found = len(points), []
    for (one, other), bend, (width, height) in zip(wanted.ends, bends, wanted.labels, strict=True):
        spots = [on_curve(points[one], bend, points[other], share) for share in _PLACES]
        best = spots[0]
        for x, y in spots:
            near = taken[:used]
            over = (np.abs(near[:, 0] - x) < near[:, 2] + width / 2) & (np.abs(near[:, 1] - y) < near[:, 3] + height / 2)
            if not over.any():
                best = (x, y)
                break
        taken[used] = (*best, width / 2, height / 2)
        used += 1
        found.append(best)
    return found


def _moved_to_origin(points: list[Point], bends: list[Point], labels: list[Point], wanted: Wanted) -> Arranged:
    """The same picture with a margin around it, from (0, 0)."""
    boxes = [*zip(points, wanted.sizes, strict=True), *zip(labels, wanted.labels, strict=True)]
    left = min(x - width / 2 for (x, _y), (width, _height) in boxes) - _GAP
    top = min(y - height / 2 for (_x, y), (_width, height) in boxes) - _GAP
    right = max(x + width / 2 for (x, _y), (width, _height) in boxes) + _GAP
    bottom = max(y + height / 2 for (_x, y), (_width, height) in boxes) + _GAP

    def moved(some: list[Point]) -> tuple[Point, ...]:
        return tuple((x - left, y - top) for x, y in some)

    return Arranged(moved(points), moved(bends), moved(labels), (right - left, bottom - top))

"""Which medicine of a pair changes and which way: what the words say, and what the student reads where they say nothing plain.

Rules over words (see `cues`) state a direction only where it is plain: hardly ever wrong, and silent on most sentences that have
one. The student's head of directions answers all of them, with a probability. Where both speak they must agree, or nothing is
stated.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import ResourceError
from engine.installation import REPAIR_HINT
from engine.reading.asking import DDI
from engine.reading.cues import Stated
from engine.reading.model import Direction
from engine.students.manifest import Head, Manifest
from engine.students.probabilities import is_sure

DIRECTION = "direction"
# Classes of the head: which of the two names, in the order of the text, has more or less exposure or effect as the outcome.
CHANGES: dict[str, tuple[int, Direction]] = {
    "first_up": (0, "increase"),
    "first_down": (0, "decrease"),
    "second_up": (1, "increase"),
    "second_down": (1, "decrease"),
}


def head_of(manifest: Manifest) -> Head | None:
    """The head of directions of a student, if it has one. It is read in rows that ask for interactions.

    Raises:
        ResourceError: it has other classes, or other markers than the head of interactions.
    """
    head, asked = manifest.head(DIRECTION), manifest.head(DDI)
    if head is None:
        return None
    if head.labels != ("none", *CHANGES) or asked is None or head.markers != asked.markers:
        raise ResourceError(f"The head '{DIRECTION}' of this reader student cannot be used. {REPAIR_HINT}")
    return head


def agreed(words: Stated, pair: tuple[int, int], shares: Sequence[float], head: Head) -> Stated:
    """What is stated of a pair, given by the places of its names: what the `words` say, else what the student is sure enough of.

    `shares`: the student's calibrated probabilities of the classes of its `head`, which learned from pairs that interact. Where
    it is sure of something else than the words (that nothing changes, too), and where the words deny a change or say two things,
    nothing is stated.
    """
    if words.withheld:
        return words
    probability = max(shares)
    if not is_sure(probability, head):
        return words
    change = CHANGES.get(head.labels[shares.index(probability)])
    if change is None:
        return Stated()
    obj, direction = pair[change[0]], change[1]
    if words.direction is None:
        return Stated(obj, direction, probability=probability)
    return words if (words.object, words.direction) == (obj, direction) else Stated()

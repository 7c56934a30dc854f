"""What is counted where a student writes about several findings: one of each pair, and how it compares. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.report import Generated, Interaction


def worst_of_pairs(findings: Iterable[Interaction]) -> Iterator[Interaction]:
    """The first, and so the worst, finding of each pair: the student is asked about pairs."""
    seen: set[tuple[int, ...]] = set()
    for one in findings:
        pair = tuple(sorted(one.rows))
        if pair not in seen:
            seen.add(pair)
            yield one


def disagreeing(generated: Generated) -> bool:
    """Whether the student says otherwise than the finding."""
    return generated.agrees is False


def unsure(generated: Generated) -> bool:
    """Whether the student is not sure that there is an interaction at all: it neither agrees nor disagrees."""
    return generated.agrees is None


def same_severity_alone(generated: Generated) -> bool:
    """Whether the student agrees in the severity, and nothing else could be compared."""
    return generated.agrees is True and generated.compared == ("severity",)


def agreeing(generated: Generated) -> bool:
    """Whether the student agrees in more than the severity."""
    return generated.agrees is True and not same_severity_alone(generated)


def contradicted(generated: Generated) -> bool:
    """Whether a step says the opposite of the facts."""
    return generated.contradicted

"""In which order items are learned: from short and clear ones to the boundary, then what the student itself got wrong.

How hard an item is: how little the teachers agree, how long it is, how rare its label, and whether facts are missing that would
explain it. Stages are cut within each severity, so that no stage lacks the rare ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from distill.rationales.items import TrainingItem
from engine.reasoning.language import AXES


class CurriculumSettings(BaseModel):
    """`stages`: how many; 1 is no curriculum. The weights say how much each sign of difficulty counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stages: int = Field(default=3, ge=1, le=10)
    entropy_weight: float = Field(default=0.4, ge=0)
    length_weight: float = Field(default=0.2, ge=0)
    rarity_weight: float = Field(default=0.15, ge=0)
    missing_weight: float = Field(default=0.25, ge=0)


def difficulties(items: Sequence[TrainingItem], entropy: Mapping[str, float], settings: CurriculumSettings) -> tuple[float, ...]:
    """How hard each item is, from 0 to the sum of the weights. `entropy`: of the vote by pair, 0 (agreed, or no vote) to 1."""
    labels = Counter(_label(item) for item in items)
    longest = max((_length(item) for item in items), default=1)
    most = max(labels.values(), default=1)
    return tuple(
        settings.entropy_weight * entropy.get(item.pair, 0.0)
        + settings.length_weight * _length(item) / longest
        + settings.rarity_weight * (1.0 - labels[_label(item)] / most)
        + settings.missing_weight * _unexplained(item)
        for item in items
    )


def staged(items: Sequence[TrainingItem], entropy: Mapping[str, float], settings: CurriculumSettings) -> tuple[TrainingItem, ...]:
    """The items in their order, each with its stage: the easiest share of every severity in the first, and so on."""
    hard = difficulties(items, entropy, settings)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        places[item.answer[0]].append(place)
    stages = dict[int, int]()
    for members in places.values():
        for rank, place in enumerate(sorted(members, key=lambda place: (hard[place], place))):
            stages[place] = rank * settings.stages // len(members)
    return tuple(replace(item, stage=stages[place]) for place, item in enumerate(items))


def to_learn_again(
    items: Sequence[TrainingItem], wrong: Collection[int], weight: float, kept_share: float, seed: int
) -> tuple[TrainingItem, ...]:
    """The items of a refinement round, in their order: those at the places that a student answered wrongly, weighted up, and this
    share of the others, drawn by the seed."""
    draw = Random(f"{seed}/refinement")
    kept = [place in wrong or draw.random() < kept_share for place in range(len(items))]
    chosen = [(place, item) for place, item in enumerate(items) if kept[place]]
    return tuple(replace(item, weight=item.weight * weight) if place in wrong else item for place, item in chosen)


def _label(item: TrainingItem) -> tuple[str, ...]:
    return item.answer[: len(AXES)]


def _length(item: TrainingItem) -> int:
    return len(item.prompt) + len(item.answer)


def _unexplained(item: TrainingItem) -> bool:
    """Whether there is an interaction and no step that explains it."""
    return item.answer[0] != "<severity:none>" and not any(piece.startswith("<step:p") for piece in item.answer)

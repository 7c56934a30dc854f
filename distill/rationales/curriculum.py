"""In which order items are learned: from short and clear ones to the boundary, then what the student itself got wrong.

How hard an item is: how little the teachers agree, how long it is, how rare its label, and whether facts are missing that would
explain it. Stages are cut within each severity, so that no stage lacks the rare ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from distill.rationales.items import TrainingItem
from distill.rationales.quality import direction_score
from engine.reasoning.language import Label, label_tokens, read_answer

_LABEL_TOKENS = len(label_tokens(Label("none", "none", "none")))


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
    answered: Iterable[tuple[TrainingItem, Sequence[str]]], stage: int, weight: float = 2.0
) -> tuple[TrainingItem, ...]:
    """The refinement round: items whose answer by the student was wrong, for a stage of their own, weighted up.

    Wrong is an answer that cannot be read, that has another label than the item, or a step against its own label.
    """
    return tuple(replace(item, stage=stage, weight=item.weight * weight) for item, written in answered if is_wrong(item, written))


def is_wrong(item: TrainingItem, written: Sequence[str]) -> bool:
    """Whether a student's answer to an item is wrong."""
    try:
        answer = read_answer(written)
    except ValueError:
        return True
    return tuple(written[:_LABEL_TOKENS]) != item.answer[:_LABEL_TOKENS] or direction_score(answer).against > 0


def _label(item: TrainingItem) -> tuple[str, ...]:
    return item.answer[:_LABEL_TOKENS]


def _length(item: TrainingItem) -> int:
    return len(item.prompt) + len(item.answer)


def _unexplained(item: TrainingItem) -> bool:
    """Whether there is an interaction and no step that explains it."""
    return item.answer[0] != "<severity:none>" and not any(piece.startswith("<step:p") for piece in item.answer)

"""The order of learning: hard items later, every severity in every stage, and the student's own errors once more."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.rationales.curriculum import CurriculumSettings, difficulties, staged, to_learn_again
from distill.rationales.items import TrainingItem
from distill.teachers.protocol import certain
from engine.reasoning.language import Answer, Label, ReasonedStep, write_answer

STEP = ReasonedStep("pk.metabolism", "CYP3A4", ("F1", "F2"), "inhibition", "B", "increase")
LABEL = Label("major", "B_increase", "pk.metabolism")
EASY = CurriculumSettings()


def item(pair: str, answer: Answer, facts: int = 3) -> TrainingItem:
    prompt = ("<pair>", *(f"<F{number}>" for number in range(1, facts + 1)), "<answer>")
    label = answer.label
    shares = certain(label.severity), certain(label.direction), certain(label.mechanism)
    return TrainingItem(pair, "pair", "train", False, prompt, (write_answer(answer),), *shares)


EXPLAINED = item("a+b", Answer(LABEL, (STEP,)))
UNEXPLAINED = item("c+d", Answer(LABEL, ()))
NOTHING = item("e+f", Answer(Label("none", "none", "none"), ()))


def test_doubt_length_rarity_and_missing_facts_make_an_item_hard() -> None:
    items = [EXPLAINED, EXPLAINED, UNEXPLAINED, NOTHING]
    assert difficulties(items, {"e+f": 0.5}, by("entropy_weight")) == (0.0, 0.0, 0.0, 0.5)
    lengths = difficulties([EXPLAINED, NOTHING], {}, by("length_weight"))
    assert lengths[0] == 1.0 > lengths[1]
    rare = difficulties(items, {}, by("rarity_weight"))
    assert rare[3] == pytest.approx(2 / 3)
    assert rare[0] == 0.0
    assert difficulties(items, {}, by("missing_weight")) == (0.0, 0.0, 1.0, 0.0)


def by(weight: str) -> CurriculumSettings:
    """Settings in which one sign alone counts."""
    weights = dict.fromkeys(("entropy_weight", "length_weight", "rarity_weight", "missing_weight"), 0.0)
    return CurriculumSettings.model_validate({**weights, weight: 1.0})


@given(
    entropy=st.lists(st.floats(0, 1), min_size=12, max_size=40),
    stages=st.integers(1, 4),
)
def test_each_stage_has_its_share_of_every_severity_the_easier_first(entropy: list[float], stages: int) -> None:
    settings = CurriculumSettings(stages=stages)
    items = [replace(NOTHING if place % 3 else EXPLAINED, pair=str(place)) for place in range(len(entropy))]
    by_pair = {str(place): value for place, value in enumerate(entropy)}
    learned = staged(items, by_pair, settings)
    assert [replace(one, stage=0) for one in learned] == items
    hard = difficulties(items, by_pair, settings)
    for severity in {one.answer[0] for one in learned}:
        members = [(one.stage, hard[place]) for place, one in enumerate(learned) if one.answer[0] == severity]
        assert {stage for stage, _hard in members} == set(range(stages))
        for stage in range(1, stages):
            before = max(one for at, one in members if at == stage - 1)
            assert before <= min(one for at, one in members if at == stage)


def test_one_stage_is_no_curriculum() -> None:
    assert {one.stage for one in staged([EXPLAINED, NOTHING], {}, CurriculumSettings(stages=1))} == {0}
    assert staged([], {}, EASY) == ()


def test_what_the_student_got_wrong_is_learned_again_with_more_weight() -> None:
    items = [replace(EXPLAINED, pair=str(place), weight=0.5) for place in range(1000)]
    again = to_learn_again(items, {3, 5}, 3.0, 0.25, 0)
    assert [one for one in again if one.weight != 0.5] == [replace(items[place], weight=1.5) for place in (3, 5)]
    # A quarter of the others, as they were, in their order, the same each time.
    kept = [int(one.pair) for one in again]
    assert kept == sorted(set(kept))
    assert 200 < len(kept) < 300
    assert to_learn_again(items, {3, 5}, 3.0, 0.25, 0) == again != to_learn_again(items, {3, 5}, 3.0, 0.25, 1)
    assert [one.pair for one in to_learn_again(items, {3, 5}, 3.0, 0.0, 0)] == ["3", "5"]
    assert len(to_learn_again(items, {3, 5}, 3.0, 1.0, 0)) == len(items)

"""The arms of the ablation: each differs in the part that its name says, and their students are found where they lie."""

from pathlib import Path

import pytest

from distill.export.arms import ARMS, REFERENCE, Arm, arm_named, students_of_run
from distill.rationales.building import ItemSettings
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.recipes import read_named

RECIPE = read_named("reasoner", "arm", ReasonerSettings)
AUGMENTATION = {"variants", "swap", "dropped_share", "circumstances_share", "stand_ins", "synthetic", "strengths"}
# Of each arm: what of the items changes, what of the training, and whether teachers are learned from.
CHANGED: dict[str, tuple[set[str], set[str], bool]] = {
    "the same recipe, same budget": (set(), set(), True),
    "the same, seed 1": (set(), {"seed"}, True),
    "the same, seed 2": (set(), {"seed"}, True),
    "rationale first": (set(), {"label_first"}, True),
    "without voting": (set(), set(), False),
    "without quality control": ({"quality"}, set(), True),
    "without augmentation": (AUGMENTATION, set(), True),
    "with all augmentation": (set(), {"kinds"}, True),
    "with curriculum": (set(), {"phases"}, True),
    "without hints": ({"hints"}, set(), True),
}


@pytest.mark.parametrize("arm", ARMS, ids=lambda arm: arm.slug)
def test_an_arm_changes_one_part_and_never_the_budget(arm: Arm) -> None:
    items, training, votes = CHANGED[arm.name]
    plain, own = ItemSettings(), arm.items_of(ItemSettings())
    assert {name for name in ItemSettings.model_fields if getattr(plain, name) != getattr(own, name)} == items
    trained = arm.training_of(RECIPE)
    assert {name for name in ReasonerSettings.model_fields if getattr(RECIPE, name) != getattr(trained, name)} == training
    assert trained.steps == RECIPE.steps is not None
    assert arm.votes == votes
    assert arm.own_items == bool(items or not votes)
    assert (arm is REFERENCE) == (not items and not training and votes)


def test_every_arm_has_a_name_and_a_folder_of_its_own() -> None:
    assert [arm.name for arm in ARMS] == list(CHANGED)
    assert len({arm.slug for arm in ARMS}) == len(ARMS)
    assert REFERENCE.slug == "the-same-recipe-same-budget"
    for arm in ARMS:
        assert arm_named(arm.name) is arm_named(arm.slug) is arm
    assert arm_named("without a name") is None


def test_arms_learn_from_the_kinds_of_items_that_the_shipped_reasoner_learns_from() -> None:
    assert RECIPE.kinds == read_named("reasoner", "cpu", ReasonerSettings).kinds


def test_the_shipped_recipe_has_no_curriculum_and_the_arm_has_one_of_as_many_steps() -> None:
    for name in ("arm", "cpu"):
        assert [phase.last_stage for phase in read_named("reasoner", name, ReasonerSettings).phases] == [None]
    arm = arm_named("with curriculum")
    assert arm is not None
    trained = arm.training_of(RECIPE)
    assert [phase.last_stage for phase in trained.phases] == [0, 1, None]
    assert RECIPE.steps is not None
    assert trained.phase_ends == (RECIPE.steps // 4, RECIPE.steps // 2, RECIPE.steps)


def test_finished_students_of_a_run_are_found_by_the_names_of_their_arms(tmp_path: Path) -> None:
    assert students_of_run(tmp_path) == {}
    for slug in ("without-hints", REFERENCE.slug, "without-something-else", "rationale-first"):
        (tmp_path / "arms" / slug / "student").mkdir(parents=True)
        if slug != "rationale-first":
            (tmp_path / "arms" / slug / "student" / "manifest.json").write_text("{}", encoding="utf-8")
    found = students_of_run(tmp_path)
    assert list(found) == [REFERENCE.name, "without hints", "without something else"]
    assert found["without hints"] == tmp_path / "arms" / "without-hints" / "student"

"""The arms of the reasoner's ablation, as data: each differs in one part from a reference, which is the same recipe with nothing
changed. All have the same number of steps of the same size, so that the part is what differs and not the budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from distill.rationales.building import ItemSettings
from distill.rationales.items import ITEM_KINDS
from distill.training.reasoner_settings import ReasonerSettings
from engine.students.manifest import MANIFEST_FILE

# Below the folder of a run: a folder for each arm, and in it its items (where they are its own), its training and its student.
ARMS_FOLDER, TRAINING, STUDENT = "arms", "training", "student"


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm. `words`: what is different, for the report. `items`, `training`: changes to the reference's settings. `votes`:
    whether the teachers' votes and rationales are learned; where not, the source's label is."""

    name: str
    words: str
    items: Mapping[str, object] = field(default_factory=dict)
    training: Mapping[str, object] = field(default_factory=dict)
    votes: bool = True

    @property
    def slug(self) -> str:
        """Its name as that of a folder."""
        return self.name.replace(",", "").replace(" ", "-")

    @property
    def own_items(self) -> bool:
        """Whether its items are others than the reference's."""
        return bool(self.items) or not self.votes

    def items_of(self, reference: ItemSettings) -> ItemSettings:
        """Its settings of items."""
        return ItemSettings.model_validate(reference.model_dump() | dict(self.items))

    def training_of(self, reference: ReasonerSettings) -> ReasonerSettings:
        """Its settings of training."""
        return ReasonerSettings.model_validate(reference.model_dump() | dict(self.training))


REFERENCE = Arm("the same recipe, same budget", "nothing is changed; the other arms are compared with it")
_CHANCE = (
    "begins with other weights and meets the items in another order; a part whose arm differs no more than this says nothing"
)
ARMS: tuple[Arm, ...] = (
    REFERENCE,
    Arm("the same, seed 1", _CHANCE, training={"seed": 1}),
    Arm("the same, seed 2", _CHANCE, training={"seed": 2}),
    Arm("rationale first", "the label is written after the steps", training={"label_first": False}),
    Arm(
        "without voting",
        "the source's label, which is the truth here too, is learned as sure; no teacher's vote and no teacher's steps",
        votes=False,
    ),
    Arm("without quality control", "wrong steps and answers stay in the items", items={"quality": False}),
    Arm(
        "without augmentation",
        "no other wording, no exchange of A and B, no routes and patients; each item is seen more often instead",
        items={
            "variants": 1,
            "swap": False,
            "dropped_share": 0.0,
            "circumstances_share": 0.0,
            "stand_ins": 0,
            "synthetic": 0,
            "strengths": 0,
        },
    ),
    Arm(
        "with all augmentation",
        "also copies with dropped facts and with medicines of the same roles, and made pairs, each item seen less often; "
        "the shipped recipe leaves them out",
        training={"kinds": ITEM_KINDS},
    ),
    Arm(
        "with curriculum",
        "a quarter of the steps on the easiest third of the items, a quarter on the easier two thirds, the rest on all; "
        "the shipped recipe has no curriculum",
        training={"phases": ({"epochs": 1.0, "last_stage": 0}, {"epochs": 1.0, "last_stage": 1}, {"epochs": 2.0})},
    ),
    Arm(
        "without hints",
        "the label is not told to whoever writes the steps, so it does not choose which stand first and which conclusion closes "
        "them; quality control still removes those that go against it",
        items={"hints": False},
    ),
)


def arm_named(name: str) -> Arm | None:
    """The arm of that name or folder; None where there is none."""
    return next((arm for arm in ARMS if name in (arm.name, arm.slug)), None)


def students_of_run(run: Path) -> dict[str, Path]:
    """Folders of the finished students of a run's arms by the arm's name; one that is no arm of ours goes by its folder's."""
    found = sorted(path.parent for path in (run / ARMS_FOLDER).glob(f"*/{STUDENT}/{MANIFEST_FILE}"))
    named = {folder.parent.name: folder for folder in found}
    known = {arm.name: named.pop(arm.slug) for arm in ARMS if arm.slug in named}
    return known | {slug.replace("-", " "): folder for slug, folder in named.items()}

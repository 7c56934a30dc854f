"""The arms of the reasoner's ablation as one command: items where they are an arm's own, training, export.

Run again it goes on where it was stopped; what is finished is kept. It works in the folder of a run that has its items (and, for
arms with items of their own, its votes), as `reproduce reasoner` leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from distill.export.arms import ARMS, ARMS_FOLDER, STUDENT, TRAINING, Arm, arm_named
from distill.export.reproduce_pairs import PairStudent, Telling, origin_of, reasoner_run
from distill.rationales.building import ItemSettings, build_items
from distill.rationales.items import ItemFile, read_items, write_items
from distill.rationales.run import ITEMS, PairRun, Taught, items_of, taught_by, teachers_of
from distill.training.machine import Clock
from distill.training.reasoner import train_reasoner
from distill.training.reasoner_settings import ReasonerSettings
from engine.errors import InputError
from engine.students.manifest import MANIFEST_FILE

# Of each split, that an arm is measured by when it is exported; the report asks all students about the same pairs again.
_MOST_PAIRS = 600
_NOBODY = Taught({}, ())


def chosen_arms(names: Sequence[str]) -> tuple[Arm, ...]:
    """The arms of those names (or names of folders), in the usual order; all where none is named.

    Raises:
        InputError: there is no such arm.
    """
    found = [arm_named(name) for name in names]
    if None in found:
        raise InputError(f"There is no such arm; known are {'; '.join(arm.name for arm in ARMS)}.")
    return tuple(arm for arm in ARMS if not names or arm in found)


def reproduce_arms(
    made: PairStudent,
    settings: ReasonerSettings,
    telling: Telling,
    names: Sequence[str] = (),
    stop_after_s: float | None = None,
) -> dict[str, Path] | None:
    """Make the arms of those names, all where none is named; their cards by name, None where the time was over before the end.

    Raises:
        InputError: there is no such arm, the recipe does not fix the steps or asks for a refinement round, a file of the folder
            cannot be used or was made with other settings, or the device is missing.
        ResourceError: the knowledge is missing or damaged.
    """
    clock, arms = Clock.started(stop_after_s), chosen_arms(names)
    if settings.steps is None:
        raise InputError("Arms are compared at the same number of steps: the recipe has to fix it ('steps').")
    if settings.refinement is not None:
        raise InputError("Arms have no refinement round: the recipe must not ask for one.")
    for arm in arms:
        reasoner_run(made, settings, folder_of(made.pairs, arm) / TRAINING)
    if not _make_items(made.pairs, arms, telling.note, clock):
        return None
    cards: dict[str, Path] = {}
    for arm in arms:
        card = None if clock.over else _made(arm, made, settings, telling, clock)
        if card is None:
            return None
        cards[arm.name] = card
    return cards


def folder_of(run: PairRun, arm: Arm) -> Path:
    """The folder of an arm."""
    return run.out / ARMS_FOLDER / arm.slug


def items_path(run: PairRun, arm: Arm) -> Path:
    """The file of an arm's items: its own, or the run's."""
    return (folder_of(run, arm) if arm.own_items else run.out) / ITEMS


def _make_items(run: PairRun, arms: Sequence[Arm], note: Callable[[str], None], clock: Clock) -> bool:
    """All items before the first training: what teachers say is much, and is read once; whether time was left for all."""
    reference = items_of(run, note, lambda: clock.over)
    if reference is None:
        return False
    taught: Taught | None = None
    for arm in (one for one in arms if one.own_items):
        path, settings = items_path(run, arm), arm.items_of(_settings_of(reference, run.out / ITEMS))
        if path.exists():
            _check(path, settings, reference)
            continue
        if clock.over:
            return False
        if reference.knowledge_digest != run.store.digest:
            raise InputError(f"The items in '{run.out}' belong to other knowledge than the one at hand.")
        if arm.votes and taught is None:
            note("what the teachers say")
            taught = taught_by(run)
        note(f"{arm.name}: items")
        said = taught if arm.votes and taught is not None else _NOBODY
        write_items(path, build_items(run.store, run.corpus, said.votes, settings, said.judgements))
    return True


def _settings_of(file: ItemFile, path: Path) -> ItemSettings:
    try:
        return ItemSettings.model_validate(file.made_with.get("settings"))
    except ValidationError as error:
        raise InputError(f"The file '{path}' does not say with which settings its items were made.") from error


def _check(path: Path, settings: ItemSettings, reference: ItemFile) -> None:
    """Arms are compared only where nothing differs but the part that they leave out."""
    file = read_items(path)
    if file.knowledge_digest != reference.knowledge_digest or file.vocabulary != reference.vocabulary:
        raise InputError(f"The items in '{path}' belong to other knowledge than the run's: delete what is old.")
    if _settings_of(file, path) != settings:
        raise InputError(f"The items in '{path}' were made with other settings: delete that folder, and they are made again.")


def _made(arm: Arm, made: PairStudent, settings: ReasonerSettings, telling: Telling, clock: Clock) -> Path | None:
    """Train and export an arm; the path of its card, None where the time was over before the end."""
    run, folder = made.pairs, folder_of(made.pairs, arm)
    trained, student, items = folder / TRAINING, folder / STUDENT, items_path(made.pairs, arm)
    telling.note(f"{arm.name}: training")
    machine = reasoner_run(made, settings, trained)
    # Called for a finished one too: it says where that was trained with other settings.
    if not train_reasoner(arm.training_of(settings), items, machine, telling.show, telling.note, clock.left_s):
        return None
    from distill.export.gguf_student import export_reasoner
    from distill.export.student import CARD

    if not (student / MANIFEST_FILE).is_file():
        telling.note(f"{arm.name}: exporting, calibrating and measuring")
        origin = origin_of(made, teachers_of(run) if arm.votes else ())
        export_reasoner(trained, read_items(items), run.store, run.corpus, origin, student, telling.note, _MOST_PAIRS)
    return student / CARD

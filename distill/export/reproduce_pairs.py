"""Students of the pair task as one command: items, training, export and card.

Run again it goes on where it was stopped; what is finished is kept. Export's libraries are asked for when there is something to
export: a machine that only trains may lack them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from distill.export.labeller import PairOrigin, export_labeller
from distill.rationales.holding_out import SecondTraining, held_out, learned_from, pairs_between, without
from distill.rationales.run import PairRun, first_line, items_of, teachers_of
from distill.training.labeller import train_labeller
from distill.training.labeller_settings import LabellerSettings
from distill.training.machine import Clock
from distill.training.reasoner import ReasonerRun
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.recipes import read_named
from distill.training.refining import train_and_refine
from distill.training.running import Step
from distill.training.settings import Machine
from engine.errors import InputError
from engine.students.manifest import TrainingData

_SECOND = "the same training without a fifth of the substances, to calibrate by"
PAIR_STUDENTS = ("labeller", "reasoner")
_KNOWLEDGE = TrainingData(
    name="Coprescribe's knowledge tables",
    licence="Apache-2.0",
    citation="resources/knowledge; each row names its source",
)


@dataclass(frozen=True, slots=True)
class Telling:
    """How a run tells what it does: steps of training, and everything else in words."""

    show: Callable[[Step], None]
    note: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class NamedBase:
    """An existing causal model: its folder, and how manifest and card name it."""

    folder: Path
    name: str


@dataclass(frozen=True, slots=True)
class PairStudent:
    """What is made and on what: the pairs' run, the machine, the student's version and day, and for a reasoner the existing model
    that its recipe adapts."""

    pairs: PairRun
    machine: Machine
    version: str
    created: str
    base: NamedBase | None = None


def reproduce_labeller(
    made: PairStudent, settings: LabellerSettings, telling: Telling, stop_after_s: float | None = None
) -> Path | None:
    """Train and export the labeller; the path of its card, None where the time was over before the end.

    Raises:
        InputError: a file of the folder cannot be used, or the device is missing.
        ResourceError: the knowledge is missing or damaged.
    """
    run, clock = made.pairs, Clock.started(stop_after_s)
    file = items_of(run, telling.note, lambda: clock.over)
    if file is None:
        return None
    trained = run.out / "labeller-training"
    if not train_labeller(settings, file, trained, made.machine, telling.show, telling.note, clock.left_s):
        return None
    telling.note(_SECOND)
    held, second = held_out(run.corpus.division), run.out / "labeller-calibration"
    if not train_labeller(settings, without(file, held), second, made.machine, telling.show, telling.note, clock.left_s):
        return None
    telling.note("exporting, calibrating and measuring")
    calibration = SecondTraining(second, pairs_between(run.corpus, held))
    origin = origin_of(made, teachers_of(run))
    return export_labeller(trained, file, learned_from(run.corpus), origin, run.out / "labeller", calibration)


def reproduce_reasoner(
    made: PairStudent, settings: ReasonerSettings, telling: Telling, stop_after_s: float | None = None
) -> Path | None:
    """Train and export the reasoner; the path of its card, None where the time was over before the end.

    Raises:
        InputError: a file of the folder cannot be used, the device is missing, or the file is not the student that was trained.
        ResourceError: the knowledge is missing or damaged.
    """
    run, clock = made.pairs, Clock.started(stop_after_s)
    machine = reasoner_run(made, settings, run.out / "reasoner-training")
    file = items_of(run, telling.note, lambda: clock.over)
    if file is None:
        return None
    refined = run.out / "reasoner-refined"
    trained = train_and_refine(settings, file, machine, refined, telling.show, telling.note, clock.left_s)
    if trained is None:
        return None
    telling.note("exporting, calibrating and measuring")
    from distill.export.gguf_student import export_reasoner

    origin = origin_of(made, teachers_of(run))
    return export_reasoner(trained, file, run.store, run.corpus, origin, run.out / "reasoner", telling.note)


def reproduce_pair_student(
    student: str, made: PairStudent, recipe: str, telling: Telling, stop_after_s: float | None = None
) -> Path | None:
    """Make one of `PAIR_STUDENTS` by the name of a recipe; the path of its card, None where the time was over before the end.

    Raises:
        InputError: there is no such recipe, a file of the folder cannot be used, or the device is missing.
        ResourceError: the knowledge is missing or damaged.
    """
    if student == "labeller":
        return reproduce_labeller(made, read_named(student, recipe, LabellerSettings), telling, stop_after_s)
    return reproduce_reasoner(made, read_named(student, recipe, ReasonerSettings), telling, stop_after_s)


def origin_of(made: PairStudent, teachers: tuple[str, ...]) -> PairOrigin:
    """What manifest and card say of a student that those teachers labelled for."""
    base = "" if made.base is None else made.base.name
    return PairOrigin(made.version, made.created, first_line(teachers), teachers, (_KNOWLEDGE,), base)


def reasoner_run(made: PairStudent, settings: ReasonerSettings, folder: Path) -> ReasonerRun:
    """Where and on what a reasoner is trained.

    Raises:
        InputError: the recipe adapts a base and none is given, or the other way round: said before anything is labelled.
    """
    if (settings.lora_rank > 0) != (made.base is not None):
        raise InputError("A base is adapted where the recipe gives a 'lora_rank' above 0: give both --base and such a recipe.")
    base = None if made.base is None else made.base.folder
    machine = made.machine
    return ReasonerRun(folder, base=base, device=machine.device, threads=machine.threads, precision=machine.precision)

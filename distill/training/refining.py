"""The refinement round: a finished reasoner learns further on the training items that it answers wrongly, weighted up, and on a
share of the others, so that these are not forgotten. Pairs of other splits are never asked about for that.

Run again it goes on where it was stopped, in the asking too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from distill.rationales.curriculum import to_learn_again
from distill.rationales.items import ItemFile, TrainingItem
from distill.training.machine import Clock
from distill.training.reasoner import ReasonerRun, train_reasoner
from distill.training.reasoner_errors import Asker, Errors, Limits, ask_about, digest_of, read_errors
from distill.training.reasoner_examples import examples_of
from distill.training.reasoner_model import open_reasoner
from distill.training.reasoner_settings import Phase, ReasonerSettings
from distill.training.refinement import TOLD, Before, Refined, RefinementSettings
from distill.training.running import Step
from distill.training.stage import REPORT, accelerator_of, write_report


def train_and_refine(
    settings: ReasonerSettings,
    file: ItemFile,
    run: ReasonerRun,
    refined: Path,
    show: Callable[[Step], None],
    note: Callable[[str], None],
    stop_after_s: float | None = None,
) -> Path | None:
    """Train a reasoner in `run.folder` and, where the settings ask for it, refine it in `refined`, or go on. The folder of the
    finished reasoner, None where the time was over before the end.

    Raises:
        InputError: the items or the device are missing or do not fit, or a folder holds a reasoner with other settings.
    """
    clock, round_ = Clock.started(stop_after_s), settings.refinement
    # The first training is the same without a round, so that one can follow later.
    first = settings.model_copy(update={"refinement": None})
    if not train_reasoner(first, file, run, show, note, clock.left_s):
        return None
    if round_ is None:
        return run.folder
    further = replace(run, folder=refined, base=None, start=run.folder)
    return _refined(settings, round_, file, further, run.folder, show, note, clock)


def _refined(
    settings: ReasonerSettings,
    round_: RefinementSettings,
    file: ItemFile,
    run: ReasonerRun,
    start: Path,
    show: Callable[[Step], None],
    note: Callable[[str], None],
    clock: Clock,
) -> Path | None:
    """Refine the reasoner in `start`, or go on."""
    learned = tuple(item for item in file.split("train") if item.kind in settings.kinds)
    found = _errors(settings, learned, run, start, note, clock)
    if not found.finished:
        return None
    if not found.places:
        note("no training item is answered wrongly: there is nothing to refine")
        return start
    again = to_learn_again(learned, found.places, round_.weight, round_.kept_share, settings.seed)
    measured = tuple(item for item in file.items if item.split != "train")
    items = replace(file, items=(*again, *measured))
    finished = train_reasoner(refined_settings(settings, round_), items, run, show, note, clock.left_s)
    if accelerator_of(run).is_main_process:
        _tell(run.folder, start, found, len(again) - len(found.places))
    return run.folder if finished else None


def refined_settings(settings: ReasonerSettings, round_: RefinementSettings) -> ReasonerSettings:
    """The settings of the round's training; the round stays in them, so that a folder knows which it holds."""
    changed = {
        "phases": (Phase(epochs=round_.epochs),),
        "steps": round_.steps,
        "seed": settings.seed + 1,
        "learning_rate": settings.learning_rate * round_.rate_factor,
        "matrix_learning_rate": settings.matrix_learning_rate * round_.rate_factor,
        "validations": round_.validations,
    }
    return settings.model_copy(update=changed)


def _errors(
    settings: ReasonerSettings,
    learned: tuple[TrainingItem, ...],
    run: ReasonerRun,
    start: Path,
    note: Callable[[str], None],
    clock: Clock,
) -> Errors:
    """What the reasoner answers wrongly, as far as it was asked. The first process asks, the others then find what it found."""
    accelerator, of = accelerator_of(run), digest_of(start, learned)
    with accelerator.main_process_first():
        if accelerator.is_main_process:
            run.folder.mkdir(parents=True, exist_ok=True)
            found = read_errors(run.folder, of, len(learned))
            if not found.finished:
                reasoner, tokenizer = open_reasoner(start)
                examples = examples_of(learned, tokenizer, settings)
                asker = Asker(reasoner, tokenizer, examples, accelerator.device)
                ask_about(asker, examples, found, run.folder, Limits(run.checkpoint_s, clock.left_s), note)
        return read_errors(run.folder, of, len(learned))


def _tell(folder: Path, start: Path, found: Errors, kept_right: int) -> None:
    """Add to the report what was asked and wrong, and of what training the round began."""
    told = Refined(
        asked=found.asked,
        wrong_items=len(found.places),
        wrong={part: len(places) for part, places in found.wrong.items()},
        kept_right=kept_right,
        asking_s=round(found.seconds, 1),
        before=Before.model_validate_json((start / REPORT).read_bytes()),
    )
    report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    if report.get(TOLD) != told.model_dump():
        write_report(folder, report | {TOLD: told.model_dump()})

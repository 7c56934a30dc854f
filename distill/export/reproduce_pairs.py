"""Students of the pair task as one command: from knowledge to votes, items, training, export and card.

Run again it goes on where it was stopped; what is finished is kept. Where the file of items lies in the folder already (made on
another machine), nothing but training libraries is needed for the training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairSplit, read_pairs
from distill.export.gguf_student import export_reasoner
from distill.export.labeller import PairOrigin, export_labeller
from distill.rationales.building import build_items
from distill.rationales.items import ItemFile, read_items, write_items
from distill.teachers.judging import Opener
from distill.teachers.panel import REPORT, VOTES, Labelling, VotingSettings, make_votes, panel_of
from distill.teachers.run_file import judgements_of
from distill.teachers.votes import read_votes
from distill.training.labeller import train_labeller
from distill.training.labeller_settings import LabellerSettings
from distill.training.reasoner import ReasonerRun, train_reasoner
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.recipes import read_named
from distill.training.running import Step
from distill.training.settings import Machine
from engine.cancellation import Progress
from engine.errors import InputError
from engine.knowledge.store import KnowledgeStore
from engine.students.manifest import TrainingData

ITEMS = "items.jsonl.gz"
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
class PairRun:
    """Where a run works. `knowledge`: folder of the compiled store. `out`: its own folder. `workers`: processes that label."""

    knowledge: Path
    out: Path
    machine: Machine
    workers: int = 1
    version: str = "1"
    created: str = ""

    @property
    def votes(self) -> Path:
        """Folder of the teachers' judgements, votes and report."""
        return self.out / "votes"


def teach(run: PairRun, note: Callable[[str], None], language_teachers: Sequence[Opener] = (), ray_address: str = "") -> Path:
    """Have the teachers judge all training pairs and vote; the path of the report on them.

    `language_teachers`: large models beside the teachers that run here.

    Raises:
        InputError: a file of the folder cannot be used, or a teacher cannot be asked.
        ResourceError: the knowledge is missing or damaged.
    """
    store, settings = KnowledgeStore(run.knowledge), VotingSettings()
    note("pairs from the knowledge")
    corpus = read_pairs(store)

    def show(split: PairSplit, at: Progress) -> None:
        if at.done % max(1, at.total // 10) == 0 or at.done == at.total:
            note(f"teachers, {split}: {at.done} of {at.total} pairs")

    labelling = Labelling(store, corpus, run.votes, show, run.workers, ray_address)
    panel = (*panel_of(store, run.knowledge, corpus, settings), *language_teachers)
    make_votes(labelling, panel, settings)
    return run.votes / REPORT


def items_of(run: PairRun, note: Callable[[str], None]) -> ItemFile:
    """The items of a run: read where they lie in its folder, made from knowledge and votes where not.

    Raises:
        InputError: a file of the folder cannot be used.
        ResourceError: the knowledge is missing or damaged.
    """
    path = run.out / ITEMS
    if not path.exists():
        if not (run.votes / VOTES).exists():
            teach(run, note)
        store = KnowledgeStore(run.knowledge)
        header, votes = read_votes(run.votes / VOTES)
        if header.knowledge_digest != store.digest:
            raise InputError(
                f"The votes in '{run.votes}' belong to other knowledge: delete that folder, and they are made again."
            )
        note("items from pairs, votes and rationales")
        corpus = read_pairs(store)
        said = judgements_of(run.votes / "train.run", PairInputs(store).items(corpus.records("train")))
        judgements = [one for given in said.values() for one in given]
        write_items(path, build_items(store, corpus, votes, judgements=judgements))
    return read_items(path)


def reproduce_labeller(
    run: PairRun, settings: LabellerSettings, telling: Telling, stop_after_s: float | None = None
) -> Path | None:
    """Train and export the labeller; the path of its card, None where the time was over before the end.

    Raises:
        InputError: a file of the folder cannot be used, or the device is missing.
        ResourceError: the knowledge is missing or damaged.
    """
    file = items_of(run, telling.note)
    trained = run.out / "labeller-training"
    if not train_labeller(settings, file, trained, run.machine, telling.show, stop_after_s):
        return None
    telling.note("exporting, calibrating and measuring")
    return export_labeller(trained, file, _origin(run), run.out / "labeller")


def reproduce_reasoner(
    run: PairRun, settings: ReasonerSettings, telling: Telling, stop_after_s: float | None = None
) -> Path | None:
    """Train and export the reasoner; the path of its card, None where the time was over before the end.

    Raises:
        InputError: a file of the folder cannot be used, the device is missing, or the file is not the student that was trained.
        ResourceError: the knowledge is missing or damaged.
    """
    file = items_of(run, telling.note)
    trained = run.out / "reasoner-training"
    machine = ReasonerRun(trained, device=run.machine.device, threads=run.machine.threads)
    if not train_reasoner(settings, file, machine, telling.show, telling.note, stop_after_s):
        return None
    telling.note("exporting, calibrating and measuring")
    store = KnowledgeStore(run.knowledge)
    return export_reasoner(trained, file, store, read_pairs(store), _origin(run), run.out / "reasoner", telling.note)


def reproduce_pair_student(
    student: str, run: PairRun, recipe: str, telling: Telling, stop_after_s: float | None = None
) -> Path | None:
    """Make one of `PAIR_STUDENTS` by the name of a recipe; the path of its card, None where the time was over before the end.

    Raises:
        InputError: there is no such recipe, a file of the folder cannot be used, or the device is missing.
        ResourceError: the knowledge is missing or damaged.
    """
    if student == "labeller":
        return reproduce_labeller(run, read_named(student, recipe, LabellerSettings), telling, stop_after_s)
    return reproduce_reasoner(run, read_named(student, recipe, ReasonerSettings), telling, stop_after_s)


def _origin(run: PairRun) -> PairOrigin:
    teachers = teachers_of(run)
    return PairOrigin(run.version, run.created, first_line(teachers), teachers, (_KNOWLEDGE,))


def teachers_of(run: PairRun) -> tuple[str, ...]:
    """Names and versions of the teachers that voted, as the votes of the run name them."""
    path = run.votes / VOTES
    if not path.exists():
        return ()
    header, _votes = read_votes(path)
    return tuple(f"{name} {version}" for name, version in sorted(header.teachers.items()))


_TEACHERS = {
    "mechanism": "rules on mechanism facts",
    "regulator": "the regulator's record",
    "neighbours": "the most similar documented pairs",
}


def first_line(teachers: Iterable[str]) -> str:
    """Who labelled a student, in words: the first line of its card, and on screen."""
    named = [_TEACHERS.get(one.split(" ")[0], one) for one in teachers]
    if not named:
        return "Labelled by the regulator's record alone; no large language model took part."
    listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    # Only teachers that run here without a model are known by these words.
    none = "; no large language model took part." if all(one.split(" ")[0] in _TEACHERS for one in teachers) else "."
    return f"Labelled by {listed}{none}"

"""The report on students of pairs: labeller and reasoner beside baselines and teachers, as one page in HTML and Markdown.

What takes minutes is kept in the folder and read again; only what is new is measured. PyTorch is not needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from distill.corpora.pair_labels import universe_of
from distill.corpora.pairs import TEST_SPLITS, PairCorpus
from distill.evaluation.boosting import BaselineSettings
from distill.evaluation.pair_report_ablation import ArmTraining, ablation_blocks, arm_trainings
from distill.evaluation.pair_report_baselines import baseline_rows
from distill.evaluation.pair_report_drawing import SPLIT_WORDS, training_figure
from distill.evaluation.pair_report_kept import Keeping
from distill.evaluation.pair_report_labeller import labeller_row
from distill.evaluation.pair_report_page import Block, Heading, Page, Picture, Points, Table, Words, write_page
from distill.evaluation.pair_report_pairs import ReportPairs, report_pairs
from distill.evaluation.pair_report_rows import Row
from distill.evaluation.pair_report_sections import (
    calibration_blocks,
    following_blocks,
    label_blocks,
    pace_blocks,
    simulating_blocks,
    step_blocks,
)
from distill.evaluation.pair_report_students import MeasuredReasoner, measured_reasoner
from distill.evaluation.pair_report_targets import target_blocks
from distill.evaluation.pair_report_teachers import VOTE, Judged, teacher_rows, votes_folder
from distill.evaluation.pair_report_training import Training, read_training, trainings_of_run
from distill.evaluation.planted import PlantedFigures, planted_figures
from distill.export.arms import ARMS, students_of_run
from engine.errors import InputError
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.labelling import Labeller
from engine.report import SEVERITY_ORDER
from engine.students.manifest import MANIFEST_FILE, LabellerManifest, ReasonerManifest
from engine.students.opening import LabellerStudent, ReasonerStudent, open_labeller, open_reasoner

_NO_LARGE_MODEL = "no large language model took part"
_PLANTED, _SEED = 1000, "report"


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What is reported on. `reasoner`: its folder, with the labeller's folder beside it where there is one. `out`: of the page.
    `run`: of teachers, whose arms of the ablation are taken too. `stages`: folders of trainings by name. `arms`: folders of other
    reasoners by name. `pairs`: most of each split."""

    reasoner: Path
    out: Path
    run: Path | None = None
    stages: Mapping[str, Path] = field(default_factory=dict)
    arms: Mapping[str, Path] = field(default_factory=dict)
    pairs: int = 1200
    baselines: BaselineSettings = field(default_factory=BaselineSettings)

    @property
    def every_arm(self) -> dict[str, Path]:
        """Folders of the run's arms and of those that are named; the named one where a name is in both."""
        return (students_of_run(self.run) if self.run is not None else {}) | dict(self.arms)

    @property
    def every_training(self) -> dict[str, Path]:
        """Folders of the run's trainings and of those that are named; the named one where a name is in both."""
        return (trainings_of_run(self.run) if self.run is not None else {}) | dict(self.stages)


@dataclass(frozen=True, slots=True)
class _Students:
    """The students that are opened."""

    reasoner: ReasonerStudent
    labeller: LabellerStudent | None
    arms: Mapping[str, ReasonerStudent]


@dataclass(frozen=True, slots=True)
class _Found:
    """All that was measured."""

    students: _Students
    shipped: MeasuredReasoner
    arms: tuple[MeasuredReasoner, ...]
    labeller: Row | None
    baselines: tuple[Row, ...]
    judged: Judged | None
    trainings: tuple[Training, ...]
    arm_trainings: Mapping[str, ArmTraining]
    planted: PlantedFigures

    @property
    def reasoners(self) -> tuple[MeasuredReasoner, ...]:
        """The shipped one and those of the ablation."""
        return self.shipped, *self.arms

    @property
    def rows(self) -> tuple[Row, ...]:
        """All that label."""
        labeller = () if self.labeller is None else (self.labeller,)
        teachers = () if self.judged is None else self.judged.rows
        return *self.baselines, *labeller, *(one.row for one in self.reasoners), *teachers


def write_report(store: KnowledgeStore, corpus: PairCorpus, settings: ReportSettings, note: Callable[[str], None]) -> Path:
    """Measure, and write the page; its path.

    Raises:
        InputError: a folder holds no run, training or settings, or cannot be written.
        ResourceError: a student is missing or damaged.
    """
    # What is not there is said before minutes are spent.
    if settings.run is not None:
        votes_folder(settings.run)
    students, of_arms = _opened(settings), arm_trainings(settings.every_arm)
    trainings = [read_training(name, folder) for name, folder in settings.every_training.items()]
    pairs = report_pairs(store, corpus, settings.pairs, note)
    found = _measured(students, pairs, settings, tuple(trainings), of_arms)
    first = students.reasoner.manifest.first_line
    return write_page(Page(first, "Students of pairs: report", tuple(_blocks(found, pairs))), settings.out, "report")


def _opened(settings: ReportSettings) -> _Students:
    beside = settings.reasoner.parent / "labeller"
    labeller = open_labeller(beside) if (beside / MANIFEST_FILE).is_file() else None
    arms = {name: open_reasoner(folder) for name, folder in settings.every_arm.items()}
    if len({"reasoner", "labeller", VOTE, *arms}) < len(arms) + 3:
        raise InputError("An arm of the ablation needs a name of its own.")
    return _Students(open_reasoner(settings.reasoner), labeller, arms)


def _measured(
    students: _Students,
    pairs: ReportPairs,
    settings: ReportSettings,
    trainings: tuple[Training, ...],
    of_arms: Mapping[str, ArmTraining],
) -> _Found:
    keeping = Keeping(settings.out / "kept", pairs.digest())
    labelling = None if students.labeller is None else Labeller(students.labeller)
    label_file = "none" if students.labeller is None else students.labeller.manifest.model_dump_json()

    def shipped() -> MeasuredReasoner:
        return measured_reasoner("reasoner", "student", students.reasoner, pairs, labelling)

    found = keeping.kept(("reasoner", students.reasoner.manifest.model_dump_json(), label_file), MeasuredReasoner, shipped)
    arms = []
    for name, student in students.arms.items():

        def arm(name: str = name, student: ReasonerStudent = student) -> MeasuredReasoner:
            return measured_reasoner(name, "arm", student, pairs, None)

        arms.append(keeping.kept(("arm", name, student.manifest.model_dump_json()), MeasuredReasoner, arm))
    baselines = baseline_rows(pairs, keeping, settings.baselines)
    pairs.note("errors planted for the verifier")
    return _Found(
        students=students,
        shipped=found,
        arms=tuple(arms),
        labeller=None if labelling is None else labeller_row(labelling, pairs),
        baselines=tuple(baselines),
        judged=None if settings.run is None else teacher_rows(pairs, settings.run),
        trainings=trainings,
        arm_trainings=of_arms,
        planted=planted_figures(pairs.store, universe_of(pairs.store), _PLANTED, _SEED),
    )


def _blocks(found: _Found, pairs: ReportPairs) -> Iterator[Block]:
    yield from _introduction(found.students, pairs)
    yield from target_blocks(found.rows, found.shipped, found.planted)
    vote = None if found.judged is None else next(row for row in found.judged.rows if row.name == VOTE)
    missing = [*_missing_arms(found), *([] if found.labeller else ["labeller"]), *([] if vote else ["teachers", VOTE])]
    yield from label_blocks(found.rows, missing, vote)
    yield from pace_blocks(found.rows, found.reasoners)
    yield from calibration_blocks(found.rows)
    yield from step_blocks(found.reasoners)
    yield from following_blocks(found.reasoners)
    yield from simulating_blocks(found.reasoners)
    yield from ablation_blocks(found.arms, found.arm_trainings)
    yield Heading("Errors planted for the verifier")
    yield Points(tuple(line.strip() for line in found.planted.lines()))
    yield from _training_blocks(found.trainings)
    yield Heading("Not measured")
    yield Points(tuple(_not_measured(found)))


def _introduction(students: _Students, pairs: ReportPairs) -> Iterator[Block]:
    manifests: list[ReasonerManifest | LabellerManifest] = [students.reasoner.manifest]
    manifests += [students.labeller.manifest] if students.labeller else []
    named = " and ".join(f"{one.name} {one.version} ({one.parameters:,} weights)" for one in manifests)
    yield Words(
        f"Measured: {named}, from their files, on pairs that stand in no training. Truth is what the regulator documents; "
        "as many undocumented pairs stand beside, matched by degree. All are asked about the same pairs; pairs of which "
        "no fact is known are left out, since the application does not ask about them. Macro-F1 is the mean over the "
        "labels that occur; intervals resample pairs, not trainings."
    )
    yield Words(
        "The reasoner gives its label first, then its steps. In the application the labeller gives the label, and the "
        "reasoner the steps; its own label is measured here as well."
    )
    if students.labeller is not None and students.labeller.manifest.first_line != students.reasoner.manifest.first_line:
        yield Words(f"The labeller: {students.labeller.manifest.first_line}")
    counts = {split: Counter(record.label.severity for record in records) for split, records in pairs.records.items()}
    rows = (
        (SPLIT_WORDS[split], str(sum(counts[split].values())), *(str(counts[split][level]) for level in SEVERITY_ORDER))
        for split in TEST_SPLITS
    )
    yield Table("Pairs that are asked, by severity", ("split", "pairs", *SEVERITY_ORDER), tuple(rows))
    yield Words(f"Knowledge: {pairs.store.digest}. Warm: both medicines were seen in training, the pair was not.")


def _training_blocks(trainings: Sequence[Training]) -> Iterator[Block]:
    if not trainings:
        return
    yield Heading("Training")
    rows = tuple(
        (one.name, f"{one.parameters:,}", f"{one.items:,}", f"{one.step} of {one.steps}", f"{one.seconds / 3600:.2f}", one.device)
        for one in trainings
    )
    yield Table("How students were trained", ("who", "weights", "items", "steps", "hours", "device"), rows)
    if any(one.validations for one in trainings):
        words = "Losses and macro-F1 of severity on development pairs while students are trained."
        yield Picture("training", words, training_figure(trainings))


def _missing_arms(found: _Found) -> list[str]:
    return [arm.name for arm in ARMS if arm.name not in found.students.arms]


def _not_measured(found: _Found) -> Iterator[str]:
    for name in _missing_arms(found):
        yield f"The arm '{name}' of the ablation: no reasoner was given for it (`reproduce arms` makes it)."
    yield "Pairs at the rate at which they occur, of which most have no rule: here half of each split is documented."
    if found.labeller is None:
        yield "The labeller: there is none beside the reasoner; nor steps after its label."
    if found.judged is None:
        yield "The teachers and their vote: no run of them was given (--run)."
    else:
        yield from found.judged.findings
        yield "The regulator's record as a teacher: it is the truth here, so it takes no part in the vote."
    drawn = [one.name for one in found.trainings if one.validations]
    if not drawn:
        yield "Losses while training: no training with figures on development pairs was given (--stage)."
    for one in found.trainings:
        if not one.validations:
            yield f"Losses of the training '{one.name}': its report holds none."
    if found.arms:
        yield "Arms after the labeller's label: their steps are those after their own."
    if _NO_LARGE_MODEL in found.students.reasoner.manifest.first_line:
        yield "A large language model as a teacher: none labelled here."
    yield (
        "More than one seed of what ships: each was trained once. Intervals say nothing of how trainings differ; arms of the "
        "ablation that differ in the seed alone do, where they were made."
    )
    yield "What clinicians say of labels and steps: nobody reviewed them."

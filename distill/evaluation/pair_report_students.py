"""Labeller and reasoner as rows of the report, from their shipped files: ONNX Runtime and llama.cpp alone, no PyTorch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from distill.corpora.pairs import PairSplit
from distill.evaluation.pair_report_following import Following, followed, label_of
from distill.evaluation.pair_report_labeller import labels_of
from distill.evaluation.pair_report_pairs import ReportPairs
from distill.evaluation.pair_report_rows import Kept, Row, RowKind, Speed, row_of, timed
from distill.evaluation.pair_report_simulating import Simulated, simulated
from distill.evaluation.reasoner import AskedPair, answers_of, asked_pairs, completed, step_counts
from distill.export.gguf_running import GgufRunner
from distill.export.gguf_writing import GgufWriting
from engine.errors import InputError
from engine.prescriptions.patient import Patient
from engine.reasoning.labelling import Labeller
from engine.reasoning.language import Label
from engine.reasoning.pair_facts import PairFacts
from engine.students.opening import ReasonerStudent

_NOBODY = Patient()
_NOTHING = Label("none", "none", "none")
CARD = "card.md"
_SETTINGS = "Settings: `"
# Asked one at a time for the pace.
_TIMED = 100


class MeasuredReasoner(Kept):
    """A reasoner: its labels, its steps by split after its own label, and after the labeller's as the application asks; whether
    its label follows when facts are changed, and whether its steps tell the label."""

    row: Row
    steps: dict[PairSplit, dict[str, float]]
    steps_shipped: dict[PairSplit, dict[str, float]]
    answers_per_s: float
    tokens_per_s: float
    following: Following
    labeller_following: Following | None
    simulated: tuple[Simulated, ...]


@dataclass(frozen=True, slots=True)
class OpenedReasoner:
    """A reasoner's file, running. `ids`: of its tokens."""

    student: ReasonerStudent
    runner: GgufRunner
    ids: Mapping[str, int]
    label_first: bool

    def writing(self, *, label_alone: bool = False) -> GgufWriting:
        """Whole answers, or labels alone."""
        return GgufWriting(self.runner, self.ids, label_first=self.label_first, label_alone=label_alone)

    def labels(self, several: Sequence[PairFacts]) -> list[Label]:
        """The labels that it gives."""
        temperatures = self.student.manifest.softening
        return [label_of(one) for one in answers_of(_whole(self.writing(label_alone=True), several), temperatures)]


@contextmanager
def opened(student: ReasonerStudent) -> Iterator[OpenedReasoner]:
    """Run a reasoner's file in this process.

    Raises:
        InputError: its card does not say where the label stands.
        ResourceError: llama.cpp makes no model of it.
    """
    first = label_first(student.folder)
    runner = GgufRunner(student.model_path, student.manifest.context_tokens)
    try:
        yield OpenedReasoner(student, runner, {piece: number for number, piece in enumerate(student.tokens)}, first)
    finally:
        runner.close()


def label_first(folder: Path) -> bool:
    """Whether a reasoner gives its label before its steps, as the settings on its card say.

    Raises:
        InputError: the card does not say it.
    """
    try:
        lines = (folder / CARD).read_text(encoding="utf-8").splitlines()
        told = next(line for line in lines if line.startswith(_SETTINGS))
        found = json.loads(told.removeprefix(_SETTINGS).removesuffix("`"))["label_first"]
    except (OSError, UnicodeDecodeError, StopIteration, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The card in '{folder}' does not say with which settings the reasoner was trained.") from error
    return bool(found)


def measured_reasoner(
    name: str, kind: RowKind, student: ReasonerStudent, pairs: ReportPairs, labeller: Labeller | None
) -> MeasuredReasoner:
    """Ask a reasoner about all pairs. `labeller`: whose label the application gives it, where there is one.

    Raises:
        InputError: its card does not say where the label stands.
        ResourceError: a model cannot be run.
    """
    with opened(student) as reasoner:
        pairs.note(f"{name}: answers")
        asked: dict[PairSplit, tuple[AskedPair, ...]] = {}
        whole, answers_per_s = timed(lambda: _asked(reasoner.writing(), pairs, asked))
        tokens = sum(len(one.written.tokens) for one in whole)
        some = [pairs.inputs.facts(record) for record in pairs.every()[:: max(1, len(pairs.every()) // _TIMED)]]
        _labels, alone = timed(lambda: reasoner.labels(some))
        temperatures = student.manifest.softening
        answers = {split: answers_of(several, temperatures) for split, several in asked.items()}
        row = row_of(name, kind, answers, Speed(alone=alone), remark="" if reasoner.label_first else "its label comes last")
        pairs.note(f"{name}: the same with facts changed")
        following = followed(whole, reasoner.labels)
        return MeasuredReasoner(
            row=row,
            steps={split: step_counts(several, pairs.store).figures() for split, several in asked.items()},
            steps_shipped={} if labeller is None or not reasoner.label_first else _shipped(name, reasoner, labeller, pairs),
            answers_per_s=answers_per_s,
            tokens_per_s=answers_per_s * tokens / len(whole),
            following=following,
            labeller_following=None if labeller is None else followed(whole, lambda several: labels_of(labeller, several)),
            simulated=simulated(whole),
        )


def _asked(writing: GgufWriting, pairs: ReportPairs, into: dict[PairSplit, tuple[AskedPair, ...]]) -> list[AskedPair]:
    for split, records in pairs.records.items():
        into[split] = asked_pairs(writing, records, pairs.inputs)
    return [one for several in into.values() for one in several]


def _shipped(name: str, reasoner: OpenedReasoner, labeller: Labeller, pairs: ReportPairs) -> dict[PairSplit, dict[str, float]]:
    """Steps after the labeller's label."""
    pairs.note(f"{name}: steps after the labeller's label")
    writing = GgufWriting(reasoner.runner, reasoner.ids, given=lambda facts: labeller.said_of(facts).label)
    return {
        split: step_counts(asked_pairs(writing, records, pairs.inputs), pairs.store).figures()
        for split, records in pairs.records.items()
    }


def _whole(writing: GgufWriting, several: Sequence[PairFacts]) -> list[AskedPair]:
    """Labels as answers to pairs whose truth does not matter."""
    return [AskedPair(_NOTHING, facts, _NOBODY, completed(one)) for facts, one in zip(several, writing(several), strict=True)]

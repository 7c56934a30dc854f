"""A finished labeller as a student folder: ONNX, temperatures by how much was learned, figures of each split, manifest and card.

The file stays fp32: it has about a million weights and answers in some milliseconds, so eight bits would save nothing that anyone
notices.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from distill.corpora.pairs import PairSplit
from distill.evaluation.calibration import rising_temperatures
from distill.evaluation.labels import LabelAnswer, label_figures, split_lines
from distill.evaluation.reader import Figures
from distill.export.onnx import OPSET
from distill.export.student import CARD, MODEL, file_of, write_manifest
from distill.rationales.holding_out import SecondTraining
from distill.rationales.items import ItemFile, TrainingItem
from distill.teachers.protocol import LABELS
from distill.training.labeller import FinishedLabeller, answered, finished_labeller, labeller_examples
from distill.training.stage import REPORT
from engine.errors import InputError
from engine.reasoning.language import read_answer
from engine.records.writing import write_file
from engine.students.fact_rows import INPUT, OUTPUT, fact_array
from engine.students.manifest import Head, LabellerManifest, TrainingData
from engine.students.onnx_model import OnnxModel
from engine.students.temperatures import NO_INTERACTION, unlearned

MEASURED: tuple[PairSplit, ...] = ("development", "development_cold", "warm", "s1", "s2")
# The second has substances that no training pair has: what is asked most is pairs that nobody rated.
CALIBRATED_ON: tuple[PairSplit, ...] = ("development", "development_cold")
_ROWS = 512
_BOTH = 2
_LICENCE = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class PairOrigin:
    """What manifest and card say of a student of the pair task beside what was measured. `base`: name of the existing model that
    it was adapted from; empty for one that began from nothing."""

    version: str
    created: str
    first_line: str
    teachers: tuple[str, ...]
    data: tuple[TrainingData, ...]
    base: str = ""


def export_labeller(
    trained: Path,
    file: ItemFile,
    learned: Collection[str],
    origin: PairOrigin,
    folder: Path,
    second: SecondTraining | None = None,
) -> Path:
    """Write the student folder of a finished labeller; the path of its card. `learned`: ids of the substances whose pairs it
    learned from. `second`: to calibrate pairs of two medicines by that it never learned from, beside the development pairs.

    Raises:
        InputError: the training is not finished, or the items do not fit it.
    """
    finished = finished_labeller(trained)
    check_knowledge(trained, file)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MODEL
    write_onnx(finished, path)
    model = OnnxModel(path.read_bytes())
    heads = _calibrated(model, file, finished, learned, second)
    figures: dict[str, Figures] = {split: _measured(model, heads, learned, file.measured(split), finished) for split in MEASURED}
    manifest = LabellerManifest(
        name="labeller",
        kind="labeller",
        version=origin.version,
        created=origin.created,
        files={MODEL: file_of(path)},
        base="none: trained from nothing",
        licence=_LICENCE,
        non_commercial=False,
        data=origin.data,
        teachers=origin.teachers,
        knowledge_digest=file.knowledge_digest,
        figures={f"{split}/{name}": round(value, 6) for split, part in figures.items() for name, value in part.items()},
        first_line=origin.first_line,
        tokens=finished.vocabulary,
        heads=heads,
        codes_a_row=finished.shape.codes_a_row,
        learned=tuple(sorted(learned)),
        parameters=sum(parameter.numel() for parameter in finished.model.parameters()),
    )
    report = json.loads((trained / REPORT).read_text(encoding="utf-8"))
    farthest = parity(finished, model, file)
    write_file(folder / CARD, _card(manifest, figures, report, farthest).encode())
    write_manifest(folder, manifest.model_copy(update={"files": {**manifest.files, CARD: file_of(folder / CARD)}}))
    return folder / CARD


def write_onnx(finished: FinishedLabeller, path: Path) -> None:
    """Write the model as ONNX, for any number of pairs and rows."""
    example = torch.from_numpy(fact_array([[[1, 2, 3], [2, 1]], [[3]]], finished.shape.codes_a_row))
    with torch.inference_mode():
        torch.onnx.export(
            finished.model,
            (example,),
            str(path),
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: {0: "pairs", 1: "rows"}, OUTPUT: {0: "pairs"}},
            opset_version=OPSET,
            dynamo=False,
        )


def parity(finished: FinishedLabeller, model: OnnxModel, file: ItemFile) -> float:
    """The greatest difference of a logit from PyTorch's, over development pairs."""
    rows = _rows(file.measured("development")[:_ROWS], finished)
    with torch.inference_mode():
        reference = finished.model(torch.from_numpy(rows)).numpy()
    (answered,) = model.run([OUTPUT], {INPUT: rows})
    return float(np.abs(reference - answered).max())


def _rows(items: Sequence[TrainingItem], finished: FinishedLabeller) -> NDArray[np.int64]:
    examples = labeller_examples(items, finished.vocabulary)
    return fact_array([one.rows(finished.shape) for one in examples], finished.shape.codes_a_row)


def _logits(model: OnnxModel, items: Sequence[TrainingItem], finished: FinishedLabeller) -> NDArray[np.float32]:
    parts = [items[at : at + _ROWS] for at in range(0, len(items), _ROWS)]
    return np.concatenate([model.run([OUTPUT], {INPUT: _rows(part, finished)})[0] for part in parts])


def _logits_in_torch(finished: FinishedLabeller, items: Sequence[TrainingItem]) -> NDArray[np.float32]:
    if not items:
        return np.empty((0, sum(map(len, LABELS.values()))), dtype=np.float32)
    logits: NDArray[np.float32] = answered(finished.model, labeller_examples(items, finished.vocabulary), finished.shape).numpy()
    return logits


def check_knowledge(trained: Path, file: ItemFile) -> None:
    """See that a training learned from items of the knowledge that a file's items are of.

    Raises:
        InputError: it learned from another.
    """
    report = json.loads((trained / REPORT).read_text(encoding="utf-8"))
    if report.get("knowledge_digest") != file.knowledge_digest:
        raise InputError(f"The training in '{trained}' learned from other knowledge: delete that folder, and it is made again.")


def _unseen(items: Sequence[TrainingItem], learned: Collection[str]) -> NDArray[np.int64]:
    return np.array([unlearned(item.pair.split("+"), learned) for item in items], dtype=np.int64)


def _calibrated(
    model: OnnxModel, file: ItemFile, finished: FinishedLabeller, learned: Collection[str], second: SecondTraining | None
) -> tuple[Head, ...]:
    """The heads, each with a temperature of pairs of learned substances, one where one is unseen, and one where both are."""
    items = [item for split in CALIBRATED_ON for item in file.measured(split)]
    said = [read_answer(item.answer).label for item in items]
    unseen = _unseen(items, learned)
    logits, heads, start = _logits(model, items, finished), [], 0
    if second is not None:
        check_knowledge(second.trained, file)
        truths_of = {record.id: record.label for record in second.records}
        theirs = [item for item in file.measured("train") if item.pair in truths_of]
        said += [truths_of[item.pair] for item in theirs]
        logits = np.concatenate([logits, _logits_in_torch(finished_labeller(second.trained), theirs)])
        unseen = np.concatenate([unseen, np.full(len(theirs), _BOTH)])
    for name, labels in LABELS.items():
        truths, own = np.array([labels.index(label.on(name)) for label in said]), logits[:, start : start + len(labels)]
        # One figure for both would tell "none" with too little certainty and all else with too much.
        nothing = own.argmax(axis=1) == labels.index(NO_INTERACTION)
        (known, *others), nothings = (rising_temperatures(own[rows], truths[rows], unseen[rows]) for rows in (~nothing, nothing))
        heads.append(
            Head(
                name=name,
                kind="label",
                labels=labels,
                start=start,
                temperature=known,
                unseen_temperatures=tuple(others),
                nothing_temperatures=nothings,
            )
        )
        start += len(labels)
    return tuple(heads)


def _measured(
    model: OnnxModel, heads: Sequence[Head], learned: Collection[str], items: Sequence[TrainingItem], finished: FinishedLabeller
) -> Figures:
    from engine.students.probabilities import calibrated_pairs

    logits, unseen = _logits(model, items, finished), _unseen(items, frozenset(learned))
    shares = {head.name: calibrated_pairs(logits, head, unseen).tolist() for head in heads}
    labels = {head.name: head.labels for head in heads}
    answers = []
    for place, item in enumerate(items):
        said: Mapping[str, dict[str, float]] = {
            name: dict(zip(labels[name], part[place], strict=True)) for name, part in shares.items()
        }
        answers.append(LabelAnswer(read_answer(item.answer).label, said["severity"], said["direction"], said["mechanism"]))
    return label_figures(answers)


def _card(manifest: LabellerManifest, figures: Mapping[str, Figures], report: Mapping[str, object], farthest: float) -> str:
    lines = [manifest.first_line, "", f"# {manifest.name}, version {manifest.version}", ""]
    lines += ["Written by `coprescribe-distill`; every figure was measured by it.", ""]
    lines += [f"- {manifest.parameters:,} weights over {len(manifest.tokens)} codes, from nothing; fp32 ONNX"]
    lines += [f"- Made on {manifest.created}: {report['items']} items, {report['seconds']} s on {report['device']}"]
    lines += [f"- Terms: {manifest.licence}", f"- Knowledge: {manifest.knowledge_digest}"]
    lines += ["- Probabilities are calibrated apart for pairs of learned medicines, with one unseen, and of two unseen, each for"]
    lines += ['  answers of "none" and of anything else']
    lines += [f"- Greatest difference of a logit from PyTorch: {farthest:.1e}", ""]
    lines += ["## Learned from", "", *(f"- {one.name} ({one.licence}): {one.citation}" for one in manifest.data), ""]
    return "\n".join([*lines, *split_lines(figures), ""])

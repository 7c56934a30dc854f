"""All of a recipe as one command: stages, export, calibration, tests, ablation, card.

Run again it goes on where it was stopped.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from distill.corpora.statistics import read_corpus
from distill.evaluation.judging import calibrated_heads, judged, test_of
from distill.evaluation.reader import Answering, Figures
from distill.export.card import Made, card_text
from distill.export.onnx import export_fp32, quantise
from distill.export.parity import onnx_answering, parity
from distill.export.records import ArmRecord, is_told, read_arm, records_of, write_arm, write_records
from distill.export.student import CARD, Origin, file_of, heads_of, write_manifest, write_student
from distill.training.answering import answering_of
from distill.training.documents import training_documents
from distill.training.examples import examples_of
from distill.training.passages import passage_examples
from distill.training.recipes import Recipe
from distill.training.running import Step
from distill.training.settings import RowForm, Run, pretrained_on
from distill.training.stage import MODEL, SETTINGS, check_settings, finished_reader, run_stage
from distill.training.tasks import layout_of, source_of
from engine.errors import InputError
from engine.installation import find_installation
from engine.reading.lexicon import cue_table
from engine.records.writing import write_file
from engine.students.encoding import open_tokenizer
from engine.students.manifest import Head
from engine.students.rows import Row

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_ROWS_OF_A_SOURCE = 400
_RATE_ROWS = 300
# Of how figures are measured: a change of that, and kept ones are measured again.
_MEASURING = b"7"


@dataclass(frozen=True, slots=True)
class Naming:
    """What the manifest says of a student beside what was measured."""

    recipe: str
    version: str
    created: str
    base: str


def run_recipe(
    recipe: Recipe, run: Run, show: Callable[[Step], None], note: Callable[[str], None], stop_after_s: float | None = None
) -> bool:
    """Train all stages that are not finished; whether all are.

    Raises:
        InputError: a stage is there with other settings than the recipe's, or something that it needs is missing.
    """
    started = time.monotonic()
    for name, settings in recipe.stages.items():
        check_settings(run.stages / name / SETTINGS, settings, "a stage")
    for name in _due(recipe, run.stages):
        left = None if stop_after_s is None else stop_after_s - (time.monotonic() - started)
        if left is not None and left <= 0:
            return False
        if not run_stage(name, recipe.stages[name], run, show, note, left):
            return False
    return True


def _due(recipe: Recipe, stages: Path) -> list[str]:
    """The stages to train, in order: those without weights. Those before a student that was taken up again have none either, and
    are trained again only where something is to start from them."""
    due: set[str] = set()

    def need(name: str) -> None:
        if name not in due and not (stages / name / MODEL).exists():
            due.add(name)
            for other in recipe.stages[name].needed:
                need(other)

    for name in recipe.stages:
        if name == recipe.student or not is_told(stages / name):
            need(name)
    return [name for name in recipe.stages if name in due]


def export_student(recipe: Recipe, run: Run, naming: Naming, folder: Path, note: Callable[[str], None]) -> Path:
    """Write the student folder of a recipe whose stages are finished; the path of its card.

    Raises:
        InputError: a stage is not finished, a corpus is missing, or the last stage has two heads for one purpose.
    """
    stage, settings = run.stages / recipe.student, recipe.stages[recipe.student]
    tokenizer_path = stage / "tokenizer.json"
    tokenizer = open_tokenizer(tokenizer_path)
    reader = finished_reader(stage, attention=True)
    heads = heads_of(layout_of(settings.sources), tokenizer)
    double = [head.name for at, head in enumerate(heads) if head.name in {other.name for other in heads[:at]}]
    if double:
        raise InputError(f"Two heads would be '{double[0]}' in the student: its last stage must do without one of their sources.")
    files = run.stages / "export"
    files.mkdir(exist_ok=True)
    fp32, int8 = files / "fp32.onnx", files / "int8.onnx"
    export_fp32(reader, fp32)
    rows = _development_rows(recipe, run, tokenizer)
    # What rounding was fitted to does not tell how near it is; a sentence may still stand in rows of both.
    fitted, rows = rows[::2], rows[1::2]
    quantise(fp32, int8, fitted)
    note("calibrating")
    int8_answers = onnx_answering(int8)
    heads = calibrated_heads(int8_answers, heads, tokenizer, settings, run.data, settings.development_shares)
    note("testing the int8 file, then the fp32 one")
    figures, fp32_figures = (_judged_once(path, heads, tokenizer, settings, run.data) for path in (int8, fp32))
    reference = answering_of(reader)(rows)
    compared = [parity(name, reference, onnx_answering(path), rows, heads) for name, path in (("fp32", fp32), ("int8", int8))]
    origin = origin_of(recipe, run, naming)
    manifest = write_student(folder, int8, tokenizer_path, heads, origin, figures)
    arms = _ablation(recipe, run, tokenizer, note)
    of_teachers = [figures["micro_f1"] for name, _words, figures, _rate in arms if name in recipe.teachers]
    # After the ablation, whose figures belong to them; the student comes last, so that training goes on from it.
    lineage = [*(name for name in recipe.stages if name != recipe.student), recipe.student]
    records = records_of(run.stages, lineage)
    made = Made(
        recipe=naming.recipe,
        purpose=recipe.purpose,
        stages=records,
        figures=figures,
        parity=compared,
        arms=[(words, part, rate) for _name, words, part, rate in arms],
        teachers_micro_f1=max(of_teachers, default=None),
        fp32_figures=fp32_figures,
    )
    write_file(folder / CARD, card_text(manifest, made).encode())
    beside = {path.name: file_of(path) for path in (write_records(folder, records), folder / CARD)}
    write_manifest(folder, manifest.model_copy(update={"files": manifest.files | beside}))
    return folder / CARD


def _judged_once(model: Path, heads: tuple[Head, ...], tokenizer: Tokenizer, form: RowForm, data: Path) -> dict[str, Figures]:
    """Figures of a file on the official tests; those of the same file, heads and form of rows that were measured before are kept
    beside it."""
    told = [f"{form.passages} {form.max_tokens}", *(head.model_dump_json() for head in heads)]
    # Of directions the words are measured too.
    content = _MEASURING + model.read_bytes() + cue_table(find_installation().resources).read_bytes() + "".join(told).encode()
    key, kept = hashlib.sha256(content).hexdigest(), model.with_suffix(".figures.json")
    if kept.exists():
        told = json.loads(kept.read_text(encoding="utf-8"))
        if told["of"] == key:
            return {head: dict(part) for head, part in told["figures"].items()}
    figures = judged(onnx_answering(model), heads, tokenizer, form, data)
    write_file(kept, (json.dumps({"of": key, "figures": figures}, indent=1) + "\n").encode())
    return figures


def origin_of(recipe: Recipe, run: Run, naming: Naming) -> Origin:
    """Whatever the student learned from: terms of its teachers' corpora, and of its base's, hold for it too."""
    stages = [recipe.stages[name] for name in recipe.ancestors(recipe.student)]
    sources = [source for settings in stages for source in settings.sources]
    teachers = [name for settings in stages for name in settings.teachers]
    return Origin(
        naming.version,
        naming.created,
        naming.base,
        tuple(dict.fromkeys([*sources, *pretrained_on(run.base)])),
        tuple(dict.fromkeys(teachers)),
        stages[0].max_tokens,
        stages[0].passages,
    )


def _development_rows(recipe: Recipe, run: Run, tokenizer: Tokenizer) -> list[Row]:
    settings = recipe.stages[recipe.student]
    rows: list[Row] = []
    for name in settings.sources:
        source = source_of(name)
        corpora = training_documents(
            [read_corpus(corpus, run.data) for corpus in source.corpora], settings.development_shares.get(name, 0.0)
        )
        examples = examples_of(source, corpora, "development", tokenizer, settings.max_tokens)
        if settings.passages and source.names:
            whole = [read_corpus(corpus, run.data) for corpus in source.corpora]
            examples += passage_examples(source, corpora, whole, "development", tokenizer, settings.max_tokens)
        rows += [example.row for example in examples[:: max(1, len(examples) // _ROWS_OF_A_SOURCE)]]
    return rows


def _ablation(
    recipe: Recipe, run: Run, tokenizer: Tokenizer, note: Callable[[str], None]
) -> list[tuple[str, str, Figures, float]]:
    """(stage, words, figures of the DDI head, sentences a second) of each arm, each calibrated on development data as the student
    is. Figures that were measured once are kept beside the stage."""
    found = []
    for name, words in recipe.arms.items():
        arm = read_arm(run.stages / name)
        if arm is None:
            note(f"testing {name}")
            arm = _arm(recipe, run, name, tokenizer)
            write_arm(run.stages / name, arm)
        found.append((name, words, arm.figures, arm.rate))
    return found


def _arm(recipe: Recipe, run: Run, name: str, tokenizer: Tokenizer) -> ArmRecord:
    settings = recipe.stages[name]
    answering = answering_of(finished_reader(run.stages / name))
    # Of a stage that learned from the annotated labels beside the corpus, the head of the corpus, which comes first.
    heads = [head for head in heads_of(layout_of(settings.sources), tokenizer) if head.name == "ddi"][:1]
    tuned = calibrated_heads(answering, heads, tokenizer, settings, run.data, settings.development_shares)
    figures = judged(answering, tuned, tokenizer, settings, run.data)["ddi"]
    return ArmRecord(figures=figures, rate=_rate(answering, tokenizer, settings.max_tokens, run.data, heads[0]))


def _rate(answering: Answering, tokenizer: Tokenizer, max_tokens: int, data: Path, head: Head) -> float:
    """Test sentences with pairs that are answered in a second."""
    test = test_of(head)
    if test is None:
        raise InputError(f"No corpus at hand tests the head '{head.name}'.")
    corpora = [read_corpus(name, data) for name in test.source.corpora]
    rows = [one.row for one in examples_of(test.source, corpora, "test", tokenizer, max_tokens) if one.row.pairs][:_RATE_ROWS]
    started = time.perf_counter()
    answering(rows)
    return len(rows) / (time.perf_counter() - started)

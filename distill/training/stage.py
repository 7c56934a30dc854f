"""One stage of the reader as one command: examples, training, measuring, report. Run again it goes on where it was stopped."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from distill.corpora.model import Corpus, Split
from distill.corpora.statistics import read_corpus
from distill.training.examples import Example, names_examples, prepared, relation_examples
from distill.training.loop import CHECKPOINT, Step, Training
from distill.training.measuring import measured_names, measured_relations
from distill.training.reader_model import Reader, empty_reader, reader_from_base
from distill.training.settings import StageSettings, read_settings
from distill.training.tasks import Task, task_of
from engine.errors import InputError

SETTINGS, MODEL, REPORT = "settings.json", "model.safetensors", "report.json"
_COPIED = ("config.json", "tokenizer.json")
_MASK = "[MASK]"


def examples_of(task: Task, corpus: Corpus, split: Split, tokenizer: Tokenizer, settings: StageSettings) -> Sequence[Example]:
    """The examples of a task in one split."""
    documents = corpus.splits[split]
    if task.kind == "relation":
        return tuple(relation_examples(documents, task, tokenizer, settings.rendering, settings.max_tokens))
    return tuple(names_examples(documents, task, tokenizer, settings.max_tokens))


def finished_reader(folder: Path) -> Reader:
    """The reader that a finished stage left.

    Raises:
        InputError: the stage is not finished.
    """
    if not (folder / MODEL).exists():
        raise InputError(f"The stage '{folder}' is not finished: it has no {MODEL}.")
    reader = empty_reader(folder, read_settings(folder / SETTINGS).tasks)
    reader.load_state_dict(load_file(folder / MODEL))
    return reader


def _tokenizer(base: Path) -> Tokenizer:
    if not (base / "tokenizer.json").exists():
        raise InputError(f"The base '{base}' has no tokenizer.json.")
    return prepared(Tokenizer.from_file(str(base / "tokenizer.json")))


def run_stage(
    settings: StageSettings, data: Path, folder: Path, show: Callable[[Step], None], stop_after_s: float | None = None
) -> bool:
    """Train, or go on training; whether the stage is finished. A finished one is measured on the development and test splits.

    Raises:
        InputError: a corpus, the base or a teacher is missing, or the folder holds a stage with other settings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / SETTINGS).exists() and read_settings(folder / SETTINGS) != settings:
        raise InputError(f"The folder '{folder}' holds a stage with other settings.")
    settings.write(folder / SETTINGS)
    base = Path(settings.base)
    tokenizer = _tokenizer(base)
    tasks = [task_of(name) for name in settings.tasks]
    corpora = {task.name: read_corpus(task.corpus, data) for task in tasks}
    train = {task.name: examples_of(task, corpora[task.name], "train", tokenizer, settings) for task in tasks}
    mask = tokenizer.token_to_id(_MASK)
    if mask is None:
        raise InputError(f"The base '{base}' has no word {_MASK} in its vocabulary.")
    started = time.monotonic()
    reader = reader_from_base(base, settings.tasks)
    teachers = [finished_reader(Path(teacher)) for teacher in settings.teachers]
    training = Training(reader, teachers, train, settings, mask)
    training.resume(folder)
    if not training.run(folder, show, stop_after_s):
        return False
    for name in _COPIED:
        shutil.copyfile(base / name, folder / name)
    save_file({name: value.contiguous() for name, value in reader.state_dict().items()}, folder / MODEL)
    report: dict[str, object] = {"device": settings.device, "steps": training.steps, "last_run_s": time.monotonic() - started}
    for task in tasks:
        corpus = corpora[task.name]
        for split in ("development", "test"):
            examples = examples_of(task, corpus, split, tokenizer, settings)
            measure = measured_relations if task.kind == "relation" else measured_names
            report[f"{task.name}/{split}"] = measure(reader, task, examples, torch.device(settings.device))
    (folder / REPORT).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (folder / CHECKPOINT).unlink()
    return True

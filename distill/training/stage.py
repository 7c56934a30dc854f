"""One stage of the reader as one command: examples, training, report. Run again it goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from accelerate import Accelerator
from pydantic import BaseModel
from safetensors.torch import load_file
from torch import Tensor

from distill.training.adapters import adapted, merged
from distill.training.documents import corpora_of, training_documents
from distill.training.examples import Example, trained_examples
from distill.training.freezing import freeze_all_but
from distill.training.guessing import Guess, Vocabulary, vocabulary_of
from distill.training.heads import lacking, taken_over
from distill.training.loop import Training
from distill.training.machine import check_device
from distill.training.passages import passage_examples
from distill.training.reader_model import Reader, empty_reader, reader_from_base
from distill.training.renaming import known_names, renamed
from distill.training.running import CHECKPOINT, Loop, Step
from distill.training.settings import Machine, Run, StageSettings, read_saved, read_settings
from distill.training.tasks import layout_of, source_of
from distill.training.teaching import ANSWERS, Asking, Teaching, asked
from distill.training.weights import save_weights
from engine.errors import InputError
from engine.installation import find_installation
from engine.records.writing import write_file
from engine.students.encoding import open_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SETTINGS, MODEL, REPORT = "settings.json", "model.safetensors", "report.json"
_TOKENIZER = "tokenizer.json"
# While it trains: of the rows that it began with.
_ROWS = "rows.sha256"
_COPIED = ("config.json", _TOKENIZER)


@dataclass(frozen=True, slots=True)
class Material:
    """What a stage learns from: examples, and which of them belong to which source."""

    examples: tuple[Example, ...]
    parts: dict[str, range]

    @property
    def digest(self) -> str:
        """Of all rows and what is true of them."""
        found = hashlib.sha256()
        for one in self.examples:
            found.update(repr((one.row, sorted(one.tags.items()), one.relation, one.pair_labels)).encode())
        return found.hexdigest()


def finished_reader(folder: Path, *, attention: bool = False) -> Reader:
    """The reader that a finished stage left.

    Raises:
        InputError: the stage is not finished.
    """
    if not (folder / MODEL).exists():
        raise InputError(f"The stage '{folder}' is not finished: it has no {MODEL}.")
    reader = empty_reader(folder, layout_of(read_settings(folder / SETTINGS).sources), attention=attention)
    reader.load_state_dict(load_file(folder / MODEL))
    return reader.eval()


def material_of(settings: StageSettings, data: Path, tokenizer: Tokenizer) -> Material:
    """The training examples of a stage.

    Raises:
        InputError: a corpus is missing or damaged.
    """
    examples: list[Example] = []
    parts: dict[str, range] = {}
    known = known_names(find_installation().resources / "knowledge") if settings.renamed else {}
    for name in settings.sources:
        source = source_of(name)
        if settings.only_heads:
            if source.relation not in settings.only_heads:
                continue
            source = replace(source, names=())
        published = corpora_of(name, data)
        corpora = training_documents(published, settings.development_shares.get(name, 0.0))
        read = [corpora, *(renamed(corpora, known, settings.seed + copy) for copy in range(settings.renamed.get(name, 0)))]
        found = [
            example
            for copy, version in enumerate(read)
            for example in trained_examples(source, version, tokenizer, settings, settings.seed + copy)
            # Sentences as they are stand in passages; what asks pairs of them is learned beside.
            if version is not corpora or example.pair_ids or not (settings.passages and source.names)
        ]
        if settings.passages and source.names:
            found += passage_examples(source, corpora, published, "train", tokenizer, settings.max_tokens)
        parts[name] = range(len(examples), len(examples) + len(found))
        examples += found
    return Material(tuple(examples), parts)


def _teaching(
    settings: StageSettings, material: Material, run: Run, folder: Path, device: torch.device, note: Callable[[str], None]
) -> Teaching | None:
    if not settings.teachers:
        return None
    blind = [teacher for teacher in settings.teachers if settings.markers_seen and not _saw_markers(teacher, run)]
    if blind:
        raise InputError(f"The teacher '{blind[0]}' did not learn, in all its parts, from texts that see their markers.")
    teachers = [_earlier(teacher, run) for teacher in settings.teachers]
    passages = all(read_settings(run.stages / teacher / SETTINGS).passages for teacher in settings.teachers)
    unasked = 0 if passages else sum(bool(one.parts) for one in material.examples)
    if unasked:
        if not settings.hard_weight:
            raise InputError("Teachers that read sentences say nothing of passages, and true labels weigh nothing here.")
        note(f"{unasked} passages are not asked of the teachers, who read sentences")
    return asked(
        teachers,
        layout_of(settings.sources),
        material.examples,
        Asking(settings.temperature, settings.feature_weight > 0, device, passages, run.precision),
        folder,
        _digest([run.stages / teacher / MODEL for teacher in settings.teachers]),
        lambda done, whole: note(f"teachers asked: {done} of {whole} batches") if done % 20 == 0 or done == whole else None,
    )


def _saw_markers(name: str, run: Run) -> bool:
    """Whether a stage learned from texts that see their markers: of a mean each part, and where a head learned alone what it
    starts from."""
    settings = read_settings(run.stages / name / SETTINGS)
    parts = settings.mean_of or ((settings.start,) if settings.only_heads else ())
    return settings.markers_seen or (bool(parts) and all(_saw_markers(part, run) for part in parts))


def _digest(files: Iterable[Path]) -> bytes:
    found = hashlib.sha256()
    for path in files:
        found.update(path.read_bytes())
    return found.digest()


def _earlier(name: str, run: Run) -> Reader:
    """The reader of an earlier stage, which must read the same tokens: of others it would answer nonsense, unseen."""
    folder = run.stages / name
    found = finished_reader(folder)
    check_vocabulary(folder, run.base, "stage")
    return found


def check_vocabulary(folder: Path, base: Path, what: str) -> None:
    """See that what is in a folder reads the tokens of the base.

    Raises:
        InputError: it reads others.
    """
    if open_tokenizer(folder / _TOKENIZER).to_str() != open_tokenizer(base / _TOKENIZER).to_str():
        raise InputError(f"The {what} '{folder}' has another vocabulary than the base '{base}'.")


def _new_reader(settings: StageSettings, run: Run, note: Callable[[str], None]) -> Reader:
    reader = reader_from_base(
        run.base,
        layout_of(settings.sources),
        attention_dropout=settings.attention_dropout,
        written_out=run.device == "cpu",
    )
    if settings.start:
        earlier = _earlier(settings.start, run)
        new = lacking(earlier, reader)
        if settings.only_heads:
            _check_alone(settings, new, run)
        if new:
            note(f"heads that begin anew: {', '.join(new)}")
        start = taken_over(earlier, reader, settings.start)
        reader.load_state_dict(_drawn(reader.state_dict(), start, settings.start_share))
    if settings.guess_weight:
        tokens, width = reader.encoder.get_input_embeddings().weight.shape
        reader.guess = Guess(width, tokens)
    return adapted(reader, settings.lora_rank)


def _check_alone(settings: StageSettings, new: Collection[str], run: Run) -> None:
    """See that all that stays can stay.

    Raises:
        InputError: a head that is not to learn has never learned, or the rows would be of another form than at the start.
    """
    unlearned = sorted({*new} - {*settings.only_heads})
    if unlearned:
        raise InputError(f"The stage '{settings.start}' has no head '{unlearned[0]}', which is not to learn here.")
    before = read_settings(run.stages / settings.start / SETTINGS)
    if (before.passages, before.max_tokens) != (settings.passages, settings.max_tokens):
        raise InputError(f"The stage '{settings.start}' learned from rows of another form (passages, max_tokens).")


def _drawn(base: Mapping[str, Tensor], start: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """The heads of a stage, with its encoder drawn towards the base: what it knows by heart fades, so that more is learned anew
    (Ash and Adams, "On Warm-Starting Neural Network Training", NeurIPS 2020, shrink towards nothing for the same purpose)."""
    mixed = {name: share * value + (1.0 - share) * base[name] for name, value in start.items() if name.startswith("encoder.")}
    return {**start, **mixed}


def claim(path: Path, settings: BaseModel, what: str, accelerator: Accelerator) -> None:
    """Write down with which settings a folder is trained in. `path`: of that file; `what`: is trained there, in words.

    Raises:
        InputError: it is trained with others, or those that are written there cannot be used.
    """
    with accelerator.main_process_first():
        if not path.exists():
            write_settings(path, settings)
    check_settings(path, settings, what)


def write_settings(path: Path, settings: BaseModel) -> None:
    """Write the settings of a folder that is yet to be made, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, f"{settings.model_dump_json(indent=1)}\n".encode())


def check_settings(path: Path, settings: BaseModel, what: str) -> None:
    """See that a folder, where it is trained in already, is trained in with these settings.

    Raises:
        InputError: it is trained with others, or those that are written there cannot be used.
    """
    if path.exists() and read_saved(path, type(settings)) != settings:
        raise InputError(f"The folder '{path.parent}' holds {what} with other settings.")


def accelerator_of(run: Machine) -> Accelerator:
    """The device as a run wants it, with its precision, and so many threads on a CPU.

    Raises:
        InputError: a GPU is wanted and there is none (the library would go on without it).
    """
    check_device(run.device)
    torch.set_num_threads(run.threads)
    return Accelerator(cpu=run.device == "cpu", mixed_precision="bf16" if run.precision == "bf16" else "no")


def is_first(run: Run) -> bool:
    """Whether this process is the only or the first one: it writes what is made of finished stages."""
    return accelerator_of(run).is_main_process


def run_stage(
    name: str,
    settings: StageSettings,
    run: Run,
    show: Callable[[Step], None],
    note: Callable[[str], None],
    stop_after_s: float | None = None,
) -> bool:
    """Train a stage, or go on training it; whether it is finished.

    Raises:
        InputError: a corpus, the base, a teacher or the device is missing, the base has no token that hides words, or the folder
            holds a stage with other settings or one that was begun with other rows.
    """
    folder = run.stages / name
    accelerator = accelerator_of(run)
    claim(folder / SETTINGS, settings, "a stage", accelerator)
    if settings.mean_of:
        # The first process writes it, the others then find it.
        with accelerator.main_process_first():
            if not (folder / MODEL).exists():
                _write_mean(settings, run, folder)
        return True
    if (folder / MODEL).exists():
        return True
    torch.manual_seed(settings.seed)
    started = time.monotonic()
    told = note if accelerator.is_main_process else _say_nothing
    tokenizer = open_tokenizer(run.base / _TOKENIZER)
    material = material_of(settings, run.data, tokenizer)
    vocabulary = _hiding(settings, material, tokenizer)
    with accelerator.main_process_first():
        _same_rows(material, folder)
    told(f"{name}: {len(material.examples)} rows, {sum(len(one.row.ids) for one in material.examples)} tokens")
    # The first process asks the teachers, the others then find the answers.
    with accelerator.main_process_first():
        teaching = _teaching(settings, material, run, folder, accelerator.device, told)
    reader = _new_reader(settings, run, told)
    if settings.only_heads:
        freeze_all_but(reader, settings.only_heads, tokenizer)
    training = Training(reader, material.examples, material.parts, settings, accelerator, teaching, vocabulary)
    training.begun_s = started
    training.resume(folder)
    finished = training.run(folder, show, run.checkpoint_s, stop_after_s)
    if accelerator.is_main_process:
        report = report_of(run, training)
        write_report(folder, report)
        if finished:
            _finish(training, run, folder)
    # The next stage may need what the first process has just written.
    accelerator.wait_for_everyone()
    return finished


def _same_rows(material: Material, folder: Path) -> None:
    """See that a stage that was stopped goes on with the rows that it began with: its order is told by their places.

    Raises:
        InputError: a corpus has changed, or how its sentences become rows.
    """
    path, digest = folder / _ROWS, material.digest
    if not (folder / CHECKPOINT).exists():
        write_file(path, digest.encode())
    elif not path.exists():
        raise InputError(f"The stage '{folder}' was begun by a version that did not note its rows: finish it with that.")
    elif path.read_text(encoding="utf-8") != digest:
        raise InputError(
            f"The stage '{folder}' was begun with other rows than the corpora give; remove its folder to begin anew."
        )


def _hiding(settings: StageSettings, material: Material, tokenizer: Tokenizer) -> Vocabulary | None:
    """What hides words of running text, where words are to be guessed.

    Raises:
        InputError: the vocabulary has no token that hides.
    """
    if not settings.guess_weight:
        return None
    return vocabulary_of((one for one in material.examples if one.is_text), tokenizer)


def _say_nothing(_words: str) -> None:
    """What processes beside the first one tell."""


def _write_mean(settings: StageSettings, run: Run, folder: Path) -> None:
    """The mean of several stages' weights: Wortsman et al., "Model soups", ICML 2022. It answers about as their ensemble does, as
    long as they have not gone far from where they all started, and costs what one of them costs. Heads that served the training
    alone are left behind; a relation head that only some of them have is the mean of those.

    Raises:
        InputError: one of them has another encoder, lacks a names head, or reads names in another form; or all lack a head.
    """
    started = time.monotonic()
    layout = layout_of(settings.sources)
    mean, parts = empty_reader(run.base, layout), list[dict[str, Tensor]]()
    # The names heads share one weight, so that each part must have them all.
    names, relations = ({task.name for task, _start in heads} for heads in (layout.names, layout.relations))
    for name in settings.mean_of:
        part, learned = _earlier(name, run), read_settings(run.stages / name / SETTINGS)
        if learned.passages != settings.passages:
            form = "passages" if learned.passages else "sentences"
            raise InputError(f"The stage '{name}' learned names from {form}, and the mean is told to read others.")
        absent = lacking(part, mean)
        if not names.isdisjoint(absent):
            raise InputError(f"The stage '{name}' has no head '{min(names & {*absent})}', which the mean is asked for.")
        own = tuple(f"relation_heads.{head}." for head in absent)
        parts.append({key: value for key, value in taken_over(part, mean, name).items() if not key.startswith(own)})
    for head in sorted(relations):
        if not any(key.startswith(f"relation_heads.{head}.") for part in parts for key in part):
            raise InputError(f"None of {', '.join(settings.mean_of)} has the head '{head}', which the mean is asked for.")
    values = {key: [part[key] for part in parts if key in part] for key in mean.state_dict()}
    mean.load_state_dict({key: torch.stack(found).mean(dim=0) for key, found in values.items()})
    report = {"device": "CPU", "threads": run.threads, "step": 0, "steps": 0, "seconds": round(time.monotonic() - started, 1)}
    write_report(folder, report)
    write_finished(mean, run.base, folder)


def _finish(training: Training, run: Run, folder: Path) -> None:
    write_finished(merged(training.reader), run.base, folder)
    (folder / CHECKPOINT).unlink()
    (folder / _ROWS).unlink()
    (folder / ANSWERS).unlink(missing_ok=True)


def write_finished(reader: Reader, base: Path, folder: Path) -> None:
    """A reader as what a finished stage leaves, beside its settings. `base`: where its configuration and tokenizer are."""
    for name in _COPIED:
        shutil.copyfile(base / name, folder / name)
    # Last: a stage counts as finished when the file is there.
    weights = {name: value for name, value in reader.state_dict().items() if not name.startswith("guess.")}
    save_weights(weights, folder / MODEL)


def write_report(folder: Path, report: Mapping[str, object]) -> None:
    """Write what a training tells of itself."""
    write_file(folder / REPORT, (json.dumps(report, indent=1) + "\n").encode())


def report_of(run: Machine, training: Loop) -> dict[str, object]:
    """What a report tells of device, steps and time."""
    return {
        "device": torch.cuda.get_device_name() if run.device == "cuda" else "CPU",
        "threads": run.threads,
        "precision": run.precision,
        "step": training.step,
        "steps": training.steps,
        "seconds": round(training.seconds, 1),
        "torch": str(torch.__version__),
    }

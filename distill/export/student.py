"""A finished stage as a student folder: ONNX int8, tokenizer, manifest, and a card written by code."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from distill.evaluation.reader import Figures
from distill.export.data import data_of
from distill.training.examples import marker_ids
from distill.training.tasks import Layout
from engine.students.manifest import MANIFEST_FILE, Head, Manifest, StudentFile

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "card.md"
_NON_COMMERCIAL = "For research and teaching, not for commercial use: trained on corpora whose terms ask that (see the card)."
_OPEN = "Trained on public-domain and openly licensed text alone."


def heads_of(layout: Layout, tokenizer: Tokenizer) -> tuple[Head, ...]:
    """The heads as the manifest names them, not yet calibrated."""
    names = [Head(name=task.head_name, kind="names", labels=task.labels, start=start) for task, start in layout.names]
    relations = [
        Head(name=task.head_name, kind="relation", labels=task.labels, start=start, markers=marker_ids(task, tokenizer))
        for task, start in layout.relations
    ]
    return (*names, *relations)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Save the manifest of a student folder."""
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


def file_of(path: Path) -> StudentFile:
    """Digest and size of a file."""
    content = path.read_bytes()
    return StudentFile(sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a student comes from, for its manifest."""

    version: str
    created: str
    base: str
    sources: tuple[str, ...]
    teachers: tuple[str, ...]
    max_tokens: int


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

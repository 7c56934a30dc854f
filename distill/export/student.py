"""A finished stage as a student folder: ONNX int8, tokenizer, manifest, and a card written by code."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from distill.corpora.model import Corpus
from distill.evaluation.reader import Answering, Figures, Said, name_figures, relation_figures, said_of
from distill.evaluation.tuning import tuned_names, tuned_relation
from distill.export.data import data_of
from distill.training.examples import examples_of, marker_ids
from distill.training.tasks import Layout, Source
from engine.students.manifest import MANIFEST_FILE, Head, Manifest, StudentFile

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "card.md"
_NON_COMMERCIAL = "For research and teaching, not for commercial use: trained on corpora whose terms ask that (see the card)."
_OPEN = "Trained on public-domain and openly licensed text alone."


@dataclass(frozen=True, slots=True)
class Judged:
    """A head with the test that judges it: the source, and the corpora by which its names or pairs are scored."""

    head: str
    source: Source
    corpora: tuple[Corpus, ...]
    stated_only: bool = False


def heads_of(layout: Layout, tokenizer: Tokenizer) -> tuple[Head, ...]:
    """The heads as the manifest names them, not yet calibrated."""
    names = [Head(name=task.name, kind="names", labels=task.labels, start=start) for task, start in layout.names]
    relations = [
        Head(name=task.name, kind="relation", labels=task.labels, start=start, markers=marker_ids(task, tokenizer))
        for task, start in layout.relations
    ]
    return (*names, *relations)


def tuned(heads: Sequence[Head], development: dict[str, Said]) -> tuple[Head, ...]:
    """The heads calibrated on development data, by head; one without such data stays as it is."""
    found = []
    for head in heads:
        said = development.get(head.name)
        if said is None:
            found.append(head)
        else:
            found.append(tuned_names(said, head) if head.kind == "names" else tuned_relation(said, head))
    return tuple(found)


def measured(
    answering: Answering, judged: Sequence[Judged], heads: Sequence[Head], tokenizer: Tokenizer, max_tokens: int
) -> dict[str, Figures]:
    """Figures of every head on its official test, by name of the head."""
    by_name = {head.name: head for head in heads}
    found: dict[str, Figures] = {}
    for one in judged:
        head = by_name.get(one.head)
        if head is None:
            continue
        examples = examples_of(one.source, one.corpora, "test", tokenizer, max_tokens)
        said = said_of(answering, examples)
        if head.kind == "names":
            corpus = one.corpora[one.source.names.index(one.head)]
            found[one.head] = name_figures(said, head, corpus, "test")
        else:
            found[one.head] = relation_figures(said, head, one.source, one.corpora[0], "test", stated_only=one.stated_only)
    return found


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

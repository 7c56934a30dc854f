"""Whether the parts of a student belong together: heads and labels among themselves, and with what the model answers."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ResourceError
from engine.installation import REPAIR_HINT
from engine.students.manifest import MANIFEST_FILE, Head, Manifest
from engine.students.onnx_model import ModelError, OnnxModel
from engine.students.rows import TEXT_GROUP, AskedPair, Row
from engine.students.session import INPUTS, OUTPUTS, feeds_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def check_heads(manifest: Manifest, folder: Path) -> None:
    """Look at the heads of a manifest without its model.

    Raises:
        ResourceError: two heads have one name or share a class, or labels, biases or markers are not as they must be.
    """
    names = [head.name for head in manifest.heads]
    wrong = next((head.name for head in manifest.heads if names.count(head.name) > 1 or not _is_sound(head)), None)
    if wrong is None:
        wrong = next((head.name for kind in ("names", "relation") for head in _overlapping(manifest, kind)), None)
    if wrong is not None:
        path = folder / MANIFEST_FILE
        raise ResourceError(f"The manifest '{path}' describes the head '{wrong}' in a way that cannot be used. {REPAIR_HINT}")


def _is_sound(head: Head) -> bool:
    labels = set(head.labels)
    figures = (head.temperature, head.abstain_below, *head.biases)
    if len(labels) < len(head.labels) or len(head.biases) not in (0, len(labels)) or not all(map(math.isfinite, figures)):
        return False
    if head.kind == "relation":
        return head.labels[0] == "none" and head.markers is not None and min(head.markers) >= 0
    kinds = {label[2:] for label in labels if label[:2] in ("B-", "I-")}
    return "" not in kinds and labels == {"O"} | {f"{sign}-{kind}" for sign in "BI" for kind in kinds} and head.markers is None


def _overlapping(manifest: Manifest, kind: str) -> list[Head]:
    heads = sorted((head for head in manifest.heads if head.kind == kind), key=lambda head: head.start)
    return [after for before, after in itertools.pairwise(heads) if before.start + len(before.labels) > after.start]


def _fits(classes: int, manifest: Manifest, kind: str) -> bool:
    """Whether the heads of a kind ("names" or "relation") end where the model's classes end. Of a kind without heads any number
    may come: it is never looked at."""
    ends = [head.start + len(head.labels) for head in manifest.heads if head.kind == kind]
    return not ends or max(ends) == classes


def check_fit(model: OnnxModel, manifest: Manifest, tokenizer: Tokenizer, folder: Path, model_file: str) -> None:
    """Run the model once at the ends of what it may be given: the last id of the tokenizer, the last position, every marker.

    Raises:
        ResourceError: it does not run, or its answers have other shapes than the manifest says.
    """
    path = folder / model_file
    if set(model.inputs) != set(INPUTS) or not set(OUTPUTS) <= set(model.outputs):
        raise ResourceError(f"The model '{path}' has other inputs or outputs than a reader. {REPAIR_HINT}")
    row = _widest_row(manifest, tokenizer)
    try:
        names, relations, attention = model.run(OUTPUTS, feeds_of([row]))
    except ModelError as error:
        raise ResourceError(f"The model '{path}' does not run with its tokenizer and its manifest. {REPAIR_HINT}") from error
    length, pairs = len(row.ids), max(1, len(row.pairs))
    shapes = (names.shape[:-1], relations.shape[:-1], attention.shape[0], *attention.shape[2:])
    if shapes != ((1, length), (pairs,), 1, length, length):
        raise ResourceError(f"The model '{path}' gives answers of another form than a reader. {REPAIR_HINT}")
    if not (_fits(names.shape[-1], manifest, "names") and _fits(relations.shape[-1], manifest, "relation")):
        raise ResourceError(f"The labels of the manifest do not fit the model '{path}'. {REPAIR_HINT}")


def _widest_row(manifest: Manifest, tokenizer: Tokenizer) -> Row:
    markers = [head.markers for head in manifest.heads if head.markers is not None]
    ids, positions = [0, tokenizer.get_vocab_size() - 1], [0, manifest.max_tokens - 1]
    pairs = []
    for asked in markers:
        pairs.append(AskedPair(len(ids), len(ids) + 1, 0, 1))
        ids += asked
        positions += [0, 1]
    groups = [TEXT_GROUP, TEXT_GROUP] + [group for group in range(1, len(markers) + 1) for _ in range(2)]
    return Row(tuple(ids), tuple(positions), tuple(groups), tuple(pairs))

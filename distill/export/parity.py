"""Whether an exported file answers as the PyTorch student does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from distill.evaluation.reader import Answering
from distill.export.card import Parity
from engine.students.manifest import Head
from engine.students.onnx_model import OnnxModel
from engine.students.rows import Row, RowAnswer
from engine.students.session import ReaderSession


def onnx_answering(path: Path) -> Answering:
    """The answers of an ONNX file."""
    return ReaderSession(OnnxModel(path.read_bytes())).answer


def parity(form: str, reference: Sequence[RowAnswer], answering: Answering, rows: Sequence[Row], heads: Sequence[Head]) -> Parity:
    """Compare the answers to `rows` with the reference."""
    differences, same, counted = [], 0, 0
    for wanted, given in zip(reference, answering(rows), strict=True):
        for head in heads:
            one, other = (part.names if head.kind == "names" else part.relations for part in (wanted, given))
            one, other = (part[..., head.start : head.start + len(head.labels)] for part in (one, other))
            differences.append(np.abs(one - other).ravel())
            same += int((one.argmax(axis=-1) == other.argmax(axis=-1)).sum())
            counted += one.shape[0]
    every = np.concatenate(differences)
    return Parity(form, float(every.mean()), float(every.max()), same / max(1, counted))

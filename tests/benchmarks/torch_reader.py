"""The shipped reader as it was before its export: the PyTorch stage that the int8 file was made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.students.encoding import Question, encode, make_row
from engine.students.opening import ReaderStudent
from engine.students.rows import Row
from tests.benchmarks.test_reader_speed import WEIGHTS

if TYPE_CHECKING:
    from distill.training.reader_model import Reader

_SENTENCE = "Ketoconazole increases the plasma concentration of simvastatin, so they should not be taken together."
# Logits of int8 and of fp32 differ by some tenths at most; those of another student by far more.
_MOST_APART = 0.5
Logits = Callable[[Sequence[Row]], NDArray[np.float32]]


def torch_logits(student: ReaderStudent) -> Logits:
    """Relation logits (pairs, classes) of rows as one padded batch, on one thread. Skips where torch or the stage is missing."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (make setup-distill)")
    if not WEIGHTS.is_dir():
        pytest.skip(f"no trained weights in {WEIGHTS}")
    from distill.training.stage import finished_reader

    torch.set_num_threads(1)
    logits = _logits_of(finished_reader(WEIGHTS))
    encoded = encode(student.tokenizer, _SENTENCE)
    head = next(head for head in student.manifest.heads if head.markers is not None)
    assert head.markers is not None
    row = make_row(encoded, range(1, len(encoded.ids) - 1), [Question(1, len(encoded.ids) // 2, head.markers)])
    apart = np.abs(logits([row]) - student.session.answer([row])[0].relations)
    assert float(apart.mean()) <= _MOST_APART, "the weights and the int8 file are not one student"
    return logits


def _logits_of(reader: Reader) -> Logits:
    import torch

    from distill.training.collating import inputs_of

    def logits(rows: Sequence[Row]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return np.asarray(reader(inputs_of(rows)).relations.numpy(), dtype=np.float32)

    return logits

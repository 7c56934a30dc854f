"""The shipped reader as it was before its export: the finished PyTorch stage that gives the same answers, where there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.students.encoding import Question, encode, make_row
from engine.students.opening import ReaderStudent
from engine.students.rows import Row

if TYPE_CHECKING:
    from distill.training.reader_model import Reader

# Where `coprescribe-distill` leaves finished stages.
STAGES = Path(__file__).resolve().parents[2] / "out" / "stages"
_SENTENCE = "Ketoconazole increases the plasma concentration of simvastatin, so they should not be taken together."
# Logits of int8 and of fp32 differ by some hundredths; those of another student by far more.
_SAME = 0.5
Logits = Callable[[Sequence[Row]], NDArray[np.float32]]


def torch_logits(student: ReaderStudent, threads: int) -> Logits:
    """Relation logits (pairs, classes) of rows as one padded batch, by the stage that the student came from. Skips where torch or
    the stage is missing."""
    torch = pytest.importorskip("torch", reason="torch is not installed here")
    if not any(STAGES.glob("*/model.safetensors")):
        pytest.skip(f"there is no finished stage in {STAGES}")
    from distill.training.stage import finished_reader

    torch.set_num_threads(threads)
    encoded = encode(student.tokenizer, _SENTENCE)
    head = next(head for head in student.manifest.heads if head.markers is not None)
    assert head.markers is not None
    row = make_row(encoded, range(1, len(encoded.ids) - 1), [Question(1, len(encoded.ids) // 2, head.markers)])
    own = student.session.answer([row])[0].relations
    for folder in sorted(path.parent for path in STAGES.glob("*/model.safetensors")):
        logits = _logits_of(finished_reader(folder))
        theirs = logits([row])
        if theirs.shape == own.shape and float(np.abs(theirs - own).max()) <= _SAME:
            return logits
    pytest.skip(f"none of the stages in {STAGES} is the one that was shipped")


def _logits_of(reader: Reader) -> Logits:
    import torch

    from distill.training.collating import inputs_of

    def logits(rows: Sequence[Row]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return np.asarray(reader(inputs_of(rows)).relations.numpy(), dtype=np.float32)

    return logits

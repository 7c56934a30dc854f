"""How a student under training does on development pairs: figures at some of its steps, kept beside its checkpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from distill.evaluation.counts import mean_f1
from engine.errors import InputError
from engine.records.writing import write_file

VALIDATIONS = "validations.json"


@dataclass(frozen=True, slots=True)
class Validation:
    """Figures at a step. `loss`: of the label. Shares are 0 to 1."""

    step: int
    loss: float
    severity_macro_f1: float
    severity_accuracy: float


_Kind = TypeVar("_Kind", bound=Validation)


def validation_steps(steps: int, count: int) -> list[int]:
    """The steps at which development pairs are asked, `count` in equal distances; the last one is the end."""
    return [round(number * steps / count) for number in range(1, count + 1)]


def severity_figures(truths: Sequence[int], answers: Sequence[int]) -> tuple[float, float]:
    """Macro-F1 and accuracy of the severities that were answered."""
    right = sum(truth == answer for truth, answer in zip(truths, answers, strict=True))
    return mean_f1(truths, answers), right / max(1, len(truths))


def validations_of(folder: Path, kind: type[_Kind]) -> tuple[_Kind, ...]:
    """What development pairs said so far, in order.

    Raises:
        InputError: the file cannot be used.
    """
    path = folder / VALIDATIONS
    if not path.exists():
        return ()
    form = TypeAdapter(list[dict[str, float]])
    try:
        told = form.validate_json(path.read_bytes())
        return tuple(TypeAdapter(kind).validate_python(one) for one in told)
    except (OSError, ValidationError) as error:
        raise InputError(f"The file '{path}' is damaged; delete the folder and train again.") from error


def keep_validations(folder: Path, told: Sequence[Validation]) -> None:
    """Write them down."""
    write_file(folder / VALIDATIONS, (json.dumps([asdict(one) for one in told], indent=1) + "\n").encode())

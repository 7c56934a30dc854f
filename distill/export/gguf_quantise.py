"""Smaller forms of a GGUF file, made by llama.cpp, and the smallest that loses nothing measurable."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from distill.export.gguf_running import GgufRunner, quieten
from engine.errors import InputError

# llama.cpp's numbers of file types, the smallest first.
TYPES = {"Q4_K_M": 15, "Q5_K_M": 17, "Q6_K": 18, "Q8_0": 7}
HALF = "F16"
# What still counts as nothing: on held-out answers, mean divergence in nats, and the share of tokens after which the most
# probable next one is the same.
MOST_DIVERGENCE, LEAST_SAME = 1e-3, 0.995


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a form is from the half-precision file, over every token of some answers. `divergence`: mean Kullback-Leibler
    divergence in nats; `same`: share of tokens after which the most probable next one is the same."""

    form: str
    size_bytes: int
    divergence: float
    same: float

    @property
    def negligible(self) -> bool:
        """Whether it loses nothing measurable."""
        return self.divergence <= MOST_DIVERGENCE and self.same >= LEAST_SAME


def quantise(half: Path, path: Path, form: str) -> None:
    """Write a smaller form of a half-precision file.

    Raises:
        InputError: there is no such form, or llama.cpp cannot make it of this file.
    """
    if form not in TYPES:
        raise InputError(f"The forms of a GGUF file are {', '.join(TYPES)}.")
    settings = llama_cpp.llama_model_quantize_default_params()
    settings.ftype = TYPES[form]
    settings.nthread = 1
    quieten()
    code = llama_cpp.llama_model_quantize(os.fsencode(half), os.fsencode(path), ctypes.byref(settings))
    if code != 0:
        raise InputError(f"llama.cpp could not make the form {form} of '{half}'.")


def difference(form: str, path: Path, half: Sequence[NDArray[np.float32]], rows: Sequence[Answered]) -> Difference:
    """Compare a form with what the half-precision file says (:func:`said_by`)."""
    divergences: list[NDArray[np.float32]] = []
    same = tokens = 0
    for wanted, given in zip(half, said_by(path, rows), strict=True):
        divergences.append((np.exp(wanted) * (wanted - given)).sum(-1))
        same += int((wanted.argmax(-1) == given.argmax(-1)).sum())
        tokens += len(wanted)
    return Difference(form, path.stat().st_size, float(np.concatenate(divergences).mean()), same / tokens)


@dataclass(frozen=True, slots=True)
class Answered:
    """A prompt with an answer to it, as token ids."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]


def said_by(path: Path, rows: Sequence[Answered]) -> list[NDArray[np.float32]]:
    """Log-probabilities (tokens of the answer, vocabulary) of every token of each answer, by a file."""
    longest = max(len(row.prompt) + len(row.answer) for row in rows)
    runner = GgufRunner(path, longest)
    try:
        found = []
        for row in rows:
            logits = runner.logits((*row.prompt, *row.answer[:-1]))[len(row.prompt) - 1 :]
            shifted = logits - logits.max(-1, keepdims=True)
            found.append(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)))
        return found
    finally:
        runner.close()


def smallest(differences: Sequence[Difference]) -> str:
    """The smallest form that loses nothing measurable; half precision where each of them does."""
    kept = [one for one in differences if one.negligible]
    return min(kept, key=lambda one: one.size_bytes).form if kept else HALF

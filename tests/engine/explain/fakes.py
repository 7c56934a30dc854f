"""Answers whose explanations can be worked out by hand, and a reader whose relation logits are a sum over the words it sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engine.explain.model import MARKER_TOKEN, SIGN_TOKEN
from engine.students.manifest import Manifest, StudentFile, TrainingData
from engine.students.opening import ReaderStudent
from engine.students.session import ReaderSession
from tests.engine.students.tiny import HEADS, MAX_TOKENS, WORDS, tokenizer_json

Function = Callable[[NDArray[np.float64]], NDArray[np.float64]]
LABELS = ("none", "effect")


class FunctionAnswer:
    """A function of masks (masks, words) as the probability of "effect"; the words at `fixed` are names."""

    def __init__(self, function: Function, count: int, fixed: Sequence[int] = ()) -> None:
        self._function = function
        self.words = tuple(f"w{number}" for number in range(count))
        self.spans = tuple((3 * number, 3 * number + 2) for number in range(count))
        self.fixed = tuple(number in fixed for number in range(count))
        self.labels = LABELS
        self.token_words = (SIGN_TOKEN, *range(count), SIGN_TOKEN, MARKER_TOKEN, MARKER_TOKEN)
        self.calls: list[NDArray[np.bool_]] = []
        self.together: list[bool] = []

    def predict_proba(self, masks: NDArray[np.bool_], *, together: bool = False) -> NDArray[np.float32]:
        """As in the contract."""
        self.calls.append(masks.copy())
        self.together.append(together)
        value = self._function(masks.astype(np.float64))
        return np.stack([1 - value, value], axis=1).astype(np.float32)

    def attention(self) -> NDArray[np.float32]:
        """Even attention in two layers, but the markers look at the second word only."""
        tokens = len(self.token_words)
        even = np.full((2, tokens, tokens), 1 / tokens, dtype=np.float32)
        even[:, -2:] = 0
        even[:, -2:, 2] = 1
        return even

    @property
    def asked(self) -> int:
        """Masks that reached the function."""
        return sum(len(call) for call in self.calls)


def linear(slopes: Sequence[float], start: float = 0.1) -> Function:
    """`start` plus the slopes of the words that stand."""
    return lambda masks: start + masks @ np.asarray(slopes)


def looking_up(table: NDArray[np.float64]) -> Function:
    """A value of its own for each of the masks over log2(table) words."""

    def look_up(masks: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(table[(masks @ (2 ** np.arange(masks.shape[1]))).astype(np.int64)], dtype=np.float64)

    return look_up


class SummingModel:
    """Relation logits of "effect": the sum over the text's tokens of what each word's id adds; all others 0."""

    def __init__(self, adds: Mapping[str, float]) -> None:
        self._table = np.array([adds.get(word, 0.0) for word in WORDS], dtype=np.float32)
        self.feeds: list[Mapping[str, NDArray[np.int64]]] = []

    def run(self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.int64]]) -> Sequence[NDArray[np.float32]]:
        """As in the contract of a model."""
        self.feeds.append(feeds)
        ids, groups, pairs = feeds["input_ids"], feeds["group_ids"], feeds["pairs"]
        sums = (self._table[ids] * (groups == 0)).sum(axis=1)
        relations = np.zeros((len(pairs), 7), dtype=np.float32)
        relations[:, 2] = sums[pairs[:, 0]]
        rows, length = ids.shape
        found = [np.zeros((rows, length, 8), dtype=np.float32), relations]
        if len(outputs) > 2:
            found.append(np.tile(np.eye(length, dtype=np.float32), (rows, 2, 1, 1)))
        return found


def summing_student(adds: Mapping[str, float]) -> tuple[ReaderStudent, SummingModel]:
    """A student over that model, with the tokenizer and the heads of the tiny reader."""
    manifest = Manifest(
        name="summing reader",
        kind="reader",
        version="0",
        created="2026-11-21",
        files={"model.onnx": StudentFile(sha256="0" * 64, size_bytes=1)},
        max_tokens=MAX_TOKENS,
        heads=HEADS,
        base="none",
        licence="CC0-1.0",
        non_commercial=False,
        data=(TrainingData(name="none", licence="CC0-1.0", citation="none"),),
    )
    tokenizer = Tokenizer.from_str(tokenizer_json())
    model = SummingModel(adds)
    return ReaderStudent(Path("nowhere"), manifest, tokenizer, ReaderSession(model)), model

"""A student whose answers are written down: the tag of each word, and which word in a sentence makes which relation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engine.application import Application
from engine.errors import ResourceError
from engine.students.library import Students
from engine.students.manifest import Head, Manifest, StudentFile, TrainingData
from engine.students.opening import ReaderStudent
from engine.students.session import ReaderSession
from tests.engine.students.tiny import tokenizer_json

SIGNS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[A]", "[B]")
MARKERS = (4, 5)
NAMES = (
    ("drug-names", ("O", "B-drug", "I-drug", "B-brand", "I-brand", "B-group", "I-group")),
    ("chemicals", ("O", "B-Chemical", "I-Chemical")),
    ("diseases", ("O", "B-Disease", "I-Disease")),
    ("pico", ("O", "B-PAR", "I-PAR")),
)
RELATIONS = (
    ("ddi", ("none", "mechanism", "effect", "advise", "int")),
    ("ade", ("none", "adverse_effect")),
    ("chemprot", ("none", "INHIBITOR")),
    ("direction", ("none", "first_up", "first_down", "second_up", "second_down")),
)
SURE = 4.0
# What a word in a sentence makes the student say of every pair in it.
SAYS = {
    **dict.fromkeys(("increases", "reduces", "decreased", "raises"), "mechanism"),
    "enhances": "effect",
    "causes": "adverse_effect",
    "inhibits": "INHIBITOR",
    "perhaps": "unsure",
    "thereby": "second_up",
    "thence": "second_down",
}


class ScriptedModel:
    """Counts what it is asked."""

    def __init__(self, words: Sequence[str], tags: Mapping[str, str]) -> None:
        self._words = words
        self._tags = tags
        self.rows = 0
        self.pairs = 0

    def run(self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.int64]]) -> Sequence[NDArray[np.float32]]:
        """As in the contract."""
        ids, pairs = feeds["input_ids"], feeds["pairs"]
        self.rows += len(ids)
        self.pairs += int((pairs.any(axis=1)).sum())
        names = np.zeros((*ids.shape, sum(len(labels) for _name, labels in NAMES)), dtype=np.float32)
        for place in np.ndindex(*ids.shape):
            names[place] = self._name_logits(self._words[int(ids[place])])
        relations = np.zeros((len(pairs), sum(len(labels) for _name, labels in RELATIONS)), dtype=np.float32)
        for number, (row, *_places) in enumerate(pairs.tolist()):
            relations[number] = self._relation_logits({self._words[one] for one in ids[row].tolist()})
        return names, relations

    def _name_logits(self, word: str) -> list[float]:
        wanted = self._tags.get(word, "").split()
        logits: list[float] = []
        for name, labels in NAMES:
            said = next((tag.partition("/")[2] for tag in wanted if tag.startswith(f"{name}/")), "O")
            logits += [SURE if label == said else 0.0 for label in labels]
        return logits

    def _relation_logits(self, words: set[str]) -> list[float]:
        said = {SAYS[word] for word in words & SAYS.keys()}
        sure = 0.3 if "unsure" in said else SURE
        logits: list[float] = []
        for name, labels in RELATIONS:
            # Of directions it is unsure where no word tells it.
            label = next((label for label in labels if label in said), "" if name == "direction" else "none")
            logits += [sure if one == label else 0.0 for one in labels]
        return logits


class ScriptedStudents(Students):
    """Gives the scripted reader, or none."""

    def __init__(self, application: Application, student: ReaderStudent | None) -> None:
        super().__init__(application.installation)
        self._student = student

    def reader(self) -> ReaderStudent:
        """The scripted one. Raises ResourceError where it is missing."""
        if self._student is None:
            raise ResourceError("The student that reads abstracts is not installed.")
        return self._student


def heads() -> tuple[Head, ...]:
    """The heads of the scripted student."""
    found: list[Head] = []
    for part, kind in ((NAMES, "names"), (RELATIONS, "relation")):
        start = 0
        for name, labels in part:
            if kind == "names":
                found.append(Head(name=name, kind="names", labels=labels, start=start))
            else:
                found.append(Head(name=name, kind="relation", labels=labels, start=start, markers=MARKERS, abstain_below=0.6))
            start += len(labels)
    return tuple(found)


def scripted(
    tags: Mapping[str, str], max_tokens: int = 64, words: Sequence[str] = (), *, passages: bool = False
) -> tuple[ReaderStudent, ScriptedModel]:
    """A student that tags words so: {"aspirin": "drug-names/B-drug chemicals/B-Chemical"}. `passages`: as in its manifest."""
    vocabulary = list(dict.fromkeys([*SIGNS, *tags, *SAYS, *words]))
    content = json.loads(tokenizer_json())
    content["model"]["vocab"] = {word: number for number, word in enumerate(vocabulary)}
    model = ScriptedModel(vocabulary, tags)
    manifest = Manifest(
        name="scripted",
        kind="reader",
        version="0",
        created="2026-11-21",
        files={"model.onnx": StudentFile(sha256="0" * 64, size_bytes=1)},
        max_tokens=max_tokens,
        passages=passages,
        heads=heads(),
        base="none",
        licence="CC0-1.0",
        non_commercial=True,
        data=(TrainingData(name="none", licence="CC0-1.0", citation="none"),),
    )
    student = ReaderStudent(Path("scripted"), manifest, Tokenizer.from_str(json.dumps(content)), ReaderSession(model))
    return student, model


def with_student(application: Application, student: ReaderStudent | None) -> Application:
    """The application with this student, or without any."""
    return replace(application, students=ScriptedStudents(application, student))

"""The manifest of a student: what the file is, what it may be used for, and how its answers are to be read."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.students.temperatures import CALIBRATED, Temperatures

MANIFEST_FILE = "manifest.json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# Divides logits, or logarithms of probabilities, before they are told.
Temperature = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class StudentFile(_Part):
    """A file beside the manifest."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size_bytes: int = Field(gt=0)


class Head(_Part):
    """One head of a reader or labeller: `start` is the place of its first class in `name_logits`, `relation_logits` or `logits`.

    `labels` of a names head are "O" and "B-"/"I-" with each kind; those of a relation head begin with "none". `temperature`
    divides the logits; `biases` are added after that (tuned on development data; one for each label). An answer whose calibrated
    probability is below `abstain_below` is not given. `markers`: token ids of the first and second marker of a pair.
    `unseen_temperatures` of a labeller stand in the place of `temperature` where one, or where both medicines of a pair are none
    that it learned from; `nothing_temperatures` in the place of all three where "none" is the likeliest label (none given: the
    same hold there).
    """

    name: str
    kind: Literal["names", "relation", "label"]
    labels: tuple[str, ...] = Field(min_length=2)
    start: int = Field(ge=0)
    temperature: float = Field(default=1.0, gt=0)
    unseen_temperatures: tuple[Temperature, ...] = Field(default=(), max_length=2)
    nothing_temperatures: tuple[Temperature, ...] = Field(default=(), max_length=3)
    biases: tuple[float, ...] = ()
    abstain_below: float = Field(default=0.0, ge=0, lt=1)
    markers: tuple[int, int] | None = None


class TrainingData(_Part):
    """A corpus that the student, or a teacher of it, learned from."""

    name: str
    licence: str
    citation: str


class StudentManifest(_Part):
    """What the manifests of all students say. `knowledge_digest`: of the knowledge that labelled the training data; null where
    none did. `figures`: as measured on the shipped file."""

    format: Literal[1] = 1
    name: str
    version: str
    created: str
    files: dict[str, StudentFile]
    base: str
    licence: str
    non_commercial: bool
    data: tuple[TrainingData, ...]
    teachers: tuple[str, ...] = ()
    knowledge_digest: str | None = None
    figures: dict[str, float] = Field(default_factory=dict)


class Manifest(StudentManifest):
    """`manifest.json` of a reader. `max_tokens`: longest text of a row, [CLS] and [SEP] counted, markers not.
    `passages`: whether names are read by passages, as many sentences a row as it holds; else each sentence by itself."""

    kind: Literal["reader"]
    max_tokens: int = Field(gt=8)
    passages: bool = False
    heads: tuple[Head, ...] = Field(min_length=1)

    def head(self, name: str) -> Head | None:
        """The head of that name, if this student has it."""
        return next((head for head in self.heads if head.name == name), None)


class ReasonerManifest(StudentManifest):
    """`manifest.json` of a reasoner.

    `first_line`: who taught it, as card, window and model page say it. `context_tokens`: prompt and answer together.
    `temperatures`: of each part of a label (`CALIBRATED`; "none" is the severity where no interaction is the likeliest), the
    figure that divides its log-probabilities before they are shown; `unseen_temperatures` stand in their place where one, or
    where both medicines of a pair are not among those that it `learned` from. `undirected`: of the interactions that it takes
    for none, the share in which no exposure or effect changes. `parameters`: how many weights.
    """

    kind: Literal["reasoner"]
    first_line: str = Field(min_length=1)
    context_tokens: int = Field(gt=8)
    temperatures: dict[str, Temperature]
    unseen_temperatures: dict[str, Annotated[tuple[Temperature, ...], Field(max_length=2)]] = Field(default_factory=dict)
    learned: tuple[str, ...] = ()
    undirected: float = Field(default=0.0, ge=0, le=1)
    architecture: str
    parameters: int = Field(gt=0)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        parts = set(CALIBRATED)
        if self.temperatures.keys() != parts or not self.unseen_temperatures.keys() <= parts:
            raise ValueError(f"temperatures belong to {', '.join(CALIBRATED)}")
        return self

    @property
    def softening(self) -> Temperatures:
        """How sure its labels are told."""
        return Temperatures(self.temperatures, self.unseen_temperatures, frozenset(self.learned), self.undirected)


class LabellerManifest(StudentManifest):
    """`manifest.json` of a labeller. `first_line`: who taught it. `tokens`: the codes that it knows, in the order of their ids;
    `heads`: one for each part of a label. `codes_a_row`: of what it is told in a row, see :mod:`engine.students.fact_rows`: 4 for
    facts alone, 8 where facts that meet follow them. `learned`: ids of the substances whose pairs it learned from.
    `parameters`: how many weights."""

    kind: Literal["labeller"]
    first_line: str = Field(min_length=1)
    tokens: tuple[str, ...] = Field(min_length=1)
    heads: tuple[Head, ...] = Field(min_length=1)
    codes_a_row: Literal[4, 8] = 4
    learned: tuple[str, ...] = ()
    parameters: int = Field(gt=0)

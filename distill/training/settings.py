"""Settings of a training stage: frozen, saved beside what they made, checked when they are made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from distill.training.tasks import source_of, task_of
from engine.errors import InputError

Device = Literal["cpu", "cuda"]
Precision = Literal["fp32", "bf16"]
# Beside the weights of a base that was pre-trained here: its settings.
PRETRAINING = "pretraining.json"
TextSource = Literal["text", "labels", "pubmedqa"]
# What can be said of a stage that is the mean of others; all else is of training.
_OF_A_MEAN = frozenset({"mean_of", "sources", "development_shares", "max_tokens", "passages", "batch_tokens"})
_Kind = TypeVar("_Kind", bound=BaseModel)


class Machine(Protocol):
    """On what a run computes."""

    @property
    def device(self) -> Device:
        """Processor or GPU."""

    @property
    def threads(self) -> int:
        """Of the processor; one is best on a busy machine."""

    @property
    def precision(self) -> Precision:
        """Of products; weights are kept in single precision."""


class RowForm(Protocol):
    """How text becomes rows: as a stage's settings say it, and a student's manifest."""

    @property
    def max_tokens(self) -> int:
        """Longest text of a row, [CLS] and [SEP] counted."""

    @property
    def passages(self) -> bool:
        """Whether names are read by passages, as many sentences a row as it holds."""


@dataclass(frozen=True, slots=True)
class Run:
    """Where and on what a stage runs: nothing that changes what it makes (but how it is rounded), so that it may be stopped here
    and go on elsewhere.

    `base`: folder with config.json, model.safetensors and tokenizer.json. `stages`: folder of all stages, each in its own.
    `data`: folder of the corpora. `precision`: of products. `checkpoint_s`: seconds between checkpoints.
    """

    base: Path
    stages: Path
    data: Path
    device: Device = "cpu"
    threads: int = 1
    precision: Precision = "fp32"
    checkpoint_s: float = 300.0


class StageSettings(BaseModel):
    """One stage of the reader's training: a teacher, or a student that learns from `teachers` too.

    `start`: an earlier stage whose weights it starts from (default: the base). `mean_of`: earlier stages whose weights' mean it
    is, without any training of its own; they should have started from the same one. `sources`: what it learns from. `renamed`:
    copies of a source's sentences with other names; `shares`: how much of a source, copies counted, an epoch takes.
    `development_shares`: how much of a source's development documents join the training ones (the rest still tunes).
    `teachers`: earlier stages.
    `hard_weight`, `soft_weight`, `feature_weight`: weights of the true labels, of the teachers' answers and of their states.
    `mask_rows`: share of rows from which words are left out, each with probability `mask_share`. `int_weight`: weight of the
    rare class "int" in the loss; `name_weight`, `relation_weight`: weights of names and of relations. `guess_weight`: weight of
    hidden words, a share `guess_share` of each row of running text, that are to be guessed. `adversarial`: how far the vectors of
    words are moved to where the loss is worse while each batch is learned a second time; 0 for never. `attention_dropout`: of the
    encoder's attention; a step on a processor takes a sixth less time without. `start_share`: how far the encoder
    begins from the base towards the stage that it starts from. `lora_rank`: rank of adapters that are trained in place of all
    weights of the encoder; 0 for none. `batch_tokens`: tokens of one step, padding included. `passages`: whether names are
    learned from passages, as many sentences a row as it holds; pairs, and copies with other names, are sentences all the same.
    `only_heads`: relation heads that learn alone, each with the vectors of its markers, from sources of their own; all else
    stays, to the bit, as the stage that it starts from has it.
    `markers_seen`: whether each pair is learned in a row of its own, whose text sees its markers; it is asked beside others, by
    markers that the text does not see, all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str = ""
    mean_of: tuple[str, ...] = ()
    sources: tuple[str, ...] = Field(min_length=1)
    shares: dict[str, float] = Field(default_factory=dict)
    renamed: dict[str, int] = Field(default_factory=dict)
    development_shares: dict[str, float] = Field(default_factory=dict)
    teachers: tuple[str, ...] = ()
    seed: int = 0
    epochs: float = Field(default=3.0, gt=0)
    learning_rate: float = Field(default=3e-4, gt=0)
    head_learning_rate: float = Field(default=1e-3, gt=0)
    warmup_share: float = Field(default=0.1, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    batch_tokens: int = Field(default=2048, gt=0)
    max_tokens: int = Field(default=320, ge=16, le=510)
    passages: bool = False
    markers_seen: bool = False
    mask_rows: float = Field(default=0.0, ge=0, le=1)
    mask_share: float = Field(default=0.0, ge=0, lt=1)
    int_weight: float = Field(default=1.0, gt=0)
    name_weight: float = Field(default=1.0, gt=0)
    relation_weight: float = Field(default=1.0, gt=0)
    hard_weight: float = Field(default=1.0, ge=0)
    soft_weight: float = Field(default=0.0, ge=0)
    feature_weight: float = Field(default=0.0, ge=0)
    temperature: float = Field(default=2.0, gt=0)
    lora_rank: int = Field(default=0, ge=0)
    guess_weight: float = Field(default=0.0, ge=0)
    guess_share: float = Field(default=0.15, gt=0, lt=1)
    adversarial: float = Field(default=0.0, ge=0)
    attention_dropout: float = Field(default=0.1, ge=0, lt=1)
    start_share: float = Field(default=1.0, gt=0, le=1)
    only_heads: tuple[str, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The earlier stages that it is made from."""
        return tuple(dict.fromkeys(name for name in (self.start, *self.mean_of, *self.teachers) if name))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.soft_weight or self.feature_weight) and not self.teachers:
            raise ValueError("soft labels and features come from teachers, and none is named")
        if self.mean_of:
            self._only_a_mean()
        for shares in (self.shares, self.development_shares, self.renamed):
            strange = sorted(shares.keys() - set(self.sources))
            if strange:
                raise ValueError(f"a share is given for '{strange[0]}', which is none of the sources")
        if not all(0 <= share < 1 for share in self.development_shares.values()):
            raise ValueError("of development documents a share below 1 may train: the rest tunes")
        self._of_unlabelled()
        if self.only_heads:
            self._alone()
        if self.adversarial and self.lora_rank:
            raise ValueError("the vectors of words are moved where they are learned, and adapters leave them as they are")
        if self.start_share < 1 and not self.start:
            raise ValueError("start_share says how far towards an earlier stage, and none is named as start")
        if self.batch_tokens < self.max_tokens:
            raise ValueError("batch_tokens must be at least max_tokens")
        return self

    def _of_unlabelled(self) -> None:
        """Of sentences without labels teachers' answers are learned, and hidden words where nothing is asked of them."""
        text = {name for name in self.sources if source_of(name).is_text}
        if self.guess_weight and not text:
            raise ValueError("hidden words are guessed in running text, and no source is such")
        learned = set(self.sources) if self.soft_weight else text if self.guess_weight else set[str]()
        idle = [name for name in self.sources if source_of(name).unlabelled and name not in learned]
        if idle:
            raise ValueError(f"'{idle[0]}' has no labels, and nothing else is learned from it with these weights")

    def _alone(self) -> None:
        asked = {source_of(name).relation for name in self.sources} - {""}
        strange = sorted(set(self.only_heads) - asked)
        if strange:
            raise ValueError(f"'{strange[0]}' is to learn alone, and no source asks that of pairs")
        markers = {task_of(name).markers for name in self.only_heads}
        moved = sorted(name for name in asked - {*self.only_heads} if task_of(name).markers in markers)
        if moved:
            raise ValueError(f"'{moved[0]}' has the same markers as what is to learn alone, and would answer otherwise")
        if not self.start or self.start_share < 1:
            raise ValueError("where some heads learn alone, all else is that of an earlier stage, which start must name")
        if self.weight_decay or self.lora_rank or self.guess_weight or self.adversarial or self.teachers or self.markers_seen:
            raise ValueError(
                "where some heads learn alone, nothing decays, has adapters, guesses, is moved, taught or sees markers"
            )

    def _only_a_mean(self) -> None:
        if len(set(self.mean_of)) < max(2, len(self.mean_of)):
            raise ValueError("a mean is one of two stages or more, each named once")
        fields = type(self).model_fields
        trains = [
            name
            for name in fields
            if name not in _OF_A_MEAN and getattr(self, name) != fields[name].get_default(call_default_factory=True)
        ]
        if trains:
            raise ValueError(f"a mean is not trained, so '{trains[0]}' says nothing of it")


class PretrainingSettings(BaseModel):
    """Further pre-training of a base on text of the field: words are hidden and guessed.

    `sources`: text, labels (annotated US labels, training part, their labels unused) or pubmedqa (abstracts); `shares`: how much
    of a source an epoch takes. `mask_share`: share of the words that are guessed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[TextSource, ...] = Field(min_length=1)
    shares: dict[str, float] = Field(default_factory=dict)
    seed: int = 0
    epochs: float = Field(default=3.0, gt=0)
    learning_rate: float = Field(default=1e-4, gt=0)
    head_learning_rate: float = Field(default=5e-4, gt=0)
    warmup_share: float = Field(default=0.1, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    batch_tokens: int = Field(default=4096, gt=0)
    max_tokens: int = Field(default=256, ge=16, le=510)
    mask_share: float = Field(default=0.15, gt=0, lt=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        strange = sorted(self.shares.keys() - set(self.sources))
        if strange:
            raise ValueError(f"a share is given for '{strange[0]}', which is none of the sources")
        if self.batch_tokens < self.max_tokens:
            raise ValueError("batch_tokens must be at least max_tokens")
        return self


def device_of(name: str) -> Device:
    """A device by its name.

    Raises:
        InputError: there is no such device.
    """
    if name == "cpu":
        return "cpu"
    if name == "cuda":
        return "cuda"
    raise InputError("The device is 'cpu' or 'cuda'.")


def precision_of(name: str, device: Device) -> Precision:
    """A precision by its name; without one, that of the device: bfloat16 on a GPU, single precision on a processor.

    Raises:
        InputError: there is no such precision.
    """
    if name == "fp32" or (not name and device == "cpu"):
        return "fp32"
    if name == "bf16" or not name:
        return "bf16"
    raise InputError("The precision is 'fp32' or 'bf16'.")


def read_settings(path: Path) -> StageSettings:
    """Settings of a stage from JSON.

    Raises:
        InputError: the file is missing, or holds other or wrong settings.
    """
    return read_saved(path, StageSettings)


def read_pretraining_settings(path: Path) -> PretrainingSettings:
    """Settings of pre-training from JSON.

    Raises:
        InputError: the file is missing, or holds other or wrong settings.
    """
    return read_saved(path, PretrainingSettings)


def pretrained_on(base: Path) -> tuple[TextSource, ...]:
    """What a base that was made here was pre-trained on; nothing for one that was published.

    Raises:
        InputError: what it says of that cannot be read.
    """
    path = base / PRETRAINING
    return read_pretraining_settings(path).sources if path.exists() else ()


def read_saved(path: Path, kind: type[_Kind]) -> _Kind:
    """Settings of some kind from JSON.

    Raises:
        InputError: the file is missing, or holds other or wrong settings.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"The settings '{path}' are missing or cannot be read.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "together"
        raise InputError(f"The settings '{path}' cannot be used ({place}): {first['msg']}.") from None

"""Settings of a training stage: frozen, saved beside what they made, checked when they are made."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from distill.training.rendering import Rendering
from engine.errors import InputError

Device = Literal["cpu", "cuda"]


class StageSettings(BaseModel):
    """One stage of the reader's training: a teacher, or a student that learns from `teachers` too.

    `base`: folder with config.json, model.safetensors and tokenizer.json. `teachers`: folders of finished stages. `soft_weight`
    and `feature_weight`: weights of the teachers' answers and of their states beside the hard labels. `mask_share`: share of
    words masked at random. `negative_share`: share of pairs without a relation that an epoch takes. `int_weight`: weight of the
    rare class "int" in the loss. `batch_tokens`: tokens of one step, padding included. `checkpoint_s`: seconds between
    checkpoints.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: str
    tasks: tuple[str, ...] = Field(min_length=1)
    rendering: Rendering = "placeholders"
    teachers: tuple[str, ...] = ()
    seed: int = 0
    epochs: float = Field(default=3.0, gt=0)
    learning_rate: float = Field(default=1e-4, gt=0)
    head_learning_rate: float = Field(default=5e-4, gt=0)
    warmup_share: float = Field(default=0.1, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    batch_tokens: int = Field(default=4096, gt=0)
    max_tokens: int = Field(default=160, ge=16)
    mask_share: float = Field(default=0.0, ge=0, lt=1)
    negative_share: float = Field(default=1.0, gt=0, le=1)
    int_weight: float = Field(default=1.0, gt=0)
    soft_weight: float = Field(default=0.0, ge=0)
    feature_weight: float = Field(default=0.0, ge=0)
    temperature: float = Field(default=2.0, gt=0)
    device: Device = "cpu"
    threads: int = Field(default=1, ge=1)
    checkpoint_s: float = Field(default=300.0, gt=0)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.soft_weight or self.feature_weight) and not self.teachers:
            raise ValueError("soft labels and features come from teachers, and none is named")
        if self.batch_tokens < self.max_tokens:
            raise ValueError("batch_tokens must be at least max_tokens")
        return self

    def write(self, path: Path) -> None:
        """Save as JSON."""
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_settings(path: Path) -> StageSettings:
    """Settings from JSON.

    Raises:
        InputError: the file is missing, or holds other or wrong settings.
    """
    try:
        return StageSettings.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"The settings '{path}' are missing or cannot be read.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "together"
        raise InputError(f"The settings '{path}' cannot be used ({place}): {first['msg']}.") from None

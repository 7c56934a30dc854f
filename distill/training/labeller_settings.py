"""Settings of the labeller's training: frozen, saved beside what they made."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from distill.rationales.items import ITEM_KINDS, ItemKind
from engine.students.fact_rows import CODES_A_FACT, CODES_A_MEETING


class LabellerShape(BaseModel):
    """Sizes of the encoders over facts. `members`: how many answer together. `meetings`: whether they are also told where facts
    of both medicines are about the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int = Field(default=128, ge=16)
    layers: int = Field(default=3, ge=1)
    attention_heads: int = Field(default=4, ge=1)
    members: int = Field(default=1, ge=1)
    meetings: bool = True

    @property
    def codes_a_row(self) -> Literal[4, 8]:
        """Codes of what is told in one row."""
        return CODES_A_MEETING if self.meetings else CODES_A_FACT

    @model_validator(mode="after")
    def _even_heads(self) -> Self:
        if self.width % self.attention_heads:
            raise ValueError("the heads divide the width evenly")
        return self


class LabellerSettings(BaseModel):
    """How a labeller is trained.

    `kinds`: which kinds of items are learned from. `mask_rows`: share of the pairs from which facts are left out, each with
    probability `mask_share`, so that explanations by leaving facts out ask what it has learned. `batch_facts`: rows of one step,
    meetings and padding included. `soft_labels`: learn the vote's distribution, not its likeliest label alone. `validations`: how
    often development pairs are asked on the way; nothing depends on what they say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: LabellerShape = LabellerShape()
    kinds: tuple[ItemKind, ...] = Field(default=ITEM_KINDS, min_length=1)
    seed: int = 0
    epochs: float = Field(default=12.0, gt=0)
    learning_rate: float = Field(default=1e-3, gt=0)
    warmup_share: float = Field(default=0.05, ge=0, lt=1)
    weight_decay: float = Field(default=0.05, ge=0)
    batch_facts: int = Field(default=4096, gt=0)
    mask_rows: float = Field(default=0.3, ge=0, le=1)
    mask_share: float = Field(default=0.25, ge=0, lt=1)
    soft_labels: bool = True
    validations: int = Field(default=8, ge=1)

    @property
    def head_learning_rate(self) -> float:
        """All parts learn at one rate."""
        return self.learning_rate

    @property
    def shares(self) -> dict[str, float]:
        """All items are seen in each epoch."""
        return {}

    @property
    def batch_tokens(self) -> int:
        """What a batch is measured in: rows."""
        return self.batch_facts

"""Settings of a reasoner's training: frozen, saved beside what they made, checked when they are made."""

from __future__ import annotations

from itertools import accumulate
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from distill.rationales.items import ITEM_KINDS, ItemKind
from distill.training.refinement import RefinementSettings

# Quantised files keep weights in blocks, the smallest forms of 256, Q8_0 of 32. Sizes that do not divide by 256 do not fail:
# those tensors quietly stay larger, which the comparison of forms then shows.
_BLOCK = 64


class Shape(BaseModel):
    """Sizes of a decoder that is trained from nothing. `context_tokens`: longest prompt and answer together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden: int = Field(default=256, ge=_BLOCK, multiple_of=_BLOCK)
    feed_forward: int = Field(default=768, ge=_BLOCK, multiple_of=_BLOCK)
    layers: int = Field(default=4, ge=1)
    heads: int = Field(default=4, ge=1)
    context_tokens: int = Field(default=320, ge=64)

    @model_validator(mode="after")
    def _even_heads(self) -> Self:
        if self.hidden % (2 * self.heads):
            raise ValueError("each head takes an even part of the hidden size")
        return self


class Phase(BaseModel):
    """A part of the curriculum: how often items are seen whose stage is at most `last_stage`; all items where it is None. Where
    the number of steps is fixed, `epochs` is the phase's part of them, beside the other phases'."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: float = Field(gt=0)
    last_stage: int | None = Field(default=None, ge=0)


class ReasonerSettings(BaseModel):
    """How a reasoner is trained.

    `shape`: of a new decoder; unused where an existing one is adapted (`lora_rank` above 0). `phases`: the curriculum; a single
    one without a last stage is none. `steps`: exactly so many in all, of all processes together, whatever the items: trainings
    on other items then have the same budget. `kinds`: which kinds of items are learned from. `label_weight`, `rationale_weight`,
    `prompt_weight`: weights of the label's three tokens, of all that follows, and of the facts themselves (their order and
    company is the densest thing to learn from). `soft_labels`: learn the vote's
    distribution, not its likeliest label alone. `label_first`: False writes the steps before the label, as the published student
    did (an arm of the ablation). `learning_rate`: the highest, of embeddings and norms, and of all that is adapted;
    `matrix_learning_rate`: of the matrices of new layers (see :mod:`distill.training.reasoner_optimiser`), 0 to learn them like
    the rest. `dropout`: share of the inputs' and outputs' features that are left out. `batch_tokens`: tokens of one step, padding
    included. `validations`: how often `validation_items` of the development pairs choose which weights are kept.
    `refinement`: a second, short training on what the finished reasoner answers wrongly, None for none (see
    :mod:`distill.training.refining`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: Shape = Shape()
    phases: tuple[Phase, ...] = Field(default=(Phase(epochs=3.0),), min_length=1)
    steps: int | None = Field(default=None, ge=1)
    kinds: tuple[ItemKind, ...] = Field(default=ITEM_KINDS, min_length=1)
    seed: int = 0
    learning_rate: float = Field(default=1e-3, gt=0)
    matrix_learning_rate: float = Field(default=0.02, ge=0)
    warmup_share: float = Field(default=0.03, ge=0, lt=1)
    weight_decay: float = Field(default=0.05, ge=0)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    batch_tokens: int = Field(default=4096, gt=0)
    label_weight: float = Field(default=1.0, gt=0)
    rationale_weight: float = Field(default=0.5, ge=0)
    prompt_weight: float = Field(default=0.1, ge=0)
    soft_labels: bool = True
    label_first: bool = True
    lora_rank: int = Field(default=0, ge=0)
    validations: int = Field(default=10, ge=1)
    validation_items: int = Field(default=2000, ge=1)
    refinement: RefinementSettings | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.batch_tokens < self.shape.context_tokens:
            raise ValueError("batch_tokens must be at least the context's")
        if self.refinement is not None and self.lora_rank > 0:
            raise ValueError("a reasoner that begins from nothing alone can be refined: give a rank of 0 or no refinement")
        return self

    @property
    def phase_ends(self) -> tuple[int | None, ...]:
        """The step at which each phase ends; None where steps are not fixed."""
        if self.steps is None:
            return (None,) * len(self.phases)
        parts = list(accumulate(phase.epochs for phase in self.phases))
        return tuple(round(self.steps * part / parts[-1]) for part in parts)

    @property
    def head_learning_rate(self) -> float:
        """All parts learn at one rate."""
        return self.learning_rate

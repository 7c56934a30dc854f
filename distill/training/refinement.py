"""The refinement round as data: its settings, and what its report tells. It is made in :mod:`distill.training.refining`."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

# What of an item can be answered wrongly: a part of its label, or which way a step goes.
Part = Literal["severity", "direction", "mechanism", "step"]
PARTS: tuple[Part, ...] = get_args(Part)
# The part of a finished training's report that tells of the round.
TOLD = "refinement"


class RefinementSettings(BaseModel):
    """How a finished reasoner learns from its own errors.

    `epochs`: how often the items of the round are seen; `steps`: exactly so many in place of that. `weight`: of an item that was
    answered wrongly, beside the weight that it has. `kept_share`: of the items that were answered rightly, which are learned on
    with the others so that they are not forgotten. `rate_factor`: both learning rates as shares of the first training's.
    `validations`: how often development pairs are asked on the way.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: float = Field(default=1.0, gt=0)
    steps: int | None = Field(default=None, ge=1)
    weight: float = Field(default=2.0, gt=0)
    kept_share: float = Field(default=0.5, ge=0, le=1)
    rate_factor: float = Field(default=0.3, gt=0, le=1)
    validations: int = Field(default=4, ge=1)


class Before(BaseModel):
    """The training that came before the round, from its report; its time in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    items: int = Field(ge=0)
    step: int = Field(ge=0)
    seconds: float = Field(ge=0)


class Refined(BaseModel):
    """What the report of a round tells. `asked`: training items; `wrong_items`: of these, with a wrong part or more; `wrong`: how
    many by part; `kept_right`: how many others were learned again; `asking_s`: seconds that asking took."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: int = Field(ge=0)
    wrong_items: int = Field(ge=0)
    wrong: dict[Part, int]
    kept_right: int = Field(ge=0)
    asking_s: float = Field(ge=0)
    before: Before

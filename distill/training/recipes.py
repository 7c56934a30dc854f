"""Recipes: all stages of a student in order, each with its settings, and what is compared with what. They are data: see
`distill/recipes`."""

from __future__ import annotations

from pathlib import Path
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from distill.training.settings import StageSettings
from engine.errors import InputError

_FOLDER = Path(__file__).resolve().parent.parent / "recipes"
_Form = TypeVar("_Form", bound=BaseModel)


class Recipe(BaseModel):
    """`stages` by name, in the order in which they run; `student`: the one that ships; `teachers`: those that an arm's figure is
    compared with; `arms`: what the ablation compares, each stage with the words for its row."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: str
    stages: dict[str, StageSettings] = Field(min_length=1)
    student: str
    teachers: tuple[str, ...] = ()
    arms: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        known: set[str] = set()
        for name, settings in self.stages.items():
            unknown = set(settings.needed) - known
            if unknown:
                raise ValueError(f"the stage {name} needs {min(unknown)}, which does not come before it")
            self._same_development(name, settings)
            known.add(name)
        strange = ({self.student} | set(self.teachers) | set(self.arms)) - known
        if strange:
            raise ValueError(f"{min(strange)} is no stage")
        return self

    def ancestors(self, name: str) -> tuple[str, ...]:
        """A stage and all stages that it starts from or learns from, the nearest first."""
        found = [name]
        for one in found:
            found += [other for other in self.stages[one].needed if other not in found]
        return tuple(found)

    def _same_development(self, name: str, settings: StageSettings) -> None:
        """A stage is tuned on development documents that neither it nor those it learns from were trained on."""
        for source in settings.sources:
            own = settings.development_shares.get(source, 0.0)
            for other in self.ancestors(name):
                if self.stages[other].development_shares.get(source, 0.0) > own:
                    raise ValueError(f"the stage {name} would be tuned on development documents that {other} was trained on")


def recipe_names(student: str = "") -> tuple[str, ...]:
    """Names of the recipes that come with the pipeline, of the reader or of another student."""
    return tuple(sorted(path.stem for path in (_FOLDER / student).glob("*.json")))


def read_recipe(name: str) -> Recipe:
    """A recipe of the reader by its name, or by the path of a file.

    Raises:
        InputError: there is none, or it cannot be used.
    """
    return read_named("", name, Recipe)


def read_named(student: str, name: str, form: type[_Form]) -> _Form:
    """What a student is made by, by the name of a recipe or by the path of a file.

    Raises:
        InputError: there is none, or it cannot be used.
    """
    known = recipe_names(student)
    path = _FOLDER / student / f"{name}.json" if name in known else Path(name)
    try:
        return form.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"There is no recipe '{name}'; known are {', '.join(known)}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "together"
        raise InputError(f"The recipe '{name}' cannot be used ({place}): {first['msg']}.") from None

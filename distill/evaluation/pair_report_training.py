"""How students were trained, from the report in the folder of their training."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import InputError

REPORT = "report.json"


class _Told(BaseModel):
    """What of the report is shown."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    device: str
    step: int = Field(ge=0)
    steps: int = Field(gt=0)
    seconds: float = Field(ge=0)
    items: int = Field(ge=0)
    parameters: int = Field(ge=0)
    validations: tuple[dict[str, float], ...] = ()


class Training(_Told):
    """A training. `name`: as the report names it. `validations`: figures on development pairs, each with its step."""

    name: str


def read_training(name: str, folder: Path) -> Training:
    """The training in a folder.

    Raises:
        InputError: it has no report, or a damaged one.
    """
    path = folder / REPORT
    try:
        told = _Told.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(f"There is no report of a training in '{folder}'.") from error
    if any("step" not in one for one in told.validations):
        raise InputError(f"The report of the training in '{folder}' is damaged.")
    return Training(name=name, **told.model_dump())


def trainings_of_run(run: Path) -> dict[str, Path]:
    """Folders of the trainings that a run of `reproduce` has left beside its votes, by name."""
    folders = {student: run / f"{student}-training" for student in ("labeller", "reasoner")}
    folders["reasoner, refinement round"] = run / "reasoner-refined"
    return {student: folder for student, folder in folders.items() if (folder / REPORT).is_file()}

"""How a student was trained, kept beside it: of each stage its settings, its report, and its figures in the ablation.

With the weights that its own file holds, training can go on from what ships, on any machine, and the next card still tells of all
stages before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from distill.evaluation.reader import Figures
from distill.export.student import MODEL
from distill.export.unpacking import unpacked_reader
from distill.training.settings import StageSettings, read_saved, read_settings
from distill.training.stage import REPORT, SETTINGS, check_vocabulary, write_finished, write_report, write_settings
from engine.errors import InputError
from engine.records.writing import write_file
from engine.students.files import read_manifest, verified_files
from engine.students.manifest import MANIFEST_FILE, Manifest

# In a student's folder; and in a stage's, its figures in the ablation.
RECORDS, ARM = "training.json", "ddi.json"
# In the report of a stage whose weights were read back: from what; in those of the stages before: who tells of them.
RESTORED, TOLD = "restored_from", "told_by"
Report = dict[str, str | int | float]


class ArmRecord(BaseModel):
    """A stage in the ablation: figures of the relations between medicines on the official test, and sentences a second."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    figures: Figures
    rate: float


class StageRecord(BaseModel):
    """What is known of a stage without its weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    settings: StageSettings
    report: Report
    arm: ArmRecord | None = None


_RECORDS, _REPORT = TypeAdapter(dict[str, StageRecord]), TypeAdapter(Report)


def records_of(stages: Path, names: Iterable[str]) -> dict[str, StageRecord]:
    """What the folders of stages tell.

    Raises:
        InputError: a stage has no settings or no report that can be read.
    """
    found = {}
    for name in names:
        folder = stages / name
        found[name] = StageRecord(settings=read_settings(folder / SETTINGS), report=_report(folder), arm=read_arm(folder))
    return found


def _report(stage: Path) -> Report:
    try:
        return _REPORT.validate_json((stage / REPORT).read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(f"The stage '{stage}' has no report that can be read.") from error


def is_told(stage: Path) -> bool:
    """Whether a stage is one of a student that was taken up again, of which all is known but its weights.

    Raises:
        InputError: its report cannot be read.
    """
    return (stage / REPORT).exists() and TOLD in _report(stage)


def read_arm(stage: Path) -> ArmRecord | None:
    """A stage's figures in the ablation, where they were measured.

    Raises:
        InputError: they cannot be read.
    """
    return read_saved(stage / ARM, ArmRecord) if (stage / ARM).exists() else None


def write_records(folder: Path, records: Mapping[str, StageRecord]) -> Path:
    """Write the records beside a student; their path."""
    write_file(folder / RECORDS, _RECORDS.dump_json(dict(records), indent=1) + b"\n")
    return folder / RECORDS


def write_arm(stage: Path, record: ArmRecord) -> None:
    """Keep a stage's figures in the ablation, so that they are measured once."""
    write_file(stage / ARM, (record.model_dump_json(indent=1) + "\n").encode())


def restore(student: Path, base: Path, stages: Path) -> str:
    """Write the stages of a student, the last with its weights and the others without, so that a recipe goes on from it; the name
    of the last. `base`: what it started from.

    Raises:
        InputError: the student has no records, does not fit the base, or there are stages already.
        ResourceError: a file of the student is missing or changed.
    """
    manifest = read_manifest(student / MANIFEST_FILE, Manifest)
    if RECORDS not in manifest.files:
        raise InputError(f"The student '{student}' does not tell how it was trained: it has no {RECORDS}.")
    contents = verified_files(student, manifest, frozenset({MODEL, RECORDS}))
    try:
        records = _RECORDS.validate_json(contents[RECORDS])
    except ValidationError as error:
        raise InputError(f"What the student '{student}' tells of its training cannot be read by this version.") from error
    if not records:
        raise InputError(f"The student '{student}' tells of no stage.")
    standing = next((name for name in records if (stages / name).exists()), None)
    if standing is not None:
        raise InputError(f"The folder '{stages / standing}' is there already, and is left as it is.")
    check_vocabulary(student, base, "student")
    last = list(records)[-1]
    reader = unpacked_reader(contents[MODEL], base, records[last].settings.sources)
    version = f"version {manifest.version}"
    for name, record in records.items():
        folder = stages / name
        write_settings(folder / SETTINGS, record.settings)
        of: Report = {RESTORED: f"the int8 file of {version}"} if name == last else {TOLD: version}
        write_report(folder, of | record.report)
        if record.arm is not None:
            write_arm(folder, record.arm)
    write_finished(reader, base, stages / last)
    return last

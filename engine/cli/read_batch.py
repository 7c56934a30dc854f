"""`coprescribe read --batch`: every abstract of a file or folder, read into a run that can be stopped and gone on with.

The run's file stands beside what is written (`table.csv.run`), or is itself what --out names. The same command goes on where an
earlier one was stopped, and reads only what is new; a run of another student, other knowledge or another source is refused.
"""

from __future__ import annotations

from pathlib import Path

from engine.application import open_application
from engine.cli.output import complain, echo
from engine.cli.progress import ProgressLine
from engine.cli.read import driven
from engine.errors import InputError
from engine.reading.batch import batch_reader, read_many
from engine.reading.batch_export import export_format, export_in_steps
from engine.reading.batch_file import RUN_SUFFIX
from engine.reading.batch_model import Summary
from engine.reading.batch_rows import RunRows
from engine.records.reading import sayable
from engine.reports.reading_material import cautions_of, terms_of
from engine.reports.reading_words import short_knowledge

_MOST_PAIRS = 10
_MOST_FAULTS = 20


def run_read_batch(source: Path, out: Path | None, resources: Path | None) -> None:
    """Read every abstract of `source` that is not read yet, write `out`, and print a summary.

    Raises:
        InputError: the source, the run or `out` cannot be used; or a record could not be read, though the others were.
        ResourceError: the installation is damaged, or there is no student.
    """
    run = _run_of(out)
    try:
        if not source.exists():
            raise InputError("There is no file or folder of the name that --batch gives.")
        if source.resolve() in (run.resolve(), None if out is None else out.resolve()):
            raise InputError("The output would take the place of the file that is to be read.")
        name = sayable(source.resolve().name)
    except (OSError, ValueError) as error:
        raise InputError("The file or folder of the batch cannot be read.") from error
    from engine.abstracts.opening import open_abstracts

    reader = batch_reader(open_application(resources))
    progress = ProgressLine("abstracts")
    try:
        driven(
            read_many(run, name, open_abstracts(source), reader, check=lambda: None),
            lambda now: progress.show(name, now.done, now.total),
        )
    except KeyboardInterrupt:
        progress.end()
        complain(f"Stopped: what was read is in '{run}'; the same command goes on from there." if run.exists() else "Stopped.")
        raise
    finally:
        progress.end()
    rows = RunRows(run)
    if out is not None and out != run:
        driven(export_in_steps(rows, out, check=lambda: None), lambda _: None)
    summary = rows.summary()
    echo(_table(summary, rows, run))
    _tell_faults(summary, rows)


def _run_of(out: Path | None) -> Path:
    if out is None:
        raise InputError(f"A batch needs --out FILE, in .csv, .json or {RUN_SUFFIX}.")
    if out.suffix.casefold() == RUN_SUFFIX:
        return out
    export_format(out)
    if out.is_dir():
        raise InputError("The output file has the name of a folder.")
    return out.with_name(f"{out.name}{RUN_SUFFIX}")


def _table(summary: Summary, rows: RunRows, run: Path) -> str:
    sure = summary.relations - summary.unsure
    lines = [
        f"Abstracts read: {summary.abstracts:,}",
        f"Duplicates passed over: {summary.duplicates:,}",
        f"Not read: {summary.faults:,}",
        f"Statements: {sure:,}, and {summary.unsure:,} unsure",
        f"Pairs of names: {summary.pairs:,}",
    ]
    pairs = rows.most_frequent(_MOST_PAIRS)
    if pairs:
        lines += ["", "Pairs of medicines in most abstracts:"]
        lines += [
            f"  {one.first} + {one.second}: {one.abstracts:,} ({'all unsure; ' if one.unsure == one.relations else ''}"
            f"{short_knowledge(one.knowledge)} in the knowledge)"
            for one in pairs
        ]
    header = rows.header()
    # No severity is shown here.
    said = [*cautions_of(header.provenance, severities=False), terms_of(header.provenance), header.notice]
    return "\n".join([*lines, "", *said, f"The run is in '{run}'."])


def _tell_faults(summary: Summary, rows: RunRows) -> None:
    if not summary.faults:
        return
    faults = (one for one in rows.remarks() if one.kind == "fault")
    for _, one in zip(range(_MOST_FAULTS), faults, strict=False):
        complain(f"{one.where}: {one.sentence}")
    if not summary.abstracts:
        raise InputError("No abstract could be read; the output says why.")
    raise InputError(f"Records or files that were not read: {summary.faults:,}; the others are in the output.")

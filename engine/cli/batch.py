"""`coprescribe check --batch`: every list of a file, or of each file of a folder, checked one after the other.

What is done is written as it is done, to a file that ends in `.part` and takes its own name at the end: a batch of any size
needs the memory of its largest file and of one report.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from engine.application import Application, open_application
from engine.checking import CheckOptions
from engine.cli.batch_line import BatchLine
from engine.cli.batch_rows import RowWriter
from engine.cli.batch_summary import Summary
from engine.cli.lists import read_lists
from engine.cli.output import complain, echo
from engine.cli.progress import ProgressLine
from engine.errors import InputError
from engine.records.codes import code_lookup
from engine.records.model import MedicationList
from engine.records.reading import sayable
from engine.report import Severity, severity_rank

_FORMATS = (".jsonl", ".csv")


def run_batch(source: Path, out: Path | None, *, least: Severity, alternatives: bool, resources: Path | None) -> None:
    """Check every list of a file or of the files of a folder, write what was found to `out`, and print a summary.

    Raises:
        InputError: the source or `out` cannot be used; or a file or list could not be checked, though the others were.
        ResourceError: the installation is damaged.
    """
    if out is None or out.suffix.casefold() not in _FORMATS:
        raise InputError("A batch needs --out FILE, in .jsonl (one report a line) or .csv (one finding a row).")
    files = _files_of(source, out)
    application = open_application(resources)
    summary = Summary()
    with _written_whole(out, summary) as file:
        write = _writer(out, file, application)
        for line, one in _checked(files, application, alternatives=alternatives):
            kept = _at_least(line, least)
            write(kept, one)
            summary.add(kept)
    for failure in summary.failures:
        complain(failure)
    echo(summary.table(len(files)))
    if summary.failures and not summary.lists:
        raise InputError("No list could be checked; the output file says why.")
    if summary.failures:
        raise InputError(f"Lists or files that were not checked: {len(summary.failures)}; the others are in the output file.")


def _files_of(source: Path, out: Path) -> list[Path]:
    """The file itself, or the files of a folder by name; not hidden ones, nor what a batch has written there."""
    try:
        own = {out.resolve(), _part(out).resolve()}
        if not source.is_dir():
            if source.resolve() in own:
                raise InputError("The output would take the place of the file that is to be checked.")
            if not source.exists():
                raise InputError("There is no file or folder of the name that --batch gives.")
            return [source]
        found = sorted(path for path in source.iterdir() if not path.name.startswith("."))
        files = [path for path in found if path.is_file() and path.resolve() not in own]
        others = sum(not path.is_file() for path in found)
    except (OSError, ValueError) as error:
        raise InputError("The file or folder of the batch cannot be read.") from error
    if not files:
        raise InputError("The folder of the batch holds no file.")
    if others:
        complain(f"Left out, because they are no files (folders inside a folder are not looked into): {others}.")
    return files


def _part(out: Path) -> Path:
    return out.with_name(f"{out.name}.part")


@contextmanager
def _written_whole(out: Path, summary: Summary) -> Iterator[TextIO]:
    """A file that takes the name `out` once all is written; if the work stops before, what was written stays beside it."""
    part = _part(out)
    try:
        if out.is_dir():
            raise InputError("The output file has the name of a folder.")
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(os.path.realpath(out))
    except KeyboardInterrupt:
        complain(f"Stopped: the first {summary.lists} lists are in '{part}'; '{out.name}' was not written.")
        raise
    except OSError as error:
        left = f"; what was written is in '{part}'" if part.is_file() else ""
        raise InputError(f"The output file cannot be written: {error.strerror}{left}.") from error


def _writer(out: Path, file: TextIO, application: Application) -> Callable[[BatchLine, MedicationList], object]:
    """What writes one list to the file, in the format of its name."""
    if out.suffix.casefold() == ".csv":
        return RowWriter(file, application).write
    return lambda line, _one: file.write(line.model_dump_json() + "\n")


def _checked(
    files: Sequence[Path], application: Application, *, alternatives: bool
) -> Iterator[tuple[BatchLine, MedicationList]]:
    """What came of each list as it is done, and the list; a file or list that cannot be checked comes with its sentence."""
    progress = ProgressLine()
    lookup = code_lookup(lambda: application.store)
    try:
        for path in files:
            # A name may hold bytes that are no text, which no file of ours could repeat.
            name = sayable(path.name)
            try:
                lists = read_lists(path, lookup)
            except InputError as error:
                yield BatchLine(list="", file=name, error=error.sentence), MedicationList(title="", text="")
                continue
            for done, one in enumerate(lists):
                progress.show(name, done, len(lists))
                yield _check(one, name, application, alternatives=alternatives), one
    finally:
        progress.end()


def _check(one: MedicationList, file: str, application: Application, *, alternatives: bool) -> BatchLine:
    options = CheckOptions(confirmed_names=one.confirmed_names, with_alternatives=alternatives)
    try:
        report = application.check(one.text, one.patient, options)
    except InputError as error:
        return BatchLine(list=one.title, file=file, remarks=one.remarks, error=error.sentence)
    return BatchLine(list=one.title, file=file, remarks=one.remarks, report=report)


def _at_least(line: BatchLine, least: Severity) -> BatchLine:
    if line.report is None:
        return line
    kept = tuple(one for one in line.report.interactions if severity_rank(one.severity) <= severity_rank(least))
    return line.model_copy(update={"report": line.report.model_copy(update={"interactions": kept})})

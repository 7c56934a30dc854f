"""`coprescribe check`: read text and patient, print the report as JSON or for a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast, get_args

from engine.application import Application, open_application
from engine.checking import CheckOptions
from engine.cli.output import complain, echo_json
from engine.errors import InputError
from engine.prescriptions.patient import Patient, patient_from_json
from engine.records.codes import code_lookup
from engine.records.model import MedicationList
from engine.records.reading import MAX_INPUT_BYTES, bounded, decoded, read_file
from engine.records.strict_json import read_json
from engine.report import Report, Severity, severity_rank

# No system opens a longer path.
_MAX_PATH = 4096
_PATH_SIGNS = "/\\."
# A path from the root, from here, from home or from a drive: no medicine is written so.
_ROOTED = re.compile(r"(/|\.{1,2}[/\\]|~[/\\]|[A-Za-z]:[/\\]|\\\\)\S")
# A bare word with a suffix ("monday.txt"), or words that end in the suffix of a document ("for Mrs Jones.txt").
_BARE_FILE = re.compile(r"\S*\w\.[A-Za-z]{2,5}")
_DOCUMENT = re.compile(r".*\w\.(txt|text|csv|tsv|json|md|rtf|docx?|odt|pdf|xlsx?|html?|xml|nbib)", re.IGNORECASE)


def read_text(argument: str) -> str:
    """The prescription text: the argument itself, the file or pipe that it names, or standard input for "-".

    A word without a path separator and without a dot is always text: a file that happens to be called "aspirin" must not stand
    in for the medicine. What can only be meant as a file must exist.

    Raises:
        InputError: the file or the input is missing, too large, unreadable or not text.
    """
    if argument == "-":
        return _read_standard_input()
    if not any(sign in argument for sign in _PATH_SIGNS):
        return argument
    if names_a_file(argument):
        return read_file(Path(argument))
    if means_a_file(argument):
        raise InputError("There is no file of that name; to check a text, give names of medicines.")
    return argument


def means_a_file(argument: str) -> bool:
    """Whether a text that names no file looks like nothing else."""
    name = argument.strip()
    if len(name) > _MAX_PATH or any(sign in name for sign in "\n\r;\0"):
        return False
    return any(pattern.fullmatch(name) for pattern in (_BARE_FILE, _DOCUMENT)) or _ROOTED.match(name) is not None


def _read_standard_input() -> str:
    if sys.stdin is None:
        raise InputError("The standard input is closed: give a list of medicines or a file.")
    try:
        content = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
    except OSError as error:
        raise InputError(f"The standard input cannot be read: {error.strerror}.") from error
    return decoded(bounded(content, what="The standard input"), "The standard input")


def names_a_file(argument: str) -> bool:
    """Whether something of that name exists. A text that could not even be a name (too long, odd signs) does not."""
    try:
        Path(argument).stat()
    except PermissionError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.") from error
    except (OSError, ValueError):
        return False
    return True


def read_patient(path: Path | None) -> Patient:
    """The patient of a JSON file; an empty one without a file.

    Raises:
        InputError: the file cannot be read, a field is wrong or stands twice.
    """
    if path is None:
        return Patient()
    text = read_file(path, "The patient file")
    patient = patient_from_json(text)
    # Of a field that stands twice, the model takes the last in silence.
    read_json(text, "The patient file")
    return patient


def known_severity(written: str) -> Severity:
    """The severity of that name.

    Raises:
        InputError: there is none.
    """
    if written not in get_args(Severity):
        raise InputError(f"The severity must be one of: {', '.join(get_args(Severity))}.")
    return cast(Severity, written)


def run_check(
    argument: str,
    *,
    as_json: bool,
    patient_file: Path | None,
    least: str,
    wanted: str | None,
    resources: Path | None,
    explain: bool = False,
) -> None:
    """Run the check and print it; provisional matches, and what a file held and its list does not, go to standard error.

    `wanted` is the title or number of one list of a file that holds several. `explain`: the student writes about each finding.

    Raises:
        InputError: text, file, patient file, severity or list cannot be used.
        ResourceError: the installation is damaged; or there is no student to explain, after the report was printed.
    """
    severity = known_severity(least)
    opened = cache(lambda: open_application(resources))
    one = _read_one(argument, wanted, opened)
    for remark in one.remarks:
        complain(remark)
    if not one.text.strip():
        raise InputError("There is no text to check: give a list of medicines, a file, or '-' with text on standard input.")
    if one.text == argument and names_a_file(argument):
        complain("Taken as text; the file of that name is read if a path is given, such as ./NAME.")
    if one.patient is not None and patient_file is not None:
        complain("The file names a patient too; what --patient gives is used in place of it.")
    patient = one.patient if one.patient is not None and patient_file is None else read_patient(patient_file)
    report = opened().check(one.text, patient, CheckOptions(confirmed_names=one.confirmed_names))
    report = _filtered(report, severity)
    for drug in report.drugs:
        if not drug.confirmed:
            complain(f"Provisional: a name was taken for {drug.matched_name} ({drug.match}); please confirm.")
    if explain:
        # Another command does not wait for what the student needs.
        from engine.cli.explain import print_explained, print_explained_json

        (print_explained_json if as_json else print_explained)(opened(), report, patient)
    elif as_json:
        echo_json(report.model_dump_json(indent=1))
    else:
        from engine.cli.terminal import print_report

        print_report(report)


def _read_one(argument: str, wanted: str | None, opened: Callable[[], Application]) -> MedicationList:
    """The list that the argument is or names."""
    named = argument != "-" and any(sign in argument for sign in _PATH_SIGNS) and names_a_file(argument)
    # Few files name a medicine only by its code, and a file that cannot be read shall not wait for the knowledge.
    lookup = code_lookup(lambda: opened().store)
    if named and Path(argument).is_file():
        from engine.cli.lists import read_list

        return read_list(Path(argument), wanted, lookup)
    text = read_text(argument)
    if (named or argument == "-") and text.strip():
        # As text, the medicines of a bundle that were stopped would pass for medicines that are taken.
        from engine.cli.lists import list_of_input

        return list_of_input(text, wanted, lookup)
    if wanted is not None:
        raise InputError("--list names a list of a file: give that file.")
    return MedicationList(title="", text=text)


def _filtered(report: Report, least: Severity) -> Report:
    kept = tuple(one for one in report.interactions if severity_rank(one.severity) <= severity_rank(least))
    return report.model_copy(update={"interactions": kept})

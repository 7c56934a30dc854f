"""`coprescribe check|read|drug|doctor`: arguments, exit codes, and one sentence on standard error for every fault.

Exit codes: 0 done, 1 a problem with this installation, 2 a problem with the input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.output import complain, echo, prepare_streams
from engine.errors import CoprescribeError, InputError

# Typer carries its own copy of click and names of its faults only this child; the parent covers unknown commands and options.
_USAGE_FAULT: type[Exception] = typer.BadParameter.__bases__[0]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Check prescriptions and read abstracts, offline.",
)

ResourcesOption = Annotated[Path | None, typer.Option("--resources", help="Resources folder (default: this installation's).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def check(
    text: Annotated[str, typer.Argument(help="Prescription text, a file, or '-' for standard input.")] = "-",
    as_json: JsonOption = False,
    patient: Annotated[Path | None, typer.Option("--patient", help="JSON file with data of the patient.")] = None,
    severity: Annotated[str, typer.Option("--severity", help="Least severity that is printed.")] = "minor",
    wanted: Annotated[str | None, typer.Option("--list", help="Title or number of one list of a file.")] = None,
    batch: Annotated[Path | None, typer.Option("--batch", help="File or folder of which every list is checked.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="What a batch writes: .jsonl or .csv.")] = None,
    alternatives: Annotated[bool, typer.Option("--alternatives", help="Look for alternatives in a batch too.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Let the student write about each finding.")] = False,
    resources: ResourcesOption = None,
) -> None:
    """Check a list of medicines; lines are separated by newlines or semicolons."""
    from engine.cli.check import known_severity, run_check

    if batch is None:
        if out is not None or alternatives:
            raise InputError("--out and --alternatives belong to --batch.")
        run_check(
            text,
            as_json=as_json,
            patient_file=patient,
            least=severity,
            wanted=wanted,
            resources=resources,
            explain=explain,
        )
        return
    if text != "-" or as_json or patient is not None or wanted is not None or explain:
        raise InputError("A batch takes no text, --json, --patient, --list or --explain: give --batch and --out.")
    from engine.cli.batch import run_batch

    run_batch(batch, out, least=known_severity(severity), alternatives=alternatives, resources=resources)


@app.command()
def read(
    text: Annotated[str, typer.Argument(help="Text of an abstract, a file, or '-' for standard input.")] = "-",
    as_json: JsonOption = False,
    explain: Annotated[
        str | None, typer.Option("--explain", help="Explain each relation by lime, shapley, attention or occlusion.")
    ] = None,
    full: Annotated[
        bool | None, typer.Option("--full/--quick", help="How long an explanation may take (default: quick).")
    ] = None,
    batch: Annotated[Path | None, typer.Option("--batch", help="Folder or file of which every abstract is read.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="What a batch writes: .csv, .json, or .run alone.")] = None,
    resources: ResourcesOption = None,
) -> None:
    """Read an abstract: the medicines it names and what it states of them, each with what the knowledge says."""
    if full is not None and explain is None:
        raise InputError("--quick and --full belong to --explain.")
    if batch is None:
        if out is not None:
            raise InputError("--out belongs to --batch.")
        from engine.cli.read import known_method, run_read

        method = None if explain is None else known_method(explain)
        run_read(text, as_json=as_json, method=method, mode="full" if full else "quick", resources=resources)
        return
    if text != "-" or as_json or explain is not None:
        raise InputError("A batch takes no text, --json or --explain: give --batch and --out.")
    from engine.cli.read_batch import run_read_batch

    run_read_batch(batch, out, resources)


@app.command()
def drug(
    name: Annotated[str, typer.Argument(help="Name of a medicine.")],
    as_json: JsonOption = False,
    resources: ResourcesOption = None,
) -> None:
    """Print what is known of a medicine, with sources."""
    from engine.cli.drug import run_drug

    run_drug(name, as_json=as_json, resources=resources)


@app.command()
def doctor(resources: ResourcesOption = None) -> None:
    """Check this installation: versions, digests, sentinel pairs, speed."""
    from engine.cli.doctor import run_doctor

    run_doctor(resources)


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="report, patient, drug, batch, read or read-batch.")] = "report",
) -> None:
    """Print the JSON Schema of a report, the patient file, what `drug` and `read` print, or what a batch of either writes."""
    from engine.cli.schemas import schema_text

    echo(schema_text(name))


def main(arguments: list[str]) -> int:
    """Run the command line and return the exit code."""
    prepare_streams()
    try:
        # Interrupted by a person, it comes back with an exit code; otherwise with nothing.
        code: object = app(args=arguments, prog_name="coprescribe", standalone_mode=False)
    except CoprescribeError as error:
        complain(error.sentence)
        return 2 if isinstance(error, InputError) else 1
    except typer.Exit as stop:
        return int(stop.exit_code)
    except _USAGE_FAULT as error:
        complain(f"{error} See 'coprescribe --help'.")
        return 2
    except typer.Abort:
        return 130
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

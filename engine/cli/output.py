"""What the command line prints, whatever the streams are: closed, full, or in an encoding that lacks some signs."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import typer

from engine.errors import ResourceError


def prepare_streams() -> None:
    """Let a sign that a stream's encoding lacks be printed as its code (`\\u2265`) and not end the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def writing() -> Iterator[None]:
    """Print inside of this.

    Raises:
        ResourceError: the standard output takes no more.
        typer.Exit: whoever read the output went away, as `head` does once it has enough: nothing is left to do or to say.
    """
    try:
        yield
    except BrokenPipeError as error:
        _give_up(sys.stdout)
        raise typer.Exit(0) from error
    except OSError as error:
        _give_up(sys.stdout)
        raise ResourceError(f"The output cannot be written: {error.strerror}.") from error


def _give_up(stream: TextIO) -> None:
    """Send what is still buffered nowhere: Python would try it once more on leaving, and fail with a traceback."""
    with suppress(OSError, AttributeError):  # no file behind the stream: then nothing is tried again either
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def echo(text: str) -> None:
    """Print a line.

    Raises:
        ResourceError: the standard output takes no more.
    """
    with writing():
        typer.echo(text)


def echo_json(text: str) -> None:
    """Print JSON; signs that the output's encoding lacks become JSON's own escapes.

    Raises:
        ResourceError: the standard output takes no more.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), indent=1)
    echo(text)


def complain(sentence: str) -> None:
    """One sentence on standard error. Where nobody can be told, the exit code still speaks."""
    try:
        typer.echo(one_line(sentence), err=True)
    except OSError:
        _give_up(sys.stderr)


def printable(text: str) -> str:
    """The text with control signs replaced, so that a line cannot steer the terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def one_line(sentence: str) -> str:
    """A sentence for standard error: printable and on one line, though it may repeat a path that is neither."""
    return " ".join(printable(sentence).split())

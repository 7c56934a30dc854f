"""What the command line prints, whatever the streams are: closed, full, or in an encoding that lacks some signs."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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
        ResourceError: the standard output takes no more. A reader that went away is not meant: it wants no sentence.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        _give_up_output()
        raise ResourceError(f"The output cannot be written: {error.strerror}.") from error


def _give_up_output() -> None:
    """Send what is still buffered nowhere: Python would try it once more on leaving, and fail with a traceback."""
    with suppress(OSError, AttributeError):  # no file behind the stream: then nothing is tried again either
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
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


def printable(text: str) -> str:
    """The text with control signs replaced, so that a line cannot steer the terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def one_line(sentence: str) -> str:
    """A sentence for standard error: printable and on one line, though it may repeat a path that is neither."""
    return " ".join(printable(sentence).split())

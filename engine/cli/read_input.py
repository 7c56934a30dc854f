"""What `coprescribe read` reads: the text itself, one abstract of a file, or standard input."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

from engine.abstracts.model import Abstract
from engine.abstracts.opening import open_abstracts, pasted
from engine.cli.check import means_a_file, names_a_file
from engine.errors import InputError
from engine.records.reading import MAX_INPUT_BYTES, bounded, decoded

_EMPTY = "There is no text to read: give an abstract, a file, or '-' with text on standard input."
_PATH_SIGNS = "/\\."


def read_abstract(argument: str) -> Abstract:
    """The one abstract that the argument is, or that the file or pipe of that name holds; standard input for "-".

    Raises:
        InputError: there is none, more than one, or it cannot be read.
    """
    if argument == "-":
        return _checked(pasted(_standard_input()))
    if not argument.strip():
        raise InputError(_EMPTY)
    path_like = any(sign in argument for sign in _PATH_SIGNS)
    # One word is no sentence, so where it names a file that is what is meant.
    if (path_like or len(argument.split()) == 1) and names_a_file(argument):
        return _of_file(Path(argument))
    if path_like and means_a_file(argument):
        raise InputError("There is no file of that name; to read a text, give its sentences.")
    return _checked(pasted(argument))


def _of_file(path: Path) -> Abstract:
    if path.is_dir():
        raise InputError("That is a folder: read all of its abstracts with --batch FOLDER --out FILE.")
    found = list(islice(open_abstracts(path), 2))
    if not found:
        raise InputError("The file holds no abstract.")
    if len(found) > 1:
        raise InputError("The file holds more than one abstract: read them with --batch FILE --out FILE.")
    return _checked(found[0])


def _checked(abstract: Abstract) -> Abstract:
    if abstract.is_fault:
        raise InputError(abstract.remark or _EMPTY)
    return abstract


def _standard_input() -> str:
    if sys.stdin is None:
        raise InputError("The standard input is closed: give an abstract or a file.")
    try:
        content = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
    except OSError as error:
        raise InputError(f"The standard input cannot be read: {error.strerror}.") from error
    text = decoded(bounded(content, what="The standard input"), "The standard input")
    if not text.strip():
        raise InputError(_EMPTY)
    return text

"""How the readers open files: missing and damaged ones end in a sentence that names the file."""

from __future__ import annotations

import gzip
from pathlib import Path

from engine.errors import InputError


def read_corpus_text(path: Path) -> str:
    """A file's text in UTF-8, also gzipped.

    Raises:
        InputError: the file is missing, not text in UTF-8 or a broken archive.
    """
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    except OSError as error:
        raise InputError(f"The corpus file '{path}' is missing or cannot be read.") from error
    except (UnicodeDecodeError, EOFError) as error:
        raise damaged(path, "it is not text in UTF-8") from error


def damaged(path: Path | str, what: str, line: int | None = None) -> InputError:
    """The error of a file that is not what it should be."""
    place = f", line {line}" if line is not None else ""
    return InputError(f"The corpus file '{path}'{place} is damaged: {what}.")

"""What tells one model's files from another's, for keys and cards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from engine.errors import InputError

_CHUNK_BYTES = 1 << 20


def digest_of(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents of files, in the order given.

    Raises:
        InputError: one cannot be read.
    """
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.name}\0".encode("utf-8", "surrogateescape"))
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    found.update(chunk)
        except OSError as error:
            raise InputError(f"The model's file '{path.name}' cannot be read: {error.strerror}.") from error
    return found.hexdigest()

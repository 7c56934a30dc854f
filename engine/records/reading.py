"""Reading a file that a person names: at most so many bytes, and text in an encoding that says what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from engine.errors import InputError

MAX_INPUT_BYTES = 4_000_000


def read_bytes(path: Path, limit: int = MAX_INPUT_BYTES, what: str = "The file") -> bytes:
    """The bytes of a file, pipe or device, of which at most the limit is read: some never end.

    Raises:
        InputError: it is a folder, missing, larger than `limit` bytes or unreadable; the sentence calls it `what`.
    """
    with opened_file(path, what) as file:
        content = file.read(limit + 1)
    return bounded(content, limit, what)


@contextmanager
def opened_file(path: Path, what: str = "The file") -> Iterator[BufferedReader]:
    """A file, pipe or device that is read in pieces; faults of the disk while it is read are sentences too.

    Raises:
        InputError: it is a folder, missing or unreadable; the sentence calls it `what`.
    """
    try:
        if path.is_dir():
            raise InputError(f"{what} is a folder, where a file or a text is needed.")
        file = path.open("rb")
    except OSError as error:
        raise InputError(f"{what} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise InputError(f"{what} has a name that cannot be used.") from error
    with file:
        try:
            yield file
        except OSError as error:
            raise InputError(f"{what} cannot be read: {error.strerror}.") from error


def read_file(path: Path, what: str = "The file") -> str:
    """The text of a file, pipe or device.

    Raises:
        InputError: it is a folder, missing, too large, unreadable or not text; the sentence calls it `what`.
    """
    return decoded(read_bytes(path, what=what), what)


def bounded(content: bytes, limit: int = MAX_INPUT_BYTES, what: str = "The file") -> bytes:
    """The bytes themselves.

    Raises:
        InputError: there are more than `limit`.
    """
    if len(content) > limit:
        raise InputError(f"{what} is larger than {limit // 1_000_000} MB.")
    return content


def decoded(content: bytes, what: str = "The file") -> str:
    """Text in UTF-8, or in UTF-16 where a byte-order mark says so.

    Raises:
        InputError: it is neither.
    """
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{what} is not text in UTF-8; save it as UTF-8 text and try again.") from error


def sayable(text: str) -> str:
    """The text without halves of signs, which JSON can hold and no screen can show."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

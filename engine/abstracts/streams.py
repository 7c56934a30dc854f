"""Bytes of a file in pieces, compressed or not, of which only so many are ever unpacked."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from engine.abstracts.model import Check
from engine.errors import InputError
from engine.records.reading import opened_file

# PubMed's yearly files hold 30,000 records in 200 to 350 MB.
MAX_STREAM_BYTES = 1_000_000_000
MAX_FILE_BYTES = 50_000_000
"""Of a file that has to be held whole: a PDF, a web page, a text."""

_PACKED = b"\x1f\x8b"
_SAMPLE_BYTES = 64_000


class ByteStream:
    """What a file holds, from its beginning; a look at the beginning does not use it up."""

    def __init__(self, file: BufferedReader, check: Check | None) -> None:
        self._check = check
        packed = file.peek(2)[:2] == _PACKED
        self._file: BufferedReader | gzip.GzipFile = gzip.GzipFile(fileobj=file) if packed else file
        self._given = 0
        self._ahead = b""

    def beginning(self) -> bytes:
        """The first bytes, which are still to be read: up to 64,000."""
        while len(self._ahead) < _SAMPLE_BYTES:
            more = self._more(_SAMPLE_BYTES - len(self._ahead))
            if not more:
                break
            self._ahead += more
        return self._ahead

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end.

        Raises:
            InputError: the compressed file is damaged, or there are more bytes than one file may hold.
        """
        if self._ahead:
            given, self._ahead = self._ahead[:size], self._ahead[size:]
            return given
        return self._more(size)

    def everything(self) -> bytes:
        """All bytes that are left.

        Raises:
            InputError: there are more than `MAX_FILE_BYTES`, or the compressed file is damaged.
        """
        pieces, size = [], 0
        while piece := self.read(_SAMPLE_BYTES):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_FILE_BYTES:
                raise InputError(f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB.")
        return b"".join(pieces)

    def lines(self, longest: int) -> Iterator[bytes]:
        """Lines without their ends; of one that is longer than `longest` bytes come pieces of about that length."""
        rest = b""
        while piece := self.read(_SAMPLE_BYTES):
            rest += piece
            if b"\n" in piece or b"\r" in piece:
                *whole, rest = split_lines(rest)
                yield from whole
            elif len(rest) > longest:
                yield rest
                rest = b""
        if rest:
            yield from split_lines(rest)

    def _more(self, size: int) -> bytes:
        if self._check is not None:
            self._check()
        try:
            given = self._file.read(size)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InputError("The compressed file is damaged or cut short.") from error
        self._given += len(given)
        if self._given > MAX_STREAM_BYTES:
            raise InputError(f"The file holds more than {MAX_STREAM_BYTES // 1_000_000:,} MB; split it.")
        return given


def split_lines(content: bytes) -> list[bytes]:
    """Lines; a break of two signs may lie between two pieces, and then leaves an empty line, which the formats bear."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


@contextmanager
def opened_stream(path: Path, check: Check | None = None) -> Iterator[ByteStream]:
    """What a file, pipe or device holds.

    Raises:
        InputError: it is a folder, missing or unreadable.
    """
    with opened_file(path) as file:
        yield ByteStream(file, check)

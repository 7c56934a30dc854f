"""From the bytes of a file to its text: compressed or not, in the encodings that spreadsheets write."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

from engine.errors import InputError
from engine.records.reading import read_bytes

MAX_FILE_BYTES = 20_000_000
_MAX_PACKED_BYTES = 10_000_000
OTHER_ENCODING = "The file is not in UTF-8 and was read as Western European text (Windows-1252): look at letters with accents."
_KINDS = (
    (b"PK\x03\x04", "The file is a workbook, a document or an archive; save the list as CSV or as text and open that."),
    (b"\xd0\xcf\x11\xe0", "The file is an older workbook or document; save the list as CSV or as text and open that."),
    (b"%PDF", "The file is a PDF, which is not read; copy its text and paste it into the list."),
    (b"{\\rtf", "The file is a formatted document (RTF); save the list as text and open that."),
)


def text_of_file(path: Path) -> tuple[str, tuple[str, ...]]:
    """(the text of a file, sentences on how it was read).

    Raises:
        InputError: it is missing, unreadable, too large, damaged or not text.
    """
    content = read_bytes(path, MAX_FILE_BYTES)
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(content)
    for beginning, sentence in _KINDS:
        if content.startswith(beginning):
            raise InputError(sentence)
    return text_of_bytes(content)


def _unpacked(content: bytes) -> bytes:
    """What a gzip file holds, of which at most the limit is unpacked: some hold a thousand times their size."""
    if len(content) > _MAX_PACKED_BYTES:
        raise InputError(f"The compressed file is larger than {_MAX_PACKED_BYTES // 1_000_000} MB.")
    try:
        with gzip.open(io.BytesIO(content)) as file:
            unpacked = file.read(MAX_FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("The compressed file is damaged or cut short.") from error
    if len(unpacked) > MAX_FILE_BYTES:
        raise InputError(f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB once it is unpacked.")
    return unpacked


def text_of_bytes(content: bytes) -> tuple[str, tuple[str, ...]]:
    """(the text that the bytes of a whole file are, sentences on how it was read).

    Raises:
        InputError: they are no text.
    """
    wide = _wide_encoding(content)
    try:
        text = content.decode(wide or "utf-8-sig")
        remarks: tuple[str, ...] = ()
    except UnicodeDecodeError as error:
        text, remarks = _western(content, error) if wide is None else ("\0", ())
    if "\0" in text:
        raise InputError("The file is not text.")
    return text, remarks


def _wide_encoding(content: bytes) -> str | None:
    """UTF-16 by its mark, or by every other byte being zero; None for everything else."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = content[:2_000]
    for zeros, letters, name in ((sample[1::2], sample[0::2], "utf-16-le"), (sample[0::2], sample[1::2], "utf-16-be")):
        if zeros and zeros.count(0) > 0.9 * len(zeros) and not letters.count(0):
            return name
    return None


def _western(content: bytes, error: UnicodeDecodeError) -> tuple[str, tuple[str, ...]]:
    try:
        return content.decode("cp1252"), (OTHER_ENCODING,)
    except UnicodeDecodeError:
        raise InputError("The file is not text in UTF-8; save it as UTF-8 text and try again.") from error

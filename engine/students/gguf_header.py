"""The head of a GGUF file, read by ourselves before llama.cpp sees it: what it is, and whether it is whole.

Every count and length in the file is compared with what is left of the file before anything is read or kept, so a damaged or
hostile one costs neither memory nor time.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import ResourceError
from engine.installation import REPAIR_HINT

Value = bool | int | float | str | tuple[bool | int | float | str, ...]
# Kinds of values by their number, as `struct` names them.
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
# Of each kind of weights: weights in a block, bytes of a block (ggml's table).
_BLOCKS = {
    kind: (weights, size)
    for weights, sizes in (
        (1, {0: 4, 1: 2, 24: 1, 25: 2, 26: 4, 27: 8, 28: 8, 30: 2}),
        (32, {2: 18, 3: 20, 6: 22, 7: 24, 8: 34, 20: 18}),
        (256, {10: 84, 11: 110, 12: 144, 13: 176, 14: 210, 23: 136}),
    )
    for kind, size in sizes.items()
}
_LARGEST_HEADER_BYTES = 64_000_000
_LARGEST_KEY_BYTES = 65_535
_MOST_DIMENSIONS = 4
_LONGEST_NAME = 63
# Arrays that nothing here asks for are passed over.
_KEPT_ARRAYS = ("tokenizer.ggml.tokens",)
_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8
_PAIR_BYTES = 8 + 1 + 4 + 1


class GgufError(Exception):
    """What is wrong with a file, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class GgufFile:
    """What stands in the head: keys with their values (arrays of the tokens alone), and of each tensor its dimensions."""

    values: dict[str, Value]
    tensors: dict[str, tuple[int, ...]]
    weight_bytes: int


def read_gguf(path: Path) -> GgufFile:
    """The head of a file, after its every part was found to lie inside the file.

    Raises:
        ResourceError: it is missing, cut off, damaged or of another format.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _parsed(_Cursor(file, size))
    except OSError as error:
        raise ResourceError(f"The model '{path}' is missing or cannot be read. {REPAIR_HINT}") from error
    except GgufError as fault:
        raise ResourceError(f"The model '{path}' {fault}. {REPAIR_HINT}") from fault


class _Cursor:
    """Reads forward and never past the end."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size
        self.place = 0

    def need(self, amount: int) -> None:
        """Make sure that so many bytes are left."""
        if amount > self.size - self.place:
            raise GgufError("is cut off")
        if self.place + amount > _LARGEST_HEADER_BYTES:
            raise GgufError("has a head that is far too large")

    def take(self, amount: int) -> bytes:
        """The next bytes."""
        self.need(amount)
        content = self._file.read(amount)
        if len(content) < amount:
            raise GgufError("is cut off")
        self.place += amount
        return content

    def skip(self, amount: int) -> None:
        """Pass over bytes."""
        self.need(amount)
        self._file.seek(amount, 1)
        self.place += amount

    def whole(self, code: str) -> int:
        """An unsigned number."""
        (value,) = struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))
        return int(value)

    def text(self, most: int | None = None) -> str:
        """A string, of `most` bytes at most."""
        length = self.whole("Q")
        if most is not None and length > most:
            raise GgufError("is damaged: a name in it is far too long")
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError as error:
            raise GgufError("is damaged: a text in it cannot be read") from error


def _parsed(cursor: _Cursor) -> GgufFile:
    if cursor.size < 4 or cursor.take(4) != b"GGUF":
        raise GgufError("is not a GGUF file")
    version = cursor.whole("I")
    if version not in (2, 3):
        raise GgufError("is of a GGUF version that this version of Coprescribe does not read")
    tensors, pairs = cursor.whole("Q"), cursor.whole("Q")
    cursor.need(pairs * _PAIR_BYTES + tensors * _TENSOR_BYTES)
    values: dict[str, Value] = {}
    known = set()
    for _ in range(pairs):
        key = cursor.text(_LARGEST_KEY_BYTES)
        if key in known:
            raise GgufError("is damaged: it says the same twice")
        known.add(key)
        value = _value(cursor, key)
        if value is not None:
            values[key] = value
    return _with_tensors(cursor, tensors, values)


def _value(cursor: _Cursor, key: str) -> Value | None:
    """The next value; None for an array that is passed over."""
    kind = cursor.whole("I")
    if kind != _ARRAY:
        return _scalar(cursor, kind)
    kind, count = cursor.whole("I"), cursor.whole("Q")
    if key in _KEPT_ARRAYS:
        cursor.need(count * (8 if kind == _STRING else 1))
        return tuple(_scalar(cursor, kind) for _ in range(count))
    if kind == _STRING:
        cursor.need(count * 8)
        for _ in range(count):
            cursor.skip(cursor.whole("Q"))
    elif kind in _SCALARS:
        cursor.skip(count * struct.calcsize("<" + _SCALARS[kind]))
    else:
        raise GgufError("is damaged: a list in it is of no known kind")
    return None


def _scalar(cursor: _Cursor, kind: int) -> bool | int | float | str:
    if kind == _STRING:
        return cursor.text()
    if kind not in _SCALARS:
        raise GgufError("is damaged: a value in it is of no known kind")
    code = "<" + _SCALARS[kind]
    value: bool | int | float
    (value,) = struct.unpack(code, cursor.take(struct.calcsize(code)))
    return value


def _with_tensors(cursor: _Cursor, count: int, values: dict[str, Value]) -> GgufFile:
    alignment = values.get("general.alignment", 32)
    if type(alignment) is not int or alignment not in (8, 16, 32, 64, 128, 256, 512, 1024, 4096):
        raise GgufError("is damaged: its alignment is none")
    found: dict[str, tuple[int, ...]] = {}
    end = total = 0
    for _ in range(count):
        name = cursor.text(_LONGEST_NAME)
        if name in found:
            raise GgufError("is damaged: it says the same twice")
        dimensions = cursor.whole("I")
        if not 1 <= dimensions <= _MOST_DIMENSIONS:
            raise GgufError("is damaged: weights in it have no known form")
        found[name] = tuple(cursor.whole("Q") for _ in range(dimensions))
        size, offset = _bytes_of(found[name], cursor.whole("I")), cursor.whole("Q")
        if offset % alignment:
            raise GgufError("is damaged: weights in it are not where they must be")
        total += size
        end = max(end, offset + size)
    start = -(-cursor.place // alignment) * alignment
    if start + end > cursor.size or total > cursor.size:
        raise GgufError("is cut off")
    return GgufFile(values, found, total)


def _bytes_of(dimensions: tuple[int, ...], kind: int) -> int:
    if kind not in _BLOCKS:
        raise GgufError("has weights of a kind that this version of Coprescribe does not run")
    weights, size = _BLOCKS[kind]
    if min(dimensions) < 1 or dimensions[0] % weights:
        raise GgufError("is damaged: weights in it have no known form")
    return math.prod(dimensions) // weights * size

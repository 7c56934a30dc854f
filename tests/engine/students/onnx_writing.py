"""Just enough of the ONNX file format (protocol buffers) to write a small reader for tests, without a library for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_FLOAT, _INT64 = 1, 7
Array = NDArray[np.float32] | NDArray[np.int64]
Dims = Sequence[int | str]


def _varint(value: int) -> bytes:
    out = bytearray()
    value &= (1 << 64) - 1
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes | str) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _tensor(name: str, value: Array) -> bytes:
    kind = _INT64 if value.dtype == np.int64 else _FLOAT
    dims = b"".join(_number(1, size) for size in value.shape)
    return dims + _number(2, kind) + _bytes(8, name) + _bytes(9, value.tobytes())


def _info(name: str, kind: int, dims: Dims) -> bytes:
    sizes = b"".join(_bytes(1, _number(1, dim) if isinstance(dim, int) else _bytes(2, dim)) for dim in dims)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, sizes)))


class Graph:
    """A graph that is written node by node; each call returns the name of its output."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._count = 0

    def constant(self, value: Array) -> str:
        """A tensor that is part of the file."""
        self._count += 1
        self._parts.append(_bytes(5, _tensor(f"constant{self._count}", value)))
        return f"constant{self._count}"

    def node(self, kind: str, *inputs: str, output: str = "", integers: Mapping[str, int] | None = None) -> str:
        """One operation with attributes that are whole numbers."""
        self._count += 1
        output = output or f"value{self._count}"
        attributes = (_bytes(1, name) + _number(3, value) + _number(20, 2) for name, value in (integers or {}).items())
        body = [_bytes(1, name) for name in inputs] + [_bytes(2, output), _bytes(3, f"node{self._count}"), _bytes(4, kind)]
        self._parts.append(_bytes(1, b"".join(body + [_bytes(5, attribute) for attribute in attributes])))
        return output

    def model(self, inputs: Mapping[str, Dims], outputs: Mapping[str, Dims]) -> bytes:
        """The whole file: inputs are int64, outputs float32; a size that is a word may be any."""
        ends = [_bytes(11, _info(name, _INT64, dims)) for name, dims in inputs.items()]
        ends += [_bytes(12, _info(name, _FLOAT, dims)) for name, dims in outputs.items()]
        graph = b"".join(self._parts) + _bytes(2, "graph") + b"".join(ends)
        return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 17))

"""What is said between application and worker: length-prefixed JSON objects over pipes, read strictly.

The application says `load`, `read`, `generate` and `cancel`, and closes the pipe when it needs the worker no more. The worker
says `loaded`, `refused`, `tokens`, `finished` and, while it is busy, `alive`. Which fields each has stands where it is made.
"""

from __future__ import annotations

import json
import math
from typing import IO

from engine.students.automaton import Json

_LENGTH_BYTES = 4
# An automaton of some thousand states has a megabyte.
_LONGEST_BYTES = 64_000_000


class MessageError(Exception):
    """What came is no message."""


class Message:
    """One message. Each field is read as what it must be."""

    def __init__(self, kind: str, **fields: Json) -> None:
        self.kind = kind
        self.fields = fields

    def text(self, name: str) -> str:
        """A field with text."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise MessageError(f"{self.kind}.{name} is no text")
        return value

    def whole(self, name: str) -> int:
        """A field with a whole number."""
        value = self.fields.get(name)
        if type(value) is not int:
            raise MessageError(f"{self.kind}.{name} is no whole number")
        return value

    def number(self, name: str) -> float:
        """A field with a finite number."""
        return finite(self.fields.get(name))

    def items(self, name: str) -> list[Json]:
        """A field with a list."""
        return list_of(self.fields.get(name))

    def wholes(self, name: str) -> tuple[int, ...]:
        """A field with a list of whole numbers."""
        return wholes_of(self.fields.get(name))


def finite(value: Json) -> float:
    """A finite number.

    Raises:
        MessageError: it is none.
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise MessageError("not a number")
    return float(value)


def list_of(value: Json) -> list[Json]:
    """A list.

    Raises:
        MessageError: it is none.
    """
    if not isinstance(value, list):
        raise MessageError("not a list")
    return value


def wholes_of(value: Json) -> tuple[int, ...]:
    """A list of whole numbers.

    Raises:
        MessageError: it is none.
    """
    found = tuple(one for one in list_of(value) if type(one) is int)
    if len(found) < len(list_of(value)):
        raise MessageError("not a list of whole numbers")
    return found


def frame(message: Message) -> bytes:
    """A message as bytes for a pipe."""
    content = json.dumps({"kind": message.kind, **message.fields}, separators=(",", ":"), allow_nan=False).encode()
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content


def read_message(stream: IO[bytes]) -> Message | None:
    """The next message of a pipe; None where it has ended.

    Raises:
        MessageError: what came is none, or the pipe ended within it.
    """
    head = stream.read(_LENGTH_BYTES)
    if not head:
        return None
    length = int.from_bytes(head, "big")
    if len(head) < _LENGTH_BYTES or length > _LONGEST_BYTES:
        raise MessageError("no length of a message")
    content = stream.read(length)
    if len(content) < length:
        raise MessageError("the pipe ended within a message")
    try:
        form: Json = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise MessageError("not JSON") from error
    if not isinstance(form, dict) or not isinstance(kind := form.pop("kind", None), str):
        raise MessageError("not a message")
    return Message(kind, **form)

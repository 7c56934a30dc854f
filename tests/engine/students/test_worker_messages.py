"""Messages go through a pipe as they are, and anything else is noticed."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.students.automaton import Json
from engine.students.worker.messages import Message, MessageError, frame, read_message

_NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_FORMS = st.none() | st.booleans() | _NUMBERS | st.text(max_size=4) | st.lists(_NUMBERS, max_size=3)
_FIELDS = st.dictionaries(st.sampled_from(("request", "größe", "a b", "")), _FORMS, max_size=3)


@given(st.lists(st.tuples(st.text(max_size=4), _FIELDS), max_size=3))
def test_there_and_back(contents: list[tuple[str, dict[str, Json]]]) -> None:
    stream = io.BytesIO(b"".join(frame(Message(kind, **fields)) for kind, fields in contents))
    for kind, fields in contents:
        message = read_message(stream)
        assert message is not None
        assert (message.kind, message.fields) == (kind, fields)
    assert read_message(stream) is None


@given(st.binary(min_size=1, max_size=60))
def test_nonsense_is_no_message(content: bytes) -> None:
    with pytest.raises(MessageError):
        read_message(io.BytesIO(content))


@pytest.mark.parametrize("form", ["[]", "{}", '{"kind": 1}', '"kind"', "NaN", "{", "[" * 100_000])
def test_other_json_is_no_message(form: str) -> None:
    content = form.encode()
    with pytest.raises(MessageError):
        read_message(io.BytesIO(len(content).to_bytes(4, "big") + content))


def test_a_length_that_is_absurd_reserves_nothing() -> None:
    with pytest.raises(MessageError, match="no length"):
        read_message(io.BytesIO(b"\xff\xff\xff\xff" + bytes(10)))


def test_fields_are_what_they_must_be() -> None:
    content = json.dumps({"kind": "a", "text": "b", "whole": 3, "number": 0.5, "list": [1, 2], "yes": True}).encode()
    message = read_message(io.BytesIO(len(content).to_bytes(4, "big") + content))
    assert message is not None
    assert (message.text("text"), message.whole("whole"), message.number("number"), message.number("whole")) == ("b", 3, 0.5, 3)
    assert (message.wholes("list"), message.items("list")) == ((1, 2), [1, 2])
    for read, name in (
        (message.text, "whole"),
        (message.whole, "number"),
        (message.whole, "yes"),
        (message.number, "yes"),
        (message.number, "text"),
        (message.items, "text"),
        (message.wholes, "absent"),
    ):
        with pytest.raises(MessageError):
            read(name)
    with pytest.raises(MessageError):
        Message("a", list=[1, True]).wholes("list")
    with pytest.raises(MessageError):
        Message("a", number=float("inf")).number("number")

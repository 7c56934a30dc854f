"""JSON from strangers: no key twice, no number without end, no nesting without end, and each fault one sentence."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import NoReturn

from engine.errors import InputError

# As json.loads gives it; the values are looked at where they are used.
Json = object
MAX_DEPTH = 60


class _RefusedError(ValueError):
    """What is valid JSON to the library and not to us."""


def read_json(text: str, what: str = "The file") -> Json:
    """The value that a text holds; figures with a point are Decimal.

    Raises:
        InputError: the text is cut short, damaged or nested too deep, or an object has a key twice; called `what`.
    """
    try:
        value: Json = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=Decimal)
    except _RefusedError as error:
        raise InputError(f"{what} {error}") from None
    except RecursionError:
        raise InputError(f"{what} is nested too deep to be read.") from None
    except ValueError as error:
        raise InputError(f"{what} looks like JSON and is damaged or cut short.") from error
    if _is_deep(value):
        raise InputError(f"{what} is nested too deep to be read.")
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Which of the two holds is anyone's guess.
        raise _RefusedError("has a field twice in one place, so nobody can tell which holds.")
    return found


def _constant(_name: str) -> NoReturn:
    raise _RefusedError("holds a figure that is not a number.")


def _is_deep(value: Json) -> bool:
    layer = [value]
    for _ in range(MAX_DEPTH):
        layer = [part for whole in layer for part in _parts(whole)]
        if not layer:
            return False
    return True


def _parts(whole: Json) -> list[Json]:
    if isinstance(whole, dict):
        return list(whole.values())
    return whole if isinstance(whole, list) else []

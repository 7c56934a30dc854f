"""Measured once: what took minutes is kept in a file and read again, as long as it belongs to the same model and pairs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from engine.errors import InputError
from engine.records.writing import write_file

_T = TypeVar("_T", bound=BaseModel)
# Changes whenever the same model and pairs could give other figures.
_FORMAT = 2


class Keeping:
    """A folder of figures. `about`: what all of them belong to, such as the knowledge and the pairs."""

    def __init__(self, folder: Path, *about: str) -> None:
        self._folder, self._about = folder, about

    def kept(self, key: tuple[str, ...], form: type[_T], make: Callable[[], _T]) -> _T:
        """What was made under this key, or what is made now. `key`: what the figures depend on: a model's digest, settings.

        Raises:
            InputError: the file is damaged, or the folder cannot be written.
        """
        told = json.dumps([_FORMAT, form.__name__, *self._about, *key])
        path = self._folder / f"{key[0].replace(' ', '-')}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.json"
        if path.exists():
            try:
                return form.model_validate_json(path.read_bytes())
            except (OSError, ValidationError) as error:
                raise InputError(f"The figures in '{path}' cannot be read: delete that file, and they are made again.") from error
        made = make()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_file(path, made.model_dump_json().encode())
        except (OSError, InputError) as error:
            raise InputError(f"Nothing can be written to '{self._folder}'.") from error
        return made

"""Drives the work that reads files, as the task runner does."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

from engine.cancellation import Progress
from engine.records.model import MedicationList
from engine.records.opening import open_lists

T = TypeVar("T")


def driven(work: Generator[Progress, None, T]) -> T:
    """The result of the work."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            result: T = stop.value
            return result


def opened(path: Path) -> tuple[MedicationList, ...]:
    """The lists of a file."""
    return driven(open_lists(path))


def opened_content(folder: Path, content: bytes, name: str) -> tuple[MedicationList, ...]:
    """The lists of a file with this content."""
    path = folder / name
    path.write_bytes(content)
    return opened(path)

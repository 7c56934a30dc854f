"""Work in the background on files of lists. The engine is imported inside it, so that the window shows first."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cancellation import Progress

if TYPE_CHECKING:
    from engine.application import Application
    from engine.prescriptions.patient import Patient
    from engine.records.model import MedicationList

SUFFIX = ".coprescribe.json"
TEXT_SUFFIX = ".txt"


@dataclass(frozen=True, slots=True)
class ListState:
    """The list at one moment, captured on the UI thread."""

    text: str = ""
    patient: Patient | None = None
    confirmed_names: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether there is nothing that could be lost."""
        return not self.text.strip() and self.patient is None

    @property
    def more_than_text(self) -> bool:
        """Whether a plain text cannot hold it."""
        return self.patient is not None or bool(self.confirmed_names)


def opening_of(
    path: Path, application: Application | None
) -> Callable[[], Generator[Progress, None, tuple[MedicationList, ...]]]:
    """Work that reads the lists of a file; the open application, if there is one, names what is given only by a code."""

    def work() -> Generator[Progress, None, tuple[MedicationList, ...]]:
        yield Progress(0, 0)
        from engine.records.codes import code_lookup
        from engine.records.opening import open_lists

        lookup = None if application is None else code_lookup(lambda: application.store)
        return (yield from open_lists(path, lookup))

    return work


def write(path: Path, state: ListState) -> None:
    """Write a list: as text where the name ends in .txt, else in our own format.

    Raises:
        InputError: it cannot be written; what was there is untouched.
    """
    from importlib.metadata import version

    from engine.records.model import MedicationList
    from engine.records.saved import save_list, save_text

    if path.suffix.lower() == TEXT_SUFFIX:
        save_text(path, state.text)
    else:
        save_list(path, MedicationList("", state.text, state.patient, state.confirmed_names), version("coprescribe"))


def saving_of(path: Path, state: ListState) -> Callable[[], Generator[Progress, None, Path]]:
    """Work that writes a list."""

    def work() -> Generator[Progress, None, Path]:
        yield Progress(0, 0)
        write(path, state)
        return path

    return work

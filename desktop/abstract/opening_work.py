"""Work in the background on files of abstracts. The engine is imported inside it, so that the window shows first."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cancellation import Progress

if TYPE_CHECKING:
    from engine.abstracts.model import Abstract

# More than a person chooses one from; a larger file is for the page of many abstracts.
MOST_TO_CHOOSE = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """The abstracts of a file, in its order, at most `MOST_TO_CHOOSE`; `more` where the file holds others after them."""

    path: Path
    abstracts: tuple[Abstract, ...]
    more: bool = False


def opening_of(path: Path) -> Callable[[], Generator[Progress, None, Opened]]:
    """Work that reads the abstracts of a file.

    The work raises `InputError` where the file cannot be used or holds no abstract.
    """

    def work() -> Generator[Progress, None, Opened]:
        yield Progress(0, 0)
        from engine.abstracts.opening import open_abstracts
        from engine.errors import InputError

        found: list[Abstract] = []
        for abstract in islice(open_abstracts(path), MOST_TO_CHOOSE + 1):
            found.append(abstract)
            yield Progress(len(found), 0)
        if not found:
            raise InputError("The file holds no abstract.")
        return Opened(path, tuple(found[:MOST_TO_CHOOSE]), len(found) > MOST_TO_CHOOSE)

    return work
